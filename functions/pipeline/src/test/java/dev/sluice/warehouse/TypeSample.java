package dev.sluice.warehouse;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ColumnAggregate;
import dev.sluice.model.ColumnType;
import dev.sluice.store.Json;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A type with values of it that every warehouse holds exactly, spelled as the source spells them, the
/// smaller of the first two first.
///
/// @param duckType the type whose Parquet the converter writes
/// @param min      of the first two, as [ColumnAggregate] spells it; null where it says nothing
/// @param max      likewise
/// @param sum      likewise
record TypeSample(
        String column,
        ColumnType type,
        String duckType,
        List<String> values,
        @Nullable String min,
        @Nullable String max,
        @Nullable String sum) {
    static List<TypeSample> all() {
        return List.of(
                numbers("int2", new ColumnType.Int16(), "SMALLINT", "-32768", "32767", "-1"),
                numbers("int4", new ColumnType.Int32(), "INTEGER", "-2147483648", "2147483647", "-1"),
                numbers("int8", new ColumnType.Int64(), "BIGINT", "-9223372036854775808", "9223372036854775807", "-1"),
                numbers("small", new ColumnType.Decimal(4, 2), "DECIMAL(4,2)", "-99.99", "0.50", "-99.49"),
                new TypeSample(
                        "large",
                        new ColumnType.Decimal(38, 10),
                        "DECIMAL(38,10)",
                        List.of("-9999999999999999999999999999.9999999999", "0.0000000001", "1.0000000000"),
                        "-9999999999999999999999999999.9999999999",
                        "0.0000000001",
                        null),
                new TypeSample(
                        "f4",
                        new ColumnType.Float32(),
                        "FLOAT",
                        List.of("-1.5", "0.1", "3.4028235E38", "1.4E-45", "NaN", "Infinity", "-Infinity"),
                        "-1.5",
                        "0.1",
                        null),
                new TypeSample(
                        "f8",
                        new ColumnType.Float64(),
                        "DOUBLE",
                        List.of(
                                "-1.5",
                                "0.1",
                                "1.7976931348623157E308",
                                "0.30000000000000004",
                                "NaN",
                                "Infinity",
                                "-Infinity"),
                        "-1.5",
                        "0.1",
                        null),
                new TypeSample("flag", new ColumnType.Bool(), "BOOLEAN", List.of("false", "true"), null, null, null),
                new TypeSample(
                        "Text",
                        new ColumnType.Text(),
                        "VARCHAR",
                        List.of("", "Zürich 🧀", "\\N", "it's \"x\" \\ ", "NULL", "a\nb\t"),
                        "",
                        "Zürich 🧀",
                        "12"),
                new TypeSample(
                        "day",
                        new ColumnType.Date(),
                        "DATE",
                        List.of("0001-01-01", "1969-12-31", "9999-12-31"),
                        "0001-01-01",
                        "1969-12-31",
                        null),
                new TypeSample(
                        "clock",
                        new ColumnType.Time(),
                        "TIME",
                        List.of("00:00:00.000000", "00:00:01.000001", "23:59:59.999999"),
                        "00:00:00.000000",
                        "00:00:01.000001",
                        null),
                new TypeSample(
                        "stamp",
                        new ColumnType.Timestamp(),
                        "TIMESTAMP",
                        List.of(
                                "0001-01-01 00:00:00.000000",
                                "1970-01-01 00:00:01.000001",
                                "2024-03-31 02:30:00.123456",
                                "9999-12-31 23:59:59.999999"),
                        "0001-01-01 00:00:00.000000",
                        "1970-01-01 00:00:01.000001",
                        null),
                new TypeSample(
                        "instant",
                        new ColumnType.TimestampTz(),
                        "TIMESTAMPTZ",
                        List.of(
                                "0001-01-01 00:00:00.000000",
                                "1970-01-01 00:00:01.000001",
                                "2024-03-31 02:30:00.123456",
                                "9999-12-31 23:59:59.999999"),
                        "0001-01-01 00:00:00.000000Z",
                        "1970-01-01 00:00:01.000001Z",
                        null),
                new TypeSample(
                        "uid",
                        new ColumnType.Uuid(),
                        "UUID",
                        List.of("00000000-0000-0000-0000-000000000001", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
                        "00000000-0000-0000-0000-000000000001",
                        "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
                        null),
                new TypeSample("bytes", new ColumnType.Bytes(), "BLOB", List.of("", "00ff41", "5c4e"), null, null, "3"),
                new TypeSample(
                        "doc",
                        new ColumnType.Json(),
                        "JSON",
                        List.of("{\"a\":[1,\"x\",null]}", "\"text\"", "12.5", "null"),
                        null,
                        null,
                        null),
                new TypeSample(
                        "list",
                        new ColumnType.ArrayAsJson(new ColumnType.Int32()),
                        "JSON",
                        List.of("[1,2]", "[]"),
                        null,
                        null,
                        null));
    }

    private static TypeSample numbers(
            String column, ColumnType type, String duckType, String min, String max, String sum) {
        return new TypeSample(column, type, duckType, List.of(min, max), min, max, sum);
    }

    /// A value as SQL of DuckDB.
    String sql(int index) {
        String text = values.get(index).replace("'", "''");
        return duckType.equals("BLOB") ? "unhex('" + text + "')" : "'" + text + "'::" + duckType;
    }

    /// One spelling for all warehouses, whatever its driver makes of numbers and of JSON.
    String canonical(String text) {
        return switch (duckType) {
            case "FLOAT" -> Float.toString((float) Double.parseDouble(infinity(text)));
            case "DOUBLE" -> Double.toString(Double.parseDouble(infinity(text)));
            case "DECIMAL(38,10)" -> new BigDecimal(text).toPlainString();
            case "JSON" -> Json.read(text, JsonNode.class, column).toString();
            default -> text;
        };
    }

    private static String infinity(String text) {
        return text.replaceAll("(?i)^(-?)inf(inity)?$", "$1Infinity").replaceAll("(?i)^nan$", "NaN");
    }

    ColumnAggregate ofFirstTwoAndANull() {
        return new ColumnAggregate(column, 2, 1, min, max, sum);
    }
}
