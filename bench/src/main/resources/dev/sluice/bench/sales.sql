-- A retailer's sales: 15 columns, some 145 bytes a row as CSV, in the order of time, the stores interleaved. Everything comes
-- from the MD5 digest of the row's number: the same rows on every machine.
-- :table   qualified name
-- :rows    number of rows
-- :stores  number of stores
CREATE SCHEMA IF NOT EXISTS retail;
DROP TABLE IF EXISTS :table;
CREATE TABLE :table AS
SELECT sale_id,
       (1 + h1 % :stores)::int AS store_id,
       (1 + h2 % 40000)::int AS product_id,
       chr((65 + h1 % :stores % 26)::int) || h1 % :stores / 26 % 10 || 'A ' || h1 % 10 || 'B' || h2 % 10 AS postal_code,
       md5('customer' || h3 % 200000)::uuid AS customer_id,
       timestamptz '2024-01-01 00:00:00+00' + sale_id * (interval '730 days' / :rows) AS sold_at,
       ((timestamptz '2024-01-01 00:00:00+00' + sale_id * (interval '730 days' / :rows)) AT TIME ZONE 'UTC')::date AS sold_on,
       (1 + h2 % 6)::int AS quantity,
       ((99 + h2 % 40000) / 100.0)::numeric(10, 2) AS unit_price,
       (CASE WHEN h3 % 5 = 0 THEN h3 % 2500 / 100.0 END)::numeric(5, 2) AS discount,
       ((1 + h2 % 6) * (99 + h2 % 40000) / 100.0)::numeric(12, 2) AS total,
       h4 % 3 > 0 AS paid_by_card,
       (ARRAY['store', 'web', 'phone', 'app'])[1 + h4 % 4] AS channel,
       'cashier ' || lpad((h4 % 5000)::text, 5, '0') AS cashier,
       CASE WHEN h3 % 4 = 0 THEN NULL
            WHEN h3 % 97 = 0 THEN 'returned, "damaged" packaging'
            ELSE 'receipt ' || substr(digest, 1, 10) END AS note
FROM generate_series(1::bigint, :rows) AS sale_id,
     LATERAL (SELECT md5('sale' || sale_id) AS digest) AS digests,
     LATERAL (SELECT ('x' || substr(digest, 1, 7))::bit(28)::bigint AS h1,
                     ('x' || substr(digest, 9, 7))::bit(28)::bigint AS h2,
                     ('x' || substr(digest, 17, 7))::bit(28)::bigint AS h3,
                     ('x' || substr(digest, 25, 7))::bit(28)::bigint AS h4) AS hashes;
ALTER TABLE :table ADD PRIMARY KEY (sale_id);
VACUUM (FREEZE, ANALYZE) :table;
