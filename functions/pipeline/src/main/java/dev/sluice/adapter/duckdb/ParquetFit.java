package dev.sluice.adapter.duckdb;

import dev.sluice.model.ColumnType;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How a column of a Parquet file, by the type that DuckDB reads it as, becomes a column of a feed.
sealed interface ParquetFit {
    /// Every value fits: an expression over the column.
    record Whole(String expression) implements ParquetFit {}

    /// Whether a value fits is known when it is seen: an expression that gives its text.
    record AsText(String expression) implements ParquetFit {}

    /// No value fits, or only bent.
    record Never() implements ParquetFit {}

    Pattern DECIMAL = Pattern.compile("DECIMAL\\(([0-9]+),([0-9]+)\\)");
    Set<String> WHOLE_TYPES = Set.of(
            "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "HUGEINT");
    Set<String> PLAIN_TEXTS =
            Set.of("VARCHAR", "JSON", "BOOLEAN", "DATE", "TIME", "TIMESTAMP", "UUID", "FLOAT", "DOUBLE");

    /// @param found  DuckDB's name of the type
    /// @param column SQL
    static ParquetFit of(String found, ColumnType wanted, String column) {
        String text = "CAST(%s AS VARCHAR)".formatted(column);
        if (isNested(found)) {
            return isJson(wanted) ? new AsText("CAST(to_json(%s) AS VARCHAR)".formatted(column)) : new Never();
        }
        if (isJson(wanted)) {
            return found.equals("JSON") || found.equals("VARCHAR") ? new AsText(text) : new Never();
        }
        if (found.equals(DuckDbTypes.ddl(wanted).replace(", ", ","))) {
            return new Whole(column);
        }
        if (fits(found, wanted)) {
            return new Whole("CAST(%s AS %s)".formatted(column, DuckDbTypes.ddl(wanted)));
        }
        if (wanted instanceof ColumnType.Text) {
            boolean plain = PLAIN_TEXTS.contains(found)
                    || WHOLE_TYPES.contains(found)
                    || DECIMAL.matcher(found).matches()
                    || found.startsWith("ENUM");
            return plain ? new Whole(text) : new Never();
        }
        if (found.equals("VARCHAR") || found.equals("JSON")) {
            return new AsText(text);
        }
        return mayFit(found, wanted) ? new AsText(text) : new Never();
    }

    private static boolean isJson(ColumnType type) {
        return type instanceof ColumnType.Json || type instanceof ColumnType.ArrayAsJson;
    }

    static boolean isNested(String found) {
        return found.endsWith("]") || found.startsWith("STRUCT(") || found.startsWith("MAP(");
    }

    /// Whether every value of the one type is a value of the other.
    private static boolean fits(String found, ColumnType wanted) {
        return switch (wanted) {
            case ColumnType.Int16 whole -> Set.of("TINYINT", "UTINYINT").contains(found);
            case ColumnType.Int32 whole ->
                Set.of("TINYINT", "UTINYINT", "SMALLINT", "USMALLINT").contains(found);
            case ColumnType.Int64 whole ->
                Set.of("TINYINT", "UTINYINT", "SMALLINT", "USMALLINT", "INTEGER", "UINTEGER")
                        .contains(found);
            case ColumnType.Decimal decimal ->
                digits(found)
                        .map(digits -> digits.before() <= decimal.precision() - decimal.scale()
                                && digits.behind() <= decimal.scale())
                        .orElse(false);
            case ColumnType.Float64 precise -> found.equals("FLOAT");
            case ColumnType.Timestamp timestamp ->
                Set.of("TIMESTAMP_S", "TIMESTAMP_MS").contains(found);
            default -> false;
        };
    }

    private static boolean mayFit(String found, ColumnType wanted) {
        return switch (wanted) {
            case ColumnType.Int16 whole -> digits(found).isPresent();
            case ColumnType.Int32 whole -> digits(found).isPresent();
            case ColumnType.Int64 whole -> digits(found).isPresent();
            case ColumnType.Decimal decimal -> digits(found).isPresent();
            case ColumnType.Timestamp timestamp -> found.equals("TIMESTAMP_NS");
            default -> false;
        };
    }

    /// Most digits of an exact number before and behind the point.
    record Digits(int before, int behind) {}

    private static Optional<Digits> digits(String found) {
        Matcher decimal = DECIMAL.matcher(found);
        if (decimal.matches()) {
            int scale = Integer.parseInt(decimal.group(2));
            return Optional.of(new Digits(Integer.parseInt(decimal.group(1)) - scale, scale));
        }
        return switch (found) {
            case "TINYINT", "UTINYINT" -> Optional.of(new Digits(3, 0));
            case "SMALLINT", "USMALLINT" -> Optional.of(new Digits(5, 0));
            case "INTEGER", "UINTEGER" -> Optional.of(new Digits(10, 0));
            case "BIGINT" -> Optional.of(new Digits(19, 0));
            case "UBIGINT" -> Optional.of(new Digits(20, 0));
            case "HUGEINT" -> Optional.of(new Digits(39, 0));
            default -> Optional.empty();
        };
    }

    /// SQL over a whole column: whether a value in it has to be looked at more closely; empty if none can.
    static Optional<String> suspicious(ColumnType type, String column) {
        return switch (type) {
            case ColumnType.Text text -> Optional.of("contains(%s, chr(0))".formatted(column));
            case ColumnType.Date date -> Optional.of("NOT isfinite(%s)".formatted(column));
            case ColumnType.Timestamp timestamp -> Optional.of("NOT isfinite(%s)".formatted(column));
            case ColumnType.TimestampTz instant -> Optional.of("NOT isfinite(%s)".formatted(column));
            default -> Optional.empty();
        };
    }
}
