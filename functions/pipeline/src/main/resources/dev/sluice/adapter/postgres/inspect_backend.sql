-- The process that answers, and the name that we carry there.
SELECT pg_backend_pid(), current_setting('application_name')
