package dev.sluice.drop.text;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// The lines of a file, one at a time, in a buffer that grows no further than the longest row allowed. Lines
/// end with `\n`; a `\r` before it is part of the line.
final class Lines {
    /// Longest row, bytes: what Snowflake holds in one text. Longer ones are no rows but a mistake.
    static final int MAX_ROW_BYTES = 16 << 20;

    private static final int FIRST_BUFFER_BYTES = 1 << 18;

    private final InputStream in;
    private byte[] buffer = new byte[FIRST_BUFFER_BYTES];
    private int start;
    private int end;
    /// Where the next line begins.
    private int next;
    private int filled;
    private boolean ended;
    private long line;
    /// Line ends within the current row.
    private long inner;

    Lines(InputStream in) {
        this.in = in;
    }

    byte[] bytes() {
        return buffer;
    }

    int start() {
        return start;
    }

    /// Behind the last byte of the row, which is no line end.
    int end() {
        return end;
    }

    /// Number of the row's first line, from 1.
    long line() {
        return line;
    }

    /// Leaves a byte order mark out.
    void skipByteOrderMark() throws IOException {
        while (filled < 3 && !ended) {
            fill();
        }
        if (filled >= 2 && isWide(buffer[0] & 0xff, buffer[1] & 0xff)) {
            throw new RefusedFile("the file begins with the byte order mark of UTF-16. In a CSV, say so with"
                    + " format: {type: csv, encoding: UTF-16}; JSON Lines are UTF-8");
        }
        if (filled >= 3 && (buffer[0] & 0xff) == 0xef && (buffer[1] & 0xff) == 0xbb && (buffer[2] & 0xff) == 0xbf) {
            next = 3;
        }
    }

    private static boolean isWide(int first, int second) {
        return first == 0xff && second == 0xfe || first == 0xfe && second == 0xff;
    }

    /// @return false at the end of the file
    boolean next() throws IOException {
        line += 1 + inner;
        inner = 0;
        start = next;
        return find();
    }

    /// Adds the next line to the row, with the line end between them.
    ///
    /// @return false if the file has no further line
    boolean extend() throws IOException {
        inner++;
        return find();
    }

    /// Ends the row at the end of the line that begins at `next`.
    private boolean find() throws IOException {
        int first = next - start;
        int scanned = first;
        while (true) {
            int found = Utf8.find(buffer, start + scanned, filled, (byte) '\n');
            if (found - start > MAX_ROW_BYTES) {
                throw tooLong();
            }
            if (found < filled) {
                end = found;
                next = found + 1;
                return true;
            }
            scanned = filled - start;
            if (ended) {
                end = filled;
                next = filled;
                return scanned > first;
            }
            fill();
        }
    }

    private void fill() throws IOException {
        if (filled == buffer.length && start > 0) {
            System.arraycopy(buffer, start, buffer, 0, filled - start);
            filled -= start;
            next -= start;
            end -= start;
            start = 0;
        } else if (filled == buffer.length) {
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        int read = in.read(buffer, filled, buffer.length - filled);
        ended = read < 0;
        filled += Math.max(0, read);
    }

    private RefusedFile tooLong() {
        return inner > 0
                ? new RefusedFile("the row that begins in line %d is longer than %d MiB; does a quote have no end?"
                        .formatted(line, MAX_ROW_BYTES >> 20))
                : new RefusedFile("line %d is longer than %d MiB; no row may be".formatted(line, MAX_ROW_BYTES >> 20));
    }
}
