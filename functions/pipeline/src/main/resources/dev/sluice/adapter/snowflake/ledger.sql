-- The ledger in Snowflake. Every statement may run again.

CREATE SCHEMA IF NOT EXISTS "SLUICE";

-- Append-only, so that tables do not wait for each other. A removal is an entry with action 'remove', a pinned slice one with action 'replay', the end of its pin 'release'. EPOCH and LOADED_AT order the entries of a slice.
CREATE TABLE IF NOT EXISTS "SLUICE"."SLICE_LOG" (
    "TABLE_NAME"      VARCHAR          NOT NULL,
    "SLICE"           VARCHAR          NOT NULL,
    "EPOCH"           NUMBER(19,0)     NOT NULL,
    "RUN_ID"          VARCHAR          NOT NULL,
    "ACTION"          VARCHAR          NOT NULL,
    "DEFINITION_HASH" VARCHAR          NOT NULL,
    "SOURCE_ROWS"     NUMBER(19,0)     NOT NULL,
    "SOURCE_HASH"     NUMBER(20,0)     NOT NULL,
    "HASH_ALGORITHM"  VARCHAR          NOT NULL,
    "WAREHOUSE_ROWS"  NUMBER(19,0)     NOT NULL,
    "RAW_BYTES"       NUMBER(19,0)     NOT NULL,
    "PARQUET_BYTES"   NUMBER(19,0)     NOT NULL,
    "RAW_RECEIPT"     VARCHAR          NOT NULL,
    "LAKE_RECEIPT"    VARCHAR          NOT NULL,
    "LOADED_AT"       TIMESTAMP_TZ(6)  NOT NULL
);

CREATE TABLE IF NOT EXISTS "SLUICE"."RUNS" (
    "RUN_ID"          VARCHAR          NOT NULL,
    "STARTED_AT"      TIMESTAMP_TZ(6)  NOT NULL,
    "ENDED_AT"        TIMESTAMP_TZ(6)  NOT NULL,
    "STATUS"          VARCHAR          NOT NULL,
    "TABLES"          NUMBER(10,0)     NOT NULL,
    "SLICES_REPLACED" NUMBER(19,0)     NOT NULL,
    "SLICES_REMOVED"  NUMBER(19,0)     NOT NULL,
    "SLICES_KEPT"     NUMBER(19,0)     NOT NULL,
    "SLICES_FAILED"   NUMBER(19,0)     NOT NULL,
    "ROWS"            NUMBER(19,0)     NOT NULL,
    "BYTES"           NUMBER(19,0)     NOT NULL,
    "ERROR"           VARCHAR
);

-- The newest entry per table and slice.
CREATE VIEW IF NOT EXISTS "SLUICE"."SLICES" AS
SELECT *
FROM "SLUICE"."SLICE_LOG"
QUALIFY ROW_NUMBER() OVER (PARTITION BY "TABLE_NAME", "SLICE" ORDER BY "EPOCH" DESC, "LOADED_AT" DESC) = 1;
