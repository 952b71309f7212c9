-- Per slice: rows, then four values per column: count, min, max, sum.
-- :key         slice key, an expression of type text; NULL for a table that is one slice
-- :aggregates  such as count(a), min(a)::text, max(a)::text, sum(a)::text
-- :table       qualified name
-- :where       condition; true for all rows
-- :group       GROUP BY 1; nothing for a table that is one slice
SELECT :key, count(*), :aggregates
FROM :table
WHERE :where
:group
