package dev.sluice.adapter.duckdb;

import dev.sluice.model.InvalidRequest;
import dev.sluice.model.WarehouseUnavailable;
import dev.sluice.warehouse.WarehouseInspection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Opens a DuckDB file to read it only. Thread-safe; the file is open only while the method runs.
public final class DuckDbInspection implements WarehouseInspection {
    private static final Pattern HOLDER = Pattern.compile("\\(PID (\\d{1,18})\\)");

    private final Path file;

    public DuckDbInspection(Path file) {
        this.file = file;
    }

    @Override
    public Look look() {
        if (!Files.exists(file)) {
            return new Look(false, "", false, 0);
        }
        if (!Files.isRegularFile(file)) {
            throw new InvalidRequest("warehouse.path: %s is not a file".formatted(file));
        }
        Properties properties = new Properties();
        properties.setProperty("duckdb.read_only", "true");
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + file.toAbsolutePath(), properties);
                Statement statement = connection.createStatement()) {
            String version = text(statement, "SELECT version()");
            boolean ledger = DuckDbLedger.exists(connection);
            long entries = ledger ? Long.parseLong(text(statement, "SELECT count(*) FROM sluice.slice_log")) : 0;
            return new Look(true, version, ledger, entries);
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private RuntimeException failure(SQLException e) {
        String words = String.valueOf(e.getMessage());
        if (!words.contains("lock")) {
            return new InvalidRequest(
                    "warehouse.path: cannot read %s as a DuckDB file: %s".formatted(file, DuckDbFile.firstLine(e)), e);
        }
        Matcher holder = HOLDER.matcher(words);
        return new WarehouseUnavailable(
                "%s is open in %s".formatted(file, holder.find() ? "process " + holder.group(1) : "another process"),
                e);
    }

    private static String text(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
