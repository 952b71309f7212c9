-- Refuses what is not an expression that can be a slice key: aggregates, window functions, sets, unknown names.
-- :table       qualified name
-- :expression  the expression
EXPLAIN SELECT 1 FROM :table WHERE ((:expression)::text COLLATE "C") IS NULL
