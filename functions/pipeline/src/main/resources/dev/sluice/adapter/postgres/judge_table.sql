-- An empty twin of the table, on which an index shows whether an expression is immutable. Rolled back.
-- :name   unqualified name, so that an expression may say table.column
-- :table  qualified name
CREATE TEMPORARY TABLE :name (LIKE :table)
