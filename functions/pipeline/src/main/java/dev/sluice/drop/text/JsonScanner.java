package dev.sluice.drop.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One JSON document in a piece of bytes that are known to be UTF-8, as RFC 8259 has it and no more leniently.
/// A key that stands twice in one object is refused: which of the two counts is up to each reader. Values are
/// skipped, not built.
final class JsonScanner {
    /// Deeper nesting is refused; levels.
    private static final int MAX_DEPTH = 512;
    /// Objects with more keys are looked up in a set.
    private static final int FEW_KEYS = 32;

    static final String NO_JSON = "no JSON";
    static final String TWICE = "a key twice in one object";
    static final String HALF_PAIR = "half a surrogate pair";
    static final String TOO_DEEP = "JSON nested more than %d levels deep".formatted(MAX_DEPTH);

    private byte[] bytes = new byte[0];
    private int at;
    private int end;
    private boolean escaped;
    private @Nullable String problem;

    private int depth;
    private final boolean[] inObject = new boolean[MAX_DEPTH + 1];
    /// Where the keys of the object at a depth begin in `keys`.
    private final int[] firstKey = new int[MAX_DEPTH + 1];
    /// From and to of the keys of all open objects, by turns.
    private int[] keys = new int[64];

    private int keyCount;
    private final @Nullable Set<?>[] manyKeys = new Set<?>[MAX_DEPTH + 1];

    void open(byte[] source, int from, int to) {
        bytes = source;
        at = from;
        end = to;
        problem = null;
        keyCount = 0;
        depth = 0;
    }

    int at() {
        return at;
    }

    String problem() {
        return problem == null ? NO_JSON : problem;
    }

    /// Whether the string that was skipped last holds an escape.
    boolean escaped() {
        return escaped;
    }

    void blanks() {
        if (at < end && bytes[at] > ' ') {
            return;
        }
        while (at < end) {
            byte b = bytes[at];
            if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
                return;
            }
            at++;
        }
    }

    boolean atEnd() {
        blanks();
        return at == end;
    }

    /// Takes the byte if it comes next.
    boolean take(char wanted) {
        if (at < end && bytes[at] == wanted) {
            at++;
            return true;
        }
        return false;
    }

    byte peek() {
        return at < end ? bytes[at] : 0;
    }

    /// Skips any value.
    boolean value() {
        return switch (peek()) {
            case '{', '[' -> nested();
            case '"' -> string();
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        };
    }

    private boolean word(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (!take(word.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean number() {
        take('-');
        if (!take('0') && !digits()) {
            return false;
        }
        if (take('.') && !digits()) {
            return false;
        }
        if (take('e') || take('E')) {
            if (!take('+')) {
                take('-');
            }
            return digits();
        }
        return true;
    }

    private boolean digits() {
        byte[] all = bytes;
        int from = at;
        int i = from;
        while (i < end && all[i] >= '0' && all[i] <= '9') {
            i++;
        }
        at = i;
        return i > from;
    }

    /// Skips a text with its quotes.
    boolean string() {
        escaped = false;
        if (!take('"')) {
            return false;
        }
        byte[] all = bytes;
        int to = end;
        int i = at;
        while (i < to) {
            byte b = all[i];
            if (b == '"') {
                at = i + 1;
                return true;
            }
            if (b == '\\') {
                escaped = true;
                at = i;
                if (!escape()) {
                    return false;
                }
                i = at;
            } else if (b >= 0 && b < ' ') {
                at = i;
                return false;
            } else {
                i++;
            }
        }
        at = to;
        return false;
    }

    private boolean escape() {
        at++;
        byte kind = peek();
        at++;
        if (kind != 'u') {
            return "\"\\/bfnrt".indexOf(kind) >= 0 && kind != 0;
        }
        int unit = hex(at);
        at += 4;
        if (unit < 0) {
            return false;
        }
        if (unit < 0xd800 || unit > 0xdfff) {
            return true;
        }
        int low = unit < 0xdc00 && at + 6 <= end && bytes[at] == '\\' && bytes[at + 1] == 'u' ? hex(at + 2) : -1;
        at += 6;
        if (low < 0xdc00 || low > 0xdfff) {
            problem = HALF_PAIR;
            return false;
        }
        return true;
    }

    private int hex(int from) {
        if (from + 4 > end) {
            return -1;
        }
        int unit = 0;
        for (int i = from; i < from + 4; i++) {
            int digit = Character.digit(bytes[i], 16);
            if (digit < 0) {
                return -1;
            }
            unit = unit * 16 + digit;
        }
        return unit;
    }

    /// Writes the text whose bytes without quotes are given, escapes resolved, and says whether one of them is
    /// NUL.
    boolean decode(int from, int to, Fields fields) {
        boolean nul = false;
        int i = from;
        while (i < to) {
            byte b = bytes[i++];
            if (b != '\\') {
                fields.scratch(b);
                continue;
            }
            byte kind = bytes[i++];
            switch (kind) {
                case 'b' -> fields.scratch((byte) '\b');
                case 'f' -> fields.scratch((byte) '\f');
                case 'n' -> fields.scratch((byte) '\n');
                case 'r' -> fields.scratch((byte) '\r');
                case 't' -> fields.scratch((byte) '\t');
                case 'u' -> {
                    int unit = hex(i);
                    i += 4;
                    if (unit >= 0xd800 && unit <= 0xdbff) {
                        unit = Character.toCodePoint((char) unit, (char) hex(i + 2));
                        i += 6;
                    }
                    nul |= unit == 0;
                    for (byte one : Character.toString(unit).getBytes(StandardCharsets.UTF_8)) {
                        fields.scratch(one);
                    }
                }
                default -> fields.scratch(kind);
            }
        }
        return nul;
    }

    private boolean nested() {
        depth = 0;
        keyCount = 0;
        do {
            blanks();
            if (take('{')) {
                if (!push(true)) {
                    return false;
                }
                blanks();
                if (!take('}')) {
                    if (!key()) {
                        return false;
                    }
                    continue;
                }
                pop();
            } else if (take('[')) {
                if (!push(false)) {
                    return false;
                }
                blanks();
                if (!take(']')) {
                    continue;
                }
                pop();
            } else if (!value()) {
                return false;
            }
            if (!close()) {
                return false;
            }
        } while (depth > 0);
        return true;
    }

    /// Behind a value: closes what ends here, or goes on to the next value.
    private boolean close() {
        while (depth > 0) {
            blanks();
            if (take(',')) {
                blanks();
                return !inObject[depth] || key();
            }
            if (!take(inObject[depth] ? '}' : ']')) {
                return false;
            }
            pop();
        }
        return true;
    }

    private boolean push(boolean object) {
        if (depth == MAX_DEPTH) {
            problem = TOO_DEEP;
            return false;
        }
        depth++;
        inObject[depth] = object;
        firstKey[depth] = keyCount;
        manyKeys[depth] = null;
        return true;
    }

    private void pop() {
        keyCount = firstKey[depth];
        depth--;
    }

    private boolean key() {
        int from = at + 1;
        if (!string()) {
            return false;
        }
        int to = at - 1;
        if (isTwin(from, to)) {
            problem = TWICE;
            return false;
        }
        blanks();
        if (!take(':')) {
            return false;
        }
        return true;
    }

    private boolean isTwin(int from, int to) {
        int count = keyCount - firstKey[depth];
        if (count / 2 >= FEW_KEYS) {
            return isTwinOfMany(from, to);
        }
        for (int i = firstKey[depth]; i < keyCount; i += 2) {
            if (isSame(keys[i], keys[i + 1], from, to)) {
                return true;
            }
        }
        if (keyCount + 2 > keys.length) {
            keys = Arrays.copyOf(keys, keys.length * 2);
        }
        keys[keyCount++] = from;
        keys[keyCount++] = to;
        return false;
    }

    @SuppressWarnings("unchecked")
    private boolean isTwinOfMany(int from, int to) {
        Set<String> seen = (Set<String>) manyKeys[depth];
        if (seen == null) {
            seen = new HashSet<>();
            for (int i = firstKey[depth]; i < keyCount; i += 2) {
                seen.add(text(keys[i], keys[i + 1]));
            }
            manyKeys[depth] = seen;
        }
        return !seen.add(text(from, to));
    }

    private boolean isSame(int from, int to, int otherFrom, int otherTo) {
        if (Utf8.find(bytes, from, to, (byte) '\\') == to
                && Utf8.find(bytes, otherFrom, otherTo, (byte) '\\') == otherTo) {
            return Arrays.equals(bytes, from, to, bytes, otherFrom, otherTo);
        }
        return text(from, to).equals(text(otherFrom, otherTo));
    }

    /// The text whose bytes without quotes are given.
    String text(int from, int to) {
        Fields fields = new Fields(0);
        decode(from, to, fields);
        return new String(fields.scratch(), 0, fields.scratched(), StandardCharsets.UTF_8);
    }
}
