-- A schema for what is made of them, empty.
CREATE SCHEMA IF NOT EXISTS ${schema};
GRANT USAGE ON SCHEMA ${schema} TO ROLE ${reader};
GRANT SELECT ON FUTURE TABLES IN SCHEMA ${schema} TO ROLE ${reader};
GRANT SELECT ON FUTURE VIEWS IN SCHEMA ${schema} TO ROLE ${reader};
