package dev.sluice.adapter.duckdb;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import dev.sluice.model.Column;
import dev.sluice.model.DataMismatch;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One raw file whose frames are whole and whose header names the columns that are expected. DuckDB
/// checks neither.
record RawFile(Path path, ZstdFrames frames) {
    private static final Set<StandardOpenOption> WRITE_ANEW =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    private static final int FAST_LEVEL = 1;
    /// A frame above this is not read a second time only to see whether it ends a row; compressed bytes.
    private static final long PEEK_BYTES = 8L << 20;

    /// @throws DataMismatch not whole, or another header
    static RawFile check(Path path, List<Column> columns) throws IOException {
        RawFile file = new RawFile(path, ZstdFrames.of(path));
        byte[] expected = header(columns);
        byte[] found;
        try (InputStream in =
                new ZstdInputStream(new BufferedInputStream(Channels.newInputStream(FileChannel.open(path))))) {
            found = in.readNBytes(expected.length);
        } catch (ZstdIOException e) {
            throw new DataMismatch("raw file %s: damaged zstd at its beginning".formatted(path.getFileName()), e);
        }
        if (!Arrays.equals(found, expected)) {
            throw new DataMismatch("raw file %s: its header line is not that of the %d columns %s"
                    .formatted(
                            path.getFileName(),
                            columns.size(),
                            columns.stream().map(Column::name).toList()));
        }
        if (!file.endsRow(file.frames.ends().size() - 1).orElse(true)) {
            throw new DataMismatch("raw file %s: ends within a row".formatted(path.getFileName()));
        }
        return file;
    }

    /// The header line as land writes it: every name quoted.
    static byte[] header(List<Column> columns) {
        List<String> names = columns.stream()
                .map(c -> "\"" + c.name().replace("\"", "\"\"") + "\"")
                .toList();
        return (String.join(",", names) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /// The row behind the last one of every file that DuckDB reads.
    static byte[] end(List<Column> columns, String mark) {
        return ("\"" + mark + "\"" + ",".repeat(columns.size() - 1) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /// Copies the file into parts of about equal size, cut at ends of frames that are ends of lines.
    /// Every part has a header and ends with the mark, as a row of its own.
    ///
    /// A line end may be inside a quoted value. DuckDB drops, without a word, a last row whose quote is
    /// not closed; the mark behind it turns that into an error. So if every part parses, then every part
    /// began and ended where a row does, and the rows are those of the file.
    ///
    /// @param count how many parts are wanted; fewer are made when there are fewer places to cut
    List<Path> parts(int count, Path directory, String name, List<Column> columns, String mark) throws IOException {
        byte[] header = Zstd.compress(header(columns), FAST_LEVEL);
        byte[] end = Zstd.compress(end(columns, mark), FAST_LEVEL);
        List<Long> cuts = cuts(count);
        cuts.add(frames.bytes());
        List<Path> parts = new ArrayList<>();
        try (FileChannel in = FileChannel.open(path, StandardOpenOption.READ)) {
            long start = 0;
            for (long cut : cuts) {
                Path part = directory.resolve("%s-%d.csv.zst".formatted(name, parts.size()));
                parts.add(part);
                try (FileChannel out = FileChannel.open(part, WRITE_ANEW)) {
                    out.write(ByteBuffer.wrap(start == 0 ? new byte[0] : header));
                    copy(in, start, cut, out);
                    out.write(ByteBuffer.wrap(end));
                }
                start = cut;
            }
        }
        return parts;
    }

    private List<Long> cuts(int count) throws IOException {
        List<Long> cuts = new ArrayList<>();
        int frame = 0;
        for (int part = 1; part < count; part++) {
            long wanted = frames.bytes() * part / count;
            while (frame < frames.ends().size() - 1 && frames.ends().get(frame) < wanted) {
                frame++;
            }
            if (frame >= frames.ends().size() - 1) {
                break;
            }
            if (endsRow(frame).orElse(false)) {
                cuts.add(frames.ends().get(frame));
                frame++;
            }
        }
        return cuts;
    }

    /// Whether the frame's last byte is a line end; empty when it has none or it would cost too much to
    /// know.
    private Optional<Boolean> endsRow(int frame) throws IOException {
        long start = frames.start(frame);
        long length = frames.ends().get(frame) - start;
        if (length > PEEK_BYTES) {
            return Optional.empty();
        }
        ByteBuffer compressed = ByteBuffer.allocate((int) length);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            while (compressed.hasRemaining() && channel.read(compressed, start + compressed.position()) > 0) {}
        }
        int last = -1;
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = new ZstdInputStream(new ByteArrayInputStream(compressed.array()))) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (read > 0) {
                    last = buffer[read - 1];
                }
            }
        } catch (ZstdIOException e) {
            throw new DataMismatch(
                    "raw file %s: the zstd frame at byte %d is damaged".formatted(path.getFileName(), start), e);
        }
        return last < 0 ? Optional.empty() : Optional.of(last == '\n');
    }

    private static void copy(FileChannel in, long start, long end, FileChannel out) throws IOException {
        long position = start;
        while (position < end) {
            position += in.transferTo(position, end - position, out);
        }
    }
}
