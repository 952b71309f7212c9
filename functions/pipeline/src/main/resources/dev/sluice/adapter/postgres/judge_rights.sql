-- Whether this role may create a temporary table on this server now.
SELECT NOT pg_is_in_recovery() AND has_database_privilege(current_database(), 'TEMPORARY')
