-- The ledger of files that others drop. Append-only. EPOCH orders the entries of a key: a run makes at most one per key. STATE is 'loaded', 'same' or 'refused'; the rows of a key are those of its newest entry that is not 'refused'.
CREATE TABLE IF NOT EXISTS "SLUICE"."DROPS" (
    "TABLE_NAME"      VARCHAR          NOT NULL,
    "FEED"            VARCHAR          NOT NULL,
    "KEY"             VARCHAR          NOT NULL,
    "VERSION"         VARCHAR          NOT NULL,
    "ETAG"            VARCHAR          NOT NULL,
    "SIZE"            NUMBER(19,0)     NOT NULL,
    "MODIFIED_AT"     TIMESTAMP_TZ(6)  NOT NULL,
    "SHA256"          VARCHAR          NOT NULL,
    "ROWS"            NUMBER(19,0)     NOT NULL,
    "BAD_ROWS"        NUMBER(19,0)     NOT NULL,
    "DEFINITION_HASH" VARCHAR          NOT NULL,
    "STATE"           VARCHAR          NOT NULL,
    "REASON"          VARCHAR          NOT NULL,
    "RECEIPT"         VARCHAR          NOT NULL,
    "RUN_ID"          VARCHAR          NOT NULL,
    "EPOCH"           NUMBER(19,0)     NOT NULL,
    "LOADED_AT"       TIMESTAMP_TZ(6)  NOT NULL
);
