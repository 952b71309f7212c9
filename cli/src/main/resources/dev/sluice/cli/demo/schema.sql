-- A pharmacy retailer's data mart, some 270 000 rows. Same seed, same rows; the days end yesterday.
CREATE SCHEMA pharmacy;

CREATE TABLE pharmacy.store (
    store_id    integer PRIMARY KEY,
    name        text NOT NULL,
    postal_code text NOT NULL,
    opened_on   date NOT NULL,
    area_m2     real
);

CREATE TABLE pharmacy.product (
    product_id  integer PRIMARY KEY,
    name        varchar(80) NOT NULL,
    code        char(8) NOT NULL,
    price       numeric(10,2) NOT NULL,
    needs_prescription boolean NOT NULL,
    attributes  jsonb NOT NULL
);

CREATE TABLE pharmacy.prescription (
    prescription_id uuid PRIMARY KEY,
    store_id     integer NOT NULL,
    product_id   integer NOT NULL,
    prescribed_on date NOT NULL,
    refills      smallint NOT NULL,
    doses        numeric(6,2)[] NOT NULL,
    note         text
);

CREATE TABLE pharmacy.sales (
    sale_id     bigint PRIMARY KEY,
    store_id    integer NOT NULL,
    postal_code text NOT NULL,
    product_id  integer NOT NULL,
    quantity    smallint NOT NULL,
    total       numeric(12,2) NOT NULL,
    email       text,
    sold_at     timestamp with time zone NOT NULL
);
CREATE INDEX sales_postal_code ON pharmacy.sales (postal_code);

CREATE TABLE pharmacy.transactions (
    transaction_id bigint PRIMARY KEY,
    store_id     integer NOT NULL,
    amount       numeric(12,2) NOT NULL,
    method       text NOT NULL,
    sold_at      timestamp with time zone NOT NULL
);
CREATE INDEX transactions_sold_at ON pharmacy.transactions (sold_at);

INSERT INTO pharmacy.store
SELECT n, 'Pharmacy ' || n, 'M' || (n % 9 + 1) || chr(65 + n % 20) || ' ' || (n % 7 + 1) || 'B' || (n % 5 + 1),
       date '2001-01-01' + n * 37, 80 + n % 50 * 4.5
FROM generate_series(1, 120) n;

INSERT INTO pharmacy.product
SELECT n, 'Remedy "' || n || '", 20 tablets', lpad(n::text, 6, '0'), (n % 400 + 1) * 0.35, n % 3 = 0,
       jsonb_build_object('family', 'F' || n % 12, 'cold_chain', n % 17 = 0, 'strength_mg', n % 40 * 12.5)
FROM generate_series(1, 2000) n;

INSERT INTO pharmacy.prescription
SELECT md5(n::text)::uuid, n % 120 + 1, n % 2000 + 1, date '2026-01-01' + n % 250, n % 6,
       ARRAY[n % 3 + 0.5, n % 2 + 1.0], CASE WHEN n % 5 = 0 THEN E'take with food\nand water' WHEN n % 7 = 0 THEN '' END
FROM generate_series(1, 20000) n;

INSERT INTO pharmacy.sales
SELECT n, s.store_id, s.postal_code, n % 2000 + 1, n % 4 + 1, (n % 9000) / 100.0 + 1,
       CASE WHEN n % 3 = 0 THEN 'customer' || n % 40000 || '@example.org' END,
       date_trunc('day', now()) - (n % 129600) * interval '1 minute'
FROM generate_series(1, 150000) n JOIN pharmacy.store s ON s.store_id = n % 120 + 1;

INSERT INTO pharmacy.transactions
SELECT n, n % 120 + 1, (n % 20000) / 100.0, (ARRAY['card', 'cash', 'insurance'])[n % 3 + 1],
       date_trunc('day', now()) - interval '1 second' - (n % 172800) * interval '1 minute'
FROM generate_series(1, 100000) n;
