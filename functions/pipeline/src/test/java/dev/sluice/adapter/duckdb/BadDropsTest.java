package dev.sluice.adapter.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import dev.sluice.drop.DropReader.Outcome;
import dev.sluice.drop.DropReader.Outcome.Refused;
import dev.sluice.drop.DropReader.Outcome.Taken;
import dev.sluice.model.Feed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What becomes of files as they should not be. docs/drops-reading.md has the same table.
class BadDropsTest {
    /// Stands in every file; no message may hold it.
    private static final String SECRET = "s3cr3t";

    private static final String CSV =
            "format: csv, columns: {id: int, total: \"numeric(5,2)\", day: date, remark: text}, bad_rows: {allow: 0.5}";
    private static final String JSON =
            "format: jsonl, columns: {id: int, total: \"numeric(5,2)\", remark: text, items: json}, bad_rows: {allow: 0.5}";
    private static final String HEAD = "id,total,day,remark\n";
    private static final String GOOD = "1,1.50,2024-02-29," + SECRET + "\n";
    private static final String GOOD_JSON = "{\"id\": 1, \"remark\": \"" + SECRET + "\"}\n";

    @TempDir
    private Path directory;

    /// @param latin1   the bytes of the file, one per character
    /// @param expected of a refusal: its words behind the file's name; of a quarantine: its lines without text
    record Case(String name, String feed, String latin1, boolean refused, List<String> expected) {
        byte[] file() {
            return latin1.getBytes(StandardCharsets.ISO_8859_1);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Case bad(String name, String feed, byte[] file, String... expected) {
        return new Case(name, feed, latin1(file), false, List.of(expected));
    }

    private static Case bad(String name, String feed, String file, String... expected) {
        return bad(name, feed, utf8(file), expected);
    }

    private static Case refused(String name, String feed, byte[] file, String why) {
        return new Case(name, feed, latin1(file), true, List.of(why));
    }

    private static Case refused(String name, String feed, String file, String why) {
        return refused(name, feed, utf8(file), why);
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static Stream<Case> cases() {
        return Stream.of(rows(), jsonRows(), files(), names()).flatMap(List::stream);
    }

    private static String csv(String... rows) {
        return HEAD + GOOD + GOOD + GOOD + GOOD + String.join("", rows);
    }

    private static String json(String... rows) {
        return GOOD_JSON.repeat(4) + String.join("\n", rows);
    }

    private static List<Case> rows() {
        return List.of(
                bad(
                        "wrong encoding",
                        CSV,
                        csv("1,1,2024-01-01,caf\u00e9 s3cr3t\n").getBytes(StandardCharsets.ISO_8859_1),
                        "6,\"remark\",\"bytes that are not UTF-8\""),
                bad(
                        "wrong encoding, half a character of UTF-16",
                        CSV.replace("format: csv", "format: {type: csv, encoding: UTF-16LE}"),
                        utf16(csv("1,1,2024-01-01,\ud800x\n", GOOD)),
                        "6,\"remark\",\"bytes that are not UTF-16LE\""),
                bad(
                        "ragged rows",
                        CSV,
                        csv("1,1,2024-01-01\n", "1,1,2024-01-01,s3cr3t,2\n"),
                        "6,\"\",\"3 fields instead of 4\"",
                        "7,\"\",\"5 fields instead of 4\""),
                bad(
                        "text behind a quote",
                        CSV,
                        csv("1,1,2024-01-01,\"s3cr3t\"x\n", "2,\"1\"\"\n,\"2\",3\n", GOOD),
                        "6,\"\",\"text behind the closing quote of field 4\"",
                        "7,\"\",\"text behind the closing quote of field 2\""),
                bad(
                        "numbers that overflow",
                        CSV,
                        csv("2147483648,1,,\n", "1,1000,,s3cr3t\n", "1,1.005,,\n", "one,1,,\n"),
                        "6,\"id\",\"a number outside the range of integer\"",
                        "7,\"total\",\"a number with more than 3 digits before the point\"",
                        "8,\"total\",\"a number with more than 2 digits behind the point\"",
                        "9,\"id\",\"no number\""),
                bad(
                        "impossible dates",
                        CSV,
                        csv("1,1,2023-02-29,s3cr3t\n", "1,1,29.02.2024,\n", "1,1,2024-13-01,\n", "1,1,0000-01-01,\n"),
                        "6,\"day\",\"a date that the calendar does not have\"",
                        "7,\"day\",\"no date of the form yyyy-MM-dd\"",
                        "8,\"day\",\"a date that the calendar does not have\"",
                        "9,\"day\",\"a date that the calendar does not have\""),
                bad(
                        "NUL bytes",
                        CSV,
                        csv("1,1,,a\0s3cr3t\n", "\0,1,,\n"),
                        "6,\"remark\",\"a NUL character; is the file UTF-16?\"",
                        "7,\"id\",\"a NUL character; is the file UTF-16?\""),
                bad("BOM and CRLF are no mistake", CSV, "\uFEFF" + csv(GOOD).replace("\n", "\r\n")),
                bad(
                        "a blank is no number",
                        CSV,
                        csv(" 1,1,,s3cr3t\n", "1,\"1,000.00\",,\n"),
                        "6,\"id\",\"no number\"",
                        "7,\"total\",\"no number\""));
    }

    private static List<Case> jsonRows() {
        return List.of(
                bad(
                        "no object",
                        JSON,
                        json("[1, \"s3cr3t\"]", "\"s3cr3t\"", "null", "s3cr3t"),
                        "5,\"\",\"no JSON object\"",
                        "6,\"\",\"no JSON object\"",
                        "7,\"\",\"no JSON object\"",
                        "8,\"\",\"no JSON object\""),
                bad(
                        "no JSON",
                        JSON,
                        json("{\"id\": 1", "{\"id\": 01}", "{'id': 1}", "{\"id\": 1,}"),
                        "5,\"\",\"no JSON at byte 9 of the line\"",
                        "6,\"\",\"no JSON at byte 9 of the line\"",
                        "7,\"\",\"no JSON at byte 2 of the line\"",
                        "8,\"\",\"no JSON at byte 10 of the line\""),
                bad(
                        "more behind the object, NaN, a line end in a text, half a pair",
                        JSON,
                        json("{} {}", "{\"total\": NaN}", "{\"remark\": \"s3cr3t\t\"}", "{\"remark\": \"\\ud83d\"}"),
                        "5,\"\",\"text behind the object\"",
                        "6,\"total\",\"no JSON at byte 11 of the line\"",
                        "7,\"remark\",\"no JSON at byte 19 of the line\"",
                        "8,\"remark\",\"half a surrogate pair\""),
                bad(
                        "duplicate keys",
                        JSON,
                        json(
                                "{\"id\": 1, \"id\": 2}",
                                "{\"id\": 1, \"i\\u0064\": 1}",
                                "{\"items\": {\"a\": [{\"x\": 1, \"y\": 2, \"x\": 3}]}}"),
                        "5,\"id\",\"a key twice in one object\"",
                        "6,\"id\",\"a key twice in one object\"",
                        "7,\"items\",\"a key twice in one object\""),
                bad(
                        "nested JSON under another type",
                        JSON,
                        json("{\"items\": {\"a\": [1, {\"b\": {}}]}}", "{\"remark\": {\"a\": \"s3cr3t\"}}"),
                        "6,\"remark\",\"an object or array of JSON; a column of type json takes it\""),
                bad(
                        "not UTF-8, NUL",
                        JSON,
                        json("{\"remark\": \"caf\u00e9\"}", "{\"remark\": \"\\u0000s3cr3t\"}")
                                .getBytes(StandardCharsets.ISO_8859_1),
                        "5,\"\",\"byte 16 of the line is not UTF-8\"",
                        "6,\"remark\",\"a NUL character\""),
                bad(
                        "JSON nested without end",
                        JSON,
                        json("{\"items\": " + "[".repeat(100_000) + "]".repeat(100_000) + "}"),
                        "5,\"items\",\"JSON nested more than 512 levels deep\""),
                bad(
                        "numbers that only floats bend",
                        JSON,
                        json("{\"total\": 1.005}", "{\"total\": 1e400}", "{\"id\": 1.5}", "{\"id\": 1e999999999}"),
                        "5,\"total\",\"a number with more than 2 digits behind the point\"",
                        "6,\"total\",\"a number with more than 3 digits before the point\"",
                        "7,\"id\",\"a number that is not whole\"",
                        "8,\"id\",\"no number\""));
    }

    private static List<Case> files() {
        byte[] gzip = Dropped.gzip(utf8(csv(GOOD.repeat(1000))));
        byte[] member = Dropped.gzip(utf8(GOOD));
        byte[] zstd = Zstd.compress(utf8(csv(GOOD.repeat(1000))));
        byte[] flipped = gzip.clone();
        flipped[flipped.length - 6] ^= 1;
        return List.of(
                refused("empty file", CSV, "", "the file is empty (0 bytes); an upload that failed?"),
                refused("empty file of JSON", JSON, "", "the file is empty (0 bytes); an upload that failed?"),
                bad("header only", CSV, HEAD),
                refused(
                        "truncated gzip",
                        CSV,
                        Arrays.copyOf(gzip, gzip.length / 2),
                        "the gzip is cut off at byte %d; drop the whole file again".formatted(gzip.length / 2)),
                refused(
                        "gzip without its checksum",
                        CSV,
                        Arrays.copyOf(gzip, gzip.length - 3),
                        "the gzip is cut off at byte %d; drop the whole file again".formatted(gzip.length - 3)),
                refused(
                        "gzip with another checksum",
                        CSV,
                        flipped,
                        "the gzip is damaged before byte %d; drop the file again".formatted(gzip.length)),
                refused(
                        "gzip with something behind it",
                        CSV,
                        joined(gzip, utf8(SECRET)),
                        "the gzip is damaged: no member begins at byte %d".formatted(gzip.length)),
                refused(
                        "gzip whose second member is cut off",
                        CSV,
                        joined(gzip, Arrays.copyOf(member, 5)),
                        "the gzip is cut off at byte %d; drop the whole file again".formatted(gzip.length + 5)),
                refused(
                        "truncated zstd",
                        CSV,
                        Arrays.copyOf(zstd, zstd.length - 4),
                        "the zstd is damaged or cut off behind byte 0 of what it holds"),
                refused(
                        "a zip with two files",
                        CSV,
                        zip("a.csv", "b.csv"),
                        "the zip holds 2 files; expected one. Drop each of them as a file of its own"),
                refused(
                        "a zip with none",
                        CSV,
                        zip(),
                        "the zip holds 0 files; expected one. Drop each of them as a file of its own"),
                refused(
                        "truncated zip",
                        CSV,
                        Arrays.copyOf(zip("a.csv"), 60),
                        "the zip is damaged or cut off: it has no whole directory at its end"),
                refused(
                        "an unterminated quote",
                        CSV,
                        csv("1,1,,\"s3cr3t\n", GOOD, GOOD),
                        "line 6: a field in quotes begins in this row and never ends"),
                refused(
                        "UTF-16 instead of UTF-8",
                        CSV,
                        joined(new byte[] {(byte) 0xff, (byte) 0xfe}, csv().getBytes(StandardCharsets.UTF_16LE)),
                        "the file begins with the byte order mark of UTF-16. In a CSV, say so with format: {type: csv, encoding: UTF-16}; JSON Lines are UTF-8"),
                refused(
                        "one array of JSON",
                        JSON,
                        "[" + GOOD_JSON.strip() + ",\n" + GOOD_JSON + "]",
                        "line 1: the file begins with [ as one array does; expected one object per line"),
                refused(
                        "more bad rows than allowed",
                        CSV.replace("0.5", "0.1 %"),
                        csv("one,1,,s3cr3t\n", GOOD),
                        "1 of 6 rows are bad, and bad_rows allows 0.1 %; the first is line 6, column id: no number"),
                refused(
                        "old line ends",
                        CSV,
                        csv(GOOD).replace('\n', '\r'),
                        "lines end with a carriage return alone; write them with \\n or \\r\\n"));
    }

    private static List<Case> names() {
        String add = ", on_new_column: add";
        return List.of(
                refused(
                        "wrong delimiter",
                        CSV,
                        csv().replace(',', ';'),
                        "line 1 names none of the columns `id`, `total`, `day`, `remark`; it looks as if fields were delimited by `;`: say so with format: {type: csv, delimiter: …}"),
                refused(
                        "no header",
                        CSV,
                        GOOD + GOOD,
                        "line 1 names none of the columns `id`, `total`, `day`, `remark`; if the file has no header, say so with format: {type: csv, header: false}"),
                refused(
                        "an empty header",
                        CSV,
                        "\n" + GOOD,
                        "the file has no header; its first line is empty or missing"),
                refused(
                        "duplicate header names",
                        CSV,
                        "id,total,id,day,remark\n",
                        "line 1: the header has the name `id` twice"),
                refused(
                        "a missing header name",
                        CSV,
                        "id,total,,day,remark\n",
                        "line 1: field 3 of the header has no name"),
                refused("a column is missing", CSV, "id,total,remark\n" + GOOD, "line 1: the header lacks `day`"),
                refused(
                        "an unknown column",
                        CSV,
                        "id,total,day,remark,coupon\n",
                        "line 1: the header has `coupon`, which `columns` does not name; name it there, or take new columns with on_new_column: add"),
                refused(
                        "an unknown field",
                        JSON,
                        json("{\"id\": 1, \"coupon\": \"s3cr3t\"}"),
                        "line 5 has the field `coupon`, which `columns` does not name; name it there, or take new columns with on_new_column: add"),
                refused(
                        "a new column that is an old one but for its case",
                        CSV + add,
                        "id,total,day,remark,Remark\n",
                        "the new column `Remark` differs from `remark` at most in case, and warehouses hold such names for one"),
                refused(
                        "a new column with a name of ours",
                        JSON + add,
                        json("{\"_sluice_line\": 1}"),
                        "the new column `_sluice_line` has a name that no column of a target may have"),
                refused(
                        "keys that are data",
                        JSON + add,
                        keys(201),
                        "the file has 201 new columns, more than 200; are the keys data? Make them one column of type json"));
    }

    private static String keys(int count) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < count; i++) {
            line.append("{\"k").append(i).append("\": 1}\n");
        }
        return line.toString();
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] joined = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, joined, one.length, other.length);
        return joined;
    }

    private static byte[] zip(String... names) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (String name : names) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(utf8(csv(GOOD)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void everyMistakeHasItsResult(Case mistake) throws IOException {
        Feed feed = Dropped.feed(mistake.feed());
        try (Dropped dropped = new Dropped(directory)) {
            switch (dropped.read(feed, mistake.file())) {
                case Refused refused -> {
                    assertThat(refused.why())
                            .isEqualTo("drops/x: " + mistake.expected().getFirst());
                    assertThat(mistake.refused()).isTrue();
                    assertThat(refused.why()).doesNotContain(SECRET);
                    assertThat(parquetFiles()).isZero();
                }
                case Taken taken -> {
                    assertThat(mistake.refused()).as("refused").isFalse();
                    assertThat(quarantine(taken)).isEqualTo(mistake.expected());
                    assertThat(taken.badRows()).isEqualTo(mistake.expected().size());
                    assertThat(Dropped.rows(taken)).hasSize(Math.toIntExact(taken.rows()));
                    assertThat(taken.rows())
                            .isGreaterThanOrEqualTo(mistake.name().equals("header only") ? 0 : 4);
                }
            }
        }
    }

    private long parquetFiles() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".parquet")).count();
        }
    }

    /// The lines of the quarantine without header and text, as DuckDB reads them.
    private static List<String> quarantine(Taken taken) throws IOException {
        if (taken.quarantine().isEmpty()) {
            return List.of();
        }
        return Files.readString(taken.quarantine().get())
                .lines()
                .skip(1)
                .filter(line -> line.matches("[0-9]+,\".*"))
                .map(line -> line.replaceFirst("^([0-9]+,\"[^\"]*\",\"[^\"]*\").*$", "$1"))
                .toList();
    }

    @Test
    void theQuarantineHoldsTheLineItselfAsCsvThatOthersRead() throws Exception {
        try (Dropped dropped = new Dropped(directory);
                Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckDb.createStatement()) {
            Taken taken = dropped.taken(Dropped.feed(CSV), csv("x,1,,\"a \"\"b\"\",\nü\"\r\n", "1,1,,caf"));
            try (ResultSet rows = statement.executeQuery("SELECT line, text FROM read_csv('%s')"
                    .formatted(taken.quarantine().orElseThrow()))) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getLong(1)).isEqualTo(6);
                assertThat(rows.getString(2)).isEqualTo("x,1,,\"a \"\"b\"\",\nü\"");
                assertThat(rows.next()).isFalse();
            }
        }
    }

    @Test
    void aLineOf200MegabytesIsRefusedWithoutBeingHeld() throws IOException {
        Path file = directory.resolve("long.gz");
        byte[] piece = "x".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
        for (String begin : List.of(HEAD + "1,1,,", HEAD + "1,1,,\"")) {
            try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
                out.write(utf8(begin));
                for (int i = 0; i < 200; i++) {
                    out.write(piece);
                }
            }
            try (Dropped dropped = new Dropped(directory)) {
                Outcome outcome = dropped.read(Dropped.feed(CSV), file, Map.of());
                assertThat(((Refused) outcome).why()).isEqualTo("drops/x: line 2 is longer than 16 MiB; no row may be");
            }
        }
    }

    @Test
    void aRowJustBelowTheLimitArrives() {
        String longText = "ü\"x".repeat((15 << 20) / 5);
        try (Dropped dropped = new Dropped(directory)) {
            Taken taken =
                    dropped.taken(Dropped.feed(JSON), json("{\"remark\": \"" + longText.replace("\"", "\\\"") + "\"}"));
            assertThat(Dropped.rows(taken).get(4).get(3)).isEqualTo(longText);
        }
    }

    /// UTF-16 with half a pair as it is, which no encoder writes.
    private static byte[] utf16(String text) {
        byte[] bytes = new byte[text.length() * 2];
        for (int i = 0; i < text.length(); i++) {
            bytes[2 * i] = (byte) text.charAt(i);
            bytes[2 * i + 1] = (byte) (text.charAt(i) >> 8);
        }
        return bytes;
    }
}
