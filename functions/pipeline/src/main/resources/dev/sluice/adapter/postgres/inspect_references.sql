-- Columns that refer to another table by themselves.
-- :oids  object ids of the tables, such as 16384, 16390
SELECT k.conrelid::bigint, a.attname
FROM pg_constraint k
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
WHERE k.conrelid IN (:oids)
  AND k.contype = 'f'
  AND array_length(k.conkey, 1) = 1
