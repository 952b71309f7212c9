-- Rows as CSV in UTF-8: NULL is an unquoted empty field, '' is "", a value that needs quotes has them. A table with one
-- column gives an empty line for NULL.
-- :columns  what is sent: the slice key under the name _sluice_key, unless the table is one slice, then the columns
-- :table    qualified name
-- :where    condition; true for all rows
-- :quoted   , FORCE_QUOTE (_sluice_key) when there is a key, so that a key is either empty (NULL) or quoted
COPY (SELECT :columns FROM :table WHERE :where) TO STDOUT (FORMAT csv, ENCODING 'UTF8':quoted)
