-- Least and greatest value of a column, times as seconds since 1970.
-- :low, :high  min(c) and max(c) as float8; extract(epoch FROM …) of them for times
-- :table       qualified name
-- :finite      condition that leaves infinite times out
SELECT :low, :high FROM :table WHERE :finite
