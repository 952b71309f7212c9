-- Locks a relation and all its partitions by planning a query; for what LOCK TABLE does not take, and for partitions that
-- were attached between lock and snapshot.
-- :table  qualified name
EXPLAIN SELECT count(*) FROM :table
