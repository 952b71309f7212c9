package dev.sluice.adapter.snowflake;

import dev.sluice.model.Column;
import dev.sluice.model.ColumnType;
import dev.sluice.model.TableName;
import dev.sluice.model.UnsupportedValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What Snowflake would take but not hold or show exactly, looked for in a staging table before anything
/// is published.
final class SnowflakeLimits {
    /// @param condition over the staged column; true for a value that is refused
    /// @param words     for people, after a count of rows
    private record Limit(Column column, String condition, String words) {}

    private SnowflakeLimits() {}

    /// One statement, and none where no column's type has such values.
    static void check(SnowflakeSession session, SnowflakeStaging staging) {
        SnowflakeWave wave = staging.wave();
        TableName target = wave.target();
        List<Limit> limits = new ArrayList<>();
        wave.columns().forEach((name, column) -> limits.addAll(of(column, "s." + SnowflakeNames.quoted(name))));
        if (limits.isEmpty()) {
            return;
        }
        String counts = String.join(
                ", ",
                limits.stream()
                        .map(limit -> "COUNT(CASE WHEN " + limit.condition() + " THEN 1 END)")
                        .toList());
        session.doing(target + ": look at the staged values", "GRANT SELECT ON the tables STAGE_… TO ROLE …");
        List<Long> found = session.query("SELECT %s FROM %s s".formatted(counts, staging.rows()), row -> {
                    List<Long> numbers = new ArrayList<>();
                    for (int i = 1; i <= limits.size(); i++) {
                        numbers.add(row.getLong(i));
                    }
                    return numbers;
                })
                .getFirst();
        List<String> refused = new ArrayList<>();
        Optional<Limit> first = Optional.empty();
        for (int i = 0; i < limits.size(); i++) {
            if (found.get(i) > 0) {
                Limit limit = limits.get(i);
                first = first.or(() -> Optional.of(limit));
                refused.add(
                        "column %s has %d rows with %s".formatted(limit.column().name(), found.get(i), limit.words()));
            }
        }
        if (first.isPresent()) {
            throw new UnsupportedValue("%s: %s, in %s %s. %s; nothing was published"
                    .formatted(
                            target,
                            String.join("; ", refused),
                            wave.words().unit(),
                            slice(session, staging, first.get()),
                            wave.words().remedy().formatted(first.get().column().name())));
        }
    }

    private static String slice(SnowflakeSession session, SnowflakeStaging staging, Limit limit) {
        return session.query(
                        """
                        SELECT MIN(f."SLICE") FROM %s s JOIN %s f ON f."KIND" = 'file' AND f."FILE" = s."_SLUICE_FILE"
                        WHERE %s
                        """.formatted(staging.rows(), staging.manifest(), limit.condition()),
                        row -> new dev.sluice.model.Slice(row.getString(1)))
                .getFirst()
                .toString();
    }

    private static List<Limit> of(Column column, String name) {
        return switch (column.type()) {
            case ColumnType.Date t ->
                List.of(new Limit(
                        column,
                        "%s NOT BETWEEN '0001-01-01'::DATE AND '9999-12-31'::DATE".formatted(name),
                        "a date outside 0001 … 9999"));
            case ColumnType.Timestamp t -> List.of(outside(column, name, "TIMESTAMP_NTZ(6)", ""));
            case ColumnType.TimestampTz t -> List.of(outside(column, name, "TIMESTAMP_TZ(6)", " +00:00"));
            case ColumnType.Json t -> json(column, name);
            case ColumnType.ArrayAsJson t -> json(column, name);
            case ColumnType.Int16 t -> List.of();
            case ColumnType.Int32 t -> List.of();
            case ColumnType.Int64 t -> List.of();
            case ColumnType.Decimal t -> List.of();
            case ColumnType.Float32 t -> List.of();
            case ColumnType.Float64 t -> List.of();
            case ColumnType.Bool t -> List.of();
            case ColumnType.Text t -> List.of();
            case ColumnType.Time t -> List.of();
            case ColumnType.Uuid t -> List.of();
            case ColumnType.Bytes t -> List.of();
            case ColumnType.Unsupported t -> List.of();
        };
    }

    private static Limit outside(Column column, String name, String type, String zone) {
        return new Limit(
                column,
                "%1$s NOT BETWEEN '0001-01-01 00:00:00%3$s'::%2$s AND '9999-12-31 23:59:59.999999%3$s'::%2$s"
                        .formatted(name, type, zone),
                "a time outside 0001 … 9999");
    }

    private static String digitsAsZeros(String name) {
        String zeros = "REPLACE(" + name + ", '.', '')";
        for (char digit = '1'; digit <= '9'; digit++) {
            zeros = "REPLACE(%s, '%s', '0')".formatted(zeros, digit);
        }
        return zeros;
    }

    /// VARIANT holds numbers of 38 digits and objects without repeated keys.
    private static List<Limit> json(Column column, String name) {
        return List.of(
                new Limit(
                        column,
                        "%1$s IS NOT NULL AND TRY_PARSE_JSON(%1$s) IS NULL".formatted(name),
                        "JSON that VARIANT does not take, such as an object with a key twice"),
                new Limit(
                        column,
                        "CONTAINS(%s, REPEAT('0', 39))".formatted(digitsAsZeros(name)),
                        "JSON with more than 38 digits in a row, which VARIANT would round"));
    }
}
