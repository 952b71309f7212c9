package dev.sluice.adapter.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Column;
import dev.sluice.model.ColumnType.Decimal;
import dev.sluice.model.ColumnType.Int64;
import dev.sluice.model.ColumnType.Text;
import dev.sluice.model.ColumnType.Timestamp;
import dev.sluice.parquet.Converter.Converted;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
final class DuckDbConverterMemoryTest {
    private static final List<Column> COLUMNS =
            RawFixture.columns(new Int64(), new Text(), new Decimal(12, 2), new Timestamp(), new Text());
    private static final long CSV_BYTES = 300L << 20;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void three_hundred_megabytes_of_CSV_convert_within_256_megabytes(int threads) throws IOException {
        Path raw = directory.resolve("a.zst");
        long rows = write(raw, 60);

        Converted converted = convert(raw, threads);

        assertThat(converted.rows()).isEqualTo(rows);
    }

    @Test
    void long_texts_convert_within_256_megabytes_too() throws IOException {
        Path raw = directory.resolve("a.zst");
        long rows = write(raw, 10_000);

        Converted converted = convert(raw, 2);

        assertThat(converted.rows()).isEqualTo(rows);
    }

    private Converted convert(Path raw, int threads) throws IOException {
        Path work = directory.resolve("work");
        long before = residentBytes();
        try (DuckDbConverter converter = DuckDbConverter.open(work, threads, 256L << 20)) {
            Converted converted = converter.convert(RawFixture.request(directory, COLUMNS, raw));
            // DuckDB's limit, the zstd streams, and what the heap may have grown by
            assertThat(residentBytes() - before).isLessThan(700L << 20);
            return converted;
        }
    }

    /// Peak of the process, from Linux; 0 elsewhere.
    private static long residentBytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElse(0);
    }

    private static long write(Path raw, int noteBytes) throws IOException {
        Random random = new Random(5);
        long rows = 0;
        byte[] noise = new byte[noteBytes];
        try (OutputStream file = Files.newOutputStream(raw)) {
            StringBuilder frame = new StringBuilder(RawFixture.header(COLUMNS));
            for (long written = 0; written < CSV_BYTES; rows++) {
                random.nextBytes(noise);
                String line = RawFixture.line(
                        Long.toString(rows),
                        "customer " + random.nextInt(50_000),
                        String.format(Locale.ROOT, "%d.%02d", random.nextInt(1_000_000), random.nextInt(100)),
                        String.format(
                                        Locale.ROOT,
                                        "2024-03-31 02:00:%02d.%06d",
                                        random.nextInt(60),
                                        1 + 10 * random.nextInt(90_000))
                                .replaceFirst("0+$", ""),
                        HexFormat.of().formatHex(noise));
                written += line.length();
                frame.append(line);
                if (frame.length() > 4 << 20) {
                    file.write(RawFixture.frame(frame.toString()));
                    frame.setLength(0);
                }
            }
            file.write(RawFixture.frame(frame.toString()));
        }
        return rows;
    }
}
