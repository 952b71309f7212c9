package dev.sluice.drop.text;

import dev.sluice.model.ColumnType;
import org.jspecify.annotations.Nullable;

/// How a text becomes a value in the spelling of PostgreSQL, which is that of raw files: exactly, or not at
/// all. Not thread-safe.
interface Spelling {
    /// Writes the value behind what `out` holds; what was written before a refusal does not count.
    ///
    /// @return null, or why the text is no value of the type, without its content
    @Nullable
    String write(byte[] text, int from, int to, RowText out);

    static Spelling of(ColumnType type) {
        return switch (type) {
            case ColumnType.Int16 whole -> new Numbers.Whole(Short.MIN_VALUE, Short.MAX_VALUE, "smallint");
            case ColumnType.Int32 whole -> new Numbers.Whole(Integer.MIN_VALUE, Integer.MAX_VALUE, "integer");
            case ColumnType.Int64 whole -> new Numbers.Whole(Long.MIN_VALUE, Long.MAX_VALUE, "bigint");
            case ColumnType.Decimal decimal -> new Numbers.Exact(decimal.precision(), decimal.scale());
            case ColumnType.Float32 single -> new Numbers.Floating(true);
            case ColumnType.Float64 precise -> new Numbers.Floating(false);
            case ColumnType.Bool bool -> Spelling::bool;
            case ColumnType.Text text -> Spelling::plain;
            case ColumnType.Date date -> Moments::date;
            case ColumnType.Time time -> Moments::time;
            case ColumnType.Timestamp timestamp -> Moments::timestamp;
            case ColumnType.TimestampTz instant -> Moments::instant;
            case ColumnType.Uuid uuid -> Spelling::uuid;
            case ColumnType.Bytes bytes -> Spelling::bytes;
            case ColumnType.Json json -> json();
            case ColumnType.ArrayAsJson array -> json();
            case ColumnType.Unsupported unsupported -> throw new IllegalArgumentException(unsupported.why());
        };
    }

    /// Whether an empty text in quotes is a value: for other types it can only mean that there is none.
    static boolean takesEmpty(ColumnType type) {
        return type instanceof ColumnType.Text;
    }

    private static @Nullable String plain(byte[] text, int from, int to, RowText out) {
        out.addDoubling(text, from, to);
        return null;
    }

    private static @Nullable String bool(byte[] text, int from, int to, RowText out) {
        if (is(text, from, to, "true")
                || is(text, from, to, "t")
                || is(text, from, to, "yes")
                || is(text, from, to, "y")
                || is(text, from, to, "1")) {
            out.add((byte) 't');
            return null;
        }
        if (is(text, from, to, "false")
                || is(text, from, to, "f")
                || is(text, from, to, "no")
                || is(text, from, to, "n")
                || is(text, from, to, "0")) {
            out.add((byte) 'f');
            return null;
        }
        return "none of true, t, yes, y, 1, false, f, no, n, 0";
    }

    /// @param word in lower case
    static boolean is(byte[] text, int from, int to, String word) {
        if (to - from != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            byte b = text[from + i];
            int lower = b >= 'A' && b <= 'Z' ? b + 32 : b;
            if (lower != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable String uuid(byte[] text, int from, int to, RowText out) {
        String refused = "no UUID of the form 8-4-4-4-12 hexadecimal digits";
        if (to - from != 36) {
            return refused;
        }
        for (int i = 0; i < 36; i++) {
            byte b = text[from + i];
            boolean hyphen = i == 8 || i == 13 || i == 18 || i == 23;
            if (hyphen ? b != '-' : Character.digit(b, 16) < 0) {
                return refused;
            }
            out.add((byte) Character.toLowerCase(b));
        }
        return null;
    }

    private static @Nullable String bytes(byte[] text, int from, int to, RowText out) {
        boolean good = to - from >= 2 && (to - from) % 2 == 0 && text[from] == '\\' && text[from + 1] == 'x';
        for (int i = from + 2; good && i < to; i++) {
            good = Character.digit(text[i], 16) >= 0;
        }
        if (!good) {
            return "not \\x and pairs of hexadecimal digits";
        }
        out.add(text, from, to);
        return null;
    }

    private static Spelling json() {
        JsonScanner scanner = new JsonScanner();
        return (text, from, to, out) -> {
            scanner.open(text, from, to);
            scanner.blanks();
            if (!scanner.value() || !scanner.atEnd()) {
                return scanner.problem();
            }
            out.addDoubling(text, from, to);
            return null;
        };
    }
}
