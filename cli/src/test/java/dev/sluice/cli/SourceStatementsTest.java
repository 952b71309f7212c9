package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.run.RunReport;
import dev.sluice.testing.TestPostgres;
import dev.sluice.verify.TableResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a run costs the source, told by the server's own log, and the lake: numbers that must not grow
/// unnoticed. Time is measured elsewhere.
@Tag("slow")
class SourceStatementsTest {
    private static final int SLICES = 200;
    private static final int ROWS_PER_SLICE = 100;

    /// In the log's prefix, so that a statement of many lines is one entry.
    private static final String ENTRY = "§";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private TestPostgres server;

    @SuppressWarnings("NullAway.Init")
    private Bed bed;

    @BeforeEach
    void start() throws IOException {
        Path logs = Files.createDirectory(directory.resolve("logs"));
        Files.setPosixFilePermissions(logs, java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(directory, java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
        server = TestPostgres.start(
                TestPostgres.NEWEST,
                Map.of(
                        "logging_collector", "on",
                        "log_directory", "'" + logs + "'",
                        "log_filename", "'statements.log'",
                        "log_statement", "all",
                        "log_line_prefix", "'" + ENTRY + "%a" + ENTRY + "'"));
        bed = Bed.of(server, Files.createDirectory(directory.resolve("bed")))
                .execute(
                        "CREATE TABLE t (id int PRIMARY KEY, k int, v text)",
                        "INSERT INTO t SELECT i, i %% %d, md5(i::text) FROM generate_series(1, %d) i"
                                .formatted(SLICES, SLICES * ROWS_PER_SLICE),
                        "ANALYZE t")
                .tables("public.t: {strategy: sliced, slice_by: k}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /// Statements that Sluice sent since the log had so many characters.
    private List<String> since(int characters) throws IOException {
        List<String> statements = new ArrayList<>();
        for (String entry :
                log().substring(characters).split("(?=" + ENTRY + "sluice[^" + ENTRY + "]*" + ENTRY + "LOG:)")) {
            int at = entry.indexOf("LOG:  statement: ");
            if (entry.startsWith(ENTRY + "sluice") && at > 0) {
                statements.add(entry.substring(at + "LOG:  statement: ".length()));
            }
        }
        return statements;
    }

    private String log() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("logs"))) {
            StringBuilder all = new StringBuilder();
            for (Path file : files.sorted().toList()) {
                all.append(Files.readString(file, StandardCharsets.UTF_8));
            }
            return all.toString();
        }
    }

    private record Run(RunReport report, List<String> statements) {
        TableResult table() {
            assertThat(report.status()).as("%s", report).isEqualTo("SUCCEEDED");
            return Bed.only(report);
        }

        /// Statements that read the table's rows.
        List<String> reading() {
            Pattern row = Pattern.compile("FROM \"public\"\\.\"t\"");
            return statements.stream()
                    .filter(s -> row.matcher(s).find() && !s.startsWith("EXPLAIN"))
                    .toList();
        }
    }

    private Run sync() throws IOException {
        int before = log().length();
        RunReport report = bed.sync();
        return new Run(report, since(before));
    }

    @Test
    void statementsDoNotGrowWithSlicesAndOnlyChangedSlicesAreRead() throws IOException {
        Run first = sync();
        assertThat(first.table().slices().replaced()).isEqualTo(SLICES);
        assertThat(first.reading())
                .as("one fingerprint pass and one COPY: %s", first.statements())
                .hasSize(2);

        Run quiet = sync();
        assertThat(quiet.table().slices().kept()).isEqualTo(SLICES);
        assertThat(quiet.reading()).as("one fingerprint pass at most").hasSizeLessThanOrEqualTo(1);
        assertThat(quiet.statements()).as("a quiet run").hasSizeLessThanOrEqualTo(20);

        bed.execute("UPDATE t SET v = 'one' WHERE id = 7");
        Run one = sync();
        assertThat(one.table().slices().replaced()).isOne();
        assertThat(one.table().rowsLanded()).isEqualTo(ROWS_PER_SLICE);
        assertThat(one.reading()).hasSize(2);

        bed.execute("UPDATE t SET v = 'many' WHERE k < 100");
        Run many = sync();
        assertThat(many.table().slices().replaced()).isEqualTo(100);
        assertThat(many.reading()).as("%s", many.reading()).hasSize(2);
        assertThat(many.statements().size())
                .as("for many slices the source is asked what ways of reading cost: %s", many.statements())
                .isLessThanOrEqualTo(one.statements().size() + 4);
        assertThat(first.statements()).as("a first run").hasSizeLessThanOrEqualTo(32);
    }

    @Test
    void bytesLandedAreThoseOfTheChangedSlices() throws IOException {
        TableResult first = sync().table();
        assertThat(first.bytesLanded()).isEqualTo(csvBytes("true"));
        bed.execute("UPDATE t SET v = 'x' WHERE id IN (1, 2, 3)");
        TableResult second = sync().table();
        assertThat(second.slices().replaced()).isEqualTo(3);
        assertThat(second.bytesLanded()).isEqualTo(csvBytes("k IN (1, 2, 3)"));
    }

    /// Every value in quotes, with commas and a line end.
    private long csvBytes(String where) {
        return Long.parseLong(bed.source()
                .value("SELECT sum(length(id::text) + length(k::text) + length(v) + 9) FROM t WHERE " + where)
                .orElseThrow());
    }
}
