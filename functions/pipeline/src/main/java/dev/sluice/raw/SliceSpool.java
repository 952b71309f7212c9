package dev.sluice.raw;

import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/// The rows of one slice on their way to an object: collected in a small buffer, compressed into zstd
/// frames, appended to a file. Frames stand one after another, which every zstd reader understands as one
/// stream.
///
/// No file is open between two frames, so that thousands of slices can be filled in one scan.
final class SliceSpool {
    /// Bytes of CSV that become one frame; larger frames compress hardly better.
    static final int FRAME_BYTES = 1 << 20;

    private static final int FIRST_BUFFER_BYTES = 1 << 10;

    private final Path file;
    private byte[] buffer = new byte[FIRST_BUFFER_BYTES];
    private int used;
    private long rows;
    private long bytes;

    SliceSpool(Path file, byte[] header) {
        this.file = file;
        append(header, 0, header.length);
    }

    /// @return bytes by which the buffer grew
    int row(byte[] source, int offset, int length, ZstdCompressCtx zstd) {
        int before = buffer.length;
        if (used + length > FRAME_BYTES && used > 0) {
            flush(zstd);
        }
        append(source, offset, length);
        rows++;
        bytes += length;
        return buffer.length - before;
    }

    /// Compresses what is buffered and gives the memory back.
    ///
    /// @return bytes by which the buffer shrank
    int flush(ZstdCompressCtx zstd) {
        if (used > 0) {
            byte[] frame = zstd.compress(used == buffer.length ? buffer : Arrays.copyOf(buffer, used));
            try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                out.write(frame);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write temporary file " + file, e);
            }
            used = 0;
        }
        int freed = buffer.length - FIRST_BUFFER_BYTES;
        if (freed > 0) {
            buffer = new byte[FIRST_BUFFER_BYTES];
        }
        return freed;
    }

    Path file() {
        return file;
    }

    long rows() {
        return rows;
    }

    long bytes() {
        return bytes;
    }

    private void append(byte[] source, int offset, int length) {
        if (used + length > buffer.length) {
            long wanted = Math.max(used + (long) length, Math.min(2L * buffer.length, FRAME_BYTES));
            buffer = Arrays.copyOf(buffer, Math.toIntExact(wanted));
        }
        System.arraycopy(source, offset, buffer, used, length);
        used += length;
    }
}
