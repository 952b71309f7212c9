-- Takes the snapshot and hands it out to siblings, where the server can: from PostgreSQL 10 also while in recovery;
-- not on Greenplum, whose exported snapshots do not hold on the segments.
SELECT CASE
    WHEN version() LIKE '%Greenplum%' THEN NULL
    WHEN current_setting('server_version_num')::int < 100000 AND pg_is_in_recovery() THEN NULL
    ELSE pg_export_snapshot()
END
