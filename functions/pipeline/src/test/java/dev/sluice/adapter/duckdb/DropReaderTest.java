package dev.sluice.adapter.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.github.luben.zstd.Zstd;
import dev.sluice.drop.DropReader.Outcome.Taken;
import dev.sluice.model.Column;
import dev.sluice.model.ColumnType;
import dev.sluice.model.Feed;
import dev.sluice.store.InParallel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DropReaderTest {
    private static final String ALL = "columns: {i2: smallint, i4: integer, i8: bigint, n: \"numeric(12,2)\", f4: real,"
            + " f8: double precision, b: boolean, t: text, d: date, tm: time, ts: timestamp, tz: timestamptz,"
            + " u: uuid, y: bytea, j: json, store: {part: store, type: integer}, day: {part: day, type: date}}";
    private static final UUID SOME_UUID = UUID.fromString("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");

    @TempDir
    private Path directory;

    private Dropped dropped;

    @BeforeEach
    void open() {
        dropped = new Dropped(directory);
    }

    @AfterEach
    void close() {
        dropped.close();
    }

    private static List<@Nullable Object> values(@Nullable Object... values) {
        return new ArrayList<>(Arrays.asList(values));
    }

    private static List<@Nullable Object> everyType(long line) {
        return values(
                line,
                -32768,
                7,
                9007199254740993L,
                new BigDecimal("1234567890.50"),
                1.5f,
                0.1,
                true,
                "a \"b\", ü😀",
                LocalDate.of(2024, 2, 29),
                LocalTime.of(23, 59, 59, 500_000_000),
                LocalDateTime.of(2024, 3, 31, 2, 0, 0, 123_456_000),
                Instant.parse("2024-03-31T00:30:00Z"),
                SOME_UUID,
                "\\xdeadbeef",
                "{\"k\": [1.10, null]}",
                17,
                LocalDate.of(2024, 2, 29));
    }

    private static List<@Nullable Object> nothing(long line) {
        List<@Nullable Object> row = new ArrayList<>();
        row.add(line);
        for (int i = 0; i < 15; i++) {
            row.add(null);
        }
        row.add(17);
        row.add(LocalDate.of(2024, 2, 29));
        return row;
    }

    @Test
    void everyTypeArrivesExactlyFromCsv() {
        Taken taken = dropped.taken(Dropped.feed("format: csv, " + ALL), """
                t,i2,i4,i8,n,f4,f8,b,d,tm,ts,tz,u,y,j
                "a ""b"", ü😀",-32768,007,9007199254740993,+1234567890.5,1.5,0.1,TRUE,2024-02-29,23:59:59.50,2024-03-31T02:00:00.123456,2024-03-31T02:30:00+02:00,A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11,\\xdeadbeef,"{""k"": [1.10, null]}"
                ,,,,,,,,,,,,,,
                """);
        assertThat(Dropped.rows(taken)).containsExactly(everyType(2), nothing(3));
        assertThat(taken.columns()).extracting(Column::name).endsWith("j", "store", "day");
        assertThat(taken.rows()).isEqualTo(2);
        assertThat(taken.quarantine()).isEmpty();
    }

    @Test
    void everyTypeArrivesExactlyFromJsonLines() {
        Taken taken = dropped.taken(Dropped.feed("format: jsonl, " + ALL), """
                {"t": "a \\"b\\", ü\\ud83d\\ude00", "i2": -32768, "i4": 7.0, "i8": 9007199254740993, "n": 12345678905e-1, "f4": 1.5, "f8": 0.1, "b": true, "d": "2024-02-29", "tm": "23:59:59.5", "ts": "2024-03-31 02:00:00.1234560", "tz": "2024-03-31T00:30:00Z", "u": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "y": "\\\\xdeadbeef", "j": {"k": [1.10, null]}}

                {}
                {"i2": null}""");
        assertThat(Dropped.rows(taken)).containsExactly(everyType(1), nothing(3), nothing(4));
    }

    @Test
    void rowsStandInTheOrderOfTheFileWithTheirLinesAcrossSeveralParquetFiles() throws IOException {
        StringBuilder csv = new StringBuilder("id,remark\r\n");
        List<Long> lines = new ArrayList<>();
        long line = 2;
        for (int i = 0; i < 20_000; i++) {
            lines.add(line);
            boolean broken = i % 7 == 0;
            csv.append(i).append(broken ? ",\"two\r\nlines\"\r\n" : ",one\r\n");
            line += broken ? 2 : 1;
        }
        try (Dropped small = new Dropped(directory.resolve("small"), 100_000)) {
            Taken taken = small.taken(Dropped.feed("format: csv, columns: {id: int, remark: text}"), csv.toString());
            assertThat(taken.files()).hasSizeGreaterThan(3).allMatch(Files::exists);
            List<List<@Nullable Object>> rows = Dropped.rows(taken);
            assertThat(rows.stream().map(List::getFirst).toList()).isEqualTo(lines);
            assertThat(rows.get(7)).isEqualTo(values(lines.get(7), 7, "two\r\nlines"));
        }
    }

    @Test
    void compressionIsToldByTheFirstBytes() throws IOException {
        Feed feed = Dropped.feed("format: csv, columns: {id: int}");
        byte[] csv = "id\n1\n2\n".getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(zip)) {
            out.putNextEntry(new ZipEntry("folder/"));
            out.putNextEntry(new ZipEntry("folder/a.csv"));
            out.write(csv);
            out.putNextEntry(new ZipEntry("__MACOSX/._a.csv"));
            out.write(1);
        }
        ByteArrayOutputStream members = new ByteArrayOutputStream();
        members.write(Dropped.gzip("id\n".getBytes(StandardCharsets.UTF_8)));
        members.write(Dropped.gzip("1\n2\n".getBytes(StandardCharsets.UTF_8)));
        members.write(new byte[512]);
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        frames.write(Zstd.compress("id\n1".getBytes(StandardCharsets.UTF_8)));
        frames.write(Zstd.compress("\n2\n".getBytes(StandardCharsets.UTF_8)));
        for (byte[] packed : List.of(
                csv,
                Dropped.gzip(csv),
                members.toByteArray(),
                Zstd.compress(csv),
                frames.toByteArray(),
                zip.toByteArray())) {
            assertThat(Dropped.rows(dropped.taken(feed, packed))).containsExactly(values(2L, 1), values(3L, 2));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"windows-1252", "ISO-8859-15", "UTF-16LE", "UTF-16", "UTF-16BE", "UTF-8", "IBM850"})
    void textOfEveryEncodingArrives(String encoding) {
        Feed feed = Dropped.feed("format: {type: csv, encoding: %s}, columns: {größe: text}".formatted(encoding));
        StringBuilder csv = new StringBuilder("größe\n");
        List<List<@Nullable Object>> expected = new ArrayList<>();
        for (int i = 0; i < 30_000; i++) {
            csv.append("ñandú ").append(i).append('\n');
            expected.add(values(i + 2L, "ñandú " + i));
        }
        assertThat(Dropped.rows(dropped.taken(feed, csv.toString().getBytes(Charset.forName(encoding)))))
                .isEqualTo(expected);
    }

    @Test
    void aByteOrderMarkAndCarriageReturnsAreNoContent() {
        Feed feed = Dropped.feed("format: csv, columns: {id: int, t: text}");
        assertThat(Dropped.rows(dropped.taken(feed, "\uFEFFid,t\r\n1,a\r\n\r\n2,\"b\"\r\n")))
                .containsExactly(values(2L, 1, "a"), values(4L, 2, "b"));
        assertThat(Dropped.rows(dropped.taken(
                        Dropped.feed("format: jsonl, columns: {id: int}"), "\uFEFF{\"id\":1}\r\n \r\n{\"id\":2}\r\n")))
                .containsExactly(values(1L, 1), values(3L, 2));
    }

    @Test
    void aCsvMayHaveOtherSignsAndNoHeader() {
        Feed feed =
                Dropped.feed("format: {type: csv, delimiter: \"|\", quote: \"'\", header: false, null_text: \"\\\\N\"},"
                        + " columns: {id: int, t: text}");
        assertThat(Dropped.rows(dropped.taken(feed, "1|'it''s |'\n2|\\N\n3|'\\N'\n4|\n5|a \"b\" 'c'")))
                .containsExactly(
                        values(1L, 1, "it's |"),
                        values(2L, 2, null),
                        values(3L, 3, "\\N"),
                        values(4L, 4, ""),
                        values(5L, 5, "a \"b\" 'c'"));
        Feed bare = Dropped.feed("format: {type: csv, delimiter: tab, quote: none}, columns: {id: int, t: text}");
        assertThat(Dropped.rows(dropped.taken(bare, "id\tt\n1\t\"x\n"))).containsExactly(values(2L, 1, "\"x"));
    }

    @Test
    void nothingInQuotesIsAnEmptyTextAndNoOtherValue() {
        Feed feed = Dropped.feed("format: csv, columns: {id: int, t: text, j: json}");
        assertThat(Dropped.rows(dropped.taken(feed, "id,t,j\n\"\",\"\",\"\"\n")))
                .containsExactly(values(2L, null, "", null));
    }

    @Test
    void aFileWithoutRowsIsTakenWithOneEmptyParquetFile() {
        Taken header = dropped.taken(Dropped.feed("format: csv, columns: {id: int}"), "id\n");
        assertThat(header.files()).hasSize(1);
        assertThat(header.rows()).isZero();
        assertThat(Dropped.rows(header)).isEmpty();
        assertThat(dropped.taken(Dropped.feed("format: jsonl, columns: {id: int}"), "\n")
                        .rows())
                .isZero();
    }

    @Test
    void negativeZerosKeepTheirSign() {
        Taken taken = dropped.taken(Dropped.feed("format: jsonl, columns: {f: double precision}"), """
                {"f": 0}
                {"f": -0.0}
                {"f": 0.0}
                {"f": "NaN"}
                {"f": "-inf"}
                """);
        assertThat(Dropped.rows(taken))
                .containsExactly(
                        values(1L, 0.0),
                        values(2L, -0.0),
                        values(3L, 0.0),
                        values(4L, Double.NaN),
                        values(5L, Double.NEGATIVE_INFINITY));
    }

    @Test
    void newColumnsAreAddedAsTextWhereTheFeedSaysSo() {
        Feed json = Dropped.feed("format: jsonl, columns: {id: int}, on_new_column: add");
        Taken taken = dropped.taken(json, """
                {"id": 1}
                {"x": 12.50, "id": 2, "y": true}
                {"id": 3, "x": "a", "y": {"z": 1}, "z\\u0021": null}
                {"id": 4, "y": "plain"}
                """);
        assertThat(taken.columns())
                .extracting(Column::name, Column::type)
                .containsExactly(
                        tuple("id", new ColumnType.Int32()),
                        tuple("x", new ColumnType.Text()),
                        tuple("y", new ColumnType.Text()),
                        tuple("z!", new ColumnType.Text()));
        assertThat(Dropped.rows(taken))
                .containsExactly(
                        values(1L, 1, null, null, null),
                        values(2L, 2, "12.50", "true", null),
                        values(3L, 3, "a", "{\"z\": 1}", null),
                        values(4L, 4, null, "plain", null));
        Feed csv = Dropped.feed("format: csv, columns: {id: int}, on_new_column: add");
        assertThat(Dropped.rows(dropped.taken(csv, "new,id\n007,1\n"))).containsExactly(values(2L, 1, "007"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "bigint ~ 9223372036854775807 ~ 9223372036854775807",
                "bigint ~ -9223372036854775808 ~ -9223372036854775808",
                "bigint ~ 1e3 ~ 1000",
                "bigint ~ -0 ~ 0",
                "\"numeric(38,0)\" ~ 99999999999999999999999999999999999999 ~ 99999999999999999999999999999999999999",
                "\"numeric(4,2)\" ~ -.5 ~ -0.50",
                "\"numeric(4,2)\" ~ -0.000 ~ 0.00",
                "\"numeric(4,4)\" ~ 1.25e-2 ~ 0.0125",
                "\"numeric(20,2)\" ~ 123456789012345678.91 ~ 123456789012345678.91",
                "real ~ 3.4028235e38 ~ 3.4028235E38",
                "double precision ~ 4.9e-324 ~ 4.9E-324",
                "double precision ~ +1.7976931348623157E308 ~ 1.7976931348623157E308",
                "double precision ~ infinity ~ Infinity",
                "boolean ~ N ~ false",
                "boolean ~ 1 ~ true",
                "date ~ 20240229 ~ 2024-02-29",
                "date ~ 0001-01-01 ~ 0001-01-01",
                "date ~ 9999-12-31 ~ 9999-12-31",
                "time ~ 00:00 ~ 00:00",
                "timestamp ~ 2024-12-31 23:59 ~ 2024-12-31T23:59",
                "timestamp ~ 20241231T23:59:01.000001000 ~ 2024-12-31T23:59:01.000001",
                "timestamptz ~ 2024-01-01T00:00:00-0830 ~ 2024-01-01T08:30:00Z",
                "timestamptz ~ 2024-01-01 00:30:00.25+01 ~ 2023-12-31T23:30:00.250Z",
                "json ~ 12.500 ~ 12.500",
                "text ~ ` x ` ~ ` x `"
            })
    void theBoundsOfEveryTypeAndItsSpellingsArrive(String type, String text, String value) {
        Feed feed = Dropped.feed("format: {type: csv, delimiter: \";\"}, columns: {v: %s}".formatted(type));
        List<List<@Nullable Object>> rows = Dropped.rows(dropped.taken(feed, "v\n" + text + "\n"));
        assertThat(String.valueOf(rows.getFirst().get(1))).isEqualTo(value);
    }

    @Test
    void filesThatAreReadSideBySideKeepTheirRowsApart() {
        Feed feed = Dropped.feed("format: jsonl, columns: {file: integer, row: integer}, bad_rows: {allow: 50 %}");
        List<Integer> files = IntStream.range(0, 24).boxed().toList();
        List<Taken> taken = InParallel.map(files, file -> dropped.taken(feed, numbered(file)));
        for (int file : files) {
            List<List<@Nullable Object>> expected = new ArrayList<>();
            for (int row = 0; row < 500 + file; row++) {
                if (row != file) {
                    expected.add(values(row + 1L, file, row));
                }
            }
            assertThat(Dropped.rows(taken.get(file))).isEqualTo(expected);
            assertThat(taken.get(file).badRows()).isEqualTo(1);
        }
    }

    /// One row of each file is bad.
    private static String numbered(int file) {
        return IntStream.range(0, 500 + file)
                .mapToObj(row -> "{\"file\": %d, \"row\": %s}".formatted(file, row == file ? "\"x\"" : "" + row))
                .collect(Collectors.joining("\n"));
    }
}
