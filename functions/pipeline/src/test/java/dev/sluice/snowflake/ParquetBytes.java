package dev.sluice.snowflake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/// Parquet files that DuckDB writes.
final class ParquetBytes {
    private ParquetBytes() {}

    /// @param query in DuckDB's SQL
    static byte[] of(String query) {
        try {
            Path file = Files.createTempFile("rows", ".parquet");
            try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                    java.sql.Statement statement = connection.createStatement()) {
                statement.execute("SET TimeZone = 'UTC'");
                statement.execute("COPY (%s) TO '%s' (FORMAT parquet, COMPRESSION zstd)".formatted(query, file));
                return Files.readAllBytes(file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException | SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }
}
