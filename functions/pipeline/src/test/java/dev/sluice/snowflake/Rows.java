package dev.sluice.snowflake;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Rows in the raw text of [Wire], with the names and types of their columns.
record Rows(List<Column> columns, List<List<@Nullable String>> rows) {
    record Column(String name, SfType type, boolean nullable) {}

    static Rows of(List<Column> columns) {
        return new Rows(columns, new ArrayList<>());
    }

    /// Columns of text; a name that ends with `#` is a number, with `%` a FLOAT, with `@` an instant.
    static Rows named(String... names) {
        return of(Arrays.stream(names).map(Rows::column).toList());
    }

    private static Column column(String name) {
        String plain = name.substring(0, name.length() - 1);
        return switch (name.charAt(name.length() - 1)) {
            case '#' -> new Column(plain, SfType.number(38, 0), true);
            case '%' -> new Column(plain, SfType.REAL, true);
            case '@' -> new Column(plain, SfType.LTZ, true);
            default -> new Column(name, SfType.TEXT, true);
        };
    }

    /// The one row `status: text`.
    static Rows status(String text) {
        return named("status").add(text);
    }

    static Rows count(String name, long count) {
        return of(List.of(new Column(name, SfType.number(19, 0), false))).add(count);
    }

    Rows add(@Nullable Object... values) {
        List<@Nullable String> row = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            row.add(
                    switch (value) {
                        case null -> null;
                        case java.time.Instant at ->
                            Long.toString(java.time.temporal.ChronoUnit.MICROS.between(java.time.Instant.EPOCH, at))
                                    + " 1440";
                        default -> value.toString();
                    });
        }
        rows.add(row);
        return this;
    }

    /// As INFORMATION_SCHEMA and its functions name columns.
    Rows upper() {
        return new Rows(
                columns.stream()
                        .map(c -> new Column(c.name.toUpperCase(Locale.ROOT), c.type, c.nullable))
                        .toList(),
                rows);
    }
}
