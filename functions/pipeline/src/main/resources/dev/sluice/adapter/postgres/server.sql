-- Names this start of this server and the database: two answers are equal only if the server ran on in between. The
-- last part changes after a crash, even one that the postmaster survived: then all counters are lost, and unlogged
-- tables are empty.
SELECT concat_ws('/',
    (SELECT system_identifier FROM pg_control_system()),
    pg_postmaster_start_time(),
    (SELECT oid FROM pg_database WHERE datname = current_database()),
    (SELECT stats_reset FROM pg_stat_archiver))
