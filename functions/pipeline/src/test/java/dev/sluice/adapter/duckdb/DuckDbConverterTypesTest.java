package dev.sluice.adapter.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.Column;
import dev.sluice.model.ColumnType;
import dev.sluice.model.ColumnType.ArrayAsJson;
import dev.sluice.model.ColumnType.Bool;
import dev.sluice.model.ColumnType.Bytes;
import dev.sluice.model.ColumnType.Date;
import dev.sluice.model.ColumnType.Decimal;
import dev.sluice.model.ColumnType.Float32;
import dev.sluice.model.ColumnType.Float64;
import dev.sluice.model.ColumnType.Int16;
import dev.sluice.model.ColumnType.Int32;
import dev.sluice.model.ColumnType.Int64;
import dev.sluice.model.ColumnType.Json;
import dev.sluice.model.ColumnType.Text;
import dev.sluice.model.ColumnType.Time;
import dev.sluice.model.ColumnType.Timestamp;
import dev.sluice.model.ColumnType.TimestampTz;
import dev.sluice.model.ColumnType.Uuid;
import dev.sluice.model.Slice;
import dev.sluice.model.UnsupportedValue;
import dev.sluice.parquet.Converter;
import dev.sluice.parquet.Converter.Converted;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class DuckDbConverterTypesTest {
    private static final String NINES_38 = "9".repeat(38);

    @TempDir
    static Path work;

    @TempDir
    Path directory;

    private static DuckDbConverter converter;

    @BeforeAll
    static void open() {
        converter = DuckDbConverter.open(work, 2, 512L << 20);
    }

    @AfterAll
    static void close() {
        converter.close();
    }

    static Stream<Arguments> carried() {
        return Stream.of(
                        // min, max, typical
                        row(new Int16(), "-32768", -32768, "32767", 32767, "0", 0),
                        row(new Int32(), "-2147483648", Integer.MIN_VALUE, "2147483647", Integer.MAX_VALUE, "7", 7),
                        row(new Int64(), "-9223372036854775808", Long.MIN_VALUE, "9223372036854775807", Long.MAX_VALUE),
                        row(new Int64(), "9007199254740993", 9007199254740993L, "0", 0L),
                        row(new Decimal(4, 2), "-99.99", decimal("-99.99"), "99.99", decimal("99.99")),
                        row(new Decimal(9, 0), "-999999999", decimal("-999999999"), "0", decimal("0")),
                        row(new Decimal(18, 4), "99999999999999.9999", decimal("99999999999999.9999")),
                        row(new Decimal(38, 0), NINES_38, decimal(NINES_38), "-" + NINES_38, decimal("-" + NINES_38)),
                        row(new Decimal(38, 38), "0." + NINES_38, decimal("0." + NINES_38)),
                        row(new Decimal(38, 38), "-0." + NINES_38, decimal("-0." + NINES_38)),
                        row(new Decimal(38, 9), "0.1", decimal("0.100000000"), "1", decimal("1.000000000")),
                        row(
                                new Decimal(38, 9),
                                "12345678901234567890123456789.123456789",
                                decimal("12345678901234567890123456789.123456789")),
                        // zeros behind the scale say nothing
                        row(new Decimal(5, 2), "1.500000000000000000000000000000000000000000000", decimal("1.50")),
                        row(new Decimal(5, 5), "0.00000", decimal("0.00000"), "0.50000", decimal("0.50000")),
                        row(new Float32(), "3.4028235e+38", Float.MAX_VALUE, "1e-45", Float.MIN_VALUE, "0.1", 0.1f),
                        row(new Float32(), "16777216", 16777216f, "1.1754944e-38", Float.MIN_NORMAL),
                        // halfway between two floats as a double: only a direct parse gets it right
                        row(new Float32(), "7.038531e-26", Float.parseFloat("7.038531e-26")),
                        row(new Float32(), "NaN", Float.NaN, "Infinity", Float.POSITIVE_INFINITY, "0", 0f),
                        row(new Float32(), "-Infinity", Float.NEGATIVE_INFINITY, "-0", -0f),
                        row(new Float64(), "1.7976931348623157e+308", Double.MAX_VALUE, "5e-324", Double.MIN_VALUE),
                        row(
                                new Float64(),
                                "0.1",
                                0.1,
                                "1.5e+300",
                                1.5e300,
                                "-2.2250738585072014e-308",
                                -Double.MIN_NORMAL),
                        row(new Float64(), "NaN", Double.NaN, "Infinity", Double.POSITIVE_INFINITY, "0", 0d),
                        row(new Float64(), "-Infinity", Double.NEGATIVE_INFINITY, "-0", -0d),
                        row(new Bool(), "t", true, "f", false),
                        row(new Text(), "", "", "NULL", "NULL", "\\N", "\\N", "\\", "\\", "null", "null", " ", " "),
                        row(
                                new Text(),
                                "\r\n",
                                "\r\n",
                                "\n",
                                "\n",
                                "\"",
                                "\"",
                                ",",
                                ",",
                                "\"\n,\"",
                                "\"\n,\"",
                                "\r",
                                "\r"),
                        row(
                                new Text(),
                                "İıŞş 😀 \u0001\u007f\uFFFD\u2028",
                                "İıŞş 😀 \u0001\u007f\uFFFD\u2028",
                                "#x",
                                "#x"),
                        row(new Text(), "e\u0301", "e\u0301", "\u00e9", "\u00e9", "\uFEFF", "\uFEFF", "a\tb", "a\tb"),
                        row(new Date(), "2024-03-31", LocalDate.of(2024, 3, 31), "0001-01-01", LocalDate.of(1, 1, 1)),
                        row(
                                new Date(),
                                "0044-03-15 BC",
                                LocalDate.of(-43, 3, 15),
                                "0001-12-31 BC",
                                LocalDate.of(0, 12, 31)),
                        row(
                                new Date(),
                                "4713-11-24 BC",
                                LocalDate.of(-4712, 11, 24),
                                "10000-01-01",
                                LocalDate.of(10000, 1, 1)),
                        row(
                                new Date(),
                                "5874897-12-31",
                                LocalDate.of(5874897, 12, 31),
                                "1582-10-10",
                                LocalDate.of(1582, 10, 10)),
                        row(new Date(), "2011-12-30", LocalDate.of(2011, 12, 30)),
                        row(
                                new Time(),
                                "00:00:00",
                                LocalTime.MIDNIGHT,
                                "23:59:59.999999",
                                LocalTime.of(23, 59, 59, 999_999_000)),
                        row(new Time(), "12:34:56.5", LocalTime.of(12, 34, 56, 500_000_000)),
                        row(
                                new Timestamp(),
                                "2024-03-31 02:00:00.123456",
                                LocalDateTime.parse("2024-03-31T02:00:00.123456")),
                        row(new Timestamp(), "2024-03-31 02:30:00", LocalDateTime.parse("2024-03-31T02:30:00")),
                        row(
                                new Timestamp(),
                                "0044-03-15 12:00:00.5 BC",
                                LocalDateTime.of(-43, 3, 15, 12, 0, 0, 500_000_000)),
                        row(new Timestamp(), "4713-11-24 00:00:00 BC", LocalDateTime.of(-4712, 11, 24, 0, 0)),
                        row(new Timestamp(), "10000-01-01 00:00:00", LocalDateTime.of(10000, 1, 1, 0, 0)),
                        row(
                                new Timestamp(),
                                "294246-12-31 23:59:59.999999",
                                LocalDateTime.of(294246, 12, 31, 23, 59, 59, 999_999_000)),
                        row(
                                new Timestamp(),
                                "1969-12-31 23:59:59.999999",
                                LocalDateTime.parse("1969-12-31T23:59:59.999999")),
                        row(
                                new TimestampTz(),
                                "2024-03-31 02:00:00.123456+00",
                                Instant.parse("2024-03-31T02:00:00.123456Z")),
                        row(new TimestampTz(), "2011-12-30 12:00:00+00", Instant.parse("2011-12-30T12:00:00Z")),
                        row(new TimestampTz(), "0044-03-15 12:00:00.5+00 BC", Instant.parse("-0043-03-15T12:00:00.5Z")),
                        row(new TimestampTz(), "4713-11-24 00:00:00+00 BC", Instant.parse("-4712-11-24T00:00:00Z")),
                        row(
                                new TimestampTz(),
                                "294246-12-31 23:59:59.999999+00",
                                Instant.parse("+294246-12-31T23:59:59.999999Z")),
                        row(new Uuid(), "00000000-0000-0000-0000-000000000000", new UUID(0, 0)),
                        row(new Uuid(), "ffffffff-ffff-ffff-ffff-ffffffffffff", new UUID(-1, -1)),
                        row(
                                new Uuid(),
                                "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
                                UUID.fromString("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")),
                        row(new Bytes(), "\\x", "\\x", "\\xdeadbeef00ff", "\\xdeadbeef00ff", "\\x5c78", "\\x5c78"),
                        same(
                                new Json(),
                                "{\"b\": 1,   \"a\":2, \"b\":3}",
                                " [1] ",
                                "null",
                                "\"x\"",
                                "1e400",
                                "[]",
                                "{}"),
                        same(
                                new Json(),
                                "{\"a\":\"NaN, Infinity,]\"}",
                                "[\"inf\\\"\", \"nan,}\"]",
                                "\"\\u0000\"",
                                "-0.0"),
                        same(new Json(), "12345678901234567890123456789012345678901234567890.5", "\"\\ud83d\\ude00\""),
                        same(new ArrayAsJson(new Int32()), "[]", "[1,2,null]", "[[1,2],[3,4]]", "[\"a\\n\",\"NaN\"]"))
                .flatMap(List::stream);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                        texts(new Int16(), "32768", "-32769", "1.5", "1e2", "", " 1", "1_0", "0x10", "x"),
                        texts(new Int32(), "2147483648", "-2147483649", "1.0"),
                        texts(new Int64(), "9223372036854775808", "-9223372036854775809", "9007199254740993.5"),
                        texts(new Decimal(4, 2), "100.00", "-100.00", "99.995", "1.005", "0.001", "NaN", "Infinity"),
                        texts(new Decimal(4, 2), "-Infinity", "1e1", "", " 1.00", "1_0.00"),
                        texts(
                                new Decimal(38, 0),
                                "1" + "0".repeat(38),
                                "0.5",
                                "99999999999999999999999999999999999999.4"),
                        texts(new Decimal(38, 38), "1", "0." + "0".repeat(38) + "1"),
                        texts(new Float32(), "3.4028236e+39", "1e-60", "", "x", "1e+400"),
                        texts(new Float64(), "1.8e+308", "1e-400", "", "x", "-1.8e+308", "-1e-400"),
                        texts(new Bool(), "", "true", "T", "1", "x"),
                        texts(new Date(), "infinity", "-infinity", "2024-02-30", "2024-3-1", "2024-03-31 00:00:00", ""),
                        texts(new Date(), "5881581-01-01", "31.03.2024", "epoch"),
                        texts(new Time(), "24:00:00", "12:00:00.1234567", "25:00:00", "1:2:3", "", "12:00:00+02"),
                        texts(
                                new Timestamp(),
                                "infinity",
                                "-infinity",
                                "2024-03-31 02:00:00.1234567",
                                "2024-03-31",
                                ""),
                        texts(new Timestamp(), "294276-12-31 23:59:59.999999", "294247-01-10 04:00:54.775807"),
                        texts(
                                new Timestamp(),
                                "2024-03-31 02:00:00+00",
                                "2024-03-31T02:00:00",
                                "290309-01-01 00:00:00 BC"),
                        texts(
                                new TimestampTz(),
                                "infinity",
                                "-infinity",
                                "2024-03-31 02:00:00",
                                "2024-03-31 02:00:00+02"),
                        texts(
                                new TimestampTz(),
                                "294276-12-31 23:59:59.999999+00",
                                "2024-03-31 02:00:00.1234567+00",
                                ""),
                        texts(new Uuid(), "", "x", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1", "{1,2}"),
                        texts(new Bytes(), "", "deadbeef", "\\xabc", "\\xzz", "\\336", "\\x d"),
                        texts(
                                new Json(),
                                "",
                                "[1",
                                "{1,2}",
                                "NaN",
                                "[NaN]",
                                "[1,]",
                                "{\"a\":1,}",
                                "[-Infinity]",
                                "{'a':1}"),
                        texts(new Json(), "\"\\ud800\"", "[1] x", "// c\n1", "\"a\nb\""),
                        texts(new ArrayAsJson(new Int32()), "[0:2]={1,2}", "{1,2}", "{}", "", "{\"a\":1}", "1"))
                .flatMap(List::stream);
    }

    @ParameterizedTest
    @MethodSource("carried")
    void a_value_arrives_as_it_left(ColumnType type, String text, Object expected) throws IOException {
        List<Column> columns = RawFixture.columns(type);
        Path raw = RawFixture.write(
                directory.resolve("a.zst"), RawFixture.frame(RawFixture.header(columns) + RawFixture.line(text)));

        Converted converted = RawFixture.convert(converter, RawFixture.request(directory, columns, raw));

        assertThat(ParquetRows.of(converted.files()).only()).isEqualTo(expected);
        assertThat(converted.rows()).isEqualTo(1);
        assertThat(converted.nulls()).containsExactly(java.util.Map.entry("a", 0L));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void a_value_that_Parquet_cannot_hold_is_refused_without_being_told(ColumnType type, String text)
            throws IOException {
        List<Column> columns = RawFixture.columns(new Text(), type);
        StringBuilder csv = new StringBuilder(RawFixture.header(columns));
        csv.append(RawFixture.line("secret", null))
                .append(RawFixture.line("secret", text))
                .append(RawFixture.line(null, text));
        Path raw = RawFixture.write(directory.resolve("a.zst"), RawFixture.frame(csv.toString()));

        assertThatThrownBy(() -> RawFixture.convert(converter, RawFixture.request(directory, columns, raw)))
                .isInstanceOf(UnsupportedValue.class)
                .hasMessageStartingWith("convert public.t, slice M5V: column 'b' (" + type + "): 2 rows with ")
                .hasMessageContaining("columns: [-name]")
                .hasMessageContaining("types: {name: text}")
                .hasMessageNotContaining("secret")
                .hasNoCause();
        assertThat(directory.resolve("out")).isEmptyDirectory();
    }

    @Test
    void null_arrives_as_null_in_every_type_beside_values() throws IOException {
        List<Column> columns = new ArrayList<>();
        List<String> values = new ArrayList<>();
        List<@Nullable String> nulls = new ArrayList<>();
        for (Arguments arguments : carried().toList()) {
            columns.add(RawFixture.column(
                    "column " + columns.size(), (ColumnType) arguments.get()[0]));
            values.add((String) arguments.get()[1]);
            nulls.add(null);
        }
        String csv =
                RawFixture.header(columns) + RawFixture.line(nulls) + RawFixture.line(values) + RawFixture.line(nulls);
        Path raw = RawFixture.write(directory.resolve("a.zst"), RawFixture.frame(csv));

        Converted converted = RawFixture.convert(converter, RawFixture.request(directory, columns, raw));

        ParquetRows read = ParquetRows.of(converted.files());
        assertThat(read.rows()).hasSize(3);
        assertThat(read.rows().get(0)).containsOnlyNulls();
        assertThat(read.rows().get(1))
                .isEqualTo(carried().map(arguments -> arguments.get()[2]).toList());
        assertThat(read.rows().get(2)).containsOnlyNulls();
        assertThat(converted.nulls()).hasSize(columns.size());
        assertThat(converted.nulls().values()).containsOnly(2L);
    }

    @Test
    void every_type_has_its_logical_type_and_is_optional() throws IOException {
        List<Column> columns = RawFixture.columns(
                new Int16(),
                new Int32(),
                new Int64(),
                new Decimal(9, 2),
                new Decimal(18, 2),
                new Decimal(38, 2),
                new Float32(),
                new Float64(),
                new Bool(),
                new Text(),
                new Date(),
                new Time(),
                new Timestamp(),
                new TimestampTz(),
                new Uuid(),
                new Bytes(),
                new Json(),
                new ArrayAsJson(new Text()));
        Path raw = RawFixture.write(directory.resolve("a.zst"), RawFixture.frame(RawFixture.header(columns)));

        Converted converted = RawFixture.convert(converter, RawFixture.request(directory, columns, raw));

        ParquetRows read = ParquetRows.of(converted.files());
        assertThat(converted.rows()).isZero();
        assertThat(converted.files()).containsExactly(directory.resolve("out/part-00000.parquet"));
        assertThat(read.rows()).isEmpty();
        assertThat(read.schema().getFields()).allMatch(field -> field.isRepetition(Type.Repetition.OPTIONAL));
        assertThat(read.schema().getFields())
                .map(field -> field.asPrimitiveType().getPrimitiveTypeName() + " " + field.getLogicalTypeAnnotation())
                .containsExactly(
                        "INT32 INTEGER(16,true)",
                        "INT32 INTEGER(32,true)",
                        "INT64 INTEGER(64,true)",
                        "INT32 DECIMAL(9,2)",
                        "INT64 DECIMAL(18,2)",
                        "FIXED_LEN_BYTE_ARRAY DECIMAL(38,2)",
                        "FLOAT null",
                        "DOUBLE null",
                        "BOOLEAN null",
                        "BINARY STRING",
                        "INT32 DATE",
                        "INT64 TIME(MICROS,false)",
                        "INT64 TIMESTAMP(MICROS,false)",
                        "INT64 TIMESTAMP(MICROS,true)",
                        "FIXED_LEN_BYTE_ARRAY UUID",
                        "BINARY null",
                        "BINARY JSON",
                        "BINARY JSON");
    }

    /// As for rows that were landed under another definition of the table.
    @Test
    void columns_are_taken_by_name_and_what_the_file_lacks_is_null() throws IOException {
        List<Column> columns = List.of(
                RawFixture.column("left out", new Text()),
                RawFixture.column("b", new Int32()),
                RawFixture.column("a", new Text()));
        List<Column> carried = List.of(
                RawFixture.column("new text", new Text()),
                RawFixture.column("a", new Text()),
                RawFixture.column("new number", new Float64()),
                RawFixture.column("b", new Int32()));
        Path raw = RawFixture.write(
                directory.resolve("a.zst"),
                RawFixture.frame(
                        RawFixture.header(columns) + RawFixture.line("x", "7", "y") + RawFixture.line("z", null, "w")));
        List<Converter.Request> requests = Stream.of("one", "other")
                .map(name -> new Converter.Request(
                        RawFixture.TABLE, Slice.ofText(name), columns, carried, List.of(raw), directory.resolve(name)))
                .toList();
        for (Converter.Outcome outcome : converter.convert(requests)) {
            Converted converted = ((Converter.Outcome.Done) outcome).converted();
            assertThat(converted.rows()).isEqualTo(2);
            assertThat(converted.nulls()).isEqualTo(Map.of("new text", 2L, "a", 0L, "new number", 2L, "b", 1L));
            assertThat(ParquetRows.of(converted.files()).rows())
                    .containsExactlyInAnyOrder(Arrays.asList(null, "y", null, 7), Arrays.asList(null, "w", null, null));
        }
    }

    @Test
    void negative_zero_survives_among_zeros() throws IOException {
        List<Column> columns = RawFixture.columns(new Float32(), new Float64(), new Text());
        StringBuilder csv = new StringBuilder(RawFixture.header(columns));
        List<Object> singles = new ArrayList<>();
        List<Object> doubles = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            csv.append(RawFixture.line(i % 3 == 0 ? "-0" : "0", i % 5 == 0 ? "0" : "-0", "x"));
            singles.add(i % 3 == 0 ? -0f : 0f);
            doubles.add(i % 5 == 0 ? 0d : -0d);
        }
        Path raw = RawFixture.write(directory.resolve("a.zst"), RawFixture.frame(csv.toString()));

        Converted converted = RawFixture.convert(converter, RawFixture.request(directory, columns, raw));

        ParquetRows read = ParquetRows.of(converted.files());
        assertThat(read.column(0)).isEqualTo(singles);
        assertThat(read.column(1)).isEqualTo(doubles);
    }

    @Test
    void every_column_to_blame_is_named_with_its_rows_and_reasons() throws IOException {
        List<Column> columns = List.of(
                RawFixture.column("price", new Decimal(5, 2)),
                RawFixture.column("good", new Int32()),
                RawFixture.column("sold at", new Timestamp()));
        String csv = RawFixture.header(columns)
                + RawFixture.line("NaN", "1", "infinity")
                + RawFixture.line("1.234", "1", "2024-01-01 00:00:00")
                + RawFixture.line("1234.00", "1", "-infinity")
                + RawFixture.line("NaN", "1", null);
        Path raw = RawFixture.write(directory.resolve("a.zst"), RawFixture.frame(csv));

        assertThatThrownBy(() -> RawFixture.convert(converter, RawFixture.request(directory, columns, raw)))
                .isInstanceOf(UnsupportedValue.class)
                .hasMessageContaining(
                        "2 rows with NaN or Infinity, 1 row with more than 2 digits behind the point, 1 row with more than 3 digits before the point; column 'sold at'")
                .hasMessageContaining("2 rows with infinity")
                .hasMessageNotContaining("good");
    }

    /// Arguments (type, text, expected) for each pair of text and expected value.
    private static List<Arguments> row(ColumnType type, Object... pairs) {
        List<Arguments> rows = new ArrayList<>();
        for (int i = 0; i < pairs.length; i += 2) {
            rows.add(Arguments.of(type, pairs[i], pairs[i + 1]));
        }
        return rows;
    }

    private static List<Arguments> same(ColumnType type, String... texts) {
        return Stream.of(texts).map(text -> Arguments.of(type, text, text)).toList();
    }

    private static List<Arguments> texts(ColumnType type, String... texts) {
        return Stream.of(texts).map(text -> Arguments.of(type, text)).toList();
    }

    private static BigDecimal decimal(String text) {
        return new BigDecimal(text);
    }
}
