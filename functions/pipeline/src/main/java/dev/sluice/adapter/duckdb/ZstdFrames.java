package dev.sluice.adapter.duckdb;

import dev.sluice.model.DataMismatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// Where the frames of a zstd file begin and end, found by walking block headers without decompressing
/// (RFC 8878 §3.1). DuckDB reads a file that ends inside a frame as if it ended there, so this is also
/// what finds a truncated file.
///
/// @param ends offset of the end of each frame, bytes, ascending; the last one is the file's size
record ZstdFrames(List<Long> ends) {
    private static final int MAGIC = 0xFD2FB528;
    private static final int SKIPPABLE_MAGIC = 0x184D2A50;
    private static final int SKIPPABLE_MASK = 0xFFFFFFF0;
    private static final int MAX_HEADER_BYTES = 18;
    /// Read at once: small frames share a read, and of large blocks little is read in vain.
    private static final int WINDOW_BYTES = 4096;

    ZstdFrames {
        ends = List.copyOf(ends);
    }

    /// @throws DataMismatch no frames, a frame that is cut off, or bytes that are no frame
    static ZstdFrames of(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            Walk walk = new Walk(channel, file);
            List<Long> ends = new ArrayList<>();
            long position = 0;
            while (position < walk.size) {
                position = walk.frame(position);
                ends.add(position);
            }
            if (ends.isEmpty()) {
                throw walk.broken(0, "is empty");
            }
            return new ZstdFrames(ends);
        }
    }

    long start(int frame) {
        return frame == 0 ? 0 : ends.get(frame - 1);
    }

    long bytes() {
        return ends.getLast();
    }

    private static final class Walk {
        private final FileChannel channel;
        private final Path file;
        private final long size;
        private final ByteBuffer window =
                ByteBuffer.allocate(WINDOW_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);
        private long windowStart;

        Walk(FileChannel channel, Path file) throws IOException {
            this.channel = channel;
            this.file = file;
            this.size = channel.size();
        }

        /// The end of the frame that begins at `start`.
        long frame(long start) throws IOException {
            int magic = intAt(start, start);
            if ((magic & SKIPPABLE_MASK) == SKIPPABLE_MAGIC) {
                return within(start, start + 8 + Integer.toUnsignedLong(intAt(start + 4, start)));
            }
            if (magic != MAGIC) {
                throw broken(start, "is not a zstd frame");
            }
            int descriptor = byteAt(start + 4, start);
            boolean singleSegment = (descriptor & 0x20) != 0;
            boolean checksum = (descriptor & 0x04) != 0;
            int dictionaryBytes = new int[] {0, 1, 2, 4}[descriptor & 0x03];
            int contentSizeBytes = new int[] {singleSegment ? 1 : 0, 2, 4, 8}[descriptor >>> 6];
            long position = start + 5 + (singleSegment ? 0 : 1) + dictionaryBytes + contentSizeBytes;
            boolean last = false;
            while (!last) {
                int header =
                        byteAt(position, start) | byteAt(position + 1, start) << 8 | byteAt(position + 2, start) << 16;
                last = (header & 1) != 0;
                int type = header >>> 1 & 0x03;
                if (type == 3) {
                    throw broken(start, "has a block of a reserved type");
                }
                position += 3 + (type == 1 ? 1 : header >>> 3);
            }
            return within(start, position + (checksum ? 4 : 0));
        }

        private long within(long start, long end) {
            if (end > size) {
                throw broken(start, "is cut off");
            }
            return end;
        }

        private int byteAt(long position, long frame) throws IOException {
            fill(position, 1, frame);
            return window.get((int) (position - windowStart)) & 0xFF;
        }

        private int intAt(long position, long frame) throws IOException {
            fill(position, 4, frame);
            return window.getInt((int) (position - windowStart));
        }

        private void fill(long position, int bytes, long frame) throws IOException {
            if (position >= windowStart && position + bytes <= windowStart + window.limit()) {
                return;
            }
            within(frame, position + bytes);
            window.clear();
            windowStart = position;
            while (window.position() < MAX_HEADER_BYTES && channel.read(window, position + window.position()) > 0) {}
            window.flip();
            if (window.limit() < bytes) {
                throw broken(frame, "is cut off");
            }
        }

        DataMismatch broken(long frame, String what) {
            return new DataMismatch(
                    "raw file %s: the zstd frame at byte %d %s".formatted(file.getFileName(), frame, what));
        }
    }
}
