-- Kind, size and estimated rows of the wanted tables, summed over their leaf partitions or inheritance children.
-- Rows are estimated as the planner does: rows per page when last analysed times pages now; members that were never
-- analysed are taken to be as dense as the others, and rows are -1 when none was analysed.
-- :wanted  rows of (schema, table), such as VALUES ('public', 'sales')
WITH RECURSIVE wanted (nspname, relname) AS (
    :wanted
), root AS (
    SELECT c.oid, n.nspname, c.relname, c.relkind
    FROM wanted w
    JOIN pg_namespace n ON n.nspname = w.nspname
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.relname
    WHERE c.relkind IN ('r', 'p', 'm', 'f', 'v')
), member (root, oid) AS (
    SELECT oid, oid FROM root
    UNION
    SELECT m.root, i.inhrelid FROM member m JOIN pg_inherits i ON i.inhparent = m.oid
), size AS (
    SELECT m.root, m.oid, c.relkind, c.reltuples::float8 AS tuples, c.relpages::float8 AS pages,
           coalesce(pg_table_size(m.oid), 0) AS bytes,
           coalesce(pg_relation_size(m.oid), 0)::float8 / current_setting('block_size')::float8 AS pages_now
    FROM member m
    JOIN pg_class c ON c.oid = m.oid
), guess AS (
    SELECT s.*,
           CASE
               WHEN s.relkind = 'p' THEN NULL
               WHEN s.tuples < 0 OR (s.tuples = 0 AND s.pages = 0) THEN NULL
               WHEN s.relkind IN ('r', 'm') AND s.pages_now = 0 THEN 0
               WHEN s.pages > 0 AND s.pages_now > 0 THEN s.tuples / s.pages * s.pages_now
               ELSE s.tuples
           END AS rows
    FROM size s
)
SELECT r.oid::bigint, r.nspname, r.relname, r.relkind::text,
       r.relkind = 'p' OR bool_or(g.oid <> r.oid),
       sum(g.bytes)::bigint,
       CASE
           WHEN count(g.rows) = 0 THEN -1
           WHEN coalesce(sum(g.bytes) FILTER (WHERE g.rows IS NOT NULL), 0) > 0
               THEN sum(g.rows) * (sum(g.bytes)::float8 / sum(g.bytes) FILTER (WHERE g.rows IS NOT NULL)::float8)
           ELSE sum(g.rows)
       END::float8,
       row_security_active(r.oid),
       has_table_privilege(r.oid, 'SELECT'),
       bool_and(has_table_privilege(g.oid, 'SELECT'))
FROM root r
JOIN guess g ON g.root = r.oid
GROUP BY r.oid, r.nspname, r.relname, r.relkind
