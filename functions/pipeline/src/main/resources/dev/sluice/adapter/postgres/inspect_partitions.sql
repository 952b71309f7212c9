-- Method and key of partitioned tables, with the bounds of the partitions directly below. From PostgreSQL 10.
-- :oids  object ids of the tables, such as 16384, 16390
SELECT p.partrelid::bigint, p.partstrat::text,
       ARRAY(SELECT coalesce(a.attname::text, '')
             FROM unnest(p.partattrs::int2[]) WITH ORDINALITY k (attnum, place)
             LEFT JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = k.attnum AND k.attnum > 0
             ORDER BY k.place),
       ARRAY(SELECT coalesce(pg_get_expr(c.relpartbound, c.oid), '')
             FROM pg_inherits i
             JOIN pg_class c ON c.oid = i.inhrelid
             WHERE i.inhparent = p.partrelid)
FROM pg_partitioned_table p
WHERE p.partrelid IN (:oids)
