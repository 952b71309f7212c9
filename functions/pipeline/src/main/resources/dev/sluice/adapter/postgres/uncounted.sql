-- Sessions of this database that may have committed before :since and not counted it yet; no row if there is none.
-- A session counts when a transaction ends and it goes idle, at most once a second; at the latest after 10 s of
-- idleness, and by force at the first such moment after 60 s. It never does so between the transactions of a procedure,
-- which is why the beginning of its statement counts as much as that of its transaction. Sessions of Sluice write
-- nothing. From PostgreSQL 15.
-- :since          a moment of the server's clock
-- :idle_enough    a session that has been idle for so long has counted
-- :counted_after  so long after :since every session has counted that was ever idle meanwhile
-- :application    how the names of Sluice's sessions begin
SELECT why
FROM (
    SELECT CASE
        WHEN a.state IS NULL OR a.backend_type IS NULL
            THEN 'the role may not see what other sessions do (GRANT pg_read_all_stats TO '
                || quote_ident(current_user) || ')'
        WHEN a.backend_type <> 'client backend' AND a.backend_type NOT LIKE 'logical replication%'
            THEN 'a background process is at work: ' || a.backend_type
        WHEN a.state = 'disabled' THEN 'a session has track_activities off'
        WHEN a.backend_start > :since THEN NULL
        WHEN a.state = 'idle' THEN
            CASE
                WHEN a.state_change < clock_timestamp() - :idle_enough THEN NULL
                WHEN clock_timestamp() > :since + :counted_after THEN NULL
                ELSE 'a session was active a moment ago'
            END
        WHEN least(a.xact_start, a.query_start) > :since + :counted_after THEN NULL
        ELSE 'a session is at work and may not have counted what it wrote before'
    END AS why
    FROM pg_stat_activity a
    WHERE a.datid = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND a.pid <> pg_backend_pid()
      AND coalesce(a.backend_type, '') NOT IN ('autovacuum worker', 'parallel worker', 'walsender')
      AND NOT (a.usesysid = (SELECT oid FROM pg_roles WHERE rolname = current_user)
               AND starts_with(a.application_name, :application))
) session
WHERE why IS NOT NULL
ORDER BY why LIKE '%GRANT%' DESC, why
LIMIT 1
