package dev.sluice.drop.text;

import dev.sluice.drop.DropFile;
import dev.sluice.model.ColumnType;
import dev.sluice.model.Feed;
import dev.sluice.model.Feed.FeedColumn;
import dev.sluice.model.Feed.OnNewColumn;
import dev.sluice.model.FileFormat;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A CSV or JSON Lines file as CSV in the one form that raw files have: UTF-8, every value in quotes and in the
/// spelling of PostgreSQL, NULL as nothing, the number of the line in front. Rows that cannot be written so go
/// to the quarantine. Reads once from beginning to end and holds no more than a row. Not thread-safe.
public final class DropText implements AutoCloseable {
    /// A file is given up early when so many rows are bad, and more than half of all.
    private static final long MANY_BAD_ROWS = 100_000;

    private static final int BUFFER_BYTES = 1 << 18;

    /// What the number of a row is.
    public enum Numbering {
        /// That of its first line, the header being line 1.
        LINES,
        /// Its place among the rows, from 1.
        ROWS
    }

    /// What was written by one call.
    ///
    /// @param bytes        of the file
    /// @param longestRow   bytes
    /// @param negativeZero whether a value is −0
    /// @param last         whether the file has no more rows
    public record Chunk(long rows, long bytes, int longestRow, boolean negativeZero, boolean last) {}

    private final Feed feed;
    private final FeedColumns columns;
    private final Records records;
    private final InputStream in;
    private final Quarantine quarantine;
    private final Map<Long, String> refused;
    private final List<FeedColumn> all;
    /// How many of the columns the feed names; the others take any value as text.
    private final int named;

    private final Spelling[] spellings;
    /// Field of each column; -1 for a part of the key.
    private final int[] fieldOf;

    private final byte[][] constants;
    private final String encoding;
    private final RowText row = new RowText();
    private long rows;

    private DropText(
            Feed feed,
            FeedColumns columns,
            Records records,
            InputStream in,
            Map<String, String> parts,
            Map<Long, String> refused,
            Quarantine quarantine) {
        this.feed = feed;
        this.columns = columns;
        this.records = records;
        this.in = in;
        this.quarantine = quarantine;
        this.refused = refused;
        this.all = columns.all();
        this.named = feed.columns().size();
        this.spellings = all.stream().map(column -> Spelling.of(column.type())).toArray(Spelling[]::new);
        this.fieldOf = new int[all.size()];
        this.constants = new byte[all.size()][];
        this.encoding = feed.format() instanceof FileFormat.Csv csv ? csv.encoding() : "UTF-8";
        int field = 0;
        for (int i = 0; i < fieldOf.length; i++) {
            boolean ofFile = all.get(i).part().isEmpty();
            fieldOf[i] = ofFile ? field++ : -1;
            if (!ofFile) {
                constants[i] = constant(all.get(i), parts);
            }
        }
    }

    /// @param parts      values of the named parts of the key
    /// @param added      new fields, if they are known: of JSON Lines, as [#newFields] found them, or of Parquet
    /// @param refused    line → column whose value a second look refused
    /// @param quarantine where bad rows go; the caller closes it
    /// @throws RefusedFile now, or by a later call
    public static DropText open(
            Feed feed,
            Path original,
            Map<String, String> parts,
            Map<String, ColumnType> added,
            Map<Long, String> refused,
            Quarantine quarantine)
            throws IOException {
        return open(feed, original, parts, added, refused, quarantine, Numbering.LINES);
    }

    /// As [#open(Feed, Path, Map, Map, Map, Quarantine)], for a CSV that stands for another file.
    public static DropText open(
            Feed feed,
            Path original,
            Map<String, String> parts,
            Map<String, ColumnType> added,
            Map<Long, String> refused,
            Quarantine quarantine,
            Numbering numbering)
            throws IOException {
        InputStream in = unpacked(original, feed.format());
        try {
            Lines lines = new Lines(in);
            lines.skipByteOrderMark();
            FeedColumns columns = FeedColumns.of(feed).with(added);
            Records records;
            if (feed.format() instanceof FileFormat.Csv csv) {
                List<String> names = csv.header()
                        ? CsvRecords.header(lines, csv)
                        : columns.ofFile().stream().map(FeedColumn::name).toList();
                columns = added.isEmpty() ? FileNames.CSV.columns(feed, names) : columns;
                List<String> order =
                        columns.ofFile().stream().map(FeedColumn::name).toList();
                int[] places = names.stream().mapToInt(order::indexOf).toArray();
                records = CsvRecords.of(lines, csv, places, order.size(), numbering);
            } else {
                records = json(lines, columns, (line, fields) -> unknown(feed, line, fields));
            }
            return new DropText(feed, columns, records, in, parts, refused, quarantine);
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    /// All fields of JSON Lines that the feed does not name. They are text, an object or array as it is written:
    /// what a value becomes must not depend on others.
    public static Map<String, ColumnType> newFields(Feed feed, Path original) throws IOException {
        Map<String, ColumnType> found = new LinkedHashMap<>();
        try (InputStream in = unpacked(original, feed.format())) {
            Lines lines = new Lines(in);
            lines.skipByteOrderMark();
            Records records = json(
                    lines,
                    FeedColumns.of(feed),
                    (line, fields) -> fields.keySet().forEach(name -> found.put(name, new ColumnType.Text())));
            while (records.next()) {}
        }
        return found;
    }

    private static InputStream unpacked(Path original, FileFormat format) throws IOException {
        InputStream in = Unpacked.open(original);
        boolean other = format instanceof FileFormat.Csv csv && !csv.encoding().equals("UTF-8");
        return other ? new Utf8Input(in, ((FileFormat.Csv) format).encoding()) : in;
    }

    private static Records json(Lines lines, FeedColumns columns, JsonRecords.Unknown unknown) {
        List<FeedColumn> ofFile = columns.ofFile();
        boolean[] verbatim = new boolean[ofFile.size()];
        IntStream.range(0, verbatim.length)
                .forEach(i -> verbatim[i] = isJson(ofFile.get(i).type()));
        return new JsonRecords(lines, ofFile.stream().map(FeedColumn::name).toList(), verbatim, unknown);
    }

    private static void unknown(Feed feed, long line, Map<String, Boolean> fields) {
        if (feed.onNewColumn() == OnNewColumn.REFUSE) {
            throw new RefusedFile(FileNames.unknown("line %d has the field".formatted(line), fields.keySet()));
        }
        throw new NewFields();
    }

    private static byte[] constant(FeedColumn column, Map<String, String> parts) {
        if (isAbsent(column, parts)) {
            return new byte[0];
        }
        byte[] text = partText(column, parts).getBytes(StandardCharsets.UTF_8);
        RowText out = new RowText();
        out.quote();
        out.addDoubling(text, 0, text.length);
        out.quote();
        return Arrays.copyOf(out.bytes(), out.length());
    }

    /// Whether the part of the key says that there is no value.
    public static boolean isAbsent(FeedColumn column, Map<String, String> parts) {
        return DropFile.NULL_PART.equals(parts.get(column.part().orElse("")));
    }

    /// The value of a part of the key, in the spelling of PostgreSQL.
    ///
    /// @throws RefusedFile the key does not have it, or it is no value of the column's type
    public static String partText(FeedColumn column, Map<String, String> parts) {
        String part = column.part().orElseThrow();
        String value = parts.get(part);
        if (value == null) {
            throw new RefusedFile(
                    "the key has no part {%s}, which column %s comes from".formatted(part, column.name()));
        }
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        RowText out = new RowText();
        String problem = Spelling.of(column.type()).write(text, 0, text.length, out);
        if (problem != null) {
            throw new RefusedFile(
                    "the part {%s} of the key, for column %s: %s".formatted(part, column.name(), problem));
        }
        return new String(out.bytes(), 0, out.length(), StandardCharsets.UTF_8).replace("\"\"", "\"");
    }

    public FeedColumns columns() {
        return columns;
    }

    /// Rows that were written so far.
    public long rows() {
        return rows;
    }

    /// Writes rows until the file is as long as wanted, or the original ends.
    ///
    /// @param head what stands before the first row
    /// @param tail what stands behind the last
    public Chunk write(Path file, long wantedBytes, byte[] head, byte[] tail) throws IOException {
        long written = head.length;
        long count = 0;
        int longest = 0;
        boolean more = true;
        row.tookNegativeZero();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES)) {
            out.write(head);
            while (written < wantedBytes) {
                more = records.next();
                if (!more) {
                    break;
                }
                BadRow bad = records.bad() == null ? row() : records.bad();
                if (bad != null) {
                    quarantine(bad);
                    continue;
                }
                out.write(row.bytes(), 0, row.length());
                written += row.length();
                longest = Math.max(longest, row.length());
                count++;
                rows++;
            }
            out.write(tail);
        }
        return new Chunk(count, written + tail.length, longest, row.tookNegativeZero(), !more);
    }

    private void quarantine(BadRow bad) throws IOException {
        Lines lines = records.lines();
        quarantine.add(records.line(), bad, lines.bytes(), lines.start(), lines.end());
        long all = rows + quarantine.rows();
        if (quarantine.rows() >= MANY_BAD_ROWS
                && quarantine.rows() > Math.max(0.5, feed.badRows().allow()) * all) {
            checkBadRows();
        }
    }

    /// @throws RefusedFile more rows are bad than the feed allows
    public void checkBadRows() {
        BadRowLimit.check(feed, rows, quarantine);
    }

    private @Nullable BadRow row() {
        Lines lines = records.lines();
        Fields fields = records.fields();
        String again = refused.get(records.line());
        if (again != null) {
            return new BadRow(again, "a value that the file format does not hold");
        }
        boolean plain = Utf8.isPlain(lines.bytes(), lines.start(), lines.end());
        row.begin(records.line());
        for (int i = 0; i < fieldOf.length; i++) {
            row.nextField();
            if (fieldOf[i] < 0) {
                row.add(constants[i], 0, constants[i].length);
                continue;
            }
            String problem = value(fields, fieldOf[i], i, plain);
            if (problem != null) {
                return new BadRow(all.get(i).name(), problem);
            }
        }
        row.end();
        return null;
    }

    private @Nullable String value(Fields fields, int field, int column, boolean plain) {
        Fields.Kind kind = fields.kind(field);
        if (kind == Fields.Kind.NULL) {
            return null;
        }
        byte[] bytes = fields.bytes(field);
        int from = fields.from(field);
        int to = fields.to(field);
        ColumnType type = all.get(column).type();
        if (kind == Fields.Kind.JSON) {
            if (!isJson(type) && column < named) {
                return "an object or array of JSON; a column of type json takes it";
            }
            row.quote();
            row.addDoubling(bytes, from, to);
            row.quote();
            return null;
        }
        if (kind == Fields.Kind.QUOTED && from == to && !Spelling.takesEmpty(type)) {
            return null;
        }
        if (!plain) {
            int at = Utf8.firstBad(bytes, from, to);
            if (at >= 0) {
                return bytes[at] == 0 ? "a NUL character; is the file UTF-16?" : "bytes that are not " + encoding;
            }
        }
        row.quote();
        String problem = spellings[column].write(bytes, from, to, row);
        row.quote();
        return problem;
    }

    static boolean isJson(ColumnType type) {
        return type instanceof ColumnType.Json || type instanceof ColumnType.ArrayAsJson;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
