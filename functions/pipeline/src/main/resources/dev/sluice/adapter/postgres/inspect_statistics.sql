-- What ANALYZE estimated of each column. Statistics over a table with all its children, where there are any, win over
-- those of the single members, which are put together: fractions weighted by rows, distinct values from the member that
-- has most. Fractions of a member's rows become numbers. Only what the role may read is in pg_stats.
-- :oids  object ids of the tables, such as 16384, 16390
WITH RECURSIVE member (root, oid) AS (
    SELECT oid, oid FROM pg_class WHERE oid IN (:oids)
    UNION
    SELECT m.root, i.inhrelid FROM member m JOIN pg_inherits i ON i.inhparent = m.oid
), sized AS (
    SELECT m.root, m.oid, n.nspname, c.relname,
           greatest(c.reltuples, 0)::float8 AS tuples,
           sum(CASE WHEN c.relkind = 'p' THEN 0 ELSE greatest(c.reltuples, 0) END::float8) OVER (PARTITION BY m.root)
               AS all_tuples
    FROM member m
    JOIN pg_class c ON c.oid = m.oid
    JOIN pg_namespace n ON n.oid = c.relnamespace
), estimated AS (
    SELECT z.root, s.attname, s.inherited,
           CASE WHEN s.inherited THEN z.all_tuples ELSE z.tuples END AS tuples,
           s.n_distinct, s.null_frac, s.correlation, s.most_common_freqs[1] AS greatest,
           CASE
               WHEN a.atttypid IN (1082, 1114, 1184)
                   THEN coalesce(s.histogram_bounds::text::timestamptz[], '{}')
                       || coalesce(s.most_common_vals::text::timestamptz[], '{}')
           END AS times,
           CASE
               WHEN a.atttypid IN (20, 21, 23)
                   THEN coalesce(s.histogram_bounds::text::float8[], '{}')
                       || coalesce(s.most_common_vals::text::float8[], '{}')
           END AS numbers
    FROM sized z
    JOIN pg_stats s ON s.schemaname = z.nspname AND s.tablename = z.relname
    JOIN pg_attribute a ON a.attrelid = z.oid AND a.attname = s.attname
    WHERE (s.inherited AND z.oid = z.root) OR NOT s.inherited
), ends AS (
    SELECT e.*,
           CASE WHEN e.n_distinct < 0 THEN -e.n_distinct * e.tuples ELSE e.n_distinct END AS distinct_values,
           coalesce((SELECT min(extract(epoch FROM v)) FROM unnest(e.times) v WHERE isfinite(v)),
                    (SELECT min(v) FROM unnest(e.numbers) v))::float8 AS low,
           coalesce((SELECT max(extract(epoch FROM v)) FROM unnest(e.times) v WHERE isfinite(v)),
                    (SELECT max(v) FROM unnest(e.numbers) v))::float8 AS high
    FROM estimated e
)
SELECT root::bigint, attname,
       coalesce(max(distinct_values) FILTER (WHERE inherited), max(distinct_values))::float8,
       coalesce(max(null_frac) FILTER (WHERE inherited),
                sum(null_frac * tuples) / nullif(sum(tuples), 0), max(null_frac))::float8,
       coalesce(max(greatest) FILTER (WHERE inherited),
                max(greatest * tuples) / nullif(sum(tuples), 0), max(greatest), 0)::float8,
       (sum(correlation * tuples) FILTER (WHERE NOT inherited)
           / nullif(sum(tuples) FILTER (WHERE NOT inherited AND correlation IS NOT NULL), 0))::float8,
       min(low), max(high)
FROM ends
GROUP BY root, attname
