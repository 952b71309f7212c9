package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.run.DropReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every format with every mode, from the file to the table, the second version of a file included.
@Tag("slow")
class DropFormatsTest {
    private static final List<String> FORMATS = List.of("csv", "jsonl", "parquet");
    private static final List<String> MODES =
            List.of("mode: append", "mode: replace, slice_by: store", "mode: upsert, key: [id], order_by: amount");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    static List<Arguments> everyFormatWithEveryMode() {
        List<Arguments> all = new ArrayList<>();
        FORMATS.forEach(format -> MODES.forEach(mode -> all.add(Arguments.of(format, mode))));
        return all;
    }

    DropsBed freshBed(Path empty) {
        return new DropsBed(empty);
    }

    /// A row of the files of this test.
    private record Row(int id, String store, String amount) {}

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("everyFormatWithEveryMode")
    void arriveAsTheyWereDropped(String format, String mode) {
        DropsBed bed = freshBed(directory)
                .feeds("pos: {match: \"drops/{day:yyyy-MM-dd}/*\", format: " + format + ", target: retail.pos, "
                        + "columns: {id: bigint, store: text, amount: \"numeric(12,2)\", day: {part: day, type: date}}, "
                        + mode + "}");
        drop(bed, format, "2026-03-01/a", List.of(new Row(1, "K1A", "1.00"), new Row(2, "M3C", "2.00")));
        drop(bed, format, "2026-03-02/b", List.of(new Row(2, "K1A", "3.00"), new Row(3, "it's", "9999999999.99")));
        assertSucceeded(bed.receive());
        assertThat(table(bed))
                .isEqualTo(
                        mode.contains("upsert")
                                ? List.of(
                                        "1|K1A|1.00|2026-03-01",
                                        "2|K1A|3.00|2026-03-02",
                                        "3|it's|9999999999.99|2026-03-02")
                                : List.of(
                                        "1|K1A|1.00|2026-03-01",
                                        "2|K1A|3.00|2026-03-02",
                                        "2|M3C|2.00|2026-03-01",
                                        "3|it's|9999999999.99|2026-03-02"));

        drop(bed, format, "2026-03-02/b", List.of(new Row(3, "K1A", "4.00")));
        assertSucceeded(bed.receive());

        assertThat(table(bed))
                .containsExactly("1|K1A|1.00|2026-03-01", "2|M3C|2.00|2026-03-01", "3|K1A|4.00|2026-03-02");
        bed.assertNoOrphans();
    }

    private static void assertSucceeded(DropReport report) {
        assertThat(report.status()).as("%s", report).isEqualTo("SUCCEEDED");
    }

    private static List<String> table(DropsBed bed) {
        return bed.query("SELECT id, store, amount, day FROM retail.pos ORDER BY id, store");
    }

    private void drop(DropsBed bed, String format, String name, List<Row> rows) {
        bed.drop(
                "drops/" + name + "." + format,
                switch (format) {
                    case "csv" -> csv(rows).getBytes(StandardCharsets.UTF_8);
                    case "jsonl" -> gzip(json(rows));
                    default -> parquet(rows);
                });
    }

    private static String csv(List<Row> rows) {
        StringBuilder text = new StringBuilder("id,store,amount\n");
        rows.forEach(r -> text.append("%d,\"%s\",%s\n".formatted(r.id(), r.store(), r.amount())));
        return text.toString();
    }

    private static String json(List<Row> rows) {
        StringBuilder text = new StringBuilder();
        rows.forEach(r -> text.append(
                "{\"id\": %d, \"store\": \"%s\", \"amount\": %s}\n".formatted(r.id(), r.store(), r.amount())));
        return text.toString();
    }

    private static byte[] gzip(String text) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
                gzip.write(text.getBytes(StandardCharsets.UTF_8));
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] parquet(List<Row> rows) {
        Path file = directory.resolve("made.parquet");
        List<String> values = rows.stream()
                .map(r -> "(%d::BIGINT, '%s', %s::DECIMAL(12,2))"
                        .formatted(r.id(), r.store().replace("'", "''"), r.amount()))
                .toList();
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("COPY (SELECT * FROM (VALUES %s) v(id, store, amount)) TO '%s' (FORMAT parquet)"
                    .formatted(String.join(", ", values), file));
            return Files.readAllBytes(file);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
