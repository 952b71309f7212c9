package dev.sluice.adapter.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import dev.sluice.model.Column;
import dev.sluice.model.ColumnType.Int32;
import dev.sluice.model.ColumnType.Int64;
import dev.sluice.model.ColumnType.Text;
import dev.sluice.model.DataMismatch;
import dev.sluice.model.LimitExceeded;
import dev.sluice.model.UnsupportedValue;
import dev.sluice.parquet.Converter;
import dev.sluice.parquet.Converter.Converted;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
final class DuckDbConverterFilesTest {
    private static final List<Column> TWO = RawFixture.columns(new Text(), new Text());
    private static final List<Column> ONE = RawFixture.columns(new Text());

    @TempDir
    static Path work;

    @TempDir
    Path directory;

    private static DuckDbConverter converter;

    @BeforeAll
    static void open() {
        converter = DuckDbConverter.open(work, 2, 1L << 30);
    }

    @AfterAll
    static void close() {
        converter.close();
        assertThat(work).isEmptyDirectory();
    }

    @Test
    void frames_may_end_anywhere() throws IOException {
        byte[] csv = (RawFixture.header(TWO)
                        + RawFixture.line("é\n😀", "x")
                        + RawFixture.line(null, "")
                        + RawFixture.line("\"", null))
                .getBytes(StandardCharsets.UTF_8);
        byte[][] frames = new byte[csv.length][];
        for (int i = 0; i < csv.length; i++) {
            frames[i] = RawFixture.frame(new byte[] {csv[i]});
        }

        ParquetRows read = read(TWO, RawFixture.write(directory.resolve("a.zst"), frames));

        assertThat(read.rows())
                .containsExactly(List.of("é\n😀", "x"), Arrays.asList(null, ""), Arrays.asList("\"", null));
    }

    @Test
    void frames_without_content_and_skippable_frames_say_nothing() throws IOException {
        byte[] skippable = {0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 'a', 'b', 'c'};

        ParquetRows read = read(
                ONE,
                RawFixture.write(
                        directory.resolve("a.zst"),
                        RawFixture.frame(RawFixture.header(ONE)),
                        skippable,
                        RawFixture.frame(RawFixture.line("x")),
                        RawFixture.frame("")));

        assertThat(read.column(0)).containsExactly("x");
    }

    /// The line end at the end of the first frame is inside a value, and both halves look like text of
    /// one column.
    @Test
    void a_file_is_not_cut_inside_a_value() throws IOException {
        Path raw = RawFixture.write(
                directory.resolve("a.zst"),
                RawFixture.frame(RawFixture.header(ONE) + RawFixture.line("first") + "\"begins here,\n"),
                RawFixture.frame("ends here\"\n"));

        try (DuckDbConverter cutting = DuckDbConverter.open(work, 2, 1L << 30, 1)) {
            Converted converted = RawFixture.convert(cutting, RawFixture.request(directory, ONE, raw));

            assertThat(ParquetRows.of(converted.files()).column(0)).containsExactly("first", "begins here,\nends here");
        }
    }

    /// DuckDB alone drops such a row.
    @Test
    void a_file_that_ends_inside_a_value_behind_a_line_end_is_a_mismatch() throws IOException {
        assertMismatch(
                "has no end",
                RawFixture.write(
                        directory.resolve("a.zst"),
                        RawFixture.frame(RawFixture.header(TWO) + RawFixture.line("1", "2") + "\"3\",\"secret\n")));
    }

    @Test
    void thousands_of_frames_are_one_file() throws IOException {
        byte[][] frames = new byte[20_001][];
        frames[0] = RawFixture.frame(RawFixture.header(TWO));
        for (int i = 1; i < frames.length; i++) {
            frames[i] = RawFixture.frame(RawFixture.line("" + i, "value\n" + i));
        }

        ParquetRows read = read(TWO, RawFixture.write(directory.resolve("a.zst"), frames));

        assertThat(read.rows()).hasSize(20_000).contains(List.of("20000", "value\n20000"));
    }

    @Test
    void several_raw_files_become_one_slice() throws IOException {
        List<Path> raw = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            raw.add(RawFixture.write(
                    directory.resolve("part-" + i + ".zst"),
                    RawFixture.frame(RawFixture.header(TWO)),
                    RawFixture.frame(RawFixture.line("" + i, null))));
        }

        Converted converted =
                RawFixture.convert(converter, RawFixture.request(directory, TWO, raw.toArray(Path[]::new)));

        assertThat(ParquetRows.of(converted.files()).column(0)).containsExactlyInAnyOrder("0", "1", "2", "3", "4");
        assertThat(converted.rows()).isEqualTo(5);
        assertThat(converted.nulls()).isEqualTo(Map.of("a", 0L, "b", 5L));
    }

    @Test
    void null_in_a_table_of_one_column_is_a_row() throws IOException {
        String csv = RawFixture.header(ONE) + "\n\"x\"\n\n\"\"\n\n\n";

        Converted converted = RawFixture.convert(
                converter,
                RawFixture.request(
                        directory, ONE, RawFixture.write(directory.resolve("a.zst"), RawFixture.frame(csv))));

        assertThat(ParquetRows.of(converted.files()).column(0)).containsExactly(null, "x", null, "", null, null);
        assertThat(converted.rows()).isEqualTo(6);
        assertThat(converted.nulls()).isEqualTo(Map.of("a", 4L));
    }

    @Test
    void a_hundred_thousand_nulls_of_one_column_are_as_many_rows() throws IOException {
        List<Column> columns = RawFixture.columns(new Int32());
        String csv = RawFixture.header(columns) + "\n".repeat(100_000);

        Converted converted = RawFixture.convert(
                converter,
                RawFixture.request(
                        directory, columns, RawFixture.write(directory.resolve("a.zst"), RawFixture.frame(csv))));

        assertThat(converted.rows()).isEqualTo(100_000);
        assertThat(converted.nulls()).isEqualTo(Map.of("a", 100_000L));
        assertThat(ParquetRows.of(converted.files()).column(0)).hasSize(100_000).containsOnlyNulls();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 10, 40})
    void a_text_of_many_megabytes_is_held_byte_for_byte(int megabytes) throws IOException {
        String text = "é\"\n,".repeat(megabytes * 200_000);
        String csv = RawFixture.header(TWO)
                + RawFixture.line("1", "x").repeat(1000)
                + RawFixture.line("2", text)
                + RawFixture.line("3", null);

        ParquetRows read = read(TWO, RawFixture.write(directory.resolve("a.zst"), RawFixture.frame(csv)));

        assertThat(read.rows()).hasSize(1002);
        assertThat(text.equals(read.rows().get(1000).get(1))).isTrue();
        assertThat(read.rows().getLast()).isEqualTo(Arrays.asList("3", null));
    }

    @Test
    void a_row_that_does_not_fit_into_the_memory_allowed_is_a_limit() throws IOException {
        Path raw = directory.resolve("a.zst");
        try (OutputStream out = new ZstdOutputStream(Files.newOutputStream(raw))) {
            out.write((RawFixture.header(ONE) + "\"").getBytes(StandardCharsets.UTF_8));
            byte[] megabyte = "x".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 300; i++) {
                out.write(megabyte);
            }
            out.write("\"\n".getBytes(StandardCharsets.UTF_8));
        }

        try (DuckDbConverter small = DuckDbConverter.open(work, 1, 200L << 20)) {
            assertThatThrownBy(() -> RawFixture.convert(small, RawFixture.request(directory, ONE, raw)))
                    .isInstanceOf(LimitExceeded.class)
                    .hasMessageContaining("200 MiB")
                    .hasMessageContaining("columns: [-name]");
        }
    }

    @Test
    void names_of_any_kind_survive() throws IOException {
        List<Column> columns = new ArrayList<>();
        for (String name : List.of(
                "A b",
                "\"",
                "''",
                "😀",
                " ",
                "c0",
                "v0",
                "select",
                "x,y",
                "a\nb",
                "İ",
                "ı",
                "Ä",
                "ä",
                "a.b",
                "{i}",
                "%s",
                "filename")) {
            columns.add(RawFixture.column(name, new Int32()));
        }
        List<String> values = columns.stream().map(column -> "7").toList();
        String csv = RawFixture.header(columns) + RawFixture.line(values);

        Converted converted = RawFixture.convert(
                converter,
                RawFixture.request(
                        directory, columns, RawFixture.write(directory.resolve("a.zst"), RawFixture.frame(csv))));

        ParquetRows read = ParquetRows.of(converted.files());
        assertThat(read.schema().getFields().stream().map(field -> field.getName()))
                .containsExactlyElementsOf(columns.stream().map(Column::name).toList());
        assertThat(read.rows().getFirst()).containsOnly(7);
        assertThat(converted.nulls()).hasSize(columns.size());
    }

    @Test
    void names_that_differ_only_in_case_are_refused_with_the_way_out() throws IOException {
        List<Column> columns = List.of(RawFixture.column("Id", new Int32()), RawFixture.column("iD", new Int32()));
        Path raw = RawFixture.write(directory.resolve("a.zst"), RawFixture.frame(RawFixture.header(columns)));

        assertThatThrownBy(() -> RawFixture.convert(converter, RawFixture.request(directory, columns, raw)))
                .isInstanceOf(UnsupportedValue.class)
                .hasMessageContaining("'Id' and 'iD'")
                .hasMessageContaining("columns: [-iD]");
    }

    @Test
    void paths_may_hold_wildcards_quotes_and_partition_names() throws IOException {
        Path odd = Files.createDirectories(directory.resolve("slice=[a]*?'%20é/run={i}"));
        Path raw = RawFixture.write(
                odd.resolve("x*[1].zst"), RawFixture.frame(RawFixture.header(ONE) + RawFixture.line("x")));
        Converter.Request request = RawFixture.request(odd, ONE, raw);

        Converted converted = RawFixture.convert(converter, request);

        assertThat(converted.files()).containsExactly(odd.resolve("out/part-00000.parquet"));
        assertThat(ParquetRows.of(converted.files()).column(0)).containsExactly("x");
    }

    @Test
    void what_an_earlier_attempt_left_is_replaced() throws IOException {
        Files.createDirectories(directory.resolve("out"));
        Files.writeString(directory.resolve("out/part-00001.parquet"), "left");
        Files.writeString(directory.resolve("out/part-0.parquet"), "left");
        Path raw = RawFixture.write(directory.resolve("a.zst"), RawFixture.frame(RawFixture.header(ONE)));

        RawFixture.convert(converter, RawFixture.request(directory, ONE, raw));

        assertThat(directory.resolve("out"))
                .isDirectoryContaining("glob:**/part-00000.parquet")
                .isDirectoryNotContaining("glob:**/part-0.parquet")
                .isDirectoryNotContaining("glob:**/part-00001.parquet");
    }

    @Test
    void another_header_is_a_mismatch() throws IOException {
        for (String header : List.of("\"a\",\"c\"\n", "\"a\"\n", "\"b\",\"a\"\n", "a,b\n", "\"a\",\"b\",\"c\"\n", "")) {
            Path raw = RawFixture.write(
                    directory.resolve("a.zst"), RawFixture.frame(header + RawFixture.line("secret", "secret")));
            assertMismatch("header", raw);
        }
    }

    @Test
    void ragged_rows_are_a_mismatch_with_their_line() throws IOException {
        for (String row : List.of("\"secret\"\n", "\"secret\",\"2\",\"3\"\n")) {
            Path raw = RawFixture.write(
                    directory.resolve("a.zst"),
                    RawFixture.frame(RawFixture.header(TWO) + RawFixture.line("1", "2") + row));
            assertMismatch("line 3", raw);
        }
    }

    @Test
    void broken_quotes_are_a_mismatch() throws IOException {
        for (String row : List.of("\"1\",\"secret\n", "\"1\",\"secret\"x\n", "\"1\"x,\"secret\"\n")) {
            Path raw = RawFixture.write(
                    directory.resolve("a.zst"),
                    RawFixture.frame(RawFixture.header(TWO) + RawFixture.line("1", "2") + row));
            assertMismatch("line 3", raw);
        }
    }

    @Test
    void a_file_that_ends_within_a_row_is_a_mismatch() throws IOException {
        for (String row : List.of("\"1\",", "\"1\",\"2\"", "\"1\"")) {
            Path raw = RawFixture.write(directory.resolve("a.zst"), RawFixture.frame(RawFixture.header(TWO) + row));
            assertMismatch("ends within a row", raw);
        }
    }

    @Test
    void a_file_cut_off_at_any_byte_is_a_mismatch() throws IOException {
        byte[] whole = Files.readAllBytes(RawFixture.write(
                directory.resolve("a.zst"),
                RawFixture.frame(RawFixture.header(TWO)),
                RawFixture.frame(RawFixture.line("1", "x".repeat(100)))));
        int header = RawFixture.frame(RawFixture.header(TWO)).length;
        for (int length = 0; length < whole.length; length++) {
            if (length != header) {
                Path raw = Files.write(directory.resolve("cut.zst"), Arrays.copyOf(whole, length));
                assertMismatch("zstd", raw);
            }
        }
    }

    @Test
    void bytes_that_are_no_zstd_are_a_mismatch() throws IOException {
        Path plain = Files.writeString(
                directory.resolve("a.zst"), RawFixture.header(TWO) + RawFixture.line("secret", "secret"));
        assertMismatch("zstd", plain);
        Path tail = RawFixture.write(
                directory.resolve("b.zst"),
                RawFixture.frame(RawFixture.header(TWO)),
                "secret".getBytes(StandardCharsets.UTF_8));
        assertMismatch("zstd", tail);
    }

    @Test
    void damage_anywhere_is_found_by_the_checksum_of_the_frame() throws IOException {
        Random random = new Random(7);
        StringBuilder csv = new StringBuilder(RawFixture.header(TWO));
        for (int i = 0; i < 20_000; i++) {
            csv.append(RawFixture.line("" + random.nextLong(), "secret"));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZstdOutputStream zstd = new ZstdOutputStream(out)) {
            zstd.setChecksum(true);
            zstd.write(csv.toString().getBytes(StandardCharsets.UTF_8));
        }
        byte[] whole = out.toByteArray();
        for (int i = 0; i < 30; i++) {
            byte[] damaged = whole.clone();
            damaged[20 + random.nextInt(whole.length - 20)] ^= (byte) (1 << random.nextInt(8));
            Path raw = Files.write(directory.resolve("a.zst"), damaged);

            assertThatThrownBy(() -> RawFixture.convert(converter, RawFixture.request(directory, TWO, raw)))
                    .isInstanceOf(DataMismatch.class)
                    .hasMessageNotContaining("secret");
        }
    }

    @Test
    void text_that_is_not_UTF_8_is_refused_with_its_column() throws IOException {
        for (byte[] bad : List.of(
                new byte[] {(byte) 0xC3, 0x28},
                new byte[] {(byte) 0xFF},
                new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
                new byte[] {(byte) 0xC0, (byte) 0xAF},
                new byte[] {(byte) 0xE2, (byte) 0x82})) {
            Path raw = RawFixture.write(
                    directory.resolve("a.zst"),
                    RawFixture.frame(RawFixture.header(TWO) + RawFixture.line("secret", "2") + "\"secret\",\""),
                    RawFixture.frame(bad),
                    RawFixture.frame("\"\n"));

            assertThatThrownBy(() -> RawFixture.convert(converter, RawFixture.request(directory, TWO, raw)))
                    .isInstanceOf(UnsupportedValue.class)
                    .hasMessageContaining("column 'b'")
                    .hasMessageContaining("1 row with text that is not UTF-8")
                    .hasMessageNotContaining("secret");
        }
    }

    @Test
    void a_converter_works_on_after_a_failure() throws IOException {
        assertMismatch(
                "line 2",
                RawFixture.write(directory.resolve("a.zst"), RawFixture.frame(RawFixture.header(TWO) + "\"x\"\n")));

        ParquetRows read = read(
                TWO,
                RawFixture.write(
                        directory.resolve("b.zst"),
                        RawFixture.frame(RawFixture.header(TWO) + RawFixture.line("1", "2"))));

        assertThat(read.rows()).containsExactly(List.of("1", "2"));
    }

    @Test
    void much_data_is_split_into_files_of_100_to_250_megabytes() throws IOException {
        List<Column> columns = RawFixture.columns(new Int64(), new Text());
        Path raw = directory.resolve("a.zst");
        Random random = new Random(1);
        byte[] noise = new byte[3000];
        int rows = 100_000;
        try (OutputStream out = Files.newOutputStream(raw)) {
            out.write(RawFixture.frame(RawFixture.header(columns)));
            StringBuilder frame = new StringBuilder();
            for (int i = 0; i < rows; i++) {
                random.nextBytes(noise);
                frame.append(
                        RawFixture.line("" + i, new String(noise, StandardCharsets.ISO_8859_1).replace('\0', 'x')));
                if (i % 1000 == 999) {
                    out.write(RawFixture.frame(frame.toString()));
                    frame.setLength(0);
                }
            }
        }

        Converted converted = RawFixture.convert(converter, RawFixture.request(directory, columns, raw));

        assertThat(converted.rows()).isEqualTo(rows);
        assertThat(converted.files()).hasSizeGreaterThan(1);
        for (int i = 0; i < converted.files().size(); i++) {
            Path file = converted.files().get(i);
            assertThat(file).hasFileName("part-0000" + i + ".parquet");
            assertThat(Files.size(file)).isLessThan(250_000_000);
            if (i + 1 < converted.files().size()) {
                assertThat(Files.size(file)).isGreaterThan(100_000_000);
            }
        }
    }

    private ParquetRows read(List<Column> columns, Path raw) throws IOException {
        Converted converted = RawFixture.convert(converter, RawFixture.request(directory, columns, raw));
        ParquetRows read = ParquetRows.of(converted.files());
        assertThat(converted.rows()).isEqualTo(read.rows().size());
        return read;
    }

    private void assertMismatch(String words, Path raw) {
        assertThatThrownBy(() -> RawFixture.convert(converter, RawFixture.request(directory, TWO, raw)))
                .isInstanceOf(DataMismatch.class)
                .hasMessageStartingWith("convert public.t, slice M5V: ")
                .hasMessageContaining(words)
                .hasMessageNotContaining("secret");
        assertThat(directory.resolve("out")).isEmptyDirectory();
    }
}
