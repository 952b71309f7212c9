package dev.sluice.warehouse;

import dev.sluice.model.Column;
import dev.sluice.model.ColumnType;
import dev.sluice.model.Definition;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.Slice;
import dev.sluice.model.SliceBy;
import dev.sluice.model.TableName;
import dev.sluice.plan.Purpose;
import dev.sluice.plan.ShrinkGuard;
import dev.sluice.store.Body;
import dev.sluice.store.ObjectStore;
import dev.sluice.store.Part;
import dev.sluice.store.Ulid;
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
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Waves of one table, ready to be published, their rows given as SQL of DuckDB and written as the
/// Parquet that the converter writes. Not thread-safe.
final class Waves {
    private final ObjectStore store;
    private final Path directory;
    private final TableName target;
    private List<Column> columns;
    private long epoch = 1;
    private Instant clock = Instant.parse("2026-03-31T10:00:00.123456Z");

    Waves(ObjectStore store, Path directory, TableName target, List<Column> columns) {
        this.store = store;
        this.directory = directory;
        this.target = target;
        this.columns = columns;
    }

    static Column column(String name, ColumnType type) {
        return new Column(1, name, type, "any", "any", false, true, name);
    }

    static Column required(String name, ColumnType type) {
        return new Column(1, name, type, "any", "any", true, true, name);
    }

    /// The columns that the table has from now on.
    Waves columns(Column... now) {
        columns = List.of(now);
        return this;
    }

    Definition definition() {
        return new Definition(target, target, new SliceBy.Value("region"), columns, "hash-of-" + columns.size());
    }

    /// A wave of a new run, under a new epoch.
    Wave wave(String runId) {
        clock = clock.plusSeconds(60);
        return new Wave(runId, epoch++, clock);
    }

    /// One wave; every method returns it.
    final class Wave {
        private final String runId;
        private final long epoch;
        private final Instant at;
        private final List<Publication.Published> slices = new ArrayList<>();
        private final List<Slice> removals = new ArrayList<>();
        private final List<Slice> released = new ArrayList<>();
        private final Set<String> leftOut = new HashSet<>();
        private Purpose purpose = Purpose.SYNC;
        private boolean recreate;
        private boolean replaceAll;
        private int number;
        private long rowsBefore;
        private Runnable fence = () -> {};

        private Wave(String runId, long epoch, Instant at) {
            this.runId = runId;
            this.epoch = epoch;
            this.at = at;
        }

        /// @param select a query per file
        Wave slice(String slice, String... select) {
            return slice(Slice.ofText(slice), select);
        }

        Wave slice(Slice slice, String... selects) {
            long rows = 0;
            List<Part> parts = new ArrayList<>();
            for (String select : selects) {
                Path file = directory.resolve(Ulid.at(Instant.now()) + ".parquet");
                rows += parquet(select, file);
                parts.add(upload(file));
            }
            slices.add(new Publication.Published(
                    slice, new Fingerprint(rows, -7 + slices.size(), "record-pg16"), 100, 10, "raw", "lake", parts));
            return this;
        }

        Wave remove(String slice) {
            removals.add(Slice.ofText(slice));
            return this;
        }

        Wave release(String slice) {
            purpose = Purpose.RELEASE;
            released.add(Slice.ofText(slice));
            return this;
        }

        Wave replay() {
            purpose = Purpose.REPLAY;
            return this;
        }

        Wave replaceAll() {
            replaceAll = true;
            return this;
        }

        Wave full() {
            recreate = true;
            return replaceAll();
        }

        Wave leftOut(String column) {
            leftOut.add(column);
            return this;
        }

        Wave number(int wave) {
            number = wave;
            return this;
        }

        Wave rowsBefore(long rows) {
            rowsBefore = rows;
            return this;
        }

        Wave fence(Runnable check) {
            fence = check;
            return this;
        }

        /// Says of the newest slice that one row more was landed than there is.
        Wave withARowLost() {
            Publication.Published last = slices.removeLast();
            slices.add(new Publication.Published(
                    last.slice(),
                    new Fingerprint(last.source().rows() + 1, 5, "record-pg16"),
                    100,
                    10,
                    "raw",
                    "lake",
                    last.parts()));
            return this;
        }

        Publication publication() {
            return publication(epoch);
        }

        Publication publication(long underEpoch) {
            Set<String> names = new HashSet<>(leftOut);
            columns.forEach(c -> names.add(c.name()));
            return new Publication(
                    purpose,
                    definition(),
                    names,
                    recreate,
                    replaceAll,
                    runId,
                    underEpoch,
                    number,
                    at,
                    slices,
                    removals,
                    released,
                    rowsBefore,
                    ShrinkGuard.ofSync(target, 0.5, false),
                    fence);
        }
    }

    private static long parquet(String select, Path file) {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
            statement.execute("COPY (%s) TO '%s' (FORMAT parquet, COMPRESSION zstd)".formatted(select, file));
            try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM read_parquet('%s')".formatted(file))) {
                rows.next();
                return rows.getLong(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(select, e);
        }
    }

    private Part upload(Path file) {
        try {
            Part part = Part.upload(store, "lake/contract/" + file.getFileName(), Body.of(file));
            Files.delete(file);
            return part;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
