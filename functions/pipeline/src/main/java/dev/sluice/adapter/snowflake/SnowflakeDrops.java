package dev.sluice.adapter.snowflake;

import dev.sluice.config.WarehouseConfig;
import dev.sluice.drop.DropEntry;
import dev.sluice.drop.DropPublication;
import dev.sluice.drop.DropWarehouse;
import dev.sluice.drop.Sums;
import dev.sluice.model.Feed;
import dev.sluice.model.TableName;
import dev.sluice.store.ObjectStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Tables of feeds in a database of Snowflake. Thread-safe; a session is open only while a method runs.
public final class SnowflakeDrops implements DropWarehouse {
    /// The newest version of every file that has rows.
    private static final String CURRENT = """
            SELECT "KEY", "ROWS" FROM "SLUICE"."DROPS" WHERE "TABLE_NAME" = %s AND "STATE" <> 'refused'
            QUALIFY ROW_NUMBER() OVER (PARTITION BY "KEY" ORDER BY "EPOCH" DESC) = 1""";

    private final WarehouseConfig.Snowflake config;
    private final ObjectStore store;
    private final Supplier<Duration> longestAwait;

    /// @param store the lake, whose address is that of the stage
    public SnowflakeDrops(WarehouseConfig.Snowflake config, ObjectStore store) {
        this(config, store, () -> SnowflakeSession.LONGEST_AWAIT);
    }

    /// @param longestAwait asked before each wait for a statement that loads, which goes on when the process
    ///                     ends; after that the stage fails as passing and is called again
    public SnowflakeDrops(WarehouseConfig.Snowflake config, ObjectStore store, Supplier<Duration> longestAwait) {
        this.config = config;
        this.store = store;
        this.longestAwait = longestAwait;
    }

    private <T> T with(TableName target, Map<String, String> about, Function<SnowflakeSession, T> work) {
        Map<String, String> tag = new LinkedHashMap<>(Map.of("app", "sluice", "table", target.toString()));
        tag.putAll(about);
        try (SnowflakeSession session = SnowflakeSession.open(config, tag, longestAwait)) {
            return work.apply(session);
        }
    }

    @Override
    public State read(TableName target) {
        return with(target, Map.of(), session -> SnowflakeDropLedger.read(session, target));
    }

    @Override
    public void publish(DropPublication publication) {
        if (publication.files().isEmpty()) {
            return;
        }
        with(publication.feed().target(), Map.of("run", publication.runId()), session -> {
            new SnowflakeDropPublish(session, publication, store, config.stage()).run();
            return true;
        });
    }

    @Override
    public boolean sleeps() {
        return true;
    }

    @Override
    public void sweep(TableName target, long epoch) {
        with(target, Map.of(), session -> {
            SnowflakeStaging.dropOfLowerEpochs(session, target, epoch);
            return true;
        });
    }

    @Override
    public List<String> differences(Feed feed, String runId) {
        return with(feed.target(), Map.of("run", runId), session -> {
            String rows = SnowflakeNames.sql(DropPublication.rowsTable(feed));
            long expected = ledgerRows(session, feed);
            for (TableName table : List.of(DropPublication.rowsTable(feed), feed.target())) {
                if (SnowflakeLedger.columns(session, table).isEmpty()) {
                    return expected == 0
                            ? List.of()
                            : List.of("%s is gone; the ledger says %d rows".formatted(table, expected));
                }
            }
            List<String> differences = new ArrayList<>(files(session, feed, runId, rows));
            session.doing(feed.target() + ": count the rows", "GRANT SELECT ON TABLE %s TO ROLE …".formatted(rows));
            if (differences.isEmpty() && session.number("SELECT COUNT(*) FROM " + rows) != expected) {
                differences.addAll(everyFile(session, feed, rows));
            }
            switch (feed.mode()) {
                case Feed.Mode.Append ignored -> {}
                case Feed.Mode.Replace ignored ->
                    same(session, feed, "rows", "SELECT COUNT(*) FROM " + rows, differences);
                case Feed.Mode.Upsert upsert ->
                    same(
                            session,
                            feed,
                            "keys",
                            "SELECT COUNT(*) FROM (SELECT DISTINCT %s FROM %s) k"
                                    .formatted(
                                            upsert.key().stream()
                                                    .map(SnowflakeNames::sql)
                                                    .collect(Collectors.joining(", ")),
                                            rows),
                            differences);
            }
            return differences;
        });
    }

    /// Of the current version of every file; 0 without a ledger.
    private static long ledgerRows(SnowflakeSession session, Feed feed) {
        return session.doing(feed.target() + ": read the ledger of files", SnowflakeDropLedger.GRANT)
                .find(
                        "SELECT COALESCE(SUM(d.\"ROWS\"), 0) FROM (%s) d"
                                .formatted(CURRENT.formatted(
                                        SnowflakeSql.text(feed.target().toString()))),
                        row -> row.getLong(1))
                .map(List::getFirst)
                .orElse(0L);
    }

    /// The current versions of all files, against the ledger; looked at when the sums differ.
    private static List<String> everyFile(SnowflakeSession session, Feed feed, String rows) {
        return session.query(
                """
                SELECT COALESCE(d."KEY", t."KEY"), COALESCE(d."ROWS", 0), COALESCE(t."FOUND", 0)
                FROM (%s) d
                FULL JOIN (SELECT "_SLUICE_FILE" AS "KEY", COUNT(*) AS "FOUND" FROM %s GROUP BY 1) t
                  ON t."KEY" = d."KEY"
                WHERE COALESCE(d."ROWS", 0) <> COALESCE(t."FOUND", 0)
                ORDER BY 1 LIMIT 20
                """.formatted(CURRENT.formatted(SnowflakeSql.text(feed.target().toString())), rows),
                row -> differs(feed, row));
    }

    private static String differs(Feed feed, ResultSet row) throws SQLException {
        return "%s, file %s: the ledger says %d rows, the warehouse has %d"
                .formatted(feed.target(), row.getString(1), row.getLong(2), row.getLong(3));
    }

    /// The files that the run loaded, against the ledger.
    private static List<String> files(SnowflakeSession session, Feed feed, String runId, String rows) {
        return session.doing(
                        feed.target() + ": compare the files with the ledger",
                        "GRANT SELECT ON TABLE %s TO ROLE …".formatted(rows))
                .query(
                        """
                        SELECT d."KEY", d."ROWS", COALESCE(t."FOUND", 0)
                        FROM "SLUICE"."DROPS" d
                        LEFT JOIN (SELECT "_SLUICE_FILE" AS "KEY", COUNT(*) AS "FOUND" FROM %s
                                   WHERE "_SLUICE_RUN" = %3$s GROUP BY 1) t ON t."KEY" = d."KEY"
                        WHERE d."TABLE_NAME" = %2$s AND d."RUN_ID" = %3$s AND d."STATE" = 'loaded'
                          AND d."ROWS" <> COALESCE(t."FOUND", 0)
                        ORDER BY 1 LIMIT 20
                        """.formatted(rows, SnowflakeSql.text(feed.target().toString()), SnowflakeSql.text(runId)),
                        row -> differs(feed, row));
    }

    /// The target against the rows that it follows from.
    private static void same(
            SnowflakeSession session, Feed feed, String what, String expected, List<String> differences) {
        String target = SnowflakeNames.sql(feed.target());
        session
                .doing(feed.target() + ": count the rows", "GRANT SELECT ON TABLE %s TO ROLE …".formatted(target))
                .query(
                        "SELECT (%s), (SELECT COUNT(*) FROM %s)".formatted(expected, target),
                        row -> row.getLong(1) == row.getLong(2)
                                ? ""
                                : "%s: the current files have %d %s, the table has %d rows"
                                        .formatted(feed.target(), row.getLong(1), what, row.getLong(2)))
                .stream()
                .filter(difference -> !difference.isEmpty())
                .forEach(differences::add);
    }

    @Override
    public void sums(Feed feed, String keyPrefix, BiConsumer<String, Sums> each) {
        with(feed.target(), Map.of(), session -> {
            if (!SnowflakeLedger.columns(session, DropPublication.rowsTable(feed))
                    .isEmpty()) {
                SnowflakeSums.of(session, feed, keyPrefix, each);
            }
            return true;
        });
    }

    @Override
    public List<DropEntry> history(TableName target) {
        return with(target, Map.of(), session -> SnowflakeDropLedger.history(session, target));
    }
}
