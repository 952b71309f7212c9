package dev.sluice.drop.text;

import java.util.Arrays;

/// The values of one row, by column: slices of the row's bytes, or of a scratch buffer where they are spelled
/// in another way than the file has them.
final class Fields {
    enum Kind {
        NULL,
        /// A text without quotes around it and escapes in it.
        TEXT,
        /// As TEXT; in the file it is a field of a CSV in quotes.
        QUOTED,
        /// A value of JSON as it stands in the file.
        JSON
    }

    private final Kind[] kind;
    private final int[] from;
    private final int[] to;
    private final boolean[] inScratch;
    private byte[] row = new byte[0];
    private int base;
    private byte[] scratch = new byte[1 << 10];
    private int scratched;

    Fields(int columns) {
        kind = new Kind[columns];
        from = new int[columns];
        to = new int[columns];
        inScratch = new boolean[columns];
        clear();
    }

    void clear() {
        Arrays.fill(kind, Kind.NULL);
        scratched = 0;
    }

    /// @param begin relative to what [#of] will say
    void set(int column, Kind what, int begin, int behind) {
        kind[column] = what;
        from[column] = begin;
        to[column] = behind;
        inScratch[column] = false;
    }

    /// @param begin what [#scratched] said before the value was written
    void setScratch(int column, Kind what, int begin) {
        kind[column] = what;
        from[column] = begin;
        to[column] = scratched;
        inScratch[column] = true;
    }

    /// Says where the row lies; called when the row is whole, because a buffer moves while it grows.
    void of(byte[] bytes, int start) {
        row = bytes;
        base = start;
    }

    Kind kind(int column) {
        return kind[column];
    }

    byte[] bytes(int column) {
        return inScratch[column] ? scratch : row;
    }

    int from(int column) {
        return inScratch[column] ? from[column] : base + from[column];
    }

    int to(int column) {
        return inScratch[column] ? to[column] : base + to[column];
    }

    int scratched() {
        return scratched;
    }

    void scratch(byte one) {
        if (scratched == scratch.length) {
            scratch = Arrays.copyOf(scratch, scratch.length * 2);
        }
        scratch[scratched++] = one;
    }

    byte[] scratch() {
        return scratch;
    }
}
