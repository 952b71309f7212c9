-- The server, its limits and its settings. Settings that Sluice pins are told as a session of the role begins.
-- :reserved  connections kept from ordinary roles: superuser_reserved_connections, from PostgreSQL 16 with
--            reserved_connections
SELECT current_setting('server_version'),
       substring(version() FROM '(?:Greenplum Database|Cloudberry Database|Apache Cloudberry) [0-9.]*'),
       current_user::text,
       r.rolsuper,
       r.rolsuper OR r.rolbypassrls,
       pg_is_in_recovery(),
       current_setting('hot_standby_feedback')::boolean,
       (SELECT setting FROM pg_settings WHERE name = 'max_standby_streaming_delay')::bigint,
       current_setting('max_connections')::int,
       :reserved,
       (SELECT count(*) FROM pg_stat_activity WHERE usesysid IS NOT NULL AND datid IS NOT NULL AND pid <> pg_backend_pid())::int,
       r.rolconnlimit,
       (SELECT count(*) FROM pg_stat_activity WHERE usesysid = r.oid AND datid IS NOT NULL AND pid <> pg_backend_pid())::int,
       d.datconnlimit,
       (SELECT count(*) FROM pg_stat_activity WHERE usesysid IS NOT NULL AND datid = d.oid AND pid <> pg_backend_pid())::int,
       (SELECT reset_val FROM pg_settings WHERE name = 'statement_timeout')::bigint,
       (SELECT reset_val FROM pg_settings WHERE name = 'idle_in_transaction_session_timeout')::bigint,
       current_setting('track_counts')::boolean
FROM pg_roles r, pg_database d
WHERE r.rolname = current_user
  AND d.datname = current_database()
