-- Refuses whatever is not an immutable expression over one row. IS NULL makes every type indexable.
-- :name        the twin's unqualified name
-- :expression  the expression
CREATE INDEX ON pg_temp.:name (((:expression) IS NULL))
