-- Everything that a row's text depends on, what filters rows, and the limits. SET LOCAL, because a pooler may hand the
-- session to somebody else. Takes no snapshot. A line marked "from N" is left out below server_version_num N.
-- :application        named in pg_stat_activity
-- :statement_timeout  milliseconds
-- :lock_timeout       milliseconds
SET LOCAL application_name = :application;
SET LOCAL client_min_messages = warning;
SET LOCAL standard_conforming_strings = on;
SET LOCAL backslash_quote = safe_encoding;
SET LOCAL client_encoding = 'UTF8';
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL TimeZone = 'UTC';
SET LOCAL DateStyle = 'ISO, YMD';
SET LOCAL IntervalStyle = postgres;
SET LOCAL extra_float_digits = 3;
SET LOCAL bytea_output = hex;
SET LOCAL lc_monetary = 'C';
SET LOCAL lc_numeric = 'C';
SET LOCAL lc_time = 'C';
SET LOCAL xmloption = content;
SET LOCAL xmlbinary = base64;
SET LOCAL array_nulls = on;
SET LOCAL transform_null_equals = off;
SET LOCAL quote_all_identifiers = off;
SET LOCAL gin_fuzzy_search_limit = 0;
SET LOCAL row_security = off; -- from 90500
SET LOCAL statement_timeout = :statement_timeout;
SET LOCAL lock_timeout = :lock_timeout;
SET LOCAL idle_in_transaction_session_timeout = 0; -- from 90600
SET LOCAL transaction_timeout = 0; -- from 170000
