package dev.sluice.snowflake;

import java.util.List;
import java.util.Map;

/// TO_VARCHAR with a format. An element that is not here is refused.
final class Formats {
    /// Stands for what DuckDB has no element for, until it is put in its place.
    private static final String OFFSET = "<offset>";

    /// Longer ones first, because the first that fits is taken.
    private static final List<Map.Entry<String, String>> ELEMENTS = List.of(
            Map.entry("TZH:TZM", OFFSET),
            Map.entry("YYYY", "%Y"),
            Map.entry("HH24", "%H"),
            Map.entry("FF6", "%f"),
            Map.entry("FF3", "%g"),
            Map.entry("MM", "%m"),
            Map.entry("DD", "%d"),
            Map.entry("MI", "%M"),
            Map.entry("SS", "%S"));

    private Formats() {}

    static String toText(Typed value, Typed format) {
        if (!format.sql().startsWith("'")) {
            throw SqlFailure.unsupported("a format that is not a literal");
        }
        String pattern = pattern(format.sql().substring(1, format.sql().length() - 1));
        String sql = value.sql();
        return switch (value.type().kind()) {
            case DATE, TIMESTAMP_NTZ -> "strftime(%s, '%s')".formatted(sql, pattern);
            case TIME -> "strftime(DATE '2000-01-01' + %s, '%s')".formatted(sql, pattern);
            case TIMESTAMP_TZ, TIMESTAMP_LTZ ->
                "replace(strftime((%1$s).utc + to_minutes((%1$s).off), '%2$s'), '%3$s', %4$s)"
                        .formatted(sql, pattern, OFFSET, offset(sql));
            default -> throw SqlFailure.unsupported("TO_VARCHAR of %s with a format".formatted(value.type()));
        };
    }

    private static String offset(String zoned) {
        return "printf('%%s%%02d:%%02d', CASE WHEN (%1$s).off < 0 THEN '-' ELSE '+' END, abs((%1$s).off) // 60, abs((%1$s).off) %% 60)"
                .formatted(zoned);
    }

    private static String pattern(String format) {
        StringBuilder pattern = new StringBuilder();
        int at = 0;
        while (at < format.length()) {
            int from = at;
            Map.Entry<String, String> element = ELEMENTS.stream()
                    .filter(e -> format.startsWith(e.getKey(), from))
                    .findFirst()
                    .orElse(null);
            if (element != null) {
                pattern.append(element.getValue());
                at += element.getKey().length();
            } else if (Character.isLetter(format.charAt(at)) && format.charAt(at) != 'T') {
                throw SqlFailure.unsupported("the format " + format);
            } else {
                pattern.append(format.charAt(at++));
            }
        }
        return pattern.toString();
    }
}
