package dev.sluice.raw;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdInputStream;
import dev.sluice.model.Column;
import dev.sluice.model.ColumnType;
import dev.sluice.model.Slice;
import dev.sluice.testing.SampleTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolsTest {
    private static final List<Column> COLUMNS = List.of(SampleTable.ID, SampleTable.CODE);
    private static final String HEADER = "\"id\",\"postal_code\"\n";
    private static final Slice A = Slice.ofText("A");
    private static final Slice B = Slice.ofText("B");

    private final SpoolMemory memory = SpoolMemory.of(16L << 20);

    @TempDir
    Path directory = Path.of("");

    @Test
    void everySliceGetsItsRowsUnderAHeader() throws IOException {
        try (Spools spools = new Spools(List.of(A, B, Slice.NULL), COLUMNS, directory, memory)) {
            row(spools, A, "1,\"A\"\n");
            row(spools, Slice.NULL, "2,\n");
            row(spools, A, "3,\"A\"\n");
            assertThat(content(spools, A)).isEqualTo(HEADER + "1,\"A\"\n3,\"A\"\n");
            assertThat(content(spools, Slice.NULL)).isEqualTo(HEADER + "2,\n");
            assertThat(content(spools, B)).isEqualTo(HEADER);
            assertThat(spools.finish(A).rows()).isEqualTo(2);
            assertThat(spools.finish(A).rowBytes()).isEqualTo(12);
            assertThat(spools.finish(B).rows()).isZero();
        }
    }

    @Test
    void rowsOfSlicesThatAreNotOfTheBatchAreLeftOut() throws IOException {
        try (Spools spools = new Spools(List.of(A), COLUMNS, directory, memory)) {
            row(spools, A, "1,\n");
            row(spools, B, "2,\n");
            row(spools, A, "3,\n");
            row(spools, B, "4,\n");
            assertThat(content(spools, A)).isEqualTo(HEADER + "1,\n3,\n");
            assertThatThrownBy(() -> spools.finish(B)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void onlyTheGivenBytesAreKeptAndTheyAreCopied() throws IOException {
        try (Spools spools = new Spools(List.of(A), COLUMNS, directory, memory)) {
            byte[] buffer = "xxx1,2\nyyy".getBytes(UTF_8);
            spools.row(A, buffer, 3, 4);
            java.util.Arrays.fill(buffer, (byte) '!');
            assertThat(content(spools, A)).isEqualTo(HEADER + "1,2\n");
        }
    }

    @Test
    void namesInTheHeaderAreQuoted() {
        Column hostile = SampleTable.column(1, "a\"b,\nc", new ColumnType.Text(), "text", "text");
        assertThat(new String(Spools.header(List.of(hostile, SampleTable.ID)), UTF_8))
                .isEqualTo("\"a\"\"b,\nc\",\"id\"\n");
    }

    @Test
    void aSliceOfManyFramesIsOneStream() throws IOException {
        Random random = new Random(5);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        expected.writeBytes(HEADER.getBytes(UTF_8));
        try (Spools spools = new Spools(List.of(A), COLUMNS, directory, memory)) {
            for (int i = 0; i < 60; i++) {
                // Around and above the size of a frame, and next to nothing.
                byte[] row = new byte[i % 3 == 0 ? 10 : SliceSpool.FRAME_BYTES / 4 + random.nextInt(400_000)];
                random.nextBytes(row);
                spools.row(A, row, 0, row.length);
                expected.writeBytes(row);
            }
            byte[] huge = new byte[3 * SliceSpool.FRAME_BYTES];
            random.nextBytes(huge);
            spools.row(A, huge, 0, huge.length);
            expected.writeBytes(huge);
            assertThat(bytes(spools, A)).isEqualTo(expected.toByteArray());
            assertThat(spools.finish(A).rows()).isEqualTo(61);
        }
    }

    /// A thousand slices of a quarter megabyte each would be 250 MB of buffers.
    @Test
    void thousandsOfSlicesFitIntoBoundedMemory() throws IOException {
        Random random = new Random(9);
        List<Slice> slices = new ArrayList<>();
        Map<Slice, Integer> rows = new HashMap<>();
        for (int i = 0; i < 1_000; i++) {
            slices.add(Slice.ofText("S" + i));
        }
        byte[] row = new byte[4_096];
        java.util.Arrays.fill(row, (byte) 'x');
        row[row.length - 1] = '\n';
        Runtime runtime = Runtime.getRuntime();
        long most = 0;
        System.gc();
        long before = runtime.totalMemory() - runtime.freeMemory();
        try (Spools spools = new Spools(slices, COLUMNS, directory, memory)) {
            for (int i = 0; i < 64_000; i++) {
                Slice slice = slices.get(random.nextInt(slices.size()));
                spools.row(slice, row, 0, row.length);
                rows.merge(slice, 1, Integer::sum);
                if (i % 8_000 == 7_999) {
                    System.gc();
                    most = Math.max(most, runtime.totalMemory() - runtime.freeMemory() - before);
                }
            }
            assertThat(most).as("bytes held").isLessThan(2 * memory.bytes());
            for (Slice slice : slices.subList(0, 50)) {
                int expected = Objects.requireNonNull(rows.get(slice));
                assertThat(spools.finish(slice).rows()).isEqualTo(expected);
                assertThat(bytes(spools, slice)).hasSize(HEADER.length() + expected * row.length);
            }
        }
    }

    @Test
    void batchesThatAreReadAtTheSameTimeShareTheMemory() {
        try (Spools one = new Spools(List.of(A), COLUMNS, directory, memory)) {
            assertThat(memory.share()).isEqualTo(memory.bytes());
            Path other = directory.resolve("other");
            try (Spools two = new Spools(List.of(A), COLUMNS, created(other), memory)) {
                assertThat(memory.share()).isEqualTo(memory.bytes() / 2);
                row(one, A, "1,\n");
                row(two, A, "2,\n");
            }
            assertThat(memory.share()).isEqualTo(memory.bytes());
        }
        assertThat(directory).isDirectoryNotContaining("glob:**.zst");
    }

    @Test
    void anUploadMayBeginAnywhere() throws IOException {
        Random random = new Random(11);
        byte[] row = new byte[SliceSpool.FRAME_BYTES / 2];
        try (Spools spools = new Spools(List.of(A, B), COLUMNS, directory, memory)) {
            for (int i = 0; i < 20; i++) {
                random.nextBytes(row);
                spools.row(i % 3 == 0 ? B : A, row, 0, row.length);
            }
            SliceSpool spool = spools.finish(A);
            byte[] whole = spool.open(0).readAllBytes();
            assertThat(spool.bytes()).isEqualTo(whole.length);
            for (int i = 0; i < 50; i++) {
                int from = i == 0 ? whole.length : random.nextInt(whole.length);
                assertThat(spool.open(from).readAllBytes())
                        .isEqualTo(java.util.Arrays.copyOfRange(whole, from, whole.length));
            }
        }
    }

    private static Path created(Path directory) {
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void row(Spools spools, Slice slice, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        spools.row(slice, bytes, 0, bytes.length);
    }

    private static String content(Spools spools, Slice slice) throws IOException {
        return new String(bytes(spools, slice), UTF_8);
    }

    private static byte[] bytes(Spools spools, Slice slice) throws IOException {
        SliceSpool spool = spools.finish(slice);
        try (InputStream in = spool.open(0)) {
            assertThat(in.readAllBytes()).hasSize(Math.toIntExact(spool.bytes()));
        }
        try (InputStream in = new ZstdInputStream(spool.open(0))) {
            return in.readAllBytes();
        }
    }
}
