package dev.sluice.adapter.duckdb;

import dev.sluice.model.InvalidRequest;
import dev.sluice.model.WarehouseUnavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;

/// A DuckDB database file. DuckDB lets one process open the file for writing and then nobody else, so it
/// is opened for one piece of work at a time, and an opening waits a while for whoever has it.
final class DuckDbFile {
    private static final long POLL_MILLIS = 100;

    private final Path file;
    private final Path temporary;
    private final long memoryBytes;
    private final Duration longestWait;
    private final Object oneAtATime = new Object();

    DuckDbFile(Path file, Path temporary, long memoryBytes, Duration longestWait) {
        this.file = file;
        this.temporary = temporary;
        this.memoryBytes = memoryBytes;
        this.longestWait = longestWait;
    }

    /// Work on an open connection.
    @FunctionalInterface
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    boolean exists() {
        return Files.exists(file);
    }

    /// Opens the file, works, and closes it again. One caller at a time.
    <T> T with(Work<T> work) {
        synchronized (oneAtATime) {
            try (Connection connection = open()) {
                return work.on(connection);
            } catch (SQLException e) {
                throw new WarehouseUnavailable("DuckDB file %s: %s".formatted(file, firstLine(e)), e);
            }
        }
    }

    private Connection open() throws SQLException {
        Path parent = file.toAbsolutePath().getParent();
        try {
            if (parent != null) {
                Files.createDirectories(parent);
            }
        } catch (IOException e) {
            throw new InvalidRequest("warehouse.path: cannot create " + parent, e);
        }
        long deadline = System.nanoTime() + longestWait.toNanos();
        while (true) {
            try {
                return configured(
                        DriverManager.getConnection("jdbc:duckdb:" + file.toAbsolutePath(), new Properties()));
            } catch (SQLException e) {
                boolean held = String.valueOf(e.getMessage()).contains("lock");
                if (!held) {
                    throw new InvalidRequest(
                            "warehouse.path: cannot open %s as a DuckDB file: %s".formatted(file, firstLine(e)), e);
                }
                if (System.nanoTime() > deadline) {
                    throw new WarehouseUnavailable(
                            "%s is open in another process; DuckDB lets one process write at a time. Close it there and try again"
                                    .formatted(file),
                            e);
                }
                sleep();
            }
        }
    }

    private Connection configured(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET autoinstall_known_extensions = false");
            statement.execute("SET autoload_known_extensions = false");
            statement.execute("SET TimeZone = 'UTC'");
            statement.execute("SET preserve_insertion_order = false");
            // takes 0 and -0 for one value
            statement.execute("SET disabled_compression_methods = 'rle'");
            statement.execute("SET memory_limit = '%d MiB'".formatted(memoryBytes >> 20));
            statement.execute(
                    "SET temp_directory = '%s'".formatted(temporary.toString().replace("'", "''")));
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /// DuckDB's messages go on with the offending statement or value; only their first line is passed on.
    static String firstLine(SQLException e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }

    private static void sleep() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WarehouseUnavailable("interrupted while waiting for the DuckDB file", e);
        }
    }
}
