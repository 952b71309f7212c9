package dev.sluice.snowflake;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Casts of values in their text form, with Snowflake's rules and errors. What comes out is text that
/// DuckDB casts without loss.
final class Values {
    private static final Pattern ZONED = Pattern.compile("(.*?)\\s*(Z|[+-]\\d{2}(?::?\\d{2})?)");
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuu-M-d", Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .appendPattern("H:mm[:ss]")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);

    private Values() {}

    /// @param how `FROM>TO@ZONE`
    static @Nullable String cast(String text, String how) {
        int arrow = how.indexOf('>');
        int sign = how.lastIndexOf('@');
        String from = how.substring(0, arrow);
        SfType to = new Parser(how.substring(arrow + 1, sign)).type();
        ZoneId zone = ZoneId.of(how.substring(sign + 1));
        if (from.equals("VARIANT")) {
            return Variants.cast(text, to, zone);
        }
        return cast(text, SfType.Kind.valueOf(from), to, zone);
    }

    static String cast(String text, SfType.Kind from, SfType to, ZoneId zone) {
        return switch (to.kind()) {
            case FIXED -> from == SfType.Kind.BOOLEAN ? (text.equals("true") ? "1" : "0") : number(text, to);
            case REAL -> from == SfType.Kind.BOOLEAN ? (text.equals("true") ? "1" : "0") : real(text);
            case TEXT -> limited(asText(text, from), to);
            case BOOLEAN ->
                from == SfType.Kind.TEXT ? bool(text) : new BigDecimal(text).signum() == 0 ? "false" : "true";
            case DATE -> instantLike(text, from, to, zone).toLocalDate().toString();
            case TIME ->
                from == SfType.Kind.TEXT || from == SfType.Kind.TIME
                        ? truncated(time(text, to), to).toString()
                        : truncated(instantLike(text, from, to, zone).toLocalTime(), to)
                                .toString();
            case TIMESTAMP_NTZ ->
                micros(truncated(instantLike(text, from, to, zone).toLocalDateTime(), to));
            case TIMESTAMP_TZ, TIMESTAMP_LTZ -> zoned(instantLike(text, from, to, zone), to, zone);
            case BINARY -> hex(text, to);
            case VARIANT, OBJECT, ARRAY -> from == SfType.Kind.FIXED ? Variants.number(text) : text;
        };
    }

    private static String number(String text, SfType to) {
        BigDecimal value;
        try {
            value = new BigDecimal(text.strip());
        } catch (NumberFormatException e) {
            throw new SqlFailure("100038", "22018", "Numeric value '%s' is not recognized".formatted(text));
        }
        BigDecimal rounded = value.setScale(to.scale(), RoundingMode.HALF_UP);
        if (rounded.precision() - rounded.scale() > to.precision() - to.scale() && rounded.signum() != 0) {
            throw new SqlFailure(
                    "100039",
                    "22003",
                    "Number out of representable range: type FIXED[SB16](%d,%d){nullable}, value %s"
                            .formatted(to.precision(), to.scale(), value.toPlainString()));
        }
        return rounded.toPlainString();
    }

    private static String real(String text) {
        String value = text.strip().toLowerCase(Locale.ROOT);
        return switch (value) {
            case "nan" -> "nan";
            case "inf", "infinity", "+inf", "+infinity" -> "inf";
            case "-inf", "-infinity" -> "-inf";
            default -> {
                try {
                    yield Double.toString(Double.parseDouble(value));
                } catch (NumberFormatException e) {
                    throw new SqlFailure("100038", "22018", "Numeric value '%s' is not recognized".formatted(text));
                }
            }
        };
    }

    private static String asText(String text, SfType.Kind from) {
        return switch (from) {
            case FIXED -> new BigDecimal(text).toPlainString();
            case REAL ->
                realText(Double.parseDouble(text.replace("inf", "Infinity").replace("nan", "NaN")));
            case TIMESTAMP_TZ, TIMESTAMP_LTZ -> {
                OffsetDateTime at = stored(text);
                yield DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS xx", Locale.ROOT)
                        .format(at);
            }
            default -> text;
        };
    }

    private static String realText(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? new BigDecimal(value).toPlainString()
                : Double.toString(value).toLowerCase(Locale.ROOT);
    }

    private static String limited(String text, SfType to) {
        if (text.codePointCount(0, text.length()) > to.precision()) {
            throw new SqlFailure("100078", "22000", "String '%s' is too long and would be truncated".formatted(text));
        }
        return text;
    }

    private static String bool(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true", "t", "yes", "y", "on", "1" -> "true";
            case "false", "f", "no", "n", "off", "0" -> "false";
            default -> throw new SqlFailure("100037", "22018", "Boolean value '%s' is not recognized".formatted(text));
        };
    }

    static String hex(String text, SfType to) {
        try {
            byte[] bytes = HexFormat.of().parseHex(text);
            if (bytes.length > to.precision()) {
                throw new SqlFailure(
                        "100145", "22000", "Binary value '%s' is too long and would be truncated".formatted(text));
            }
            return text.toUpperCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            throw new SqlFailure(
                    "100115", "22018", "The following string is not a legal hex-encoded value: '%s'".formatted(text));
        }
    }

    static String hexOf(String text) {
        return HexFormat.of().withUpperCase().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    private static LocalTime time(String text, SfType to) {
        try {
            return LocalTime.parse(text.strip(), TIME);
        } catch (DateTimeException e) {
            throw unrecognized(text, to);
        }
    }

    /// A date, a timestamp or a number of seconds as a moment in the zone that its text names.
    private static OffsetDateTime instantLike(String text, SfType.Kind from, SfType to, ZoneId zone) {
        if (from.isZoned()) {
            return stored(text);
        }
        String stripped = text.strip();
        if (stripped.matches("-?\\d+")) {
            return Instant.EPOCH.plus(epoch(Long.parseLong(stripped))).atOffset(ZoneOffset.UTC);
        }
        Matcher zoned = ZONED.matcher(stripped);
        if (zoned.matches() && stripped.length() > 11) {
            ZoneOffset offset = ZoneOffset.of(zoned.group(2));
            return local(zoned.group(1), text, to).atOffset(offset);
        }
        LocalDateTime local = local(stripped, text, to);
        return to.kind().isZoned() ? local.atZone(zone).toOffsetDateTime() : local.atOffset(ZoneOffset.UTC);
    }

    /// Snowflake guesses the unit of a bare integer by its size.
    private static java.time.Duration epoch(long value) {
        long size = Math.abs(value);
        if (size < 31_536_000_000L) {
            return java.time.Duration.ofSeconds(value);
        }
        if (size < 31_536_000_000_000L) {
            return java.time.Duration.ofMillis(value);
        }
        return size < 31_536_000_000_000_000L
                ? java.time.Duration.of(value, ChronoUnit.MICROS)
                : java.time.Duration.ofNanos(value);
    }

    private static LocalDateTime local(String text, String whole, SfType to) {
        int split = Math.max(text.indexOf(' '), text.indexOf('T'));
        try {
            return split < 0
                    ? LocalDate.parse(text, DATE).atStartOfDay()
                    : LocalDate.parse(text.substring(0, split), DATE)
                            .atTime(LocalTime.parse(text.substring(split + 1).strip(), TIME));
        } catch (DateTimeException e) {
            throw unrecognized(whole, to);
        }
    }

    private static SqlFailure unrecognized(String text, SfType to) {
        return switch (to.kind()) {
            case DATE -> new SqlFailure("100040", "22007", "Date '%s' is not recognized".formatted(text));
            case TIME -> new SqlFailure("100108", "22007", "Time '%s' is not recognized".formatted(text));
            default -> new SqlFailure("100035", "22007", "Timestamp '%s' is not recognized".formatted(text));
        };
    }

    /// `2026-01-01 00:00:00 120`: the instant in UTC and its offset in minutes.
    private static OffsetDateTime stored(String text) {
        int split = text.lastIndexOf(' ');
        ZoneOffset offset = ZoneOffset.ofTotalSeconds(60 * Integer.parseInt(text.substring(split + 1)));
        LocalDateTime utc = LocalDateTime.of(
                LocalDate.parse(text.substring(0, text.indexOf(' ')), DATE),
                LocalTime.parse(text.substring(text.indexOf(' ') + 1, split), TIME));
        return utc.atOffset(ZoneOffset.UTC).withOffsetSameInstant(offset);
    }

    private static String zoned(OffsetDateTime at, SfType to, ZoneId zone) {
        ZoneOffset offset =
                to.kind() == SfType.Kind.TIMESTAMP_LTZ ? zone.getRules().getOffset(at.toInstant()) : at.getOffset();
        return "{'utc': '%s', 'off': %d}"
                .formatted(
                        micros(truncated(
                                at.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime(), to)),
                        offset.getTotalSeconds() / 60);
    }

    private static String micros(LocalDateTime at) {
        return at.getYear() > 0 && at.getYear() < 10_000
                ? MICROS.format(at)
                : MICROS.withLocale(Locale.ROOT).format(at).replaceFirst("^\\+", "");
    }

    private static LocalDateTime truncated(LocalDateTime at, SfType to) {
        return at.with(truncated(at.toLocalTime(), to));
    }

    private static LocalTime truncated(LocalTime at, SfType to) {
        long unit = (long) Math.pow(10, 9 - Math.min(6, to.scale()));
        return LocalTime.ofNanoOfDay(at.toNanoOfDay() / unit * unit);
    }
}
