-- Every table outside the system schemas, with what the role may do with it. Partitions are left out: they are read
-- through their parent. Schemas whose name holds a dot cannot be said in a configuration and are left out.
-- :is_partition  true for a child; c.relispartition from PostgreSQL 10, before that membership in pg_inherits
SELECT n.nspname, c.relname,
       has_schema_privilege(n.oid, 'USAGE'),
       has_table_privilege(c.oid, 'SELECT'),
       has_any_column_privilege(c.oid, 'SELECT')
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm', 'f')
  AND c.relpersistence <> 't'
  AND n.nspname !~ '^pg_'
  AND n.nspname NOT IN ('information_schema', 'gp_toolkit')
  AND strpos(n.nspname, '.') = 0
  AND NOT :is_partition
