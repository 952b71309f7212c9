-- Members of a table whose file was replaced (TRUNCATE, rewrite, REFRESH) after the snapshot was taken and before they
-- were locked: pg_class is read as of the snapshot, pg_relation_filenode() as of now. An old snapshot would read such a
-- member as empty, or as it will be. Run after something has locked every member.
-- :oid  object id of the table
WITH RECURSIVE member (oid) AS (
    SELECT :oid::oid
    UNION
    SELECT i.inhrelid FROM member m JOIN pg_inherits i ON i.inhparent = m.oid
)
SELECT c.oid::regclass::text
FROM member m
JOIN pg_class c ON c.oid = m.oid
WHERE c.relkind IN ('r', 'm')
  AND c.relfilenode <> 0
  AND c.relfilenode IS DISTINCT FROM pg_relation_filenode(c.oid)
