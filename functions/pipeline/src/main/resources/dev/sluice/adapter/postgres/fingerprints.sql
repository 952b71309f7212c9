-- Rows and hash of every slice. The sum of the 64-bit row hashes is brought into [0, 2^64).
-- :key    slice key, an expression of type text; NULL for a table that is one slice
-- :hash   hash of one row, an expression of type bigint; 0 when only rows are counted
-- :table  qualified name
-- :where  condition; true for all rows
-- :group  GROUP BY 1; nothing for a table that is one slice
SELECT :key, count(*),
       mod(mod(coalesce(sum(:hash), 0)::numeric, 18446744073709551616) + 18446744073709551616,
           18446744073709551616)::text
FROM :table
WHERE :where
:group
