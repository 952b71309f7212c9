-- What the planner expects of reading rows; only the first line of the answer is looked at.
-- :columns  what would be sent
-- :table    qualified name
-- :where    condition; true for all rows
EXPLAIN SELECT :columns FROM :table WHERE :where
