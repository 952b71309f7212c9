-- Pages of the largest file among a table and its partitions; 0 where rows cannot be read by page: when one of them is no
-- heap (foreign tables, other access methods), and on Greenplum, where every segment counts for itself.
-- :oid  object id of the table
WITH RECURSIVE member (oid) AS (
    SELECT :oid::oid
    UNION
    SELECT i.inhrelid FROM member m JOIN pg_inherits i ON i.inhparent = m.oid
)
SELECT CASE
    WHEN version() LIKE '%Greenplum%' THEN 0
    WHEN NOT bool_and(c.relkind IN ('r', 'p', 'm') AND coalesce(a.amname, 'heap') = 'heap') THEN 0
    ELSE coalesce(max(pg_relation_size(c.oid)) / current_setting('block_size')::bigint, 0)
END
FROM member m
JOIN pg_class c ON c.oid = m.oid
LEFT JOIN pg_am a ON a.oid = c.relam
