package dev.sluice.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A type of PostgreSQL with values of it: some drawn at random, some from the edges.
///
/// @param sql    the type as a column declares it
/// @param policy what `types:` must say for it to be carried; empty if it is carried by itself
/// @param value  a value's text, or an expression if it begins with `ARRAY[`
record RandomType(String sql, String policy, Function<Random, String> value) {
    /// What a database needs before these types can be used in it.
    static final List<String> DECLARATIONS = List.of(
            "CREATE TYPE mood AS ENUM ('', 'happy', 'sad', 'it''s', 'İ', 'two words')",
            "CREATE DOMAIN short AS varchar(20)",
            "CREATE DOMAIN level AS smallint");

    static RandomType any(Random random) {
        return switch (random.nextInt(36)) {
            case 0 -> new RandomType("int2", "", r -> RandomValues.whole(r, 16));
            case 1 -> new RandomType("int4", "", r -> RandomValues.whole(r, 32));
            case 2, 3 -> new RandomType("int8", "", r -> RandomValues.whole(r, 64));
            case 4, 5 -> numeric(random);
            case 6 -> new RandomType("numeric", "text", r -> RandomValues.decimal(r, 45, r.nextInt(30)));
            case 7 -> new RandomType("float4", "", RandomValues::single);
            case 8 -> new RandomType("float8", "", RandomValues::twice);
            case 9 -> new RandomType("bool", "", r -> String.valueOf(r.nextBoolean()));
            case 10, 11, 12 -> new RandomType("text", "", RandomValues::text);
            case 13 -> new RandomType("varchar(40)", "", RandomValues::text);
            case 14, 15 -> new RandomType("char(7)", "", RandomValues::text);
            case 16 -> new RandomType("\"char\"", "", r -> String.valueOf((char) ('a' + r.nextInt(26))));
            case 17 -> new RandomType("name", "", RandomValues::text);
            case 18 ->
                new RandomType(
                        "mood",
                        "",
                        r -> List.of("", "happy", "sad", "it's", "İ", "two words")
                                .get(r.nextInt(6)));
            case 19 -> new RandomType("short", "", RandomValues::text);
            case 20 -> new RandomType("level", "", r -> RandomValues.whole(r, 16));
            case 21 -> new RandomType("date", "", RandomValues::date);
            case 22 -> new RandomType("time", "", RandomValues::time);
            case 23 -> new RandomType("timestamp", "", r -> RandomValues.timestamp(r, ""));
            case 24 -> new RandomType("timestamptz", "", r -> RandomValues.timestamp(r, RandomValues.zone(r)));
            case 25 -> new RandomType("timestamp(3)", "", r -> RandomValues.timestamp(r, ""));
            case 26 -> new RandomType("uuid", "", r -> new UUID(r.nextLong(), r.nextLong()).toString());
            case 27 -> new RandomType("bytea", "", RandomValues::bytes);
            case 28 -> new RandomType("json", "", r -> RandomValues.json(r, 2));
            case 29, 30 -> new RandomType("jsonb", "", r -> RandomValues.json(r, 3));
            case 31 ->
                new RandomType(
                        "interval",
                        "text",
                        r -> "%d months %d days %d seconds"
                                .formatted(r.nextInt(50) - 25, r.nextInt(100) - 50, r.nextInt()));
            case 32 ->
                new RandomType(
                        "inet",
                        "text",
                        r -> "10.0.%d.%d/%d".formatted(r.nextInt(256), r.nextInt(256), 8 + r.nextInt(25)));
            default -> array(random);
        };
    }

    /// For the column that a time-sliced table is cut by.
    static RandomType ofTime(Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> new RandomType("date", "", r -> RandomValues.day(r));
            case 1 -> new RandomType("timestamp", "", r -> RandomValues.day(r) + " " + RandomValues.time(r));
            default ->
                new RandomType(
                        "timestamptz",
                        "",
                        r -> RandomValues.day(r) + " " + RandomValues.time(r) + RandomValues.zone(r));
        };
    }

    /// A value as an SQL expression of this type.
    String literal(Random random) {
        return literal(value.apply(random));
    }

    String literal(String text) {
        return text.startsWith("ARRAY[") ? "(" + text + ")::" + sql : quoted(text) + "::" + sql;
    }

    static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static RandomType numeric(Random random) {
        int precision = 1 + random.nextInt(38);
        int scale = random.nextInt(precision + 1);
        return new RandomType(
                "numeric(%d,%d)".formatted(precision, scale), "", r -> RandomValues.decimal(r, precision, scale));
    }

    private static RandomType array(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> ofElements("int4", r -> RandomValues.whole(r, 32));
            case 1 -> ofElements("float8", RandomValues::twice);
            case 2 -> ofElements("numeric(12,3)", r -> RandomValues.decimal(r, 12, 3));
            case 3 ->
                ofElements("timestamptz", r -> RandomValues.day(r) + " " + RandomValues.time(r) + RandomValues.zone(r));
            case 4 -> ofElements("jsonb", r -> RandomValues.json(r, 1));
            case 5 -> ofElements("mood", r -> r.nextBoolean() ? "happy" : "it's");
            case 6 ->
                new RandomType(
                        "int4[]", "", r -> r.nextBoolean() ? "{{1,2},{3,NULL}}" : "{{{%d}}}".formatted(r.nextInt()));
            default -> ofElements("text", RandomValues::text);
        };
    }

    private static RandomType ofElements(String element, Function<Random, String> value) {
        return new RandomType(element + "[]", "", r -> {
            List<String> elements = new ArrayList<>();
            for (int i = r.nextInt(4); i > 0; i--) {
                elements.add(r.nextInt(6) == 0 ? "NULL" : quoted(value.apply(r)) + "::" + element);
            }
            return elements.stream().collect(Collectors.joining(", ", "ARRAY[", "]"));
        });
    }
}
