package dev.sluice.adapter.snowflake;

import dev.sluice.drop.DropPublication;
import dev.sluice.drop.FeedDefinition;
import dev.sluice.model.Column;
import dev.sluice.model.DataMismatch;
import dev.sluice.model.Feed;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.TableName;
import dev.sluice.store.Checkpoint;
import dev.sluice.store.ObjectStore;
import dev.sluice.store.Ulid;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// A wave of dropped files: staged and looked at first, then moved in one transaction with the table that
/// follows from them and their ledger entries. Anything wrong rolls everything back; what stays are staging
/// tables, which the next run drops.
final class SnowflakeDropPublish {
    private final SnowflakeSession session;
    private final DropPublication publication;
    private final Feed feed;
    private final TableName target;
    private final String rows;
    private final SnowflakeStaging staging;
    private final SnowflakeTransaction transaction;

    /// Of this attempt alone, so that no other attempt of the run empties it.
    private final String affected;

    /// @param publication has at least one file
    SnowflakeDropPublish(SnowflakeSession session, DropPublication publication, ObjectStore store, TableName stage) {
        this.session = session;
        this.publication = publication;
        this.feed = publication.feed();
        this.target = feed.target();
        this.rows = SnowflakeNames.sql(DropPublication.rowsTable(feed));
        this.staging = new SnowflakeStaging(session, SnowflakeDropManifest.wave(publication, store), store, stage);
        this.transaction = new SnowflakeTransaction(
                session, store, target, publication.runId(), publication.epoch(), publication.fence());
        this.affected = staging.table("AFFECTED_" + Ulid.at(publication.publishedAt()));
    }

    /// Publishes what an earlier attempt of the same run has not published yet.
    void run() {
        SnowflakeDropLedger.ensure(session);
        transaction.endDead();
        if (!entered()) {
            try {
                publish();
            } catch (InvalidRequest missing) {
                // a newer run drops the staging tables of this one
                entered();
                publication.fence().run();
                throw missing;
            }
        }
        Checkpoint.reach("load.committed");
        staging.drop();
        session.execute("DROP TABLE IF EXISTS " + affected);
        SnowflakeStaging.dropOfLowerEpochs(session, target, publication.epoch());
    }

    /// Whether an earlier attempt committed the wave and died before it could say so. All of its entries are
    /// made by one transaction, so one of them tells.
    ///
    /// @throws DataMismatch another run took over
    private boolean entered() {
        SnowflakeDropLedger.Standing standing = SnowflakeDropLedger.standing(
                session,
                target,
                publication.epoch(),
                publication.runId(),
                publication.files().getFirst().file().file().key());
        if (standing.newestEpoch() > publication.epoch()) {
            throw new DataMismatch(
                    "%s: the ledger has epoch %d, this run took the lock at epoch %d; another run took over, nothing was published"
                            .formatted(target, standing.newestEpoch(), publication.epoch()));
        }
        return standing.entered();
    }

    private void publish() {
        if (publication.loaded().isEmpty()) {
            staging.fill();
            transaction.run(() -> !entered() && enter());
            return;
        }
        Set<String> columns = new SnowflakeDropTables(session, feed, staging.wave()).evolve();
        Checkpoint.reach("load.target-evolved");
        staging.fill();
        if (staging.hasRows()) {
            SnowflakeLimits.check(session, staging);
        }
        if (derived()) {
            session.doing(target + ": create the staging tables", "GRANT CREATE TABLE ON SCHEMA SLUICE TO ROLE …");
            session.execute("CREATE TRANSIENT TABLE %s (%s)"
                    .formatted(affected, SnowflakeDerivation.of(feed).affectedDdl()));
        }
        transaction.run(() -> move(columns));
    }

    private boolean derived() {
        return !DropPublication.rowsTable(feed).equals(target);
    }

    /// The DELETE comes first: it takes the lock of the rows, so that what is read of the ledger after it
    /// stays true until the commit.
    ///
    /// @return false if another attempt of the run published the wave while this one waited for the lock
    private boolean move(Set<String> columns) {
        session.doing(target + ": replace rows", "GRANT OWNERSHIP ON TABLE %s TO ROLE …".formatted(rows));
        session.execute("""
                DELETE FROM %s WHERE "_SLUICE_SLICE" IN (
                    SELECT "SLICE" FROM %s WHERE "KIND" = 'entry' AND "STATE" = 'loaded')
                """.formatted(rows, staging.manifest()));
        Checkpoint.reach("load.locked");
        if (entered()) {
            return false;
        }
        session.doing(target + ": replace rows", "GRANT OWNERSHIP ON TABLE %s TO ROLE …".formatted(rows));
        if (staging.hasRows()) {
            session.execute(insert());
        }
        checkRows();
        if (derived()) {
            derive(columns);
        }
        return enter();
    }

    /// What Sluice adds last to each row.
    private String runAndTime() {
        return SnowflakeSql.text(publication.runId()) + ", " + SnowflakeSql.instant(publication.publishedAt());
    }

    /// Columns of files whose names are one in Snowflake become one.
    private String insert() {
        Map<String, String> values = new LinkedHashMap<>();
        staging.wave().columns().forEach((name, column) -> {
            if (!name.equals(SnowflakeNames.LINE)) {
                values.merge(
                        SnowflakeNames.fold(name), value(name, column), (a, b) -> "COALESCE(%s, %s)".formatted(a, b));
            }
        });
        return """
                INSERT INTO %s (%s, "_SLUICE_SLICE", "_SLUICE_FILE", "_SLUICE_VERSION", "_SLUICE_LINE", "_SLUICE_RUN", "_SLUICE_SYNCED_AT")
                SELECT %s, f."SLICE", f."KEY", f."SHA256", s."_SLUICE_LINE", %s
                FROM %s s JOIN %s f ON f."KIND" = 'file' AND f."FILE" = s."_SLUICE_FILE"
                """.formatted(
                        rows,
                        values.keySet().stream().map(SnowflakeNames::quoted).collect(Collectors.joining(", ")),
                        String.join(", ", values.values()),
                        runAndTime(),
                        staging.rows(),
                        staging.manifest());
    }

    private static String value(String name, Column column) {
        return SnowflakeTypes.published(column.type(), "s." + SnowflakeNames.quoted(name));
    }

    private void derive(Set<String> columns) {
        SnowflakeDerivation derivation = SnowflakeDerivation.of(feed);
        boolean whole =
                isEmpty(target) || SnowflakeDropLedger.definitionChanged(session, target, FeedDefinition.hash(feed));
        List<String> statements = whole
                ? derivation.whole(columns, runAndTime())
                : derivation.anew(columns, staging.manifest(), affected, runAndTime());
        session.doing(target + ": derive the table", "GRANT OWNERSHIP ON TABLE %s TO ROLE …".formatted(target));
        statements.forEach(session::execute);
    }

    /// As a table is that somebody dropped: then it is derived from all rows that there are.
    private boolean isEmpty(TableName table) {
        return session.doing(table + ": derive the table", "GRANT SELECT ON TABLE %s TO ROLE …".formatted(table))
                .query("SELECT 1 FROM %s LIMIT 1".formatted(SnowflakeNames.sql(table)), row -> row.getInt(1))
                .isEmpty();
    }

    /// What the files hold now must be what was read.
    private void checkRows() {
        session.doing(target + ": count the rows that arrived", "GRANT SELECT ON TABLE %s TO ROLE …".formatted(rows));
        record Wrong(String file, long read, long arrived) {}
        List<Wrong> wrong = session.query(
                """
                SELECT w."KEY", w."ROWS", COALESCE(t."FOUND", 0)
                FROM %1$s w
                LEFT JOIN (SELECT "_SLUICE_SLICE" AS "SLICE", COUNT(*) AS "FOUND" FROM %2$s
                           WHERE "_SLUICE_SLICE" IN (SELECT "SLICE" FROM %1$s WHERE "KIND" = 'entry') GROUP BY 1) t
                  ON t."SLICE" = w."SLICE"
                WHERE w."KIND" = 'entry' AND w."STATE" = 'loaded' AND w."ROWS" <> COALESCE(t."FOUND", 0)
                LIMIT 1
                """.formatted(staging.manifest(), rows),
                row -> new Wrong(row.getString(1), row.getLong(2), row.getLong(3)));
        if (!wrong.isEmpty()) {
            throw new DataMismatch("%s, file %s: %d rows were read and %d arrived; rolled back"
                    .formatted(
                            target,
                            wrong.getFirst().file(),
                            wrong.getFirst().read(),
                            wrong.getFirst().arrived()));
        }
    }

    private boolean enter() {
        Checkpoint.reach("load.rows-without-ledger");
        session.doing(target + ": write the ledger of files", SnowflakeDropLedger.GRANT);
        long files = session.number("SELECT COUNT(*) FROM %s WHERE \"KIND\" = 'entry'".formatted(staging.manifest()));
        if (files != publication.files().size()) {
            throw new DataMismatch("%s: %d files were staged of %d, by another attempt of this run; rolled back"
                    .formatted(target, files, publication.files().size()));
        }
        session.execute("""
                INSERT INTO "SLUICE"."DROPS"
                SELECT %s, %s, w."KEY", w."VERSION", w."ETAG", w."SIZE", w."MODIFIED_AT"::TIMESTAMP_TZ(6), w."SHA256",
                       w."ROWS", w."BAD_ROWS", %s, w."STATE", w."REASON", w."RECEIPT", %s, %d, %s
                FROM %s w WHERE w."KIND" = 'entry'
                """.formatted(
                        SnowflakeSql.text(target.toString()),
                        SnowflakeSql.text(feed.name()),
                        SnowflakeSql.text(FeedDefinition.hash(feed)),
                        SnowflakeSql.text(publication.runId()),
                        publication.epoch(),
                        SnowflakeSql.instant(publication.publishedAt()),
                        staging.manifest()));
        return true;
    }
}
