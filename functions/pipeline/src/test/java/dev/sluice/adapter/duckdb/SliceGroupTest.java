package dev.sluice.adapter.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.adapter.duckdb.ExactCast.NegativeZero;
import dev.sluice.model.Column;
import dev.sluice.model.ColumnType.Float64;
import dev.sluice.model.ColumnType.Int32;
import dev.sluice.model.ColumnType.Text;
import dev.sluice.model.DataMismatch;
import dev.sluice.model.Slice;
import dev.sluice.model.UnsupportedValue;
import dev.sluice.parquet.Converter;
import dev.sluice.parquet.Converter.Converted;
import dev.sluice.parquet.Converter.Outcome;
import dev.sluice.parquet.Converter.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SliceGroupTest {
    private static final List<Column> COLUMNS = List.of(
            RawFixture.column("slice", new Int32()),
            RawFixture.column("text", new Text()),
            RawFixture.column("number", new Float64()));

    @TempDir
    Path directory;

    private final Map<Path, List<List<@Nullable Object>>> expected = new HashMap<>();

    /// With two threads and with one; more slices than fit into one group; sizes from no row to many.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void every_row_arrives_in_its_own_slice(long seed) throws IOException {
        Random random = new Random(seed);
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            requests.add(slice(i, random, random.nextInt(10) == 0 ? 0 : random.nextInt(300)));
        }

        assertThat(converted(requests, 1 + (int) seed % 2)).hasSize(150);
    }

    @Test
    void one_statement_converts_every_small_slice_that_has_rows() throws Exception {
        Random random = new Random(7);
        List<Request> requests = List.of(slice(0, random, 50), slice(1, random, 0), slice(2, random, 2000));
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                SliceGroup group = SliceGroup.open(directory, "mark")) {
            for (Request request : requests) {
                assertThat(group.hasRoom(request)).isTrue();
                group.add(request);
            }

            Map<Path, Converted> converted = group.convert(connection, NegativeZero.REFUSED);

            assertThat(converted)
                    .containsOnlyKeys(requests.get(0).out(), requests.get(2).out());
            converted.forEach(this::assertArrived);
        }
    }

    @Test
    void a_group_takes_one_table_and_a_bounded_number_of_slices() throws IOException {
        Random random = new Random(8);
        try (SliceGroup group = SliceGroup.open(directory, "mark")) {
            Request first = slice(0, random, 5);
            group.add(first);
            Request other = new Request(
                    first.table(), first.slice(), RawFixture.columns(new Int32()), first.raw(), first.out());
            assertThat(group.hasRoom(other)).isFalse();
            for (int i = 1; i < SliceGroup.MAX_SLICES; i++) {
                assertThat(group.hasRoom(first)).isTrue();
                group.add(first);
            }
            assertThat(group.hasRoom(first)).isFalse();
        }
    }

    @Test
    void what_is_not_small_or_not_whole_is_left_alone() throws IOException, SQLException {
        Random random = new Random(9);
        List<Request> strangers = List.of(
                raw(1, RawFixture.frame("no header\n")),
                raw(2, RawFixture.frame(RawFixture.header(COLUMNS) + "\"1\",\"ends inside")),
                raw(3, Arrays.copyOf(RawFixture.frame(RawFixture.header(COLUMNS)), 20)),
                raw(4, "no zstd".getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
                raw(
                        5,
                        RawFixture.frame(RawFixture.header(COLUMNS)
                                + RawFixture.line("5", "x".repeat(SliceGroup.MAX_SLICE_BYTES), null))));
        try (SliceGroup group = SliceGroup.open(directory, "mark")) {
            for (Request stranger : strangers) {
                group.add(stranger);
            }
            assertThat(group.size()).isZero();
            group.add(slice(6, random, 3));
            assertThat(group.size()).isEqualTo(1);
        }
    }

    @Test
    void a_refused_slice_is_named_and_its_neighbours_arrive() throws IOException {
        Random random = new Random(10);
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            requests.add(slice(i, random, 30));
        }
        requests.add(7, raw(100, RawFixture.frame(RawFixture.header(COLUMNS) + RawFixture.line("100", "x", "one"))));
        requests.add(11, raw(101, RawFixture.frame(RawFixture.header(COLUMNS) + "\"101\",\"open\n")));
        requests.add(15, raw(102, RawFixture.frame(RawFixture.header(COLUMNS) + "\"102\",\"few\"\n")));

        Map<Integer, Outcome> outcomes = outcomes(requests, 2);

        assertThat(outcomes.get(100))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.why())
                                .isInstanceOf(UnsupportedValue.class)
                                .hasMessageStartingWith(
                                        "convert public.t, slice 100: column 'number' (Float64[]): 1 row with text that is not a number"));
        assertThat(outcomes.get(101))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.why())
                                .isInstanceOf(DataMismatch.class)
                                .hasMessageContaining("slice 101"));
        assertThat(outcomes.get(102))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.why())
                                .isInstanceOf(DataMismatch.class)
                                .hasMessageContaining("slice 102"));
        for (int i = 0; i < 20; i++) {
            assertThat(outcomes.get(i)).isInstanceOf(Outcome.Done.class);
        }
    }

    @Test
    void the_last_row_of_a_slice_does_not_vanish_because_its_quote_is_open() throws IOException {
        Column text = RawFixture.column("text", new Text());
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            String last = i == 1 ? "\"open\n" : "\"closed\"\n";
            Path file = RawFixture.write(
                    directory.resolve(i + ".zst"), RawFixture.frame("\"text\"\n" + "\"first\"\n" + last));
            requests.add(new Request(
                    RawFixture.TABLE,
                    Slice.ofText("" + i),
                    List.of(text),
                    List.of(file),
                    directory.resolve("out-" + i)));
        }

        Map<Integer, Outcome> outcomes = outcomes(requests, 2);

        assertThat(outcomes.get(0)).isInstanceOf(Outcome.Done.class);
        assertThat(outcomes.get(1)).isInstanceOf(Outcome.Refused.class);
        assertThat(outcomes.get(2)).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void negative_zeros_keep_their_sign() throws IOException {
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            StringBuilder csv = new StringBuilder(RawFixture.header(COLUMNS));
            List<List<@Nullable Object>> values = new ArrayList<>();
            // so many that a dictionary would pay
            for (int row = 0; row < 500; row++) {
                boolean negative = row % 3 < i;
                csv.append(RawFixture.line("" + i, null, negative ? "-0" : "0"));
                values.add(Arrays.asList(i, null, negative ? -0d : 0d));
            }
            requests.add(raw(i, RawFixture.frame(csv.toString())));
            expected.put(requests.getLast().out(), values);
        }

        assertThat(converted(requests, 2)).hasSize(5);
    }

    private Map<Integer, Outcome> outcomes(List<Request> requests, int threads) throws IOException {
        Map<Integer, Outcome> outcomes = new HashMap<>();
        Path work = directory.resolve("work");
        try (DuckDbConverter converter = DuckDbConverter.open(work, threads, 256L << 20)) {
            List<Outcome> all = converter.convert(requests);
            for (int i = 0; i < requests.size(); i++) {
                outcomes.put(Integer.parseInt(requests.get(i).slice().text().orElseThrow()), all.get(i));
            }
        }
        assertThat(work).isEmptyDirectory();
        return outcomes;
    }

    private Set<Converted> converted(List<Request> requests, int threads) throws IOException {
        Set<Converted> converted = new HashSet<>();
        for (Map.Entry<Integer, Outcome> each : outcomes(requests, threads).entrySet()) {
            Converter.Outcome.Done done = (Converter.Outcome.Done) each.getValue();
            assertArrived(directory.resolve("out-" + each.getKey()), done.converted());
            converted.add(done.converted());
        }
        return converted;
    }

    private void assertArrived(Path out, Converted converted) {
        List<List<@Nullable Object>> rows = expected.getOrDefault(out, List.of());
        assertThat(converted.files()).containsExactly(out.resolve("part-00000.parquet"));
        assertThat(converted.rows()).isEqualTo(rows.size());
        for (int i = 0; i < COLUMNS.size(); i++) {
            int column = i;
            assertThat(converted.nulls().get(COLUMNS.get(i).name()))
                    .isEqualTo(
                            rows.stream().filter(row -> row.get(column) == null).count());
        }
        try {
            assertThat(ParquetRows.of(converted.files()).rows()).isEqualTo(rows);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Request raw(int slice, byte[]... frames) throws IOException {
        Path file = RawFixture.write(directory.resolve(slice + ".zst"), frames);
        return new Request(
                RawFixture.TABLE, Slice.ofText("" + slice), COLUMNS, List.of(file), directory.resolve("out-" + slice));
    }

    /// A slice with rows that name it, in one frame or several.
    private Request slice(int number, Random random, int rows) throws IOException {
        List<byte[]> frames = new ArrayList<>();
        StringBuilder csv = new StringBuilder(RawFixture.header(COLUMNS));
        List<List<@Nullable Object>> values = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            @Nullable
            String text = random.nextInt(5) == 0 ? null : "\n\",\"".repeat(random.nextInt(5)) + random.nextInt();
            @Nullable Double value = random.nextInt(5) == 0 ? null : random.nextInt(1000) / 4d;
            csv.append(RawFixture.line("" + number, text, value == null ? null : "" + value));
            values.add(Arrays.asList(number, text, value));
            if (random.nextInt(100) == 0) {
                frames.add(RawFixture.frame(csv.toString()));
                csv.setLength(0);
            }
        }
        frames.add(RawFixture.frame(csv.toString()));
        Request request = raw(number, frames.toArray(byte[][]::new));
        Files.createDirectories(request.out());
        expected.put(request.out(), values);
        return request;
    }
}
