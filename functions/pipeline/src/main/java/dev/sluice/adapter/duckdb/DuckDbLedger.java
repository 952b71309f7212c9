package dev.sluice.adapter.duckdb;

import dev.sluice.model.Action;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.LedgerEntry;
import dev.sluice.model.Slice;
import dev.sluice.model.TableName;
import dev.sluice.plan.TableFacts;
import dev.sluice.warehouse.Warehouse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Reads of the ledger and of the target's own counts.
final class DuckDbLedger {
    private DuckDbLedger() {}

    static void create(Connection connection) throws SQLException {
        if (exists(connection)) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            for (String sql : Sql.statements("ledger.sql")) {
                statement.execute(sql);
            }
        }
    }

    static boolean exists(Connection connection) throws SQLException {
        return !columns(connection, new TableName("sluice", "runs")).isEmpty();
    }

    /// Column name → type, in order; empty if there is no such table. Names are compared exactly.
    static Map<String, String> columns(Connection connection, TableName table) throws SQLException {
        String sql = """
                SELECT column_name, data_type FROM duckdb_columns()
                WHERE database_name = current_database() AND schema_name = ? AND table_name = ?
                ORDER BY column_index
                """;
        Map<String, String> columns = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, table.schema());
            statement.setString(2, table.name());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    columns.put(rows.getString(1), rows.getString(2));
                }
            }
        }
        return columns;
    }

    static Warehouse.State read(Connection connection, TableName target, boolean count) throws SQLException {
        Map<String, String> columns = columns(connection, target);
        boolean exists = !columns.isEmpty();
        boolean ours = columns.containsKey("_sluice_slice") && columns.containsKey("_sluice_run");
        boolean ledger = exists(connection);
        return new Warehouse.State(
                exists,
                ours,
                ledger ? entries(connection, target) : Map.of(),
                count && ours ? Optional.of(count(connection, target)) : Optional.empty(),
                ledger ? newestEpoch(connection, target) : 0);
    }

    static long newestEpoch(Connection connection, TableName target) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT coalesce(max(epoch), 0) FROM sluice.slice_log WHERE table_name = ?")) {
            statement.setString(1, target.toString());
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    private static Map<Slice, LedgerEntry> entries(Connection connection, TableName target) throws SQLException {
        String sql = """
                SELECT slice, epoch, run_id, action, definition_hash, source_rows, source_hash::VARCHAR, hash_algorithm,
                       warehouse_rows, raw_bytes, parquet_bytes, raw_receipt, lake_receipt, epoch_us(loaded_at)
                FROM sluice.slices WHERE table_name = ? AND action <> 'remove' ORDER BY slice
                """;
        Map<Slice, LedgerEntry> entries = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, target.toString());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Slice slice = new Slice(rows.getString(1));
                    entries.put(
                            slice,
                            new LedgerEntry(
                                    slice,
                                    rows.getLong(2),
                                    rows.getString(3),
                                    action(rows.getString(4)),
                                    rows.getString(5),
                                    new Fingerprint(
                                            rows.getLong(6),
                                            Fingerprint.parseHash(rows.getString(7)),
                                            rows.getString(8)),
                                    rows.getLong(9),
                                    rows.getLong(10),
                                    rows.getLong(11),
                                    rows.getString(12),
                                    rows.getString(13),
                                    instant(rows.getLong(14))));
                }
            }
        }
        return entries;
    }

    private static Map<Slice, TableFacts.WarehouseSlice> count(Connection connection, TableName target)
            throws SQLException {
        String sql = """
                SELECT coalesce(_sluice_slice, '\\N'), count(*), max(_sluice_run), count(DISTINCT _sluice_run)
                FROM %s GROUP BY 1
                """.formatted(Sql.name(target));
        Map<Slice, TableFacts.WarehouseSlice> counted = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                String run = rows.getString(3);
                counted.put(
                        new Slice(rows.getString(1)),
                        new TableFacts.WarehouseSlice(rows.getLong(2), run == null ? "" : run, rows.getLong(4)));
            }
        }
        return counted;
    }

    static List<Warehouse.History> history(Connection connection, TableName target) throws SQLException {
        List<Warehouse.History> history = new ArrayList<>();
        if (!exists(connection)) {
            return history;
        }
        String sql = """
                SELECT slice, run_id, epoch_us(loaded_at),
                       epoch_us(lead(loaded_at) OVER (PARTITION BY slice ORDER BY epoch, loaded_at)),
                       raw_receipt, lake_receipt, epoch, action
                FROM sluice.slice_log WHERE table_name = ?
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, target.toString());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    long superseded = rows.getLong(4);
                    boolean newest = rows.wasNull();
                    history.add(new Warehouse.History(
                            new Slice(rows.getString(1)),
                            rows.getLong(7),
                            rows.getString(2),
                            action(rows.getString(8)),
                            instant(rows.getLong(3)),
                            newest ? Optional.empty() : Optional.of(instant(superseded)),
                            rows.getString(5),
                            rows.getString(6)));
                }
            }
        }
        return history;
    }

    private static Action action(String word) {
        return Action.valueOf(word.toUpperCase(Locale.ROOT));
    }

    static OffsetDateTime utc(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }

    static Instant instant(long epochMicros) {
        return Instant.EPOCH.plus(epochMicros, ChronoUnit.MICROS);
    }
}
