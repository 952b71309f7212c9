package dev.sluice.adapter.duckdb;

import dev.sluice.model.Column;
import dev.sluice.model.DataMismatch;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.LimitExceeded;
import dev.sluice.model.Slice;
import dev.sluice.model.TableName;
import dev.sluice.store.Checkpoint;
import dev.sluice.store.InParallel;
import dev.sluice.store.ObjectStore;
import dev.sluice.store.Part;
import dev.sluice.warehouse.Publication;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/// One wave in one transaction: schema, fence, rows, ledger, guard, commit. Anything wrong rolls
/// everything back.
final class DuckDbPublish {
    /// Parquet files that one INSERT reads; keeps the statement of bearable size.
    private static final int FILES_PER_STATEMENT = 1_000;

    private final Connection connection;
    private final Publication publication;
    private final Map<Slice, List<Path>> files;
    private final TableName target;

    DuckDbPublish(Connection connection, Publication publication, Map<Slice, List<Path>> files) {
        this.connection = connection;
        this.publication = publication;
        this.files = files;
        this.target = publication.definition().target();
    }

    /// Brings the wave's Parquet to the local disk and proves its checksums, before any transaction is
    /// open.
    static Map<Slice, List<Path>> download(Publication publication, ObjectStore store, Path directory) {
        record Wanted(Slice slice, Part part, Path file) {}
        List<Wanted> wanted = new ArrayList<>();
        for (Publication.Published slice : publication.slices()) {
            for (Part part : slice.parts()) {
                wanted.add(new Wanted(slice.slice(), part, directory.resolve(wanted.size() + ".parquet")));
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
        Map<Slice, List<Path>> files = new HashMap<>();
        wanted.forEach(w ->
                files.computeIfAbsent(w.slice(), ignored -> new ArrayList<>()).add(w.file()));
        return files;
    }

    void run() throws SQLException {
        connection.setAutoCommit(false);
        try {
            DuckDbLedger.create(connection);
            checkEpoch();
            if (alreadyPublished()) {
                connection.rollback();
                return;
            }
            switch (publication.purpose()) {
                case SYNC, REPLAY -> publishRows();
                case RELEASE -> release();
            }
            checkEpoch();
            publication.fence().run();
            Checkpoint.reach("load.before-commit");
            connection.commit();
            Checkpoint.reach("load.committed");
        } catch (SQLException | RuntimeException e) {
            rollback(e);
            throw e;
        }
    }

    private void publishRows() throws SQLException {
        evolve();
        stage();
        replaceRows();
        Checkpoint.reach("load.rows-without-ledger");
        writeLedger();
        checkRows();
        checkShrink();
    }

    /// Leaves the target alone, which may even be missing.
    private void release() throws SQLException {
        stage();
        writeLedger();
        releaseInLedger();
    }

    private void rollback(Exception primary) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            primary.addSuppressed(e);
        }
    }

    private void checkEpoch() throws SQLException {
        long newest = DuckDbLedger.newestEpoch(connection, target);
        if (newest > publication.epoch()) {
            throw new DataMismatch(
                    "%s: the ledger has epoch %d, this run took the lock at epoch %d; another run took over, nothing was published"
                            .formatted(target, newest, publication.epoch()));
        }
    }

    /// True if an earlier attempt of the same run committed this wave and died before it could say so. An
    /// entry of another action does not count: the first wave of a replaced target enters the slices of
    /// later waves as removed. The entry of a release goes on naming the run that its rows carry.
    private boolean alreadyPublished() throws SQLException {
        Set<String> mine = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT action || ' ' || slice FROM sluice.slice_log WHERE table_name = ? AND epoch = ? AND (run_id = ? OR action = 'release')")) {
            statement.setString(1, target.toString());
            statement.setLong(2, publication.epoch());
            statement.setString(3, publication.runId());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    mine.add(rows.getString(1));
                }
            }
        }
        return !mine.isEmpty()
                && publication.slices().stream()
                        .allMatch(s -> mine.contains(word() + " " + s.slice().encoded()))
                && publication.removals().stream().allMatch(s -> mine.contains("remove " + s.encoded()))
                && publication.released().stream().allMatch(s -> mine.contains("release " + s.encoded()));
    }

    /// What the ledger says of a slice whose rows are published.
    private String word() {
        return switch (publication.purpose()) {
            case SYNC, RELEASE -> "replace";
            case REPLAY -> "replay";
        };
    }

    /// Makes the target fit: created if missing, new columns added, columns that the configuration leaves
    /// out dropped together with every row of before. Anything else is refused.
    private void evolve() throws SQLException {
        Map<String, String> existing = DuckDbLedger.columns(connection, target);
        if (existing.isEmpty()) {
            createTarget();
            return;
        }
        if (!existing.containsKey("_sluice_slice")) {
            throw new InvalidRequest(
                    "the warehouse already has a table %s that Sluice did not make; name another one with target:, or drop it"
                            .formatted(target));
        }
        List<String> misfits = misfits(existing);
        if (!misfits.isEmpty() && publication.recreate()) {
            execute("DROP TABLE " + Sql.name(target));
            createTarget();
            return;
        }
        if (!misfits.isEmpty()) {
            throw new InvalidRequest(
                    "%s: %s. Recreate the target in one transaction with: sluice sync --full --select %s"
                            .formatted(
                                    target,
                                    String.join("; ", misfits),
                                    publication.definition().source()));
        }
        for (Column column : publication.definition().columns()) {
            if (!existing.containsKey(column.name())) {
                execute("ALTER TABLE %s ADD COLUMN %s %s"
                        .formatted(Sql.name(target), Sql.name(column.name()), DuckDbTypes.ddl(column.type())));
            }
        }
        Set<String> carried = carried();
        for (String name : existing.keySet()) {
            if (!name.startsWith("_sluice_") && !carried.contains(name)) {
                execute("ALTER TABLE %s DROP COLUMN %s".formatted(Sql.name(target), Sql.name(name)));
            }
        }
    }

    private List<String> misfits(Map<String, String> existing) {
        List<String> misfits = new ArrayList<>();
        Set<String> carried = carried();
        for (Column column : publication.definition().columns()) {
            String has = existing.get(column.name());
            String wants = DuckDbTypes.ddl(column.type());
            if (has == null && column.notNull() && !publication.replaceAll()) {
                misfits.add("column %s is new and NOT NULL".formatted(column.name()));
            }
            if (has != null && !has.equals(wants)) {
                misfits.add("column %s is %s in the warehouse and would be %s".formatted(column.name(), has, wants));
            }
        }
        for (String name : existing.keySet()) {
            boolean gone = !name.startsWith("_sluice_")
                    && !carried.contains(name)
                    && !publication.sourceColumns().contains(name);
            if (gone) {
                misfits.add("column %s was dropped or renamed at the source".formatted(name));
            }
        }
        return misfits;
    }

    private Set<String> carried() {
        Set<String> names = new HashSet<>();
        publication.definition().columns().forEach(c -> names.add(c.name()));
        return names;
    }

    private void createTarget() throws SQLException {
        execute("CREATE SCHEMA IF NOT EXISTS " + Sql.name(target.schema()));
        StringBuilder ddl =
                new StringBuilder("CREATE TABLE ").append(Sql.name(target)).append(" (");
        for (Column column : publication.definition().columns()) {
            ddl.append(Sql.name(column.name()))
                    .append(' ')
                    .append(DuckDbTypes.ddl(column.type()))
                    .append(", ");
        }
        ddl.append(
                "_sluice_slice VARCHAR NOT NULL, _sluice_run VARCHAR NOT NULL, _sluice_synced_at TIMESTAMPTZ NOT NULL)");
        execute(ddl.toString());
    }

    /// The wave as a temporary table: what is expected of every slice, removals with no rows.
    private void stage() throws SQLException {
        execute("""
                CREATE OR REPLACE TEMPORARY TABLE sluice_wave (
                    slice VARCHAR, action VARCHAR, source_rows BIGINT, source_hash VARCHAR, hash_algorithm VARCHAR,
                    raw_bytes BIGINT, parquet_bytes BIGINT, raw_receipt VARCHAR, lake_receipt VARCHAR)
                """);
        execute("CREATE OR REPLACE TEMPORARY TABLE sluice_files (file VARCHAR, slice VARCHAR)");
        DuckDBConnection duckdb = connection.unwrap(DuckDBConnection.class);
        try (DuckDBAppender wave = duckdb.createAppender("temp", "main", "sluice_wave")) {
            for (Publication.Published slice : publication.slices()) {
                wave.beginRow();
                wave.append(slice.slice().encoded());
                wave.append(word());
                wave.append(slice.source().rows());
                wave.append(slice.source().unsignedHash().toString());
                wave.append(slice.source().algorithm());
                wave.append(slice.rawBytes());
                wave.append(slice.parquetBytes());
                wave.append(slice.rawReceipt());
                wave.append(slice.lakeReceipt());
                wave.endRow();
            }
            for (Slice slice : publication.removals()) {
                wave.beginRow();
                wave.append(slice.encoded());
                wave.append("remove");
                wave.append(0L);
                wave.append("0");
                wave.append("none");
                wave.append(0L);
                wave.append(0L);
                wave.append("");
                wave.append("");
                wave.endRow();
            }
        }
        execute("CREATE OR REPLACE TEMPORARY TABLE sluice_released (slice VARCHAR)");
        try (DuckDBAppender appender = duckdb.createAppender("temp", "main", "sluice_released")) {
            for (Slice slice : publication.released()) {
                appender.beginRow();
                appender.append(slice.encoded());
                appender.endRow();
            }
        }
        try (DuckDBAppender appender = duckdb.createAppender("temp", "main", "sluice_files")) {
            for (Map.Entry<Slice, List<Path>> entry : files.entrySet()) {
                for (Path file : entry.getValue()) {
                    appender.beginRow();
                    appender.append(file.toString());
                    appender.append(entry.getKey().encoded());
                    appender.endRow();
                }
            }
        }
        if (publication.replaceAll()) {
            execute("""
                    INSERT INTO sluice_wave
                    SELECT slice, 'remove', 0, '0', 'none', 0, 0, '', ''
                    FROM sluice.slices
                    WHERE table_name = %s AND action <> 'remove' AND slice NOT IN (SELECT slice FROM sluice_wave)
                    """.formatted(Sql.text(target.toString())));
        }
    }

    private void replaceRows() throws SQLException {
        execute(
                publication.replaceAll()
                        ? "DELETE FROM " + Sql.name(target)
                        : "DELETE FROM %s WHERE _sluice_slice IN (SELECT slice FROM sluice_wave)"
                                .formatted(Sql.name(target)));
        List<Path> all = files.values().stream().flatMap(List::stream).toList();
        for (int from = 0; from < all.size(); from += FILES_PER_STATEMENT) {
            insert(all.subList(from, Math.min(all.size(), from + FILES_PER_STATEMENT)));
        }
    }

    private void insert(List<Path> some) throws SQLException {
        StringBuilder columns = new StringBuilder();
        StringBuilder values = new StringBuilder();
        for (Column column : publication.definition().columns()) {
            columns.append(Sql.name(column.name())).append(", ");
            values.append("p.").append(Sql.name(column.name())).append(", ");
        }
        List<String> names =
                some.stream().map(file -> Sql.text(file.toString())).toList();
        String sql = """
                INSERT INTO %s (%s _sluice_slice, _sluice_run, _sluice_synced_at)
                SELECT %s f.slice, ?, ?
                FROM read_parquet([%s], filename = '_sluice_file', hive_partitioning = false) p
                JOIN sluice_files f ON f.file = p._sluice_file
                """.formatted(Sql.name(target), columns, values, String.join(", ", names));
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, publication.runId());
            statement.setObject(2, DuckDbLedger.utc(publication.publishedAt()));
            statement.execute();
        }
    }

    private void writeLedger() throws SQLException {
        String sql = """
                INSERT INTO sluice.slice_log
                SELECT ?, w.slice, ?, ?, w.action, ?, w.source_rows, w.source_hash::UBIGINT, w.hash_algorithm,
                       w.source_rows, w.raw_bytes, w.parquet_bytes, w.raw_receipt, w.lake_receipt, ?
                FROM sluice_wave w
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, target.toString());
            statement.setLong(2, publication.epoch());
            statement.setString(3, publication.runId());
            statement.setString(4, publication.definition().hash());
            statement.setObject(5, DuckDbLedger.utc(publication.publishedAt()));
            statement.execute();
        }
    }

    /// The entry of before once more under a new epoch: it is about the same rows, which carry their run.
    private void releaseInLedger() throws SQLException {
        String sql = """
                INSERT INTO sluice.slice_log
                SELECT table_name, slice, ?, run_id, 'release', definition_hash, source_rows, source_hash, hash_algorithm,
                       warehouse_rows, raw_bytes, parquet_bytes, raw_receipt, lake_receipt, ?
                FROM sluice.slices
                WHERE table_name = ? AND action = 'replay' AND slice IN (SELECT slice FROM sluice_released)
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, publication.epoch());
            statement.setObject(2, DuckDbLedger.utc(publication.publishedAt()));
            statement.setString(3, target.toString());
            statement.execute();
        }
    }

    /// What the wave's slices hold now must be what was landed.
    private void checkRows() throws SQLException {
        String sql = """
                SELECT w.slice, w.source_rows, coalesce(t.found, 0)
                FROM sluice_wave w
                LEFT JOIN (SELECT _sluice_slice AS slice, count(*) AS found FROM %s
                           WHERE _sluice_slice IN (SELECT slice FROM sluice_wave) GROUP BY 1) t ON t.slice = w.slice
                WHERE w.source_rows <> coalesce(t.found, 0)
                LIMIT 1
                """.formatted(Sql.name(target));
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            if (rows.next()) {
                throw new DataMismatch("%s, slice %s: %d rows were landed and %d arrived; rolled back"
                        .formatted(target, new Slice(rows.getString(1)), rows.getLong(2), rows.getLong(3)));
            }
        }
    }

    private void checkShrink() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + Sql.name(target))) {
            rows.next();
            Optional<String> refused = publication.guard().check(publication.rowsBefore(), rows.getLong(1));
            if (refused.isPresent()) {
                throw new LimitExceeded(refused.get());
            }
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
