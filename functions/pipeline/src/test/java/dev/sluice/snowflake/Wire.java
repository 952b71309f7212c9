package dev.sluice.snowflake;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The way of a value out of DuckDB, as raw text without loss (days, microseconds), from there into the
/// protocol's JSON rowsets, and back into DuckDB for RESULT_SCAN.
final class Wire {
    private Wire() {}

    /// SQL that gives the raw text of a value.
    static String raw(Typed value) {
        String sql = value.sql();
        return switch (value.type().kind()) {
            case DATE -> "CAST(datediff('day', DATE '1970-01-01', %s) AS VARCHAR)".formatted(sql);
            case TIME -> "CAST(datediff('microsecond', TIME '00:00:00', %s) AS VARCHAR)".formatted(sql);
            case TIMESTAMP_NTZ -> "CAST(epoch_us(%s) AS VARCHAR)".formatted(sql);
            case TIMESTAMP_TZ, TIMESTAMP_LTZ ->
                "(CAST(epoch_us((%1$s).utc) AS VARCHAR) || ' ' || CAST(1440 + (%1$s).off AS VARCHAR))".formatted(sql);
            case BINARY -> "hex(%s)".formatted(sql);
            case TEXT, VARIANT, OBJECT, ARRAY -> sql;
            case FIXED, REAL, BOOLEAN -> "CAST(%s AS VARCHAR)".formatted(sql);
        };
    }

    /// Raw text as a literal of DuckDB.
    static String literal(@Nullable String raw, SfType type) {
        if (raw == null) {
            return "CAST(NULL AS %s)".formatted(type.duck());
        }
        return switch (type.kind()) {
            case DATE -> "(DATE '1970-01-01' + %s)".formatted(raw);
            case TIME -> "(TIME '00:00:00' + to_microseconds(%s))".formatted(raw);
            case TIMESTAMP_NTZ -> "make_timestamp(%s)".formatted(raw);
            case TIMESTAMP_TZ, TIMESTAMP_LTZ -> {
                String[] parts = raw.split(" ");
                yield "{'utc': make_timestamp(%s), 'off': CAST(%d AS INTEGER)}"
                        .formatted(parts[0], Integer.parseInt(parts[1]) - 1440);
            }
            case BINARY -> "from_hex(%s)".formatted(Typed.literal(raw));
            default -> "CAST(%s AS %s)".formatted(Typed.literal(raw), type.duck());
        };
    }

    /// Raw text as the protocol wants it.
    static @Nullable String spelled(@Nullable String raw, SfType type) {
        if (raw == null) {
            return null;
        }
        return switch (type.kind()) {
            case FIXED -> new BigDecimal(raw).toPlainString();
            case REAL ->
                switch (raw) {
                    case "nan" -> "NaN";
                    case "inf", "-inf" -> raw;
                    default -> Double.toString(Double.parseDouble(raw)).toLowerCase(Locale.ROOT);
                };
            case BOOLEAN -> raw.equals("true") ? "1" : "0";
            case TIME, TIMESTAMP_NTZ -> seconds(raw, type);
            case TIMESTAMP_LTZ -> seconds(raw.substring(0, raw.indexOf(' ')), type);
            case TIMESTAMP_TZ -> seconds(raw.substring(0, raw.indexOf(' ')), type) + raw.substring(raw.indexOf(' '));
            case VARIANT, OBJECT, ARRAY -> Variants.shown(raw);
            case TEXT, DATE, BINARY -> raw;
        };
    }

    private static String seconds(String micros, SfType type) {
        return new BigDecimal(micros)
                .movePointLeft(6)
                .setScale(type.scale(), RoundingMode.FLOOR)
                .toPlainString();
    }
}
