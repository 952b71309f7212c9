-- The ledger of files that others drop, in DuckDB. Every statement may run again.

CREATE SCHEMA IF NOT EXISTS sluice;

-- Append-only. epoch orders the entries of a key: a run makes at most one per key. state is 'loaded', 'same' or 'refused'; the rows of a key are those of its newest entry that is not 'refused'.
CREATE TABLE IF NOT EXISTS sluice.drops (
    table_name      VARCHAR     NOT NULL,
    feed            VARCHAR     NOT NULL,
    key             VARCHAR     NOT NULL,
    version         VARCHAR     NOT NULL,
    etag            VARCHAR     NOT NULL,
    size            BIGINT      NOT NULL,
    modified_at     TIMESTAMPTZ NOT NULL,
    sha256          VARCHAR     NOT NULL,
    rows            BIGINT      NOT NULL,
    bad_rows        BIGINT      NOT NULL,
    definition_hash VARCHAR     NOT NULL,
    state           VARCHAR     NOT NULL,
    reason          VARCHAR     NOT NULL,
    receipt         VARCHAR     NOT NULL,
    run_id          VARCHAR     NOT NULL,
    epoch           BIGINT      NOT NULL,
    loaded_at       TIMESTAMPTZ NOT NULL
);
