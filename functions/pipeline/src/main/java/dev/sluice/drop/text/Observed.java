package dev.sluice.drop.text;

import dev.sluice.model.ColumnType;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the values of one column have in common.
public final class Observed {
    /// A decimal is proposed with so many digits if that is enough.
    private static final int USUAL_DIGITS = 18;
    /// More distinct values are not remembered.
    private static final int MOST_DISTINCT = 200_000;

    private static final Pattern NUMBER = Pattern.compile("[+-]?([0-9]+)(?:\\.([0-9]+))?");
    private static final Set<String> BOOLEANS = Set.of("true", "false", "t", "f", "yes", "no", "y", "n");

    /// What is proposed, and why.
    public record Proposal(String type, String reason) {}

    private enum Kind {
        BOOLEAN,
        WHOLE,
        DECIMAL,
        FLOAT,
        DATE,
        TIMESTAMP,
        INSTANT,
        TIME,
        UUID,
        JSON
    }

    private final Map<Kind, Spelling> spellings = spellings();
    private final String name;
    private final EnumSet<Kind> possible = EnumSet.allOf(Kind.class);
    private final Set<String> distinct = new HashSet<>();
    private boolean repeats;
    private boolean leadingZeros;
    private boolean nullWord;
    private int before;
    private int behind;
    private long values;
    private long nulls;

    Observed(String name) {
        this.name = name;
    }

    /// A spelling serves one thread.
    private static Map<Kind, Spelling> spellings() {
        return Map.of(
                Kind.BOOLEAN, Spelling.of(new ColumnType.Bool()),
                Kind.WHOLE, Spelling.of(new ColumnType.Int64()),
                Kind.DECIMAL, Spelling.of(new ColumnType.Decimal(38, 10)),
                Kind.FLOAT, Spelling.of(new ColumnType.Float64()),
                Kind.DATE, Spelling.of(new ColumnType.Date()),
                Kind.TIMESTAMP, Spelling.of(new ColumnType.Timestamp()),
                Kind.INSTANT, Spelling.of(new ColumnType.TimestampTz()),
                Kind.TIME, Spelling.of(new ColumnType.Time()),
                Kind.UUID, Spelling.of(new ColumnType.Uuid()),
                Kind.JSON, Spelling.of(new ColumnType.Json()));
    }

    public String name() {
        return name;
    }

    void addNull() {
        nulls++;
    }

    void addJson() {
        values++;
        repeats = true;
        possible.retainAll(EnumSet.of(Kind.JSON));
    }

    void add(String value) {
        if (value.isEmpty() || value.equals("\\N")) {
            nullWord |= !value.isEmpty();
            nulls++;
            return;
        }
        values++;
        repeats |= distinct.size() < MOST_DISTINCT ? !distinct.add(value) : !repeats;
        possible.removeIf(kind -> !fits(kind, value, spellings));
        Matcher number = NUMBER.matcher(value);
        if (number.matches()) {
            leadingZeros |= number.group(1).length() > 1 && number.group(1).startsWith("0");
            before = Math.max(before, number.group(1).length());
            behind = Math.max(
                    behind, number.group(2) == null ? 0 : number.group(2).length());
        }
    }

    boolean saw(String word) {
        return nullWord && word.equals("\\N");
    }

    /// Whether every row has a value of its own.
    public boolean isUnique() {
        return values > 1 && nulls == 0 && !repeats;
    }

    static boolean isValue(String text) {
        Map<Kind, Spelling> spellings = spellings();
        return List.of(Kind.DECIMAL, Kind.DATE, Kind.TIMESTAMP, Kind.INSTANT, Kind.UUID).stream()
                .anyMatch(kind -> fits(kind, text, spellings));
    }

    private static boolean fits(Kind kind, String value, Map<Kind, Spelling> spellings) {
        boolean form = switch (kind) {
            case BOOLEAN -> BOOLEANS.contains(value.toLowerCase(Locale.ROOT));
            case WHOLE, DECIMAL -> NUMBER.matcher(value).matches();
            case DATE -> value.contains("-");
            case JSON -> value.startsWith("{") || value.startsWith("[");
            case FLOAT, TIMESTAMP, INSTANT, TIME, UUID -> true;
        };
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        return form
                && Objects.requireNonNull(spellings.get(kind)).write(bytes, 0, bytes.length, new RowText(64)) == null;
    }

    public Proposal proposal() {
        if (values == 0) {
            return new Proposal("text", "no value in the sample");
        }
        if (possible.contains(Kind.WHOLE) && !leadingZeros && behind == 0) {
            return new Proposal("bigint", "whole numbers" + withNulls());
        }
        if (leadingZeros && possible.contains(Kind.DECIMAL)) {
            return new Proposal("text", "digits with zeros in front, as identifiers have" + withNulls());
        }
        if (possible.contains(Kind.DECIMAL) && before + behind <= ColumnType.Decimal.MAX_PRECISION) {
            int digits = before + behind <= USUAL_DIGITS - 4 ? USUAL_DIGITS : ColumnType.Decimal.MAX_PRECISION;
            return new Proposal(
                    "numeric(%d,%d)".formatted(digits, behind),
                    "numbers with up to %d digits before and %d behind the point".formatted(before, behind)
                            + withNulls());
        }
        for (Kind kind : possible) {
            return plain(kind);
        }
        return new Proposal("text", "texts" + withNulls());
    }

    private Proposal plain(Kind kind) {
        return switch (kind) {
            case BOOLEAN -> new Proposal("boolean", "true or false" + withNulls());
            case WHOLE, DECIMAL, FLOAT ->
                new Proposal("double precision", "numbers with an exponent or many digits" + withNulls());
            case DATE -> new Proposal("date", "days" + withNulls());
            case TIMESTAMP -> new Proposal("timestamp", "times without an offset from UTC" + withNulls());
            case INSTANT -> new Proposal("timestamptz", "times with Z or an offset from UTC" + withNulls());
            case TIME -> new Proposal("time", "times of day" + withNulls());
            case UUID -> new Proposal("uuid", "UUIDs" + withNulls());
            case JSON -> new Proposal("json", "objects or arrays" + withNulls());
        };
    }

    private String withNulls() {
        return nulls == 0 ? "" : "; some missing";
    }
}
