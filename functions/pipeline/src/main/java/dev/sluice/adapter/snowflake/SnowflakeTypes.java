package dev.sluice.adapter.snowflake;

import dev.sluice.model.ColumnType;
import dev.sluice.model.UnsupportedValue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Model → column type of a table in Snowflake, and how a value is read from Parquet. docs/types.md is
/// the table for people.
final class SnowflakeTypes {
    private static final Pattern NUMBER = Pattern.compile("NUMBER\\((\\d+),(\\d+)\\)");
    private static final Pattern TEXT = Pattern.compile("VARCHAR\\((\\d+)\\)");

    private SnowflakeTypes() {}

    /// As `DESCRIBE TABLE` spells it.
    static String ddl(ColumnType type) {
        return switch (type) {
            case ColumnType.Int16 ignored -> "NUMBER(5,0)";
            case ColumnType.Int32 ignored -> "NUMBER(10,0)";
            case ColumnType.Int64 ignored -> "NUMBER(19,0)";
            case ColumnType.Decimal decimal -> "NUMBER(%d,%d)".formatted(decimal.precision(), decimal.scale());
            case ColumnType.Float32 ignored -> "FLOAT";
            case ColumnType.Float64 ignored -> "FLOAT";
            case ColumnType.Bool ignored -> "BOOLEAN";
            case ColumnType.Text ignored -> "VARCHAR(16777216)";
            case ColumnType.Date ignored -> "DATE";
            case ColumnType.Time ignored -> "TIME(6)";
            case ColumnType.Timestamp ignored -> "TIMESTAMP_NTZ(6)";
            case ColumnType.TimestampTz ignored -> "TIMESTAMP_TZ(6)";
            case ColumnType.Uuid ignored -> "VARCHAR(36)";
            case ColumnType.Bytes ignored -> "BINARY(8388608)";
            case ColumnType.Json ignored -> "VARIANT";
            case ColumnType.ArrayAsJson ignored -> "VARIANT";
            case ColumnType.Unsupported unsupported -> throw new UnsupportedValue(unsupported.why());
        };
    }

    /// The column of a staging table: as that of the target, but JSON is text until it was looked
    /// at.
    static String staged(ColumnType type) {
        return isJson(type) ? "VARCHAR(16777216)" : ddl(type);
    }

    /// The value of a Parquet column in the SELECT of a COPY, which takes few functions.
    ///
    /// @param value such as `$1:"name"`
    static String read(ColumnType type, String value) {
        return value + "::" + staged(type);
    }

    /// The value of the target from that of the staging table.
    static String published(ColumnType type, String staged) {
        return switch (type) {
            case ColumnType.Json json -> "PARSE_JSON(" + staged + ")";
            case ColumnType.ArrayAsJson array -> "PARSE_JSON(" + staged + ")";
            case ColumnType.Uuid uuid -> uuid(staged);
            default -> staged;
        };
    }

    /// 32 hexadecimal digits, which is how 16 bytes read as text, or the text that a reader makes of them
    /// who knows the type.
    private static String uuid(String staged) {
        String digits = "REPLACE(LOWER(%s), '-', '')".formatted(staged);
        return "SUBSTR(%1$s, 1, 8) || '-' || SUBSTR(%1$s, 9, 4) || '-' || SUBSTR(%1$s, 13, 4) || '-' || SUBSTR(%1$s, 17, 4) || '-' || SUBSTR(%1$s, 21, 12)"
                .formatted(digits);
    }

    static boolean isJson(ColumnType type) {
        return type instanceof ColumnType.Json || type instanceof ColumnType.ArrayAsJson;
    }

    /// Whether Snowflake changes the type of a column in place without touching a value.
    static boolean widens(String from, String to) {
        Matcher number = NUMBER.matcher(from);
        Matcher wider = NUMBER.matcher(to);
        if (number.matches() && wider.matches()) {
            return number.group(2).equals(wider.group(2)) && digits(number) < digits(wider);
        }
        Matcher text = TEXT.matcher(from);
        Matcher longer = TEXT.matcher(to);
        return text.matches() && longer.matches() && digits(text) < digits(longer);
    }

    private static int digits(Matcher type) {
        return Integer.parseInt(type.group(1));
    }
}
