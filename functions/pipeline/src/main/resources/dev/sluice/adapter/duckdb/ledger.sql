-- The ledger in DuckDB. Every statement may run again.

CREATE SCHEMA IF NOT EXISTS sluice;

-- Append-only. A removal is an entry with action 'remove', a pinned slice one with action 'replay', the end of its pin 'release'. loaded_at and epoch order the entries of a slice.
CREATE TABLE IF NOT EXISTS sluice.slice_log (
    table_name      VARCHAR     NOT NULL,
    slice           VARCHAR     NOT NULL,
    epoch           BIGINT      NOT NULL,
    run_id          VARCHAR     NOT NULL,
    action          VARCHAR     NOT NULL,
    definition_hash VARCHAR     NOT NULL,
    source_rows     BIGINT      NOT NULL,
    source_hash     UBIGINT     NOT NULL,
    hash_algorithm  VARCHAR     NOT NULL,
    warehouse_rows  BIGINT      NOT NULL,
    raw_bytes       BIGINT      NOT NULL,
    parquet_bytes   BIGINT      NOT NULL,
    raw_receipt     VARCHAR     NOT NULL,
    lake_receipt    VARCHAR     NOT NULL,
    loaded_at       TIMESTAMPTZ NOT NULL
);

-- The newest entry per table and slice.
CREATE OR REPLACE VIEW sluice.slices AS
SELECT *
FROM sluice.slice_log
QUALIFY row_number() OVER (PARTITION BY table_name, slice ORDER BY epoch DESC, loaded_at DESC) = 1;

CREATE TABLE IF NOT EXISTS sluice.runs (
    run_id          VARCHAR     NOT NULL,
    started_at      TIMESTAMPTZ NOT NULL,
    ended_at        TIMESTAMPTZ NOT NULL,
    status          VARCHAR     NOT NULL,
    tables          INTEGER     NOT NULL,
    slices_replaced BIGINT      NOT NULL,
    slices_removed  BIGINT      NOT NULL,
    slices_kept     BIGINT      NOT NULL,
    slices_failed   BIGINT      NOT NULL,
    rows            BIGINT      NOT NULL,
    bytes           BIGINT      NOT NULL,
    error           VARCHAR
);
