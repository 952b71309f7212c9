package dev.sluice.drop.text;

import dev.sluice.drop.text.DropText.Numbering;
import dev.sluice.model.FileFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows of a CSV. A field is in quotes or not; a quote elsewhere than at the beginning of a field is a
/// character like any other. Empty lines are left out, unless the file has one column.
final class CsvRecords implements Records {
    private static final int NO_QUOTE = -1;
    private static final byte CR = '\r';

    private final Lines lines;
    private final byte delimiter;
    private final int quote;
    private final byte[] nullText;
    /// Column of the field at a place.
    private final int[] columns;

    private final Fields fields;
    private @Nullable BadRow bad;
    private final @Nullable List<String> names;
    private final Numbering numbering;
    private long row;
    /// Where the next field begins, from the beginning of the row.
    private int at;

    private boolean behindDelimiter;

    private CsvRecords(
            Lines lines,
            FileFormat.Csv format,
            int[] columns,
            Fields fields,
            @Nullable List<String> names,
            Numbering numbering) {
        this.lines = lines;
        this.delimiter = (byte) format.delimiter();
        this.quote = format.quote().map(q -> (int) q).orElse(NO_QUOTE);
        this.nullText = format.nullText().getBytes(StandardCharsets.UTF_8);
        this.columns = columns;
        this.fields = fields;
        this.names = names;
        this.numbering = numbering;
    }

    /// @param columns column of the field at each place
    static CsvRecords of(Lines lines, FileFormat.Csv format, int[] columns, int columnCount, Numbering numbering) {
        return new CsvRecords(lines, format, columns, new Fields(columnCount), null, numbering);
    }

    /// The names in the first line.
    ///
    /// @throws RefusedFile there is no header
    static List<String> header(Lines lines, FileFormat.Csv format) throws IOException {
        List<String> names = new ArrayList<>();
        CsvRecords header = new CsvRecords(lines, format, new int[0], new Fields(0), names, Numbering.LINES);
        if (!lines.next() || header.length() == 0) {
            throw new RefusedFile("the file has no header; its first line is empty or missing");
        }
        header.parse();
        if (header.bad != null) {
            throw new RefusedFile("line 1: the header has " + header.bad.reason());
        }
        return names;
    }

    @Override
    public boolean next() throws IOException {
        do {
            if (!lines.next()) {
                return false;
            }
        } while (columns.length > 1 && length() == 0);
        row++;
        fields.clear();
        parse();
        fields.of(lines.bytes(), lines.start());
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
        return numbering == Numbering.ROWS ? row : lines.line();
    }

    /// Without the `\r` of a `\r\n`.
    private int length() {
        int length = lines.end() - lines.start();
        return length > 0 && lines.bytes()[lines.end() - 1] == CR ? length - 1 : length;
    }

    private void parse() throws IOException {
        bad = null;
        at = 0;
        int place = 0;
        do {
            boolean quoted = at < length() && lines.bytes()[lines.start() + at] == quote && quote != NO_QUOTE;
            if (!(quoted ? quotedField(place) : plainField(place))) {
                return;
            }
            place++;
        } while (behindDelimiter);
        if (names == null && place != columns.length) {
            bad = new BadRow("", "%d fields instead of %d".formatted(place, columns.length));
        }
    }

    private boolean plainField(int place) {
        byte[] bytes = lines.bytes();
        int start = lines.start();
        int from = at;
        int behind = start + length();
        int to = Utf8.find(bytes, start + from, behind, delimiter) - start;
        behindDelimiter = start + to < behind;
        at = to + 1;
        if (names != null) {
            names.add(new String(bytes, start + from, to - from, StandardCharsets.UTF_8));
        } else if (place < columns.length && !isNull(bytes, start + from, start + to)) {
            fields.set(columns[place], Fields.Kind.TEXT, from, to);
        }
        return true;
    }

    private boolean isNull(byte[] bytes, int from, int to) {
        return Arrays.equals(bytes, from, to, nullText, 0, nullText.length);
    }

    private boolean quotedField(int place) throws IOException {
        int from = at + 1;
        int scratch = -1;
        int piece = from;
        while (true) {
            int end = lines.end() - lines.start();
            int found =
                    Utf8.find(lines.bytes(), lines.start() + piece, lines.start() + end, (byte) quote) - lines.start();
            if (found == end) {
                if (scratch >= 0) {
                    copy(piece, end);
                }
                piece = end;
                if (!lines.extend()) {
                    throw new RefusedFile(
                            "line %d: a field in quotes begins in this row and never ends".formatted(lines.line()));
                }
                continue;
            }
            boolean doubled = found + 1 < end && lines.bytes()[lines.start() + found + 1] == quote;
            if (!doubled) {
                if (scratch >= 0) {
                    copy(piece, found);
                }
                return endQuoted(place, from, found, scratch);
            }
            if (scratch < 0) {
                scratch = fields.scratched();
                copy(from, found + 1);
            } else {
                copy(piece, found + 1);
            }
            piece = found + 2;
        }
    }

    private void copy(int from, int to) {
        byte[] bytes = lines.bytes();
        for (int i = lines.start() + from; i < lines.start() + to; i++) {
            fields.scratch(bytes[i]);
        }
    }

    private boolean endQuoted(int place, int from, int to, int scratch) {
        int behind = to + 1;
        behindDelimiter = behind < length() && lines.bytes()[lines.start() + behind] == delimiter;
        if (!behindDelimiter && behind < length()) {
            bad = new BadRow("", "text behind the closing quote of field %d".formatted(place + 1));
            return false;
        }
        at = behind + 1;
        if (names != null) {
            names.add(
                    scratch < 0
                            ? new String(lines.bytes(), lines.start() + from, to - from, StandardCharsets.UTF_8)
                            : new String(
                                    fields.scratch(), scratch, fields.scratched() - scratch, StandardCharsets.UTF_8));
        } else if (place < columns.length) {
            if (scratch < 0) {
                fields.set(columns[place], Fields.Kind.QUOTED, from, to);
            } else {
                fields.setScratch(columns[place], Fields.Kind.QUOTED, scratch);
            }
        }
        return true;
    }
}
