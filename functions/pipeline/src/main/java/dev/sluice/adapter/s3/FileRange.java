package dev.sluice.adapter.s3;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.ContentStreamProvider;

/// A range of a file as the body of a request. The SDK asks for a new stream on every attempt and closes
/// none, so this closes the one before and, in the end, the last.
final class FileRange implements ContentStreamProvider, AutoCloseable {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final Path file;
    private final long offset;
    private final long bytes;
    private @Nullable InputStream current;

    FileRange(Path file, long offset, long bytes) {
        this.file = file;
        this.offset = offset;
        this.bytes = bytes;
    }

    @Override
    public InputStream newStream() {
        close();
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            channel.position(offset);
            InputStream opened = new BufferedInputStream(new Bounded(Channels.newInputStream(channel)), BUFFER_BYTES);
            current = opened;
            return opened;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        InputStream open = current;
        current = null;
        if (open == null) {
            return;
        }
        try {
            open.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Ends after the range's bytes.
    private final class Bounded extends InputStream {
        private final InputStream in;
        private long left = bytes;

        Bounded(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            if (left == 0) {
                return -1;
            }
            int one = in.read();
            left = one < 0 ? 0 : left - 1;
            return one;
        }

        @Override
        public int read(byte[] buffer, int start, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (left == 0) {
                return -1;
            }
            int count = in.read(buffer, start, (int) Math.min(length, left));
            left = count < 0 ? 0 : left - count;
            return count;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
