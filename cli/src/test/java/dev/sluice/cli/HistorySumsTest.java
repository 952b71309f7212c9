package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.store.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What two engines that know nothing of each other make of files with everything that a feed may hold.
@Tag("slow")
class HistorySumsTest {
    private static final String COLUMNS =
            "columns: {n: bigint, d: \"numeric(38,10)\", m: \"numeric(12,2)\", f: \"double precision\", r: real,"
                    + " t: text, b: boolean, at: timestamptz, day: date, j: json, y: smallint}";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private JsonNode load(String format, HistoryTree tree, String more) {
        DropsBed bed = new DropsBed(directory)
                .feeds("pos: {match: \"drops/*\", format: %s, target: retail.pos, mode: append, %s%s}"
                        .formatted(format, COLUMNS, more));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String config = bed.writeConfig().toString();
        int code = Sluice.run(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                "receive",
                tree.folder().toString(),
                "--as",
                "pos",
                "-o",
                "json",
                "-c",
                config);
        assertThat(code).as("%s%s", out, err).isZero();
        return Json.read(out.toString(), JsonNode.class, "").at("/partitions/0");
    }

    private HistoryTree tree() {
        return new HistoryTree(directory.resolve("history"));
    }

    private static byte[] gzip(String text, Charset charset) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
                gzip.write(text.getBytes(charset));
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertSums(JsonNode partition) {
        assertThat(partition.at("/rows").asLong()).as("%s", partition).isEqualTo(4);
        assertThat(partition.at("/differences")).isEmpty();
        assertThat(partition.at("/sums").toString())
                .contains(
                        "{\"column\":\"n\",\"sum\":\"18446744073709551614\"}",
                        "{\"column\":\"d\",\"sum\":\"19999999999999999999999999999.9999999998\"}",
                        "{\"column\":\"m\",\"sum\":\"0.30\"}",
                        "{\"column\":\"f\",\"sum\":\"0.1\"}",
                        "{\"column\":\"y\",\"sum\":\"96\"}")
                .doesNotContain("\"t\"", "\"day\"");
    }

    @Test
    void ofCsvWithEncodingDelimiterNullTextQuotesCarriageReturnsAndGzip() {
        String csv = """
                "at";n;d;m;f;r;t;b;day;j
                2024-02-29T10:00:00Z;9223372036854775807;9999999999999999999999999999.9999999999;.1;1e-1;0.1;"Zoë; ""here\""";t;2024-02-29;"{""a"": [1]}"
                2024-02-29 10:00:00+02;9.223372036854775807e18;9999999999999999999999999999.9999999999;20e-2;NaN;-inf;"NULL";0;20240229;NULL
                NULL;NULL;NULL;NULL;NULL;NULL;NULL;NULL;NULL;NULL
                "";"";"";"";"";"";"";"";"";""
                """.replace("\n", "\r\n");
        HistoryTree tree = tree().put("y=24/a.csv.gz", gzip(csv, StandardCharsets.ISO_8859_1));

        assertSums(load("{type: csv, delimiter: \";\", encoding: ISO-8859-1, null_text: \"NULL\"}", tree, ""));
    }

    @Test
    void ofJsonLinesWithNumbersThatNoFloatHolds() {
        String json = """
                {"n": 9223372036854775807, "d": 9999999999999999999999999999.9999999999, "m": 1e-1, "f": 0.1, "r": 0.1, "t": "Zoë \\"\\n", "b": true, "at": "2024-02-29T10:00:00Z", "day": "2024-02-29", "j": {"n": 5}}
                {"n": "9223372036854775807", "d": "9999999999999999999999999999.9999999999", "m": 0.20, "f": "NaN", "r": "-inf", "t": 7.00, "j": [null]}

                {"n": null, "d": null, "t": null, "j": null}
                {}
                """;
        assertSums(load("jsonl", tree().put("y=24/a.jsonl", json), ""));
    }

    @Test
    void ofParquetWithOtherTypesThanTheFeeds() {
        HistoryTree tree = tree().parquet("y=24/a.parquet", """
                SELECT * FROM (VALUES
                  (9223372036854775807::DECIMAL(20,0), '9999999999999999999999999999.9999999999', 0.1::DECIMAL(20,5), 0.1::DOUBLE, 0.1::FLOAT, 'Zoë', true, TIMESTAMPTZ '2024-02-29 10:00:00Z', DATE '2024-02-29', {'a': 1}),
                  (9223372036854775807, '9999999999999999999999999999.9999999999', 0.2, 'NaN'::DOUBLE, '-inf'::FLOAT, '', false, NULL, NULL, NULL),
                  (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
                  (NULL, '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL))
                v(n, d, m, f, r, t, b, \"at\", day, j)
                """);
        assertSums(load("parquet", tree, ""));
    }

    @Test
    void filesWithRowsInQuarantineAreComparedByRows() {
        HistoryTree tree = tree().put("y=24/a.csv", "n,d,m,f,r,t,b,at,day,j\n1,,,,,,,,,\nx,,,,,,,,,\n2,,,,,,,,,\n")
                .put("y=24/b.csv", "n,d,m,f,r,t,b,at,day,j\n5,,,,,,,,,\n");

        JsonNode partition = load("csv", tree, ", bad_rows: {allow: 50 %}");

        assertThat(partition.at("/rows").asInt()).isEqualTo(3);
        assertThat(partition.at("/rows_in_table").asInt()).isEqualTo(3);
        assertThat(partition.at("/quarantined").asInt()).isEqualTo(1);
        assertThat(partition.at("/sums/0/sum").asText()).isEqualTo("5");
    }

    @Test
    void ofCsvWithoutAHeaderOrQuotes() {
        HistoryTree tree = tree().put("y=24/a.tsv", "1\t\t0.5\t\t\tsay \"x\"\t\t\t\t\n2\t\t\t\t\t\t\t\t\t\n");

        JsonNode partition = load("{type: csv, delimiter: \"\\t\", header: false, quote: none}", tree, "");

        assertThat(partition.at("/rows").asInt()).isEqualTo(2);
        assertThat(partition.at("/sums/2/sum").asText()).isEqualTo("0.50");
    }
}
