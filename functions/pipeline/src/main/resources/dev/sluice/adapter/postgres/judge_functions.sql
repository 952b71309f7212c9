-- Functions of these names that are not immutable, or not functions of one row.
-- :names    names in lower case or as quoted, such as 'now', 'random'
-- :special  true for aggregates, window functions and procedures: p.prokind <> 'f' from PostgreSQL 11,
--           p.proisagg OR p.proiswindow before
SELECT DISTINCT p.proname,
       CASE
           WHEN :special OR p.proretset THEN 'not a function of one row'
           WHEN p.provolatile = 'v' THEN 'volatile'
           ELSE 'stable'
       END
FROM pg_proc p
WHERE p.proname IN (:names)
  AND (p.provolatile <> 'i' OR p.proretset OR :special)
ORDER BY 1, 2
