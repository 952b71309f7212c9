-- Columns of relations, with domains resolved to the type behind them and arrays to their element.
-- A modifier (typmod) of a domain belongs to the type behind it, that of an array to its element.
-- NOT NULL counts only where every row obeys it: not on foreign tables, not while a constraint is not validated, and not
-- where an inheritance child has dropped it.
-- :oids           object ids of the relations, such as 16384, 16390
-- :deterministic  whether the collation's equality is equality of bytes: o.collisdeterministic from PostgreSQL 12,
--                 true before
WITH RECURSIVE domain (type, base, typmod) AS (
    SELECT oid, typbasetype, typtypmod FROM pg_type WHERE typtype = 'd'
    UNION ALL
    SELECT d.type, t.typbasetype, t.typtypmod
    FROM domain d
    JOIN pg_type t ON t.oid = d.base
    WHERE t.typtype = 'd'
), resolved AS (
    SELECT d.type, d.base, d.typmod FROM domain d JOIN pg_type t ON t.oid = d.base WHERE t.typtype <> 'd'
), member (root, oid) AS (
    SELECT oid, oid FROM pg_class WHERE oid IN (:oids)
    UNION
    SELECT m.root, i.inhrelid FROM member m JOIN pg_inherits i ON i.inhparent = m.oid
)
SELECT a.attrelid::bigint, a.attnum::int, a.attname,
       a.attnotnull AND NOT EXISTS (
           SELECT 1
           FROM member m
           JOIN pg_class c ON c.oid = m.oid
           JOIN pg_attribute ma ON ma.attrelid = m.oid AND ma.attname = a.attname
           WHERE m.root = a.attrelid
             AND (NOT ma.attnotnull OR c.relkind = 'f' OR EXISTS (
                 SELECT 1
                 FROM pg_constraint k
                 WHERE k.conrelid = m.oid AND k.contype = 'n' AND k.conkey[1] = ma.attnum AND NOT k.convalidated))),
       format_type(a.atttypid, a.atttypmod),
       bn.nspname, b.typname, b.typtype::text, coalesce(d.typmod, a.atttypmod),
       format_type(b.oid, coalesce(d.typmod, a.atttypmod)),
       en.nspname, e.typname, e.typtype::text, coalesce(ed.typmod, d.typmod, a.atttypmod),
       format_type(e.oid, coalesce(ed.typmod, d.typmod, a.atttypmod)),
       co.nspname, o.collname, coalesce(:deterministic, true),
       (SELECT string_agg(quote_literal(l.enumlabel), ',' ORDER BY l.enumsortorder)
        FROM pg_enum l
        WHERE l.enumtypid = coalesce(e.oid, b.oid))
FROM pg_attribute a
LEFT JOIN resolved d ON d.type = a.atttypid
JOIN pg_type b ON b.oid = coalesce(d.base, a.atttypid)
JOIN pg_namespace bn ON bn.oid = b.typnamespace
LEFT JOIN pg_type ea ON ea.oid = b.typelem AND ea.typarray = b.oid
LEFT JOIN resolved ed ON ed.type = ea.oid
LEFT JOIN pg_type e ON e.oid = coalesce(ed.base, ea.oid)
LEFT JOIN pg_namespace en ON en.oid = e.typnamespace
LEFT JOIN pg_collation o ON o.oid = a.attcollation
LEFT JOIN pg_namespace co ON co.oid = o.collnamespace
WHERE a.attrelid IN (:oids)
  AND a.attnum > 0
  AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
