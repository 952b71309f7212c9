package dev.sluice.adapter.snowflake;

import dev.sluice.model.Column;
import dev.sluice.model.DataMismatch;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.LimitExceeded;
import dev.sluice.model.Slice;
import dev.sluice.model.TableName;
import dev.sluice.store.Checkpoint;
import dev.sluice.store.ObjectStore;
import dev.sluice.warehouse.Publication;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One wave: staged and looked at first, then moved in one short transaction with its ledger entries.
/// Anything wrong rolls everything back; what stays are staging tables, which the next run drops.
final class SnowflakePublish {
    private static final String LEDGER = "GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA SLUICE TO ROLE …";

    private final SnowflakeSession session;
    private final Publication publication;
    private final TableName target;
    private final String table;
    private final SnowflakeStaging staging;
    private final SnowflakeTransaction transaction;
    private final String name;

    SnowflakePublish(SnowflakeSession session, Publication publication, ObjectStore store, TableName stage) {
        this.session = session;
        this.publication = publication;
        this.target = publication.definition().target();
        this.table = SnowflakeNames.sql(target);
        this.staging = new SnowflakeStaging(session, SnowflakeManifest.wave(publication, store), store, stage);
        this.transaction = new SnowflakeTransaction(
                session, store, target, publication.runId(), publication.epoch(), publication.fence());
        this.name = SnowflakeSql.text(target.toString());
    }

    void run() {
        if (!SnowflakeLedger.exists(session)) {
            SnowflakeLedger.create(session);
        }
        transaction.endDead();
        checkEpoch();
        if (!alreadyPublished()) {
            try {
                publish();
            } catch (InvalidRequest missing) {
                // a newer run drops the staging tables of this one
                checkEpoch();
                publication.fence().run();
                throw missing;
            }
        }
        Checkpoint.reach("load.committed");
        staging.drop();
        SnowflakeStaging.dropOfLowerEpochs(session, target, publication.epoch());
    }

    private void publish() {
        switch (publication.purpose()) {
            case SYNC, REPLAY -> publishRows();
            case RELEASE -> release();
        }
    }

    private void publishRows() {
        SnowflakeTarget evolving = new SnowflakeTarget(session, publication);
        boolean fits = evolving.evolve();
        Checkpoint.reach("load.target-evolved");
        staging.fill();
        if (staging.hasRows()) {
            SnowflakeLimits.check(session, staging);
        }
        if (fits) {
            transaction.run(this::move);
        } else {
            recreate(evolving);
        }
        Checkpoint.reach("load.before-drop");
        evolving.dropLeftOut();
    }

    /// Leaves the target alone, which may even be missing.
    private void release() {
        staging.fill();
        transaction.run(() -> {
            checkEpoch();
            writeLedger();
            releaseInLedger();
            return true;
        });
    }

    /// The DELETE comes first: it takes the target's lock, so that what is read of the ledger after it
    /// stays true until the commit.
    ///
    /// @return false if another attempt of the run published the wave while this one waited for the lock
    private boolean move() {
        session.doing(target + ": replace rows", "GRANT OWNERSHIP ON TABLE %s TO ROLE …".formatted(table));
        session.execute(
                publication.replaceAll()
                        ? "DELETE FROM " + table
                        : "DELETE FROM %s WHERE \"_SLUICE_SLICE\" IN (SELECT \"SLICE\" FROM %s WHERE \"KIND\" = 'slice')"
                                .formatted(table, staging.manifest()));
        Checkpoint.reach("load.locked");
        checkEpoch();
        if (alreadyPublished()) {
            return false;
        }
        if (staging.hasRows()) {
            insert();
        }
        Checkpoint.reach("load.rows-without-ledger");
        writeLedger();
        if (publication.replaceAll()) {
            bury("AND \"SLICE\" NOT IN (SELECT \"SLICE\" FROM %s WHERE \"KIND\" = 'slice')"
                    .formatted(staging.manifest()));
        }
        checkRows(table, "\"_SLUICE_SLICE\"");
        checkShrink(session.number("SELECT COUNT(*) FROM " + table));
        return true;
    }

    private void checkEpoch() {
        long newest = SnowflakeLedger.newestEpoch(session, target);
        if (newest > publication.epoch()) {
            throw new DataMismatch(
                    "%s: the ledger has epoch %d, this run took the lock at epoch %d; another run took over, nothing was published"
                            .formatted(target, newest, publication.epoch()));
        }
    }

    /// True if an earlier attempt of the same run committed this wave and died before it could say so. An
    /// entry of another action does not count: the first wave of a replaced target enters the slices of
    /// later waves as removed. The entry of a release goes on naming the run that its rows carry.
    private boolean alreadyPublished() {
        Set<String> mine = new HashSet<>(session.doing(target + ": read the ledger", LEDGER)
                .query(
                        """
                        SELECT "ACTION" || ' ' || "SLICE" FROM "SLUICE"."SLICE_LOG"
                        WHERE "TABLE_NAME" = %s AND "EPOCH" = %d AND ("RUN_ID" = %s OR "ACTION" = 'release')
                        """.formatted(name, publication.epoch(), SnowflakeSql.text(publication.runId())),
                        row -> row.getString(1)));
        String word = SnowflakeManifest.word(publication);
        return !mine.isEmpty()
                && publication.slices().stream()
                        .allMatch(s -> mine.contains(word + " " + s.slice().encoded()))
                && publication.removals().stream().allMatch(s -> mine.contains("remove " + s.encoded()))
                && publication.released().stream().allMatch(s -> mine.contains("release " + s.encoded()));
    }

    private void insert() {
        StringBuilder into = new StringBuilder();
        SnowflakeNames.columns(publication.definition())
                .keySet()
                .forEach(column -> into.append(SnowflakeNames.quoted(column)).append(", "));
        session.execute("""
                INSERT INTO %s (%s"_SLUICE_SLICE", "_SLUICE_RUN", "_SLUICE_SYNCED_AT")
                %s
                """.formatted(table, into, staged()));
    }

    /// The staged rows as those of the target.
    private String staged() {
        StringBuilder values = new StringBuilder();
        for (Map.Entry<String, Column> column :
                SnowflakeNames.columns(publication.definition()).entrySet()) {
            String quoted = SnowflakeNames.quoted(column.getKey());
            values.append(SnowflakeTypes.published(column.getValue().type(), "s." + quoted))
                    .append(" AS ")
                    .append(quoted)
                    .append(", ");
        }
        return """
                SELECT %sf."SLICE" AS "_SLUICE_SLICE", %s AS "_SLUICE_RUN", %s AS "_SLUICE_SYNCED_AT"
                FROM %s s JOIN %s f ON f."KIND" = 'file' AND f."FILE" = s."_SLUICE_FILE"
                """.formatted(
                        values,
                        SnowflakeSql.text(publication.runId()),
                        SnowflakeSql.instant(publication.publishedAt()),
                        staging.rows(),
                        staging.manifest());
    }

    private void writeLedger() {
        session.doing(target + ": write the ledger", LEDGER);
        session.execute("""
                INSERT INTO "SLUICE"."SLICE_LOG"
                SELECT %s, w."SLICE", %d, %s, w."ACTION", %s, w."SOURCE_ROWS", w."SOURCE_HASH", w."HASH_ALGORITHM",
                       w."SOURCE_ROWS", w."RAW_BYTES", w."PARQUET_BYTES", w."RAW_RECEIPT", w."LAKE_RECEIPT", %s
                FROM %s w WHERE w."KIND" = 'slice'
                """.formatted(
                        name,
                        publication.epoch(),
                        SnowflakeSql.text(publication.runId()),
                        SnowflakeSql.text(publication.definition().hash()),
                        SnowflakeSql.instant(publication.publishedAt()),
                        staging.manifest()));
    }

    /// Enters slices of the ledger as removed, a microsecond before what else the wave enters.
    ///
    /// @param which more of a WHERE
    private void bury(String which) {
        session.doing(target + ": write the ledger", LEDGER);
        session.execute("""
                INSERT INTO "SLUICE"."SLICE_LOG"
                SELECT "TABLE_NAME", "SLICE", %d, %s, 'remove', %s, 0, 0, 'none', 0, 0, 0, '', '', %s
                FROM "SLUICE"."SLICES" WHERE "TABLE_NAME" = %s AND "ACTION" <> 'remove' %s
                """.formatted(
                        publication.epoch(),
                        SnowflakeSql.text(publication.runId()),
                        SnowflakeSql.text(publication.definition().hash()),
                        SnowflakeSql.instant(publication.publishedAt().minusNanos(1_000)),
                        name,
                        which));
    }

    /// The entry of before once more under a new epoch: it is about the same rows, which carry their run.
    private void releaseInLedger() {
        session.execute("""
                INSERT INTO "SLUICE"."SLICE_LOG"
                SELECT "TABLE_NAME", "SLICE", %d, "RUN_ID", 'release', "DEFINITION_HASH", "SOURCE_ROWS", "SOURCE_HASH",
                       "HASH_ALGORITHM", "WAREHOUSE_ROWS", "RAW_BYTES", "PARQUET_BYTES", "RAW_RECEIPT", "LAKE_RECEIPT", %s
                FROM "SLUICE"."SLICES"
                WHERE "TABLE_NAME" = %s AND "ACTION" = 'replay'
                  AND "SLICE" IN (SELECT "SLICE" FROM %s WHERE "KIND" = 'released')
                """.formatted(
                publication.epoch(), SnowflakeSql.instant(publication.publishedAt()), name, staging.manifest()));
    }

    /// What the wave's slices hold must be what was landed.
    ///
    /// @param in  a table or query
    /// @param key its column with the slice
    private void checkRows(String in, String key) {
        session.doing(target + ": count the rows that arrived", "GRANT SELECT ON TABLE %s TO ROLE …".formatted(table));
        record Wrong(Slice slice, long landed, long arrived) {}
        List<Wrong> wrong = session.query(
                """
                SELECT w."SLICE", w."SOURCE_ROWS", COALESCE(t."FOUND", 0)
                FROM %1$s w
                LEFT JOIN (SELECT %3$s AS "SLICE", COUNT(*) AS "FOUND" FROM %2$s
                           WHERE %3$s IN (SELECT "SLICE" FROM %1$s WHERE "KIND" = 'slice') GROUP BY 1) t
                  ON t."SLICE" = w."SLICE"
                WHERE w."KIND" = 'slice' AND w."SOURCE_ROWS" <> COALESCE(t."FOUND", 0)
                LIMIT 1
                """.formatted(staging.manifest(), in, key),
                row -> new Wrong(new Slice(row.getString(1)), row.getLong(2), row.getLong(3)));
        if (!wrong.isEmpty()) {
            throw new DataMismatch("%s, slice %s: %d rows were landed and %d arrived; rolled back"
                    .formatted(
                            target,
                            wrong.getFirst().slice(),
                            wrong.getFirst().landed(),
                            wrong.getFirst().arrived()));
        }
    }

    private void checkShrink(long rowsAfter) {
        Optional<String> refused = publication.guard().check(publication.rowsBefore(), rowsAfter);
        if (refused.isPresent()) {
            throw new LimitExceeded(refused.get());
        }
    }

    /// The target anew, because its columns do not fit: DDL cannot be part of a transaction. Between its
    /// steps the ledger knows of no slice, so whenever this dies the next run replaces everything.
    private void recreate(SnowflakeTarget evolving) {
        String rows = "(%s)".formatted(staged());
        checkRows(rows, "\"_SLUICE_SLICE\"");
        checkShrink(
                publication.slices().stream().mapToLong(s -> s.source().rows()).sum());
        checkEpoch();
        publication.fence().run();
        bury("");
        Checkpoint.reach("load.buried");
        session.doing("recreate " + target, "GRANT OWNERSHIP ON TABLE %s TO ROLE …".formatted(table));
        String create = "CREATE OR REPLACE TABLE %s (%s) COPY GRANTS".formatted(table, evolving.ddl());
        session.execute(staging.hasRows() ? create + " AS " + staged() : create);
        Checkpoint.reach("load.rows-without-ledger");
        publication.fence().run();
        writeLedger();
    }
}
