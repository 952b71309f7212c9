-- Whether this server's counters can prove anything, and what makes two looks at them comparable. From PostgreSQL 15.
-- First the reason why not, or NULL. Then what changes when counters are set back (also those of one table) or when the
-- configuration, and with it track_counts, may have changed. Then which transactions have ended: equal texts mean that
-- none ended in between, because an end either leaves the list of those in progress or raises the upper bound. Then the
-- server's clock, in microseconds since 1970.
SELECT
    CASE
        WHEN pg_is_in_recovery() THEN 'the server is a standby'
        WHEN version() !~ '^PostgreSQL [0-9.]+(beta[0-9]+|rc[0-9]+|devel)? ' OR version() ~* 'greenplum|cloudberry'
            THEN 'the server is not PostgreSQL itself'
        WHEN NOT current_setting('track_counts')::boolean THEN 'track_counts is off'
        WHEN EXISTS (
            SELECT FROM pg_db_role_setting s, unnest(s.setconfig) c WHERE c LIKE 'track_counts=%' AND s.setdatabase IN (
                0, (SELECT oid FROM pg_database WHERE datname = current_database())))
            THEN 'track_counts is set for a role or database'
        WHEN EXISTS (SELECT FROM pg_extension WHERE extname IN ('citus', 'timescaledb'))
            THEN 'an extension keeps rows of its tables elsewhere'
    END,
    concat_ws('/',
        (SELECT stats_reset FROM pg_stat_database WHERE datname = current_database()),
        pg_conf_load_time()),
    pg_current_snapshot()::text,
    (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
