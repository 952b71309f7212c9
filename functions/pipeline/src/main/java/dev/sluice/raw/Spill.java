package dev.sluice.raw;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// One temporary file for the frames of all slices of a batch, in the order in which they came: thousands
/// of slices cost no more than one file. Written by one thread; read by any number afterwards.
final class Spill implements AutoCloseable {
    private static final int BUFFER_BYTES = 256 << 10;

    private final Path file;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private long written;

    Spill(Path file) {
        this.file = file;
        try {
            this.channel = FileChannel.open(
                    file,
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create temporary file " + file, e);
        }
    }

    /// @return where the bytes begin
    synchronized long append(byte[] bytes, int length) {
        long begin = written + buffer.position();
        if (length > buffer.remaining()) {
            drain();
        }
        if (length > buffer.remaining()) {
            write(ByteBuffer.wrap(bytes, 0, length));
        } else {
            buffer.put(bytes, 0, length);
        }
        return begin;
    }

    /// @return how many bytes were read, at least one
    int read(byte[] target, int offset, int length, long position) throws IOException {
        synchronized (this) {
            drain();
        }
        int read = channel.read(ByteBuffer.wrap(target, offset, length), position);
        if (read <= 0) {
            throw new IOException("temporary file %s ends at %d".formatted(file, position));
        }
        return read;
    }

    private void drain() {
        if (buffer.position() > 0) {
            write(buffer.flip());
            buffer.clear();
        }
    }

    private void write(ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                written += channel.write(bytes, written);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write temporary file " + file, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
