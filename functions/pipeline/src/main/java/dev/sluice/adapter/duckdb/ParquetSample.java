package dev.sluice.adapter.duckdb;

import dev.sluice.drop.text.RefusedFile;
import dev.sluice.model.LimitExceeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// The columns of a Parquet file, in the words of `sluice.yaml`.
public final class ParquetSample {
    private static final long MEMORY_BYTES = 128L << 20;

    private ParquetSample() {}

    /// @return column → type, in order
    /// @throws RefusedFile no Parquet
    public static Map<String, String> columns(Path file) throws IOException {
        Path directory = Files.createTempDirectory("sluice-sample-");
        try (DropParts parts = DropParts.open(directory, MEMORY_BYTES)) {
            Map<String, String> columns = new LinkedHashMap<>();
            ParquetDrop.types(parts, file, true).forEach((name, type) -> columns.put(name, word(type)));
            return columns;
        } catch (SQLException e) {
            throw new LimitExceeded(
                    "reading %s: %s".formatted(file, DuckDbProblem.of(e).words()));
        } finally {
            DuckDbConverter.deleteQuietly(directory);
        }
    }

    private static String word(String type) {
        if (ParquetFit.isNested(type) || type.equals("JSON")) {
            return "json";
        }
        if (ParquetFit.DECIMAL.matcher(type).matches()) {
            return type.replace("DECIMAL", "numeric");
        }
        if (Set.of("TINYINT", "UTINYINT", "SMALLINT").contains(type)) {
            return "smallint";
        }
        return switch (type) {
            case "INTEGER", "USMALLINT" -> "integer";
            case "BIGINT", "UINTEGER" -> "bigint";
            case "UBIGINT", "HUGEINT" -> "numeric(38,0)";
            case "FLOAT" -> "real";
            case "DOUBLE" -> "double precision";
            case "BOOLEAN" -> "boolean";
            case "DATE" -> "date";
            case "TIME" -> "time";
            case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS" -> "timestamp";
            case "TIMESTAMP WITH TIME ZONE" -> "timestamptz";
            case "UUID" -> "uuid";
            case "BLOB" -> "bytea";
            default -> "text";
        };
    }
}
