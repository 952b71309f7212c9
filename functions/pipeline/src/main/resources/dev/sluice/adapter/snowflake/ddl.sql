-- Database. Time Travel keeps what a table was for ${retention} day(s): how far back a mistake can be undone in Snowflake itself.
CREATE DATABASE IF NOT EXISTS ${database} DATA_RETENTION_TIME_IN_DAYS = ${retention};
USE DATABASE ${database};

-- The warehouse that loads. It sleeps after a minute without a statement; a run that finds nothing changed does not wake it.
CREATE WAREHOUSE IF NOT EXISTS ${warehouse} WITH WAREHOUSE_SIZE = 'XSMALL' AUTO_SUSPEND = 60 AUTO_RESUME = TRUE INITIALLY_SUSPENDED = TRUE;
USE WAREHOUSE ${warehouse};

-- What it may spend in a month, in credits. At the whole of it running statements end and new ones wait for the next month.
CREATE RESOURCE MONITOR IF NOT EXISTS ${monitor} WITH CREDIT_QUOTA = ${quota} FREQUENCY = MONTHLY START_TIMESTAMP = IMMEDIATELY TRIGGERS ON 75 PERCENT DO NOTIFY ON 100 PERCENT DO SUSPEND ON 110 PERCENT DO SUSPEND_IMMEDIATE;
ALTER WAREHOUSE ${warehouse} SET RESOURCE_MONITOR = ${monitor};

-- Roles: one that loads, one that reads.
CREATE ROLE IF NOT EXISTS ${loader};
CREATE ROLE IF NOT EXISTS ${reader};
GRANT ROLE ${loader} TO ROLE SYSADMIN;
GRANT ROLE ${reader} TO ROLE SYSADMIN;

-- The lake. Snowflake takes on the AWS role under an external id that is chosen here, so that the role can be made before or after.
CREATE STORAGE INTEGRATION IF NOT EXISTS ${integration} TYPE = EXTERNAL_STAGE STORAGE_PROVIDER = 'S3' ENABLED = TRUE STORAGE_AWS_ROLE_ARN = ${role_arn} STORAGE_AWS_EXTERNAL_ID = ${external_id} STORAGE_ALLOWED_LOCATIONS = (${lake});
CREATE SCHEMA IF NOT EXISTS "SLUICE";
CREATE FILE FORMAT IF NOT EXISTS "SLUICE"."PARQUET" TYPE = PARQUET USE_LOGICAL_TYPE = TRUE BINARY_AS_TEXT = FALSE NULL_IF = ();
CREATE SCHEMA IF NOT EXISTS ${stage_schema};
CREATE STAGE IF NOT EXISTS ${stage} URL = ${lake} STORAGE_INTEGRATION = ${integration} FILE_FORMAT = (FORMAT_NAME = '"SLUICE"."PARQUET"');

-- The ledgers: of slices, and of files that others drop.
${ledger}

${drops}

-- Rows of dropped files, from which their tables follow.
CREATE SCHEMA IF NOT EXISTS "SLUICE_DROPS";

-- Rights of the role that loads: it makes and owns the tables that it keeps, and only inserts into the ledger.
GRANT USAGE ON WAREHOUSE ${warehouse} TO ROLE ${loader};
GRANT USAGE ON DATABASE ${database} TO ROLE ${loader};
GRANT USAGE, CREATE TABLE ON SCHEMA "SLUICE" TO ROLE ${loader};
GRANT USAGE ON SCHEMA ${stage_schema} TO ROLE ${loader};
GRANT USAGE ON STAGE ${stage} TO ROLE ${loader};
GRANT USAGE ON INTEGRATION ${integration} TO ROLE ${loader};
GRANT SELECT, INSERT ON TABLE "SLUICE"."SLICE_LOG" TO ROLE ${loader};
GRANT SELECT, INSERT ON TABLE "SLUICE"."RUNS" TO ROLE ${loader};
GRANT SELECT, INSERT ON TABLE "SLUICE"."DROPS" TO ROLE ${loader};
GRANT USAGE, CREATE TABLE ON SCHEMA "SLUICE_DROPS" TO ROLE ${loader};
GRANT SELECT ON VIEW "SLUICE"."SLICES" TO ROLE ${loader};

-- Rights of the role that reads: the tables, and how fresh they are.
GRANT USAGE ON DATABASE ${database} TO ROLE ${reader};
GRANT USAGE ON SCHEMA "SLUICE" TO ROLE ${reader};
GRANT SELECT ON VIEW "SLUICE"."SLICES" TO ROLE ${reader};
GRANT SELECT ON TABLE "SLUICE"."RUNS" TO ROLE ${reader};
GRANT SELECT ON TABLE "SLUICE"."DROPS" TO ROLE ${reader};

-- Schemas of the tables that are kept (bronze).
${schemas}
