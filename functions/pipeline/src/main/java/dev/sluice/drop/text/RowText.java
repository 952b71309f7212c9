package dev.sluice.drop.text;

import java.util.Arrays;

/// One line of CSV as raw files have it: every value in quotes, NULL as nothing, `\n` at the end.
final class RowText {
    /// Up to this a text is copied byte by byte: JSON has a quote every few bytes.
    private static final int SHORT_BYTES = 1 << 14;

    private byte[] bytes;
    private int length;
    private boolean negativeZero;

    RowText() {
        this(1 << 12);
    }

    RowText(int firstBytes) {
        bytes = new byte[firstBytes];
    }

    void begin(long line) {
        length = 0;
        add((byte) '"');
        number(line);
        add((byte) '"');
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /// Whether −0 was written since this was asked last.
    boolean tookNegativeZero() {
        boolean took = negativeZero;
        negativeZero = false;
        return took;
    }

    void negativeZero() {
        negativeZero = true;
        add("-0");
    }

    void nextField() {
        add((byte) ',');
    }

    void quote() {
        add((byte) '"');
    }

    void end() {
        add((byte) '\n');
    }

    void add(byte one) {
        room(1);
        bytes[length++] = one;
    }

    void add(String ascii) {
        room(ascii.length());
        for (int i = 0; i < ascii.length(); i++) {
            bytes[length++] = (byte) ascii.charAt(i);
        }
    }

    void add(byte[] source, int from, int to) {
        room(to - from);
        System.arraycopy(source, from, bytes, length, to - from);
        length += to - from;
    }

    /// Adds a text, quotes in it doubled.
    void addDoubling(byte[] source, int from, int to) {
        if (to - from > SHORT_BYTES) {
            addDoublingLong(source, from, to);
            return;
        }
        room(2 * (to - from));
        byte[] all = bytes;
        int at = length;
        for (int i = from; i < to; i++) {
            byte one = source[i];
            all[at++] = one;
            if (one == '"') {
                all[at++] = one;
            }
        }
        length = at;
    }

    /// The same without asking for twice the room.
    private void addDoublingLong(byte[] source, int from, int to) {
        int at = from;
        while (true) {
            int quote = Utf8.find(source, at, to, (byte) '"');
            add(source, at, quote);
            if (quote == to) {
                return;
            }
            add((byte) '"');
            add((byte) '"');
            at = quote + 1;
        }
    }

    void number(long value) {
        if (value < 0 || value >= 10_000_000_000L) {
            add(Long.toString(value));
            return;
        }
        room(10);
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        long rest = value;
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    void zeros(int count) {
        for (int i = 0; i < count; i++) {
            add((byte) '0');
        }
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
        }
    }
}
