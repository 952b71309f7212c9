package dev.sluice.drop.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Questions about bytes, eight at a time where that is quicker.
final class Utf8 {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long LOW_BITS = 0x0101010101010101L;

    private Utf8() {}

    /// Where the byte stands first; `to` if nowhere.
    ///
    /// @param wanted below 0x80
    static int find(byte[] bytes, int from, int to, byte wanted) {
        long pattern = LOW_BITS * wanted;
        int at = from;
        for (; at + 8 <= to; at += 8) {
            long word = (long) LONGS.get(bytes, at) ^ pattern;
            long zeros = (word - LOW_BITS) & ~word & HIGH_BITS;
            if (zeros != 0) {
                return at + Long.numberOfTrailingZeros(zeros) / 8;
            }
        }
        for (; at < to; at++) {
            if (bytes[at] == wanted) {
                return at;
            }
        }
        return to;
    }

    /// Whether all bytes are ASCII and none is NUL.
    static boolean isPlain(byte[] bytes, int from, int to) {
        int at = from;
        for (; at + 8 <= to; at += 8) {
            long word = (long) LONGS.get(bytes, at);
            if (((word | (word - LOW_BITS)) & HIGH_BITS) != 0) {
                return false;
            }
        }
        for (; at < to; at++) {
            if (bytes[at] <= 0) {
                return false;
            }
        }
        return true;
    }

    /// Where the first byte stands that is NUL or does not belong to well-formed UTF-8; -1 if nowhere.
    static int firstBad(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            int length = sequence(bytes, at, to);
            if (length == 0) {
                return at;
            }
            at += length;
        }
        return -1;
    }

    /// Length of the character; 0 if it is none. Overlong forms, surrogates and what lies above U+10FFFF are
    /// none.
    private static int sequence(byte[] bytes, int at, int to) {
        int first = bytes[at];
        if (first > 0) {
            return 1;
        }
        int second = at + 1 < to ? bytes[at + 1] & 0xff : 0;
        int lead = first & 0xff;
        if (lead >= 0xc2 && lead <= 0xdf) {
            return isTail(second) ? 2 : 0;
        }
        if (lead >= 0xe0 && lead <= 0xef) {
            boolean good = isTail(second)
                    && !(lead == 0xe0 && second < 0xa0)
                    && !(lead == 0xed && second > 0x9f)
                    && at + 2 < to
                    && isTail(bytes[at + 2] & 0xff);
            return good ? 3 : 0;
        }
        if (lead >= 0xf0 && lead <= 0xf4) {
            boolean good = isTail(second)
                    && !(lead == 0xf0 && second < 0x90)
                    && !(lead == 0xf4 && second > 0x8f)
                    && at + 3 < to
                    && isTail(bytes[at + 2] & 0xff)
                    && isTail(bytes[at + 3] & 0xff);
            return good ? 4 : 0;
        }
        return 0;
    }

    private static boolean isTail(int value) {
        return (value & 0xc0) == 0x80;
    }
}
