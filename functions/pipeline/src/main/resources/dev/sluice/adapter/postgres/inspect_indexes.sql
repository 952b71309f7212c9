-- Valid indexes over all rows, with their columns in order; an expression is the empty text.
-- :oids  object ids of the tables, such as 16384, 16390
SELECT i.indrelid::bigint, i.indisunique AND i.indimmediate,
       ARRAY(SELECT coalesce(a.attname::text, '')
             FROM unnest(i.indkey::int2[]) WITH ORDINALITY k (attnum, place)
             LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum AND k.attnum > 0
             ORDER BY k.place)
FROM pg_index i
WHERE i.indrelid IN (:oids)
  AND i.indisvalid
  AND i.indpred IS NULL
