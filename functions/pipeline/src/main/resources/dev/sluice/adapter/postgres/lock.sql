-- Locks a table and all its partitions before the snapshot is taken, so that no TRUNCATE can empty what it will read.
-- :table  qualified name
LOCK TABLE :table IN ACCESS SHARE MODE
