-- The files of a table, of its partitions and of its inheritance children, with what was ever counted as written to them.
-- A partition that is being detached concurrently has no part in the table any more. From PostgreSQL 15.
-- :oid  object id of the table
WITH RECURSIVE member (oid) AS (
    SELECT :oid::oid
    UNION
    SELECT i.inhrelid FROM member m JOIN pg_inherits i ON i.inhparent = m.oid WHERE NOT i.inhdetachpending
)
SELECT m.oid::bigint, c.relkind::text, coalesce(a.amname, ''),
       EXISTS (SELECT FROM pg_attribute t WHERE t.attrelid = m.oid AND t.attgenerated = 'v' AND NOT t.attisdropped),
       coalesce(pg_relation_size(m.oid), 0),
       coalesce(pg_relation_filenode(m.oid), 0)::bigint,
       pg_stat_get_tuples_inserted(m.oid), pg_stat_get_tuples_updated(m.oid), pg_stat_get_tuples_deleted(m.oid)
FROM member m
JOIN pg_class c ON c.oid = m.oid
LEFT JOIN pg_am a ON a.oid = c.relam
WHERE c.relkind <> 'p'
ORDER BY m.oid
