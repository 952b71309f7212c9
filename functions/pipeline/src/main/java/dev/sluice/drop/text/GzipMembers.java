package dev.sluice.drop.text;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// gzip as RFC 1952 has it: members one after another, each with its checksum and length. The JDK's own
/// stream takes a damaged second member for the end of the file; here everything behind a member is another
/// whole member, or zeros, or a [RefusedFile].
final class GzipMembers extends InputStream {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;

    private final InputStream in;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] packed = new byte[BUFFER_BYTES];
    private int at;
    private int end;
    /// Packed bytes that were handed to the buffer.
    private long taken;

    private boolean finished;

    GzipMembers(InputStream in) throws IOException {
        this.in = in;
        header();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int from, int count) throws IOException {
        if (count == 0) {
            return 0;
        }
        try {
            while (!finished) {
                int read = inflater.inflate(buffer, from, count);
                if (read > 0) {
                    crc.update(buffer, from, read);
                    return read;
                }
                if (inflater.finished()) {
                    at = end - inflater.getRemaining();
                    trailer();
                } else if (inflater.needsDictionary()) {
                    throw damaged();
                } else {
                    fill();
                    inflater.setInput(packed, at, end - at);
                }
            }
            return -1;
        } catch (DataFormatException e) {
            throw damaged();
        }
    }

    private void trailer() throws IOException {
        long written = inflater.getBytesWritten();
        if (little(4) != crc.getValue() || little(4) != (written & 0xffffffffL)) {
            throw damaged();
        }
        int next = next();
        while (next == 0) {
            next = next();
        }
        if (next < 0) {
            finished = true;
            return;
        }
        at--;
        inflater.reset();
        crc.reset();
        header();
    }

    private void header() throws IOException {
        if (need() != 0x1f || need() != 0x8b || need() != 8) {
            throw new RefusedFile("the gzip is damaged: no member begins at byte %d".formatted(position() - 1));
        }
        int flags = need();
        for (int i = 0; i < 6; i++) {
            need();
        }
        if ((flags & EXTRA) != 0) {
            for (long length = little(2); length > 0; length--) {
                need();
            }
        }
        for (int text : new int[] {NAME, COMMENT}) {
            while ((flags & text) != 0 && need() != 0) {}
        }
        if ((flags & HEADER_CRC) != 0) {
            little(2);
        }
        inflater.setInput(packed, at, end - at);
    }

    private long little(int bytes) throws IOException {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (long) need() << (8 * i);
        }
        return value;
    }

    private int need() throws IOException {
        int next = next();
        if (next < 0) {
            throw cutOff();
        }
        return next;
    }

    /// @return -1 at the end of the file
    private int next() throws IOException {
        if (at == end) {
            at = 0;
            end = Math.max(0, in.read(packed, 0, packed.length));
            taken += end;
            if (end == 0) {
                return -1;
            }
        }
        return packed[at++] & 0xff;
    }

    private void fill() throws IOException {
        at = 0;
        end = Math.max(0, in.read(packed, 0, packed.length));
        taken += end;
        if (end == 0) {
            throw cutOff();
        }
    }

    private long position() {
        return taken - (end - at);
    }

    private RefusedFile cutOff() {
        return new RefusedFile("the gzip is cut off at byte %d; drop the whole file again".formatted(taken));
    }

    private RefusedFile damaged() {
        return new RefusedFile("the gzip is damaged before byte %d; drop the file again".formatted(taken));
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        in.close();
    }
}
