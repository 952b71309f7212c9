package dev.sluice.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// What becomes an object: bytes that can be read more than once, because a request may be repeated.
public interface Body {
    long bytes();

    /// A new stream that begins at an offset; the caller closes it.
    InputStream open(long offset) throws IOException;

    /// A file as it is now.
    ///
    /// @throws UncheckedIOException it cannot be read
    static Body of(Path file) {
        try {
            return new OfFile(file, Files.size(file));
        } catch (IOException e) {
            throw new UncheckedIOException("upload: cannot read " + file, e);
        }
    }

    record OfFile(Path file, long bytes) implements Body {
        @Override
        public InputStream open(long offset) throws IOException {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            channel.position(offset);
            return Channels.newInputStream(channel);
        }
    }
}
