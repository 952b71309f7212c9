package dev.sluice.adapter.duckdb;

import dev.sluice.drop.DropWarehouse;
import dev.sluice.model.ColumnAggregate;
import dev.sluice.model.Definition;
import dev.sluice.model.Slice;
import dev.sluice.model.TableName;
import dev.sluice.store.Checkpoint;
import dev.sluice.store.ObjectStore;
import dev.sluice.store.WorkDirectory;
import dev.sluice.warehouse.Publication;
import dev.sluice.warehouse.RunRecord;
import dev.sluice.warehouse.Warehouse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The embedded warehouse: one DuckDB file. Thread-safe; the file is open only while a method runs.
public final class DuckDbWarehouse implements Warehouse {
    private final DuckDbFile file;
    private final ObjectStore store;
    private final WorkDirectory work;

    /// @param memoryBytes most memory that DuckDB may use; it spills to the work directory above that
    /// @param longestWait for another process that has the file open, each time it is needed
    public DuckDbWarehouse(Path path, ObjectStore store, WorkDirectory work, long memoryBytes, Duration longestWait) {
        this.file = new DuckDbFile(path, work.path().resolve("duckdb-spill"), memoryBytes, longestWait);
        this.store = store;
        this.work = work;
    }

    /// The tables of feeds in the same file.
    public DropWarehouse drops() {
        return new DuckDbDrops(file, store, work);
    }

    @Override
    public State read(TableName target, boolean count) {
        if (!file.exists()) {
            return new State(false, false, Map.of(), Optional.empty(), 0);
        }
        return file.with(connection -> DuckDbLedger.read(connection, target, count));
    }

    @Override
    public List<String> publish(Publication publication) {
        try (WorkDirectory.Room room = work.room("load")) {
            Map<Slice, List<Path>> files = DuckDbPublish.download(publication, store, room.path());
            Checkpoint.reach("load.downloaded");
            file.with(connection -> {
                new DuckDbPublish(connection, publication, files).run();
                return Optional.empty();
            });
        }
        return List.of();
    }

    @Override
    public boolean sleeps() {
        return false;
    }

    /// What a publish makes beside the table is gone with its connection.
    @Override
    public void sweep(TableName target, long epoch) {}

    @Override
    public Map<Slice, Counted> written(TableName target, String runId, List<String> columns) {
        StringBuilder select = new StringBuilder("SELECT _sluice_slice, count(*)");
        columns.forEach(
                c -> select.append(", count(*) - count(").append(Sql.name(c)).append(')'));
        select.append(" FROM ").append(Sql.name(target)).append(" WHERE _sluice_run = ? GROUP BY 1");
        return file.with(connection -> {
            Map<Slice, Counted> counted = new HashMap<>();
            try (PreparedStatement statement = connection.prepareStatement(select.toString())) {
                statement.setString(1, runId);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        Map<String, Long> nulls = new LinkedHashMap<>();
                        for (int i = 0; i < columns.size(); i++) {
                            nulls.put(columns.get(i), rows.getLong(3 + i));
                        }
                        counted.put(new Slice(rows.getString(1)), new Counted(rows.getLong(2), nulls));
                    }
                }
            }
            return counted;
        });
    }

    @Override
    public List<History> history(TableName target) {
        if (!file.exists()) {
            return List.of();
        }
        return file.with(connection -> DuckDbLedger.history(connection, target));
    }

    @Override
    public Map<Slice, List<ColumnAggregate>> aggregates(Definition definition) {
        return file.with(connection -> DuckDbAggregates.of(connection, definition));
    }

    @Override
    public void recordRuns(List<RunRecord> runs) {
        file.with(connection -> {
            DuckDbLedger.create(connection);
            for (RunRecord run : runs) {
                insert(connection, run);
            }
            return Optional.empty();
        });
    }

    private static void insert(Connection connection, RunRecord run) throws SQLException {
        String sql = """
                INSERT INTO sluice.runs
                SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
                WHERE NOT EXISTS (SELECT 1 FROM sluice.runs WHERE run_id = ?)
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, run.runId());
            statement.setObject(2, DuckDbLedger.utc(run.startedAt()));
            statement.setObject(3, DuckDbLedger.utc(run.endedAt()));
            statement.setString(4, run.status());
            statement.setInt(5, run.tables());
            statement.setLong(6, run.slicesReplaced());
            statement.setLong(7, run.slicesRemoved());
            statement.setLong(8, run.slicesKept());
            statement.setLong(9, run.slicesFailed());
            statement.setLong(10, run.rows());
            statement.setLong(11, run.bytes());
            statement.setString(12, run.error().orElse(null));
            statement.setString(13, run.runId());
            statement.execute();
        }
    }

    @Override
    public List<RunRecord> runs(int limit) {
        if (!file.exists()) {
            return List.of();
        }
        return file.with(connection -> {
            List<RunRecord> runs = new ArrayList<>();
            if (!DuckDbLedger.exists(connection)) {
                return runs;
            }
            String sql = """
                    SELECT run_id, epoch_us(started_at), epoch_us(ended_at), status, tables, slices_replaced,
                           slices_removed, slices_kept, slices_failed, rows, bytes, error
                    FROM sluice.runs ORDER BY started_at DESC, run_id DESC LIMIT %d
                    """.formatted(limit);
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(sql)) {
                while (rows.next()) {
                    runs.add(new RunRecord(
                            rows.getString(1),
                            DuckDbLedger.instant(rows.getLong(2)),
                            DuckDbLedger.instant(rows.getLong(3)),
                            rows.getString(4),
                            rows.getInt(5),
                            rows.getLong(6),
                            rows.getLong(7),
                            rows.getLong(8),
                            rows.getLong(9),
                            rows.getLong(10),
                            rows.getLong(11),
                            Optional.ofNullable(rows.getString(12))));
                }
            }
            return runs;
        });
    }
}
