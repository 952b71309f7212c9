package dev.sluice.adapter.duckdb;

import dev.sluice.config.SluiceConfig;
import dev.sluice.drop.DropReader;
import dev.sluice.drop.DropReader.Outcome;
import dev.sluice.drop.DropReader.Outcome.Refused;
import dev.sluice.drop.DropReader.Outcome.Taken;
import dev.sluice.model.Feed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/// Files dropped into a directory and read by the product.
final class Dropped implements AutoCloseable {
    private static final long MEMORY_BYTES = 256L << 20;

    private final Path directory;
    private final DuckDbDropReader reader;
    private final AtomicInteger count = new AtomicInteger();

    Dropped(Path directory) {
        this(directory, 512L << 20);
    }

    Dropped(Path directory, long partBytes) {
        this.directory = directory;
        this.reader = DuckDbDropReader.open(directory.resolve("work"), MEMORY_BYTES, partBytes);
    }

    /// @param keys of the feed, in the flow style of YAML
    static Feed feed(String keys) {
        String yaml = """
                version: 1
                source: {url: "jdbc:postgresql://h/d", user: u, password: "${env:P}"}
                lake: {url: "file:lake"}
                warehouse: {type: duckdb, path: w.duckdb}
                drops:
                  f: {match: "drops/{store}/{day:yyyyMMdd}/*", mode: append, %s}
                """.formatted(keys);
        return SluiceConfig.parse(yaml, "sluice.yaml", Path.of("/"), name -> "p")
                .drops()
                .getFirst();
    }

    Outcome read(Feed feed, byte[] content) {
        return read(feed, content, Map.of("store", "017", "day", "2024-02-29"));
    }

    Outcome read(Feed feed, byte[] content, Map<String, String> parts) {
        try {
            Path file = directory.resolve("file" + count.incrementAndGet());
            Files.write(file, content);
            return read(feed, file, parts);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Outcome read(Feed feed, Path file, Map<String, String> parts) {
        Path out = directory.resolve("out" + count.incrementAndGet());
        return reader.read(new DropReader.Request(feed, file, "drops/x", parts, out));
    }

    Taken taken(Feed feed, String content) {
        return taken(feed, content.getBytes(StandardCharsets.UTF_8));
    }

    Taken taken(Feed feed, byte[] content) {
        Outcome outcome = read(feed, content);
        if (outcome instanceof Refused refused) {
            throw new AssertionError(refused.why());
        }
        return (Taken) outcome;
    }

    /// The rows as Apache's reader has them; the first value is the line.
    static List<List<@Nullable Object>> rows(Taken taken) {
        try {
            return ParquetRows.of(taken.files()).rows();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] gzip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        reader.close();
    }
}
