-- Rows of every slice.
-- :key    slice key, an expression of type text; NULL for a table that is one slice
-- :table  qualified name
-- :where  condition; true for all rows
-- :group  GROUP BY 1; nothing for a table that is one slice
SELECT :key, count(*), '0'
FROM :table
WHERE :where
:group
