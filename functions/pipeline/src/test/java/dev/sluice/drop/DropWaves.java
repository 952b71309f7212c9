package dev.sluice.drop;

import dev.sluice.drop.text.FeedColumns;
import dev.sluice.model.Column;
import dev.sluice.model.ColumnType;
import dev.sluice.model.Feed;
import dev.sluice.store.Body;
import dev.sluice.store.ObjectStore;
import dev.sluice.store.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Waves of dropped files, ready to be published, their rows given as SQL of DuckDB. Not thread-safe.
final class DropWaves {
    private final ObjectStore store;
    private final Path directory;
    private int objects;
    private long epoch;

    DropWaves(ObjectStore store, Path directory) {
        this.store = store;
        this.directory = directory;
    }

    /// A wave of a new run, under a new epoch.
    Wave wave(Feed feed) {
        epoch++;
        return new Wave(feed, "run-" + epoch, epoch);
    }

    /// One wave; every method returns it.
    final class Wave {
        private final Feed feed;
        private final String runId;
        private final long epoch;
        private final List<DropPublication.Published> files = new ArrayList<>();
        private Runnable fence = () -> {};

        private Wave(Feed feed, String runId, long epoch) {
            this.feed = feed;
            this.runId = runId;
            this.epoch = epoch;
        }

        /// @param rows VALUES of the feed's columns, in order; the line is their number
        Wave file(String key, String... rows) {
            return file(key, List.of(), rows);
        }

        /// @param added columns that the feed does not name, whose values come last
        Wave file(String key, List<String> added, String... rows) {
            List<Column> columns = new ArrayList<>();
            feed.columns().forEach(c -> columns.add(FeedColumns.column(columns.size() + 1, c.name(), c.type())));
            added.forEach(name -> columns.add(FeedColumns.column(columns.size() + 1, name, new ColumnType.Text())));
            return add(key, FileState.LOADED, rows.length, columns, List.of(parquet(columns, rows)), "");
        }

        Wave empty(String key) {
            return file(key);
        }

        Wave refused(String key, String why) {
            return add(key, FileState.REFUSED, 0, List.of(), List.of(), why);
        }

        Wave same(String key, long rows) {
            return add(key, FileState.SAME, rows, List.of(), List.of(), "");
        }

        /// Says of the newest file that one row more was read than there is.
        Wave withARowLost() {
            DropPublication.Published last = files.removeLast();
            FileReceipt.ReadFile file = last.file();
            return add(file.file().key(), file.state(), file.rows() + 1, file.columns(), file.parts(), "");
        }

        Wave fence(Runnable check) {
            fence = check;
            return this;
        }

        private Wave add(
                String key, FileState state, long rows, List<Column> columns, List<Part> parts, String reason) {
            Instant written = Instant.parse("2026-03-01T10:00:00.123Z").plusSeconds(epoch);
            files.add(new DropPublication.Published(
                    new FileReceipt.ReadFile(
                            new DropFile(key, "etag-" + epoch, 100, written, Map.of(), Optional.empty()),
                            state,
                            "v" + epoch,
                            "sha-" + epoch,
                            rows,
                            state == FileState.REFUSED ? 2 : 1,
                            columns,
                            Optional.empty(),
                            parts,
                            Optional.empty(),
                            Optional.of(reason).filter(text -> !text.isEmpty())),
                    "receipt-" + epoch));
            return this;
        }

        DropPublication publication() {
            return publication(epoch);
        }

        DropPublication publication(long underEpoch) {
            Instant at = Instant.parse("2026-03-31T10:00:00.123456Z").plusSeconds(underEpoch);
            return new DropPublication(feed, runId, underEpoch, 0, at, files, fence);
        }
    }

    private Part parquet(List<Column> columns, String... rows) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            values.add("c%d::%s AS \"%s\""
                    .formatted(i, type(columns.get(i).type()), columns.get(i).name()));
        }
        List<String> lines = new ArrayList<>();
        for (String row : rows) {
            lines.add("(%s, %d)".formatted(row, lines.size() + 1));
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            names.add("c" + i);
        }
        String none = lines.isEmpty() ? " WHERE false" : "";
        if (lines.isEmpty()) {
            lines.add("(%s 1)".formatted("NULL, ".repeat(columns.size())));
        }
        String select = "SELECT %s, line::BIGINT AS _sluice_line FROM (VALUES %s) t(%s, line)%s"
                .formatted(String.join(", ", values), String.join(", ", lines), String.join(", ", names), none);
        Path file = directory.resolve("part-" + ++objects + ".parquet");
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
            statement.execute("COPY (%s) TO '%s' (FORMAT parquet)".formatted(select, file));
            return Part.upload(
                    store, "lake/contract/" + directory.getFileName() + "/" + file.getFileName(), Body.of(file));
        } catch (SQLException | IOException e) {
            throw new IllegalStateException(select, e);
        } finally {
            delete(file);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String type(ColumnType type) {
        return switch (type) {
            case ColumnType.Int32 t -> "INTEGER";
            case ColumnType.Int64 t -> "BIGINT";
            case ColumnType.Decimal t -> "DECIMAL(%d,%d)".formatted(t.precision(), t.scale());
            case ColumnType.Date t -> "DATE";
            case ColumnType.Timestamp t -> "TIMESTAMP";
            case ColumnType.TimestampTz t -> "TIMESTAMPTZ";
            case ColumnType.Json t -> "JSON";
            case ColumnType.Text t -> "VARCHAR";
            default -> throw new UnsupportedOperationException(type.toString());
        };
    }

    /// Rows of a query, columns joined by `|`.
    static List<String> rows(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.add(String.valueOf(rows.getString(i)));
                }
                found.add(String.join("|", row));
            }
            return found;
        }
    }
}
