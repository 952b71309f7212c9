package dev.sluice.adapter.duckdb;

import dev.sluice.model.ColumnType;
import dev.sluice.model.UnsupportedValue;
import java.util.List;

/// How one column's text becomes a value, in three expressions: the text respelled for DuckDB, the
/// candidate value, and the proof that the value is what the text says. DuckDB's casts bend (`1.5`
/// becomes the integer 2, a decimal is rounded, `0044-03-15 BC` loses its era, a seventh digit of a
/// second is cut), so no cast is trusted without proof: wherever the spelling is unique, the value
/// printed again must be the text it came from.
///
/// The expressions nest as three levels of SELECT, so that each is written and computed once. A value
/// that is not proven is an error, or NULL when failures are to be counted.
///
/// @param respelled SQL over the raw text `text`
/// @param candidate SQL over `respelled`; NULL when it cannot be cast; must not raise
/// @param proof     SQL over `text`, `respelled` and `candidate`; anything but true refuses the value
/// @param kinds     why a value can be refused, the most telling first; the last one catches all
record ExactCast(String respelled, String candidate, String proof, List<Kind> kinds) {
    /// @param condition SQL over the raw text
    /// @param words     for people, after a count of rows: "3 rows with …"
    record Kind(String condition, String words) {}

    /// Whether −0 may be written: DuckDB's dictionary pages hold −0 and 0 as one value.
    enum NegativeZero {
        REFUSED,
        WRITTEN
    }

    /// What the error of a −0 under [NegativeZero#REFUSED] says.
    static final String NEGATIVE_ZERO = "sluice negative zero";

    private static final String TRUE = "true";
    private static final String ANY = "%s IS NOT NULL";

    static ExactCast of(ColumnType type, String text, String respelled, String candidate, NegativeZero negativeZero) {
        return switch (type) {
            case ColumnType.Int16 whole -> whole("SMALLINT", text, candidate);
            case ColumnType.Int32 whole -> whole("INTEGER", text, candidate);
            case ColumnType.Int64 whole -> whole("BIGINT", text, candidate);
            case ColumnType.Decimal decimal -> decimal(decimal, text, candidate);
            case ColumnType.Float32 single -> floating("FLOAT", text, candidate, negativeZero);
            case ColumnType.Float64 precise -> floating("DOUBLE", text, candidate, negativeZero);
            case ColumnType.Bool bool ->
                new ExactCast(
                        text,
                        "CASE %s WHEN 't' THEN true WHEN 'f' THEN false END".formatted(text),
                        ANY.formatted(candidate),
                        List.of(new Kind(TRUE, "text that is neither t nor f")));
            case ColumnType.Text plain -> new ExactCast(text, text, TRUE, List.of(new Kind(TRUE, "text")));
            case ColumnType.Date date -> date(text, respelled, candidate);
            case ColumnType.Time time ->
                new ExactCast(
                        text,
                        "try_cast(%s AS TIME)".formatted(text),
                        "%1$s::VARCHAR = %2$s AND %2$s <> '24:00:00'".formatted(candidate, text),
                        List.of(
                                new Kind(text + " = '24:00:00'", "24:00:00, for which Parquet has no time of day"),
                                new Kind(TRUE, "text that is not a time of day in whole microseconds")));
            case ColumnType.Timestamp timestamp -> timestamp(text, respelled, candidate);
            case ColumnType.TimestampTz instant -> timestampTz(text, respelled, candidate);
            case ColumnType.Uuid uuid ->
                new ExactCast(
                        text,
                        "try_cast(%s AS UUID)".formatted(text),
                        ANY.formatted(candidate),
                        List.of(new Kind(TRUE, "text that is not a UUID")));
            case ColumnType.Bytes bytes ->
                // unhex takes an odd number of digits for one with a zero in front
                new ExactCast(
                        text,
                        "CASE WHEN starts_with(%1$s, '\\x') AND strlen(%1$s) %% 2 = 0 THEN try(unhex(%1$s[3:])) END"
                                .formatted(text),
                        ANY.formatted(candidate),
                        List.of(new Kind(TRUE, "text that is not \\x and pairs of hexadecimal digits")));
            case ColumnType.Json json ->
                json(
                        text,
                        candidate,
                        "",
                        new Kind(TRUE, "JSON that RFC 8259 readers refuse (such as half a surrogate pair)"));
            case ColumnType.ArrayAsJson array ->
                json(
                        text,
                        candidate,
                        " AND starts_with(%s, '[')".formatted(text),
                        new Kind(TRUE, "an array that JSON cannot say (such as one with bounds of its own)"));
            case ColumnType.Unsupported(String why) ->
                throw new UnsupportedValue("a column of a type that is not carried: " + why);
        };
    }

    private static ExactCast whole(String duckType, String text, String candidate) {
        return new ExactCast(
                text,
                "try_cast(%s AS %s)".formatted(text, duckType),
                "%s::VARCHAR = %s".formatted(candidate, text),
                List.of(new Kind(TRUE, "a number that is not whole or outside the range of " + duckType)));
    }

    /// The quick proof holds for every value of a `numeric(p,s)`; the slow one is for texts with fewer
    /// digits behind the point, as under `types: {name: "numeric(38,9)"}`.
    private static ExactCast decimal(ColumnType.Decimal type, String text, String candidate) {
        String digits = "regexp_full_match(%s, '-?[0-9]+(\\.[0-9]+)?')".formatted(text);
        String fits = "strlen(rtrim(split_part(%s, '.', 2), '0')) <= %d".formatted(text, type.scale());
        return new ExactCast(
                text,
                "try_cast(%s AS DECIMAL(%d, %d))".formatted(text, type.precision(), type.scale()),
                "CASE WHEN %s::VARCHAR = %s THEN true ELSE %s IS NOT NULL AND %s AND %s END"
                        .formatted(candidate, text, candidate, digits, fits),
                List.of(
                        new Kind(text + " IN ('NaN', 'Infinity', '-Infinity')", "NaN or Infinity"),
                        new Kind(
                                "%s AND NOT (%s)".formatted(digits, fits),
                                "more than %d digits behind the point".formatted(type.scale())),
                        new Kind(
                                digits,
                                "more than %d digits before the point".formatted(type.precision() - type.scale())),
                        new Kind(TRUE, "text that is not a decimal number")));
    }

    /// The text of a float is the shortest that reads back as the same bits, and DuckDB's parser is
    /// exact, but for what is out of range: too large becomes infinity, too small becomes zero.
    private static ExactCast floating(String duckType, String text, String candidate, NegativeZero negativeZero) {
        String spelledZero = "regexp_full_match(%s, '[+-]?[0.]+([eE][+-]?[0-9]+)?')".formatted(text);
        String zero = switch (negativeZero) {
            case WRITTEN -> spelledZero;
            case REFUSED ->
                "CASE WHEN starts_with(%s, '-') AND %s THEN error('%s') ELSE %s END"
                        .formatted(text, spelledZero, NEGATIVE_ZERO, spelledZero);
        };
        return new ExactCast(
                text,
                "try_cast(%s AS %s)".formatted(text, duckType),
                "CASE WHEN %1$s = 0 THEN (CASE WHEN %2$s = '0' THEN true ELSE %3$s END) WHEN isinf(%1$s) THEN %2$s IN ('Infinity', '-Infinity') ELSE %1$s IS NOT NULL END"
                        .formatted(candidate, text, zero),
                List.of(new Kind(TRUE, "text that is not a number in the range of " + duckType)));
    }

    private static ExactCast date(String text, String respelled, String candidate) {
        return new ExactCast(
                "CASE WHEN ends_with(%1$s, ' BC') THEN %1$s[:-4] || ' (BC)' ELSE %1$s END".formatted(text),
                "try_cast(%s AS DATE)".formatted(respelled),
                "%1$s::VARCHAR = %2$s AND isfinite(%1$s)".formatted(candidate, respelled),
                List.of(
                        new Kind(text + " IN ('infinity', '-infinity')", "infinity, which Parquet has no date for"),
                        new Kind(TRUE, "text that is not a date that 32 bits of days hold")));
    }

    private static final Kind INFINITE = new Kind("IN ('infinity', '-infinity')", "infinity, which Parquet cannot say");

    private static final Kind NO_TIMESTAMP = new Kind(
            TRUE, "an instant outside 290308 BC … 294247, which is what 64 bits of microseconds hold, or no timestamp");

    private static ExactCast timestamp(String text, String respelled, String candidate) {
        return new ExactCast(
                bcBehindDate(text),
                "try_cast(%s AS TIMESTAMP)".formatted(respelled),
                "%1$s::VARCHAR = %2$s AND isfinite(%1$s)".formatted(candidate, respelled),
                List.of(new Kind(text + " " + INFINITE.condition(), INFINITE.words()), NO_TIMESTAMP));
    }

    /// The source writes instants in UTC. DuckDB's cast to TIMESTAMP takes any offset; the proof holds it
    /// to `+00`.
    private static ExactCast timestampTz(String text, String respelled, String candidate) {
        return new ExactCast(
                bcBehindDate(text),
                "try_cast(%s AS TIMESTAMP)".formatted(respelled),
                "%1$s::VARCHAR || '+00' = %2$s AND isfinite(%1$s)".formatted(candidate, respelled),
                List.of(new Kind(text + " " + INFINITE.condition(), INFINITE.words()), NO_TIMESTAMP));
    }

    private static String bcBehindDate(String text) {
        return "CASE WHEN ends_with(%1$s, ' BC') THEN replace(%1$s[:-4], ' ', ' (BC) ') ELSE %1$s END".formatted(text);
    }

    /// DuckDB's parser also takes NaN, Infinity and commas at the end; whoever uses such a word or comma
    /// outside of a string is refused. Only texts that hold one anywhere are looked at twice.
    private static ExactCast json(String text, String candidate, String moreProof, Kind kind) {
        String lenient = "(?i)nan|inf|,\\s*[\\]}]";
        String withoutStrings = "regexp_replace(%s, '\"([^\"\\\\]|\\\\.)*\"', '\"\"', 'g')".formatted(text);
        return new ExactCast(
                text,
                "try_cast(%s AS JSON)".formatted(text),
                "CASE WHEN regexp_matches(%1$s, '%2$s') THEN NOT regexp_matches(%3$s, '%2$s') ELSE true END AND %4$s IS NOT NULL%5$s"
                        .formatted(text, lenient, withoutStrings, candidate, moreProof),
                List.of(kind));
    }

    /// What goes into the file, over the proven candidate.
    static String written(ColumnType type, String candidate) {
        return type instanceof ColumnType.TimestampTz
                ? "make_timestamptz(epoch_us(%s))".formatted(candidate)
                : candidate;
    }
}
