package dev.sluice.adapter.s3;

import dev.sluice.store.Body;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.ContentStreamProvider;

/// A range of a body as the content of a request. The SDK asks for a new stream on every attempt and closes
/// none, so this closes the one before and, in the end, the last.
final class BodyRange implements ContentStreamProvider, AutoCloseable {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final Body body;
    private final long offset;
    private final long bytes;
    private @Nullable InputStream current;

    BodyRange(Body body, long offset, long bytes) {
        this.body = body;
        this.offset = offset;
        this.bytes = bytes;
    }

    @Override
    public InputStream newStream() {
        close();
        try {
            int buffer = Math.clamp(bytes, 1, BUFFER_BYTES);
            InputStream opened = new BufferedInputStream(new Bounded(body.open(offset)), buffer);
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
