package dev.sluice.adapter.postgres;

import dev.sluice.model.Consistency;
import dev.sluice.model.Detect;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.OnFailedSlice;
import dev.sluice.model.Slice;
import dev.sluice.model.SliceBy;
import dev.sluice.model.Strategy;
import dev.sluice.model.TableName;
import dev.sluice.model.TableSync;
import dev.sluice.model.WarehouseRecheck;
import dev.sluice.source.Rows;
import dev.sluice.source.Snapshot;
import dev.sluice.testing.TestPostgres;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A database of a test's own, and short ways to ask the source about it.
final class Shop {
    static final Duration TIMEOUT = Duration.ofSeconds(60);

    final TestPostgres.Database database;

    Shop(int major) {
        this.database = TestPostgres.shared(major).createDatabase();
    }

    Shop(TestPostgres.Database database) {
        this.database = database;
    }

    Shop run(String... statements) {
        database.execute(statements);
        return this;
    }

    PostgresSource source() {
        return source(TestPostgres.USER);
    }

    PostgresSource source(String user) {
        return PostgresSource.of(database.jdbcUrl(), user, () -> "");
    }

    Snapshot open(TableSync sync) {
        return source().open(sync, "test-run", TIMEOUT);
    }

    Snapshot open(String table) {
        return open(whole(table));
    }

    static TableSync whole(String table) {
        return sync(table, Strategy.WHOLESALE, new SliceBy.Whole(), Map.of());
    }

    static TableSync by(String table, String column) {
        return sync(table, Strategy.SLICED, new SliceBy.Value(column), Map.of());
    }

    static TableSync byExpression(String table, String sql) {
        return sync(table, Strategy.SLICED, new SliceBy.Expression(sql), Map.of());
    }

    static TableSync sync(String table, Strategy strategy, SliceBy by, Map<String, String> types) {
        return new TableSync(
                TableName.parse(table),
                TableName.parse(table),
                strategy,
                by,
                Detect.FINGERPRINT,
                Consistency.TABLE,
                OnFailedSlice.HOLD,
                List.of(),
                List.of(),
                types,
                TableSync.DEFAULT_MAX_ROWS,
                false,
                TableSync.DEFAULT_MAX_SHRINK,
                TableSync.DEFAULT_RECENT_GRAINS,
                TableSync.DEFAULT_AUDIT_DAYS,
                WarehouseRecheck.NEVER,
                true,
                Optional.empty(),
                Optional.empty(),
                TableSync.DEFAULT_CHUNK_BYTES);
    }

    /// Fingerprint of the whole table.
    Fingerprint whole(String table, Map<String, String> types) {
        try (Snapshot snapshot = open(sync(table, Strategy.WHOLESALE, new SliceBy.Whole(), types))) {
            return at(snapshot.fingerprints(Rows.all(), true), Slice.ALL);
        }
    }

    /// CSV records per slice.
    static Map<Slice, List<String>> rows(Snapshot snapshot, Optional<Collection<Slice>> slices) {
        Map<Slice, List<String>> rows = new TreeMap<>();
        snapshot.copy(
                slices.map(Rows::of).orElse(Rows.all()),
                (slice, buffer, offset, length) -> rows.computeIfAbsent(slice, s -> new ArrayList<>())
                        .add(new String(buffer, offset, length, StandardCharsets.UTF_8)));
        return rows;
    }

    /// CSV records of a whole table.
    List<String> rows(String table) {
        try (Snapshot snapshot = open(table)) {
            return rows(snapshot, Optional.empty()).getOrDefault(Slice.ALL, List.of());
        }
    }

    static <T> T at(Map<Slice, T> map, Slice slice) {
        return Objects.requireNonNull(map.get(slice), slice + " in " + map.keySet());
    }

    /// One CSV record as COPY sends it.
    static String csv(@Nullable String... values) {
        StringBuilder record = new StringBuilder();
        for (int i = 0; i < values.length; i++) {
            String value = values[i];
            record.append(i == 0 ? "" : ",");
            record.append(value == null ? "" : '"' + value.replace("\"", "\"\"") + '"');
        }
        return record.append('\n').toString();
    }
}
