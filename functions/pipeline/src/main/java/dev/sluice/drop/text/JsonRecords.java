package dev.sluice.drop.text;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The rows of JSON Lines: one object per line, whose keys are columns. A column without key is NULL. Empty
/// lines are left out.
final class JsonRecords implements Records {
    /// What happens to a field that is no column.
    interface Unknown {
        /// Called for a whole row only.
        ///
        /// @param fields name → whether the value is an object or array
        void found(long line, Map<String, Boolean> fields);
    }

    private final Lines lines;
    private final List<String> texts;
    private final byte[][] names;
    /// Whether a column takes the value as it stands in the file.
    private final boolean[] verbatim;

    private final Unknown unknown;
    private final Fields fields;
    private final JsonScanner scanner = new JsonScanner();
    private final Map<String, Boolean> unknownFields = new LinkedHashMap<>();
    /// The column of each key of the row before, which is mostly that of the next row, too.
    private final int[] expected;

    /// The row in which a column was found last.
    private final long[] seen;

    private long row;
    private @Nullable BadRow bad;

    JsonRecords(Lines lines, List<String> names, boolean[] verbatim, Unknown unknown) {
        this.lines = lines;
        this.texts = List.copyOf(names);
        this.names = names.stream()
                .map(name -> name.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        this.verbatim = verbatim;
        this.unknown = unknown;
        this.fields = new Fields(names.size());
        this.expected = new int[names.size()];
        this.seen = new long[names.size()];
    }

    @Override
    public boolean next() throws IOException {
        do {
            if (!lines.next()) {
                return false;
            }
            scanner.open(lines.bytes(), lines.start(), lines.end());
        } while (scanner.atEnd());
        if (row == 0 && scanner.peek() == '[') {
            throw new RefusedFile("line %d: the file begins with [ as one array does; expected one object per line"
                    .formatted(lines.line()));
        }
        row++;
        fields.clear();
        fields.of(lines.bytes(), 0);
        unknownFields.clear();
        bad = isUtf8() ? object() : notUtf8();
        if (bad == null && !unknownFields.isEmpty()) {
            unknown.found(lines.line(), unknownFields);
        }
        return true;
    }

    @Override
    public @Nullable BadRow bad() {
        return bad;
    }

    @Override
    public Fields fields() {
        return fields;
    }

    @Override
    public Lines lines() {
        return lines;
    }

    @Override
    public long line() {
        return lines.line();
    }

    private boolean isUtf8() {
        return Utf8.isPlain(lines.bytes(), lines.start(), lines.end())
                || Utf8.firstBad(lines.bytes(), lines.start(), lines.end()) < 0;
    }

    private BadRow notUtf8() {
        int at = Utf8.firstBad(lines.bytes(), lines.start(), lines.end());
        return new BadRow(
                "",
                lines.bytes()[at] == 0
                        ? "a NUL byte; is the file UTF-16?"
                        : "byte %d of the line is not UTF-8".formatted(at - lines.start() + 1));
    }

    private @Nullable BadRow object() {
        if (!scanner.take('{')) {
            return new BadRow("", "no JSON object");
        }
        scanner.blanks();
        if (!scanner.take('}')) {
            int place = 0;
            do {
                scanner.blanks();
                BadRow problem = member(place++);
                if (problem != null) {
                    return problem;
                }
                scanner.blanks();
            } while (scanner.take(','));
            if (!scanner.take('}')) {
                return noJson("");
            }
        }
        return scanner.atEnd() ? null : new BadRow("", "text behind the object");
    }

    private BadRow noJson(String column) {
        String problem = scanner.problem();
        return new BadRow(
                column,
                problem.equals(JsonScanner.NO_JSON)
                        ? "no JSON at byte %d of the line".formatted(scanner.at() - lines.start() + 1)
                        : problem);
    }

    private @Nullable BadRow member(int place) {
        int keyFrom = scanner.at() + 1;
        if (!scanner.string()) {
            return noJson("");
        }
        int keyTo = scanner.at() - 1;
        boolean escapedKey = scanner.escaped();
        int column = column(place, keyFrom, keyTo, escapedKey);
        scanner.blanks();
        if (!scanner.take(':')) {
            return noJson(name(column));
        }
        scanner.blanks();
        byte first = scanner.peek();
        int from = scanner.at();
        if (!scanner.value()) {
            return noJson(name(column));
        }
        if (column < 0) {
            unknownFields.put(scanner.text(keyFrom, keyTo), first == '{' || first == '[');
            return null;
        }
        if (seen[column] == row) {
            return new BadRow(name(column), JsonScanner.TWICE);
        }
        seen[column] = row;
        return value(column, first, from, scanner.at());
    }

    private String name(int column) {
        return column < 0 ? "" : texts.get(column);
    }

    private @Nullable BadRow value(int column, byte first, int from, int to) {
        if (first == 'n') {
            return null;
        }
        if (verbatim[column] || first == '{' || first == '[') {
            fields.set(column, Fields.Kind.JSON, from, to);
        } else if (first != '"') {
            fields.set(column, Fields.Kind.TEXT, from, to);
        } else if (!scanner.escaped()) {
            fields.set(column, Fields.Kind.TEXT, from + 1, to - 1);
        } else {
            int begin = fields.scratched();
            if (scanner.decode(from + 1, to - 1, fields)) {
                return new BadRow(name(column), "a NUL character");
            }
            fields.setScratch(column, Fields.Kind.TEXT, begin);
        }
        return null;
    }

    private int column(int place, int from, int to, boolean escaped) {
        byte[] bytes = lines.bytes();
        if (escaped) {
            byte[] key = scanner.text(from, to).getBytes(StandardCharsets.UTF_8);
            return find(key, 0, key.length);
        }
        if (place < expected.length) {
            byte[] name = names[expected[place]];
            if (Arrays.equals(name, 0, name.length, bytes, from, to)) {
                return expected[place];
            }
        }
        int column = find(bytes, from, to);
        if (column >= 0 && place < expected.length) {
            expected[place] = column;
        }
        return column;
    }

    private int find(byte[] bytes, int from, int to) {
        for (int i = 0; i < names.length; i++) {
            if (Arrays.equals(names[i], 0, names[i].length, bytes, from, to)) {
                return i;
            }
        }
        return -1;
    }
}
