package dev.sluice.raw;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import dev.sluice.store.Body;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// The rows of one slice on their way to an object: collected in a small buffer, compressed into zstd
/// frames, and these laid down in the file of the batch. Frames one after another are what every zstd
/// reader understands as one stream.
final class SliceSpool implements Body {
    /// Bytes of CSV that become one frame; larger frames compress hardly better.
    static final int FRAME_BYTES = 1 << 20;

    private static final int FIRST_BUFFER_BYTES = 1 << 9;
    private static final byte[] NO_BUFFER = {};
    private static final long[] NO_FRAMES = {};

    private final Spill spill;
    private final byte[] header;
    private byte[] buffer = NO_BUFFER;
    private int used;
    private long rows;
    private long rowBytes;

    /// Where each frame begins and ends in the file, two numbers each.
    private long[] frames = NO_FRAMES;

    private int frameEnds;
    private long bytes;

    SliceSpool(Spill spill, byte[] header) {
        this.spill = spill;
        this.header = header;
    }

    /// @return bytes by which the buffer grew; negative if it shrank
    int row(byte[] source, int offset, int length, ZstdCompressCtx zstd) {
        int before = buffer.length;
        if (used + length > FRAME_BYTES && used > 0) {
            flush(zstd);
        }
        if (rows == 0) {
            append(header, 0, header.length);
        }
        append(source, offset, length);
        rows++;
        rowBytes += length;
        return buffer.length - before;
    }

    /// Compresses what is buffered and gives the memory back.
    void flush(ZstdCompressCtx zstd) {
        if (used > 0) {
            byte[] frame = new byte[Math.toIntExact(Zstd.compressBound(used))];
            int length = zstd.compressByteArray(frame, 0, frame.length, buffer, 0, used);
            add(spill.append(frame, length), length);
            used = 0;
        }
        buffer = NO_BUFFER;
    }

    /// Nothing is added any more.
    void finish(ZstdCompressCtx zstd) {
        if (rows == 0 && frameEnds == 0) {
            append(header, 0, header.length);
        }
        flush(zstd);
    }

    long rows() {
        return rows;
    }

    /// Bytes of the rows as CSV, without the header.
    long rowBytes() {
        return rowBytes;
    }

    /// Size of the frames together.
    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public InputStream open(long offset) {
        return new Frames(offset);
    }

    private void add(long begin, int length) {
        if (frameEnds > 0 && frames[frameEnds - 1] == begin) {
            frames[frameEnds - 1] = begin + length;
        } else {
            if (frameEnds == frames.length) {
                frames = Arrays.copyOf(frames, Math.max(2, 2 * frames.length));
            }
            frames[frameEnds++] = begin;
            frames[frameEnds++] = begin + length;
        }
        bytes += length;
    }

    private void append(byte[] source, int offset, int length) {
        if (used + length > buffer.length) {
            long wanted = Math.max(
                    used + (long) length, Math.min(Math.max(FIRST_BUFFER_BYTES, 2L * buffer.length), FRAME_BYTES));
            buffer = Arrays.copyOf(buffer, Math.toIntExact(wanted));
        }
        System.arraycopy(source, offset, buffer, used, length);
        used += length;
    }

    /// The frames as one stream.
    private final class Frames extends InputStream {
        private int frame;
        private long position = frameEnds == 0 ? 0 : frames[0];

        Frames(long offset) {
            long left = offset;
            while (frame < frameEnds && left >= frames[frame + 1] - frames[frame]) {
                left -= frames[frame + 1] - frames[frame];
                next();
            }
            position += left;
        }

        private void next() {
            frame += 2;
            position = frame < frameEnds ? frames[frame] : 0;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (frame >= frameEnds) {
                return -1;
            }
            int read = spill.read(target, offset, (int) Math.min(length, frames[frame + 1] - position), position);
            position += read;
            if (position == frames[frame + 1]) {
                next();
            }
            return read;
        }
    }
}
