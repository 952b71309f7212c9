package dev.sluice.adapter.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Column;
import dev.sluice.model.ColumnType;
import dev.sluice.model.ColumnType.Bool;
import dev.sluice.model.ColumnType.Bytes;
import dev.sluice.model.ColumnType.Date;
import dev.sluice.model.ColumnType.Decimal;
import dev.sluice.model.ColumnType.Float32;
import dev.sluice.model.ColumnType.Float64;
import dev.sluice.model.ColumnType.Int16;
import dev.sluice.model.ColumnType.Int32;
import dev.sluice.model.ColumnType.Int64;
import dev.sluice.model.ColumnType.Text;
import dev.sluice.model.ColumnType.Time;
import dev.sluice.model.ColumnType.Timestamp;
import dev.sluice.model.ColumnType.TimestampTz;
import dev.sluice.model.ColumnType.Uuid;
import dev.sluice.parquet.Converter.Converted;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random tables, told apart by their seed.
@Tag("slow")
final class DuckDbConverterPropertyTest {
    private static final String[] NASTY = {
        "\"",
        "\n",
        ",",
        "\"\n",
        "\",\"",
        "x",
        "\r",
        "\r\n",
        "é",
        "😀",
        " ",
        "\\N",
        "ab",
        "\"\"\n",
        "\n\n",
        "\"\n\"",
        "1\",\"2\"\n",
        "\\",
        "NULL",
        "#",
        "\t",
        "\"\"",
        "'",
        "\n\"",
        "sluice-end-"
    };

    private static final List<ColumnType> TYPES = List.of(
            new Int16(),
            new Int32(),
            new Int64(),
            new Decimal(5, 2),
            new Decimal(18, 18),
            new Decimal(38, 10),
            new Float32(),
            new Float64(),
            new Bool(),
            new Text(),
            new Date(),
            new Time(),
            new Timestamp(),
            new TimestampTz(),
            new Uuid(),
            new Bytes());

    @TempDir
    Path directory;

    /// A value as the source writes it and as it must be read.
    private record Value(@Nullable String text, @Nullable Object expected) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void every_value_of_every_type_arrives_as_it_left(long seed) throws IOException {
        Random random = new Random(seed);
        List<Column> columns = new ArrayList<>();
        columns.add(RawFixture.column("id", new Int32()));
        TYPES.forEach(type -> columns.add(RawFixture.column("c" + columns.size(), type)));
        StringBuilder csv = new StringBuilder(RawFixture.header(columns));
        List<List<@Nullable Object>> expected = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            List<@Nullable String> texts = new ArrayList<>(List.of("" + i));
            List<@Nullable Object> values = new ArrayList<>(List.of(i));
            for (ColumnType type : TYPES) {
                Value value = random.nextInt(6) == 0 ? new Value(null, null) : value(type, random);
                texts.add(value.text());
                values.add(value.expected());
            }
            csv.append(RawFixture.line(texts));
            expected.add(values);
        }

        assertThat(convert(columns, csv.toString(), random, 1 + random.nextInt(4)))
                .isEqualTo(expected);
    }

    /// Frames end anywhere, also inside quoted values behind a line end, and more readers than one are
    /// wanted.
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30})
    void text_with_quotes_and_line_ends_survives_wherever_the_file_is_cut(long seed) throws IOException {
        Random random = new Random(seed);
        for (int round = 0; round < 15; round++) {
            List<Column> columns = new ArrayList<>(List.of(RawFixture.column("id", new Int32())));
            int texts = random.nextInt(3);
            for (int i = 0; i < texts; i++) {
                columns.add(RawFixture.column("t" + i, new Text()));
            }
            int longest = 1 + random.nextInt(20);
            StringBuilder csv = new StringBuilder(RawFixture.header(columns));
            List<List<@Nullable Object>> expected = new ArrayList<>();
            int rows = random.nextInt(1500);
            for (int i = 0; i < rows; i++) {
                List<@Nullable String> row = new ArrayList<>(List.of("" + i));
                for (int t = 0; t < texts; t++) {
                    row.add(random.nextInt(8) == 0 ? null : nasty(random, longest));
                }
                csv.append(RawFixture.line(row));
                List<@Nullable Object> values = new ArrayList<>(row);
                values.set(0, i);
                expected.add(values);
            }

            assertThat(convert(columns, csv.toString(), random, 1 + random.nextInt(4)))
                    .as("round %d", round)
                    .isEqualTo(expected);
        }
    }

    /// Nothing but text, so that no type tells a row that begins in the wrong place.
    @ParameterizedTest
    @ValueSource(longs = {41, 42, 43, 44, 45, 46, 47, 48, 49, 50})
    void text_alone_survives_wherever_the_file_is_cut(long seed) throws IOException {
        Random random = new Random(seed);
        for (int round = 0; round < 15; round++) {
            List<Column> columns = List.of(RawFixture.column("t", new Text()));
            StringBuilder csv = new StringBuilder(RawFixture.header(columns));
            List<String> expected = new ArrayList<>();
            int rows = random.nextInt(60);
            for (int i = 0; i < rows; i++) {
                @Nullable
                String text = random.nextInt(8) == 0 ? null : random.nextBoolean() ? "a\nb\nc" : nasty(random, 6);
                csv.append(RawFixture.line(text));
                expected.add(String.valueOf(text));
            }

            List<String> read = convert(columns, csv.toString(), random, 1 + random.nextInt(4)).stream()
                    .map(row -> String.valueOf(row.getFirst()))
                    .toList();

            assertThat(read).as("round %d", round).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33})
    void rows_longer_than_a_buffer_survive_among_short_ones(long seed) throws IOException {
        Random random = new Random(seed);
        List<Column> columns = List.of(RawFixture.column("id", new Int32()), RawFixture.column("t", new Text()));
        StringBuilder csv = new StringBuilder(RawFixture.header(columns));
        List<List<@Nullable Object>> expected = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String text = nasty(random, 20).repeat(random.nextInt(random.nextInt(10) == 0 ? 60_000 : 2_000));
            csv.append(RawFixture.line("" + i, text));
            expected.add(Arrays.asList(i, text));
        }

        List<List<@Nullable Object>> read = convert(columns, csv.toString(), random, 2);

        assertThat(read.equals(expected)).isTrue();
    }

    /// Rows in the order of their first column.
    private List<List<@Nullable Object>> convert(List<Column> columns, String csv, Random random, int threads)
            throws IOException {
        byte[] bytes = csv.getBytes(StandardCharsets.UTF_8);
        List<byte[]> frames = new ArrayList<>();
        int longest = 1 + random.nextInt(1 + bytes.length / (1 + random.nextInt(20)));
        for (int start = 0; start < bytes.length; ) {
            int end = Math.min(bytes.length, start + 1 + random.nextInt(longest));
            while (end < bytes.length && random.nextInt(50) > 0 && bytes[end - 1] != '\n') {
                end++;
            }
            frames.add(RawFixture.frame(Arrays.copyOfRange(bytes, start, end)));
            start = end;
        }
        Path raw = RawFixture.write(directory.resolve("a.zst"), frames.toArray(byte[][]::new));
        try (DuckDbConverter converter = DuckDbConverter.open(directory.resolve("work"), threads, 1L << 30, 100)) {
            Converted converted = RawFixture.convert(converter, RawFixture.request(directory, columns, raw));
            ParquetRows read = ParquetRows.of(converted.files());
            assertThat(converted.rows()).isEqualTo(read.rows().size());
            for (int i = 0; i < columns.size(); i++) {
                long nulls =
                        read.column(i).stream().filter(value -> value == null).count();
                assertThat(converted.nulls().get(columns.get(i).name())).isEqualTo(nulls);
            }
            List<List<@Nullable Object>> sorted = new ArrayList<>(read.rows());
            sorted.sort(Comparator.comparingInt(row -> row.getFirst() instanceof Integer id ? id : -1));
            return sorted;
        }
    }

    private static String nasty(Random random, int longest) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(longest + 1); i > 0; i--) {
            text.append(NASTY[random.nextInt(NASTY.length)]);
        }
        return text.toString();
    }

    private static Value value(ColumnType type, Random random) {
        return switch (type) {
            case Int16 small -> same((int) (short) random.nextInt());
            case Int32 whole -> same(random.nextInt() >> random.nextInt(31));
            case Int64 large -> same(random.nextLong() >> random.nextInt(63));
            case Decimal decimal -> decimal(decimal, random);
            case Float32 single -> {
                float value = Float.intBitsToFloat(random.nextInt());
                value = Float.isNaN(value) ? Float.NaN : random.nextInt(50) == 0 ? -0f : value;
                yield new Value(shortest(Float.toString(value)), value);
            }
            case Float64 precise -> {
                double value = Double.longBitsToDouble(random.nextLong());
                value = Double.isNaN(value) ? Double.NaN : random.nextInt(50) == 0 ? 0d : value;
                yield new Value(shortest(Double.toString(value)), value);
            }
            case Bool bool -> random.nextBoolean() ? new Value("t", true) : new Value("f", false);
            case Text text -> same(nasty(random, 6));
            case Date date -> {
                // 4713-11-24 BC … 5874897-12-31, mostly near today
                long day = random.nextBoolean()
                        ? random.nextLong(-2_440_000, 2_145_000_000)
                        : random.nextLong(-800_000, 40_000);
                LocalDate value = LocalDate.ofEpochDay(day);
                yield new Value(date(value) + bc(value), value);
            }
            case Time time -> {
                LocalTime value = LocalTime.ofNanoOfDay(random.nextLong(86_400_000_000L) * 1000);
                yield new Value(time(value), value);
            }
            case Timestamp timestamp -> {
                LocalDateTime value = LocalDateTime.ofInstant(instant(random), ZoneOffset.UTC);
                yield new Value(
                        date(value.toLocalDate()) + " " + time(value.toLocalTime()) + bc(value.toLocalDate()), value);
            }
            case TimestampTz instant -> {
                Instant value = instant(random);
                LocalDateTime utc = LocalDateTime.ofInstant(value, ZoneOffset.UTC);
                yield new Value(
                        date(utc.toLocalDate()) + " " + time(utc.toLocalTime()) + "+00" + bc(utc.toLocalDate()), value);
            }
            case Uuid uuid -> {
                UUID value = new UUID(random.nextLong(), random.nextLong());
                yield new Value(value.toString(), value);
            }
            case Bytes bytes -> {
                byte[] value = new byte[random.nextInt(20)];
                random.nextBytes(value);
                yield same("\\x" + HexFormat.of().formatHex(value));
            }
            default -> throw new IllegalArgumentException(type.toString());
        };
    }

    private static Value decimal(Decimal type, Random random) {
        int digits = 1 + random.nextInt(type.precision());
        BigInteger unscaled = new BigInteger(130, random).mod(BigInteger.TEN.pow(digits));
        BigDecimal value = new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), type.scale());
        return new Value(value.toPlainString(), value);
    }

    private static Instant instant(Random random) {
        // 4713 BC … 294246, mostly near today
        long micros = random.nextBoolean()
                ? random.nextLong(-210_800_000_000_000_000L, 9_223_300_000_000_000_000L)
                : random.nextLong(-60_000_000_000_000_000L, 4_000_000_000_000_000L);
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    /// As PostgreSQL spells floats: `1.5e+300`, no `.0`.
    private static String shortest(String java) {
        String text = java.replace(".0E", "E").replaceFirst("E(\\d)", "e+$1").replace("E-", "e-");
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    private static String date(LocalDate date) {
        int year = date.getYear() > 0 ? date.getYear() : 1 - date.getYear();
        return String.format(Locale.ROOT, "%04d-%02d-%02d", year, date.getMonthValue(), date.getDayOfMonth());
    }

    private static String bc(LocalDate date) {
        return date.getYear() > 0 ? "" : " BC";
    }

    private static String time(LocalTime time) {
        String seconds =
                String.format(Locale.ROOT, "%02d:%02d:%02d", time.getHour(), time.getMinute(), time.getSecond());
        int micros = time.getNano() / 1000;
        return micros == 0
                ? seconds
                : seconds + String.format(Locale.ROOT, ".%06d", micros).replaceFirst("0+$", "");
    }

    private static Value same(Object value) {
        return new Value(value.toString(), value);
    }
}
