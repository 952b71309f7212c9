package dev.sluice.adapter.duckdb;

import dev.sluice.drop.DropEntry;
import dev.sluice.drop.DropWarehouse;
import dev.sluice.drop.FileState;
import dev.sluice.model.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Reads of `sluice.drops`.
final class DuckDbDropLedger {
    private DuckDbDropLedger() {}

    static void create(Connection connection) throws SQLException {
        if (exists(connection)) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            for (String sql : Sql.statements("drops.sql")) {
                statement.execute(sql);
            }
        }
    }

    static boolean exists(Connection connection) throws SQLException {
        return !DuckDbLedger.columns(connection, new TableName("sluice", "drops"))
                .isEmpty();
    }

    static long newestEpoch(Connection connection, TableName target) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT coalesce(max(epoch), 0) FROM sluice.drops WHERE table_name = ?")) {
            statement.setString(1, target.toString());
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    /// Keys that a run has entered already.
    static Set<String> published(Connection connection, TableName target, long epoch, String runId)
            throws SQLException {
        Set<String> keys = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT key FROM sluice.drops WHERE table_name = ? AND epoch = ? AND run_id = ?")) {
            statement.setString(1, target.toString());
            statement.setLong(2, epoch);
            statement.setString(3, runId);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    keys.add(rows.getString(1));
                }
            }
        }
        return keys;
    }

    static DropWarehouse.State read(Connection connection, TableName target) throws SQLException {
        if (!exists(connection)) {
            return DropWarehouse.State.EMPTY;
        }
        Map<String, DropEntry> newest = new HashMap<>();
        Map<String, DropEntry> current = new HashMap<>();
        for (DropEntry entry :
                entries(connection, target, "QUALIFY row_number() OVER (PARTITION BY key ORDER BY epoch DESC) = 1")) {
            newest.put(entry.key(), entry);
        }
        for (DropEntry entry : entries(
                connection,
                target,
                "AND state <> 'refused' QUALIFY row_number() OVER (PARTITION BY key ORDER BY epoch DESC) = 1")) {
            current.put(entry.key(), entry);
        }
        return new DropWarehouse.State(newestEpoch(connection, target), newest, current);
    }

    static List<DropEntry> history(Connection connection, TableName target) throws SQLException {
        return exists(connection) ? entries(connection, target, "ORDER BY epoch, loaded_at, key") : List.of();
    }

    private static List<DropEntry> entries(Connection connection, TableName target, String which) throws SQLException {
        String sql = """
                SELECT key, version, etag, size, epoch_us(modified_at), sha256, rows, bad_rows, definition_hash, state,
                       reason, receipt, run_id, epoch, epoch_us(loaded_at)
                FROM sluice.drops WHERE table_name = ? %s
                """.formatted(which);
        List<DropEntry> entries = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, target.toString());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    entries.add(new DropEntry(
                            rows.getString(1),
                            rows.getString(2),
                            rows.getString(3),
                            rows.getLong(4),
                            DuckDbLedger.instant(rows.getLong(5)),
                            rows.getString(6),
                            rows.getLong(7),
                            rows.getLong(8),
                            rows.getString(9),
                            FileState.valueOf(rows.getString(10).toUpperCase(Locale.ROOT)),
                            rows.getString(11),
                            rows.getString(12),
                            rows.getString(13),
                            rows.getLong(14),
                            DuckDbLedger.instant(rows.getLong(15))));
                }
            }
        }
        return entries;
    }
}
