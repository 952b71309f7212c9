package dev.sluice.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/// Texts of values as PostgreSQL reads them: ordinary ones, and often those from the edges.
final class RandomValues {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "a",
            "A",
            "a ",
            "\\N",
            "\\all",
            "\\",
            "\\\\x",
            "\\.",
            "NULL",
            "null",
            "\"",
            "\"\"",
            "'",
            ",",
            "\n",
            "\r",
            "\r\n",
            "\t",
            "ä",
            "Ä",
            "ß",
            "i",
            "I",
            "ı",
            "İ",
            "🧀",
            "0",
            "-0",
            "01",
            "true",
            "NaN",
            "2024-01-01",
            "%",
            "%s",
            "%2F",
            "/",
            "..",
            ".",
            "a/b",
            "?",
            "*",
            "{}",
            "${x}",
            "slice=x",
            "~",
            "é",
            "e\u0301",
            "\uFEFF",
            "\u2028",
            "\u0001",
            "a,b\"c\nd",
            "x".repeat(500),
            "🧀".repeat(150));

    private RandomValues() {}

    static String whole(Random random, int bits) {
        BigInteger half = BigInteger.ONE.shiftLeft(bits - 1);
        return switch (random.nextInt(8)) {
            case 0 -> half.subtract(BigInteger.ONE).toString();
            case 1 -> half.negate().toString();
            case 2 -> "0";
            case 3, 4 -> String.valueOf(random.nextInt(10) - 5);
            default -> new BigInteger(bits, random).subtract(half).toString();
        };
    }

    static String decimal(Random random, int precision, int scale) {
        BigInteger limit = BigInteger.TEN.pow(precision);
        BigInteger digits = random.nextInt(5) == 0
                ? limit.subtract(BigInteger.ONE)
                : new BigInteger(random.nextInt(128) + 1, random).mod(limit);
        return new BigDecimal(random.nextBoolean() ? digits : digits.negate(), scale).toPlainString();
    }

    static String single(Random random) {
        return switch (random.nextInt(8)) {
            case 0 ->
                List.of("NaN", "Infinity", "-Infinity", "-0", "0", "1.17549435E-38", "3.4028235E38")
                        .get(random.nextInt(7));
            case 1, 2 -> Float.toString(random.nextInt(1000) / 8f);
            default -> {
                float value = Float.intBitsToFloat(random.nextInt());
                yield Float.isNaN(value) ? "NaN" : Float.toString(value);
            }
        };
    }

    static String twice(Random random) {
        return switch (random.nextInt(8)) {
            case 0 ->
                List.of(
                                "NaN",
                                "Infinity",
                                "-Infinity",
                                "-0",
                                "0",
                                "2.2250738585072014E-308",
                                "1.7976931348623157E308",
                                "5E-324")
                        .get(random.nextInt(8));
            case 1, 2 -> Double.toString(random.nextInt(1000) / 8.0);
            default -> {
                double value = Double.longBitsToDouble(random.nextLong());
                yield Double.isNaN(value) ? "NaN" : Double.toString(value);
            }
        };
    }

    static String text(Random random) {
        if (random.nextInt(3) > 0) {
            return TEXTS.get(random.nextInt(TEXTS.size()));
        }
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.appendCodePoint(random.nextInt(4) == 0 ? 0xA1 + random.nextInt(0x2000) : ' ' + random.nextInt(94));
        }
        return text.toString();
    }

    static String day(Random random) {
        if (random.nextInt(12) == 0) {
            return List.of("0001-01-01", "1582-10-10", "9999-12-31", "12024-02-29", "1883-11-18", "2199-01-01")
                    .get(random.nextInt(6));
        }
        return LocalDate.of(2024, 10, 20).plusDays(random.nextInt(40)).toString();
    }

    static String date(Random random) {
        return switch (random.nextInt(8)) {
            case 0 ->
                List.of("4713-01-01 BC", "0001-12-31 BC", "5874897-12-31", "0044-03-15 BC")
                        .get(random.nextInt(4));
            case 1, 2 ->
                LocalDate.ofEpochDay(random.nextInt(6_000_000) - 700_000)
                        .toString()
                        .replace("+", "");
            default -> day(random);
        };
    }

    static String timestamp(Random random, String zone) {
        if (random.nextInt(8) > 0) {
            return day(random) + " " + time(random) + zone;
        }
        return switch (random.nextInt(5)) {
            case 0 -> "4713-02-01 00:00:00" + zone + " BC";
            case 1 -> "0044-03-15 12:00:00.5" + zone + " BC";
            case 2 -> "294246-12-30 23:59:59.999999" + zone;
            case 3 -> "0001-01-01 00:00:00" + zone;
            default -> "1970-01-01 00:00:00" + zone;
        };
    }

    static String time(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> "00:00:00";
            case 1 -> "23:59:59.999999";
            default ->
                LocalTime.ofNanoOfDay(random.nextInt(86_400) * 1_000_000_000L + random.nextInt(1_000_000) * 1_000L)
                        .toString();
        };
    }

    static String zone(Random random) {
        return List.of("+00", "+14", "-12", "+05:45", "-03:30").get(random.nextInt(5));
    }

    static String bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
        return "\\x" + HexFormat.of().formatHex(bytes);
    }

    static String json(Random random, int depth) {
        int members = random.nextInt(4);
        return switch (random.nextInt(depth > 0 ? 8 : 5)) {
            case 0 -> "null";
            case 1 -> String.valueOf(random.nextBoolean());
            case 2 ->
                List.of("0", "-0", "1.10", "1e3", "123456789012345678901234567890", "-1.5E-7", "1e400")
                        .get(random.nextInt(7));
            case 3, 4 -> string(random);
            case 5 -> {
                List<String> elements = new ArrayList<>();
                for (int i = 0; i < members; i++) {
                    elements.add(json(random, depth - 1));
                }
                yield "[" + String.join(random.nextBoolean() ? "," : " , ", elements) + "]";
            }
            default -> {
                List<String> fields = new ArrayList<>();
                for (int i = 0; i < members; i++) {
                    fields.add(string(random) + (random.nextBoolean() ? ":" : " : ") + json(random, depth - 1));
                }
                yield "{" + String.join(", ", fields) + "}";
            }
        };
    }

    static String string(Random random) {
        try {
            return JSON.writeValueAsString(text(random));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
