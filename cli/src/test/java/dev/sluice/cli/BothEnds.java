package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.store.Json;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads a table whole from PostgreSQL and from DuckDB, with nothing of the product in between, and
/// compares the rows as multisets. Columns that the target does not have are left out at the source.
final class BothEnds {
    private BothEnds() {}

    static void assertEqual(Connection source, String table, Connection warehouse, String target) throws SQLException {
        Map<String, String> types = sourceTypes(source, table);
        List<String> columns = targetColumns(warehouse, target);
        assertThat(types.keySet()).as("columns of %s", target).containsAll(columns);
        List<String> here = source(source, table, types, columns);
        List<String> there = warehouse(warehouse, target, types, columns);
        assertThat(there).as("rows of %s, columns %s", target, columns).containsExactlyInAnyOrderElementsOf(here);
    }

    private static Map<String, String> sourceTypes(Connection source, String table) throws SQLException {
        String sql = """
                SELECT a.attname, CASE WHEN t.typcategory = 'A' THEN 'array' WHEN t.typtype = 'd' THEN b.typname
                       ELSE t.typname END
                FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON b.oid = t.typbasetype
                WHERE a.attrelid = ?::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
                """;
        Map<String, String> types = new LinkedHashMap<>();
        try (PreparedStatement statement = source.prepareStatement(sql)) {
            statement.setString(1, Bed.quoted(table));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    types.put(rows.getString(1), rows.getString(2));
                }
            }
        }
        return types;
    }

    private static List<String> targetColumns(Connection warehouse, String target) throws SQLException {
        List<String> columns = new ArrayList<>();
        try (Statement statement = warehouse.createStatement();
                ResultSet rows = statement.executeQuery("SELECT * FROM " + Bed.quoted(target) + " LIMIT 0")) {
            for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                String name = rows.getMetaData().getColumnName(i);
                if (!name.startsWith("_sluice_")) {
                    columns.add(name);
                }
            }
        }
        return columns;
    }

    private static List<String> source(Connection source, String table, Map<String, String> types, List<String> columns)
            throws SQLException {
        StringBuilder sql = new StringBuilder("SELECT 1");
        for (String column : columns) {
            String name = name(column);
            sql.append(", ")
                    .append(
                            switch (type(types, column)) {
                                case "array" -> "to_json(" + name + ")::text";
                                case "bpchar" ->
                                    "CASE WHEN " + name + " IS NOT NULL THEN format('%s', " + name + ") END";
                                case "bytea" -> "encode(" + name + ", 'hex')";
                                default -> name + "::text";
                            });
        }
        sql.append(" FROM ").append(Bed.quoted(table));
        try (Statement statement = source.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute("SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET extra_float_digits = 3");
            try (ResultSet rows = statement.executeQuery(sql.toString())) {
                List<String> found = new ArrayList<>();
                while (rows.next()) {
                    StringBuilder row = new StringBuilder();
                    for (int i = 0; i < columns.size(); i++) {
                        row.append(canonical(type(types, columns.get(i)), rows.getString(i + 2)))
                                .append(" | ");
                    }
                    found.add(row.toString());
                }
                return found;
            }
        }
    }

    private static List<String> warehouse(
            Connection warehouse, String target, Map<String, String> types, List<String> columns) throws SQLException {
        StringBuilder sql = new StringBuilder("SELECT 1");
        for (String column : columns) {
            sql.append(", ")
                    .append(
                            switch (type(types, column)) {
                                case "bytea" -> name(column);
                                // What DuckDB prints of instants goes through doubles of milliseconds.
                                case "timestamptz" ->
                                    "make_timestamp(epoch_us(" + name(column) + "))::VARCHAR || '+00'";
                                default -> name(column) + "::VARCHAR";
                            });
        }
        sql.append(" FROM ").append(Bed.quoted(target));
        try (Statement statement = warehouse.createStatement();
                ResultSet rows = statement.executeQuery(sql.toString())) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 0; i < columns.size(); i++) {
                    String type = type(types, columns.get(i));
                    String text;
                    if (type.equals("bytea")) {
                        byte[] bytes = rows.getBytes(i + 2);
                        text = bytes == null ? null : HexFormat.of().formatHex(bytes);
                    } else {
                        text = rows.getString(i + 2);
                    }
                    row.append(canonical(type, text)).append(" | ");
                }
                found.add(row.toString());
            }
            return found;
        }
    }

    /// One spelling for both: NULL apart from texts, numbers by value and scale, floats by their bits.
    private static String canonical(String type, @Nullable String text) {
        if (text == null) {
            return "NULL";
        }
        return switch (type) {
            case "float4" -> Float.toString(Float.parseFloat(infinity(text)));
            case "float8" -> Double.toString(Double.parseDouble(infinity(text)));
            case "numeric" -> new BigDecimal(text).toString();
            case "bool" -> text.substring(0, 1);
            case "date", "timestamp", "timestamptz" ->
                text.contains(" (BC)") ? text.replace(" (BC)", "") + " BC" : text;
            case "json", "jsonb", "array" -> json(text);
            default -> "'" + text + "'";
        };
    }

    /// A warehouse may hold the document instead of its text.
    private static String json(String text) {
        return Json.read(text, JsonNode.class, "a value").toString();
    }

    private static String infinity(String text) {
        return switch (text) {
            case "inf" -> "Infinity";
            case "-inf" -> "-Infinity";
            case "nan" -> "NaN";
            default -> text;
        };
    }

    private static String type(Map<String, String> types, String column) {
        return types.getOrDefault(column, "unknown");
    }

    private static String name(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }
}
