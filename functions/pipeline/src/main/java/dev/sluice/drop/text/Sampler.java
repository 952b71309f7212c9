package dev.sluice.drop.text;

import dev.sluice.model.FileFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// What files seem to be, told from their first rows: how they are written, and what their columns hold.
public final class Sampler {
    /// Read of each file; bytes without compression.
    private static final int SAMPLE_BYTES = 4 << 20;
    /// Rows that decide between delimiters.
    private static final int DELIMITER_ROWS = 100;

    private static final char[] DELIMITERS = {',', ';', '\t', '|'};

    /// @param rows that were looked at
    public record Sample(FileFormat format, List<Observed> columns, long rows) {
        public Sample {
            columns = List.copyOf(columns);
        }
    }

    private final Map<String, Observed> columns = new LinkedHashMap<>();
    private Optional<FileFormat> format = Optional.empty();
    private long rows;

    /// Looks at a file that is no Parquet.
    ///
    /// @throws RefusedFile nothing can be told from it, or it is of another form than those before
    public void add(Path file) throws IOException {
        byte[] start;
        boolean whole;
        try (InputStream in = Unpacked.open(file)) {
            start = in.readNBytes(SAMPLE_BYTES);
            whole = in.read() < 0;
        }
        FileFormat found = format.orElseGet(() -> format(start, whole));
        if (format.isEmpty()) {
            format = Optional.of(found);
        }
        Lines lines = new Lines(text(start, whole, found));
        lines.skipByteOrderMark();
        switch (found) {
            case FileFormat.Csv csv -> csv(lines, csv);
            case FileFormat.JsonLines json -> json(lines);
            case FileFormat.Parquet parquet -> throw new IllegalStateException();
        }
    }

    public Sample sample() {
        FileFormat found = format.orElseThrow();
        if (found instanceof FileFormat.Csv csv && columns.values().stream().anyMatch(column -> column.saw("\\N"))) {
            found = new FileFormat.Csv(csv.delimiter(), csv.quote(), csv.header(), csv.encoding(), "\\N");
        }
        return new Sample(found, List.copyOf(columns.values()), rows);
    }

    private static FileFormat format(byte[] start, boolean whole) {
        int at = begins(start, 0xef, 0xbb, 0xbf) ? 3 : 0;
        while (at < start.length && start[at] <= ' ' && start[at] > 0) {
            at++;
        }
        if (at < start.length && start[at] == '{') {
            return new FileFormat.JsonLines();
        }
        if (at < start.length && start[at] == '[') {
            throw new RefusedFile(
                    "the file begins with [ as one array of JSON does; JSON Lines have one object per line");
        }
        String encoding = encoding(start, whole);
        FileFormat.Csv best = csv(',', true, encoding);
        double bestScore = -1;
        List<String> first = List.of();
        for (char delimiter : DELIMITERS) {
            List<List<String>> parsed = parsed(start, whole, csv(delimiter, true, encoding));
            if (parsed.isEmpty()) {
                continue;
            }
            int fields = parsed.getFirst().size();
            long alike = parsed.stream().filter(row -> row.size() == fields).count();
            double score = fields == 1 ? 0 : (double) alike / parsed.size() + fields / 1000.0;
            if (score > bestScore) {
                bestScore = score;
                best = csv(delimiter, true, encoding);
                first = parsed.getFirst();
            }
        }
        return csv(best.delimiter(), isHeader(first), encoding);
    }

    private static FileFormat.Csv csv(char delimiter, boolean header, String encoding) {
        return new FileFormat.Csv(delimiter, Optional.of('"'), header, encoding, "");
    }

    private static boolean begins(byte[] start, int... magic) {
        return start.length >= magic.length
                && IntStream.range(0, magic.length).allMatch(i -> (start[i] & 0xff) == magic[i]);
    }

    private static String encoding(byte[] start, boolean whole) {
        if (begins(start, 0xff, 0xfe) || begins(start, 0xfe, 0xff)) {
            return "UTF-16";
        }
        // the last character may be cut off
        boolean utf8 = !StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(start), CharBuffer.allocate(start.length + 1), whole)
                .isError();
        return utf8 ? "UTF-8" : "windows-1252";
    }

    private static InputStream text(byte[] start, boolean whole, FileFormat format) {
        String encoding = format instanceof FileFormat.Csv csv ? csv.encoding() : "UTF-8";
        InputStream in = new ByteArrayInputStream(start);
        return encoding.equals("UTF-8")
                ? new ByteArrayInputStream(wholeLines(start, whole))
                : new Utf8Input(in, encoding);
    }

    /// Without the row that the end of the sample cuts.
    private static byte[] wholeLines(byte[] start, boolean whole) {
        int end = start.length;
        while (!whole && end > 0 && start[end - 1] != '\n') {
            end--;
        }
        return Arrays.copyOf(start, end == 0 ? start.length : end);
    }

    private static List<List<String>> parsed(byte[] start, boolean whole, FileFormat.Csv csv) {
        List<List<String>> parsed = new ArrayList<>();
        try {
            Lines lines = new Lines(text(start, whole, csv));
            if (csv.encoding().equals("UTF-8")) {
                lines.skipByteOrderMark();
            }
            while (parsed.size() < DELIMITER_ROWS) {
                parsed.add(CsvRecords.header(lines, csv));
            }
        } catch (IOException | RefusedFile e) {
            // the rows before it decide
        }
        return parsed;
    }

    /// Names are there, differ, and are no numbers and no dates.
    private static boolean isHeader(List<String> first) {
        return new HashSet<>(first).size() == first.size()
                && first.stream().noneMatch(name -> name.isBlank() || Observed.isValue(name));
    }

    private void csv(Lines lines, FileFormat.Csv csv) throws IOException {
        List<String> names = csv.header() ? CsvRecords.header(lines, csv) : List.of();
        if (!csv.header()) {
            while (true) {
                List<String> row;
                try {
                    row = CsvRecords.header(lines, csv);
                } catch (RefusedFile e) {
                    return;
                }
                for (int i = 0; i < row.size(); i++) {
                    column("c" + (i + 1)).add(row.get(i));
                }
                rows++;
            }
        }
        int[] places = IntStream.range(0, names.size()).toArray();
        Records records = CsvRecords.of(lines, csv, places, names.size(), DropText.Numbering.LINES);
        rows(records, names);
    }

    private void json(Lines lines) throws IOException {
        Map<String, Boolean> all = new LinkedHashMap<>();
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        while (lines.next()) {
            kept.write(lines.bytes(), lines.start(), lines.end() - lines.start());
            kept.write('\n');
        }
        byte[] copy = kept.toByteArray();
        Records names = new JsonRecords(
                new Lines(new ByteArrayInputStream(copy)),
                List.of(),
                new boolean[0],
                (line, found) -> all.putAll(found));
        while (names.next()) {}
        List<String> order = List.copyOf(all.keySet());
        rows(
                new JsonRecords(
                        new Lines(new ByteArrayInputStream(copy)),
                        order,
                        new boolean[order.size()],
                        (line, found) -> {}),
                order);
    }

    private void rows(Records records, List<String> names) throws IOException {
        try {
            while (records.next()) {
                if (records.bad() != null) {
                    continue;
                }
                rows++;
                Fields fields = records.fields();
                for (int i = 0; i < names.size(); i++) {
                    Observed column = column(names.get(i));
                    switch (fields.kind(i)) {
                        case NULL -> column.addNull();
                        case JSON -> column.addJson();
                        case TEXT, QUOTED ->
                            column.add(new String(
                                    fields.bytes(i),
                                    fields.from(i),
                                    fields.to(i) - fields.from(i),
                                    StandardCharsets.UTF_8));
                    }
                }
            }
        } catch (RefusedFile e) {
            // a sample may end within a quote
        }
    }

    private Observed column(String name) {
        return columns.computeIfAbsent(name, Observed::new);
    }
}
