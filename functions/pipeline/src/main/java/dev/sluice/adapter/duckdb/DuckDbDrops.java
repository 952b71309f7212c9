package dev.sluice.adapter.duckdb;

import dev.sluice.drop.DropEntry;
import dev.sluice.drop.DropPublication;
import dev.sluice.drop.DropWarehouse;
import dev.sluice.drop.Sums;
import dev.sluice.model.ColumnType;
import dev.sluice.model.Feed;
import dev.sluice.model.TableName;
import dev.sluice.store.Checkpoint;
import dev.sluice.store.InParallel;
import dev.sluice.store.ObjectStore;
import dev.sluice.store.Part;
import dev.sluice.store.WorkDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/// Tables of feeds in the embedded warehouse. Thread-safe; the file is open only while a method runs.
final class DuckDbDrops implements DropWarehouse {
    /// The newest version of every file that has rows.
    private static final String CURRENT = """
            SELECT key, rows FROM sluice.drops WHERE table_name = ? AND state <> 'refused'
            QUALIFY row_number() OVER (PARTITION BY key ORDER BY epoch DESC) = 1""";

    private final DuckDbFile file;
    private final ObjectStore store;
    private final WorkDirectory work;

    DuckDbDrops(DuckDbFile file, ObjectStore store, WorkDirectory work) {
        this.file = file;
        this.store = store;
        this.work = work;
    }

    @Override
    public State read(TableName target) {
        return file.exists() ? file.with(connection -> DuckDbDropLedger.read(connection, target)) : State.EMPTY;
    }

    @Override
    public void publish(DropPublication publication) {
        try (WorkDirectory.Room room = work.room("load")) {
            Map<String, List<Path>> files = download(publication, room.path());
            Checkpoint.reach("load.downloaded");
            file.with(connection -> {
                DuckDbDropPublish.run(connection, publication, files);
                return Optional.empty();
            });
        }
    }

    /// Brings the Parquet to the local disk and proves its checksums, before any transaction is open.
    private Map<String, List<Path>> download(DropPublication publication, Path directory) {
        record Wanted(String key, Part part, Path file) {}
        List<Wanted> wanted = new ArrayList<>();
        for (DropPublication.Published loaded : publication.loaded()) {
            for (Part part : loaded.file().parts()) {
                Path to = directory.resolve(wanted.size() + ".parquet");
                wanted.add(new Wanted(loaded.file().file().key(), part, to));
            }
        }
        InParallel.map(wanted, each -> {
            try {
                each.part().download(store, each.file());
                return each;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        Map<String, List<Path>> files = new HashMap<>();
        wanted.forEach(
                w -> files.computeIfAbsent(w.key(), key -> new ArrayList<>()).add(w.file()));
        return files;
    }

    @Override
    public boolean sleeps() {
        return false;
    }

    /// What a dead process staged went with it.
    @Override
    public void sweep(TableName target, long epoch) {}

    @Override
    public List<String> differences(Feed feed, String runId) {
        if (!file.exists()) {
            return List.of();
        }
        return file.with(connection -> {
            if (!DuckDbDropLedger.exists(connection)) {
                return List.of();
            }
            List<String> differences = new ArrayList<>(gone(connection, feed));
            if (!differences.isEmpty() || isMissing(connection, feed.target())) {
                return differences;
            }
            files(connection, feed, runId, differences);
            if (differences.isEmpty() && ledgerRows(connection, feed) != rows(connection, feed)) {
                everyFile(connection, feed, differences);
            }
            switch (feed.mode()) {
                case Feed.Mode.Append ignored -> {}
                case Feed.Mode.Replace ignored ->
                    same(
                            connection,
                            feed,
                            "rows",
                            "SELECT count(*) FROM " + Sql.name(DropPublication.rowsTable(feed)),
                            differences);
                case Feed.Mode.Upsert upsert ->
                    same(
                            connection,
                            feed,
                            "keys",
                            "SELECT count(*) FROM (SELECT DISTINCT %s FROM %s)"
                                    .formatted(Sql.names(upsert.key()), Sql.name(DropPublication.rowsTable(feed))),
                            differences);
            }
            return differences;
        });
    }

    @Override
    public void sums(Feed feed, String keyPrefix, BiConsumer<String, Sums> each) {
        if (!file.exists()) {
            return;
        }
        file.with(connection -> {
            if (DuckDbLedger.columns(connection, DropPublication.rowsTable(feed))
                    .isEmpty()) {
                return Optional.empty();
            }
            List<DuckDbSums.Value> values = feed.columns().stream()
                    .map(column -> new DuckDbSums.Value(column.type(), Sql.name(column.name())))
                    .toList();
            List<ColumnType> types =
                    feed.columns().stream().map(Feed.FeedColumn::type).toList();
            String sql = "SELECT _sluice_file, %s FROM %s WHERE starts_with(_sluice_file, ?) GROUP BY 1"
                    .formatted(DuckDbSums.select(values), Sql.name(DropPublication.rowsTable(feed)));
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setString(1, keyPrefix);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        each.accept(rows.getString(1), DuckDbSums.read(rows, 2, types));
                    }
                }
            }
            return Optional.empty();
        });
    }

    private static boolean isMissing(Connection connection, TableName table) throws SQLException {
        return DuckDbLedger.columns(connection, table).isEmpty();
    }

    private static List<String> gone(Connection connection, Feed feed) throws SQLException {
        long expected = ledgerRows(connection, feed);
        for (TableName table : List.of(DropPublication.rowsTable(feed), feed.target())) {
            if (expected > 0 && isMissing(connection, table)) {
                return List.of("%s is gone; the ledger says %d rows".formatted(table, expected));
            }
        }
        return List.of();
    }

    /// Of the current version of every file.
    private static long ledgerRows(Connection connection, Feed feed) throws SQLException {
        return number(connection, "SELECT coalesce(sum(rows), 0)::BIGINT FROM (" + CURRENT + ")", feed.target());
    }

    private static long rows(Connection connection, Feed feed) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT count(*) FROM " + Sql.name(DropPublication.rowsTable(feed)))) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static long number(Connection connection, String sql, TableName target) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, target.toString());
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    /// The current versions of all files, against the ledger; looked at when the sums differ.
    private static void everyFile(Connection connection, Feed feed, List<String> differences) throws SQLException {
        String sql = """
                SELECT coalesce(d.key, t.key), coalesce(d.rows, 0), coalesce(t.found, 0)
                FROM (%s) d
                FULL JOIN (SELECT _sluice_file AS key, count(*) AS found FROM %s GROUP BY 1) t ON t.key = d.key
                WHERE coalesce(d.rows, 0) <> coalesce(t.found, 0)
                ORDER BY 1 LIMIT 20
                """.formatted(CURRENT, Sql.name(DropPublication.rowsTable(feed)));
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, feed.target().toString());
            differ(feed, statement, differences);
        }
    }

    private static void differ(Feed feed, PreparedStatement statement, List<String> differences) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                differences.add("%s, file %s: the ledger says %d rows, the warehouse has %d"
                        .formatted(feed.target(), rows.getString(1), rows.getLong(2), rows.getLong(3)));
            }
        }
    }

    /// The files that the run loaded, against the ledger.
    private static void files(Connection connection, Feed feed, String runId, List<String> differences)
            throws SQLException {
        String sql = """
                SELECT d.key, d.rows, coalesce(t.found, 0)
                FROM sluice.drops d
                LEFT JOIN (SELECT _sluice_file AS key, count(*) AS found FROM %s WHERE _sluice_run = ? GROUP BY 1) t
                  ON t.key = d.key
                WHERE d.table_name = ? AND d.run_id = ? AND d.state = 'loaded' AND d.rows <> coalesce(t.found, 0)
                ORDER BY 1 LIMIT 20
                """.formatted(Sql.name(DropPublication.rowsTable(feed)));
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, runId);
            statement.setString(2, feed.target().toString());
            statement.setString(3, runId);
            differ(feed, statement, differences);
        }
    }

    /// The target against the rows that it follows from.
    private static void same(Connection connection, Feed feed, String what, String expected, List<String> differences)
            throws SQLException {
        String sql = "SELECT (%s), (SELECT count(*) FROM %s)".formatted(expected, Sql.name(feed.target()));
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            if (rows.getLong(1) != rows.getLong(2)) {
                differences.add("%s: the current files have %d %s, the table has %d rows"
                        .formatted(feed.target(), rows.getLong(1), what, rows.getLong(2)));
            }
        }
    }

    @Override
    public List<DropEntry> history(TableName target) {
        return file.exists() ? file.with(connection -> DuckDbDropLedger.history(connection, target)) : List.of();
    }
}
