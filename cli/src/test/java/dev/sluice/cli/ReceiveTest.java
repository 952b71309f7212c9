package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.drop.FeedResult;
import dev.sluice.run.DropReport;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `sluice receive` as whoever owns a feed sees it.
@Tag("slow")
class ReceiveTest {
    private static final String COLUMNS =
            "columns: {id: integer, store: text, total: \"numeric(12,2)\", sold_at: timestamp}";

    private static final String HEADER = "id,store,total,sold_at\n";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private DropsBed bed(String mode) {
        return new DropsBed(directory)
                .feeds("pos: {match: \"drops/pos/{date:yyyy-MM-dd}/*.csv\", format: csv, target: retail.pos, " + COLUMNS
                        + ", " + mode + "}");
    }

    private static FeedResult only(DropReport report) {
        assertThat(report.feeds()).as("%s", report).hasSize(1);
        return report.feeds().getFirst();
    }

    @Test
    void aFileIsLoadedOnceItsOriginalIsKeptAndASecondReceiveFindsNothing() {
        DropsBed bed = bed("mode: append")
                .drop("drops/pos/2026-03-01/a.csv", HEADER + "1,K1A,3.50,2026-03-01 10:00:00\n")
                .drop("drops/other/b.csv", HEADER + "9,K1A,3.50,2026-03-01 10:00:00\n");

        DropReport first = bed.receive();

        assertThat(first.status()).as("%s", first).isEqualTo("SUCCEEDED");
        assertThat(only(first).rows()).isEqualTo(1);
        assertThat(bed.query("SELECT id, store, total, _sluice_file, _sluice_line FROM retail.pos"))
                .containsExactly("1|K1A|3.50|drops/pos/2026-03-01/a.csv|2");
        assertThat(bed.keys("raw/")).singleElement().asString().endsWith("/a.csv");
        assertThat(bed.query("SELECT state, rows, bad_rows, run_id FROM sluice.drops"))
                .containsExactly("loaded|1|0|" + first.runId());
        assertThat(bed.query("SELECT run_id, status, rows FROM sluice.runs"))
                .containsExactly(first.runId() + "|SUCCEEDED|1");

        DropReport second = bed.receive();
        assertThat(second.status()).isEqualTo("SUCCEEDED");
        assertThat(only(second).found().pending()).isZero();
        assertThat(only(second).found().kept()).isEqualTo(1);
        bed.assertNoOrphans();
    }

    @Test
    void theSameContentOnceMoreIsAnEntryAndMovesNothing() {
        String content = HEADER + "1,K1A,3.50,2026-03-01 10:00:00\n";
        DropsBed bed = bed("mode: append").drop("drops/pos/2026-03-01/a.csv", content);
        DropReport first = bed.receive();
        bed.drop("drops/pos/2026-03-01/a.csv", content, Instant.now().minusSeconds(30));

        DropReport second = bed.receive();

        assertThat(only(second).files().same()).isEqualTo(1);
        assertThat(only(second).rows()).isZero();
        assertThat(bed.query("SELECT DISTINCT _sluice_run FROM retail.pos")).containsExactly(first.runId());
        assertThat(bed.query("SELECT state, rows FROM sluice.drops ORDER BY epoch"))
                .containsExactly("loaded|1", "same|1");
        assertThat(only(bed.receive()).found().pending()).isZero();
        bed.assertNoOrphans();
    }

    @Test
    void aNewVersionThatNoLongerHoldsAKeyGivesItBackToTheFileThatHadItBefore() {
        DropsBed bed = bed("mode: upsert, key: [id], order_by: sold_at")
                .drop("drops/pos/2026-03-01/a.csv", HEADER + "1,old,1.00,2026-03-01 10:00:00\n")
                .drop(
                        "drops/pos/2026-03-01/b.csv",
                        HEADER + "1,new,2.00,2026-03-01 11:00:00\n2,new,2.00,2026-03-01 11:00:00\n");
        bed.receive();
        assertThat(bed.query("SELECT id, store FROM retail.pos ORDER BY id")).containsExactly("1|new", "2|new");

        bed.drop("drops/pos/2026-03-01/b.csv", HEADER + "2,newer,3.00,2026-03-01 09:00:00\n");
        assertThat(bed.receive().status()).isEqualTo("SUCCEEDED");

        assertThat(bed.query("SELECT id, store FROM retail.pos ORDER BY id")).containsExactly("1|old", "2|newer");
        bed.assertNoOrphans();
    }

    @Test
    void lateDataLandsInTheSliceItBelongsTo() {
        DropsBed bed = bed("mode: replace, slice_by: sold_at, grain: day")
                .drop("drops/pos/2026-03-02/a.csv", HEADER + "1,K1A,1.00,2026-03-02 10:00:00\n");
        bed.receive();
        bed.drop(
                "drops/pos/2026-03-03/b.csv",
                HEADER + "2,K1A,1.00,2026-03-02 23:59:59\n3,K1A,1.00,2026-03-03 00:00:00\n4,K1A,1.00,\n");

        assertThat(bed.receive().status()).isEqualTo("SUCCEEDED");

        assertThat(bed.query("SELECT _sluice_slice, count(*) FROM retail.pos GROUP BY 1 ORDER BY 1"))
                .containsExactly("2026-03-02|2", "2026-03-03|1", "\\N|1");
    }

    @Test
    void aRefusedVersionIsReportedOnceAndTheRowsOfTheVersionBeforeStay() {
        DropsBed bed =
                bed("mode: append").drop("drops/pos/2026-03-01/a.csv", HEADER + "1,K1A,3.50,2026-03-01 10:00:00\n");
        bed.receive();
        bed.drop("drops/pos/2026-03-01/a.csv", HEADER + "one,K1A,3.50,2026-03-01 10:00:00\n");

        DropReport refused = bed.receive();

        assertThat(refused.status()).isEqualTo("FAILED");
        assertThat(only(refused).files().refused()).isEqualTo(1);
        assertThat(only(refused).notes().getFirst().why()).contains("drops/pos/2026-03-01/a.csv");
        assertThat(bed.query("SELECT id FROM retail.pos")).containsExactly("1");
        assertThat(bed.query("SELECT state FROM sluice.drops ORDER BY epoch")).containsExactly("loaded", "refused");
        DropReport again = bed.receive();
        assertThat(again.status()).isEqualTo("SUCCEEDED");
        assertThat(only(again).found().refused()).isEqualTo(1);
        bed.assertNoOrphans();
    }

    @Test
    void emptyFilesDirectoriesAndFilesThatMayStillBeWrittenAreLeftAlone() {
        DropsBed bed = bed("mode: append")
                .drop("drops/pos/2026-03-01/a.csv", "")
                .drop("drops/pos/2026-03-01/b.csv", HEADER + "1,K1A,3.50,2026-03-01 10:00:00\n", Instant.now());

        FeedResult result = only(bed.receive());

        assertThat(result.found().empty()).isEqualTo(1);
        assertThat(result.found().young()).isEqualTo(1);
        assertThat(result.found().pending()).isZero();
    }

    @Test
    void aLargeFileThatWasCopiedByHandIsLoadedOnceAndAgainWhenItChanges() {
        String rows = (",K1A,3.50,2026-03-01 10:00:00," + "x".repeat(60) + "\n").repeat(100_000);
        DropsBed bed = new DropsBed(directory)
                .feeds(
                        "pos: {match: \"drops/*.csv\", format: csv, target: retail.pos, mode: append, columns: {id: integer,"
                                + " store: text, total: \"numeric(12,2)\", sold_at: timestamp, note: text}}")
                .drop("drops/a.csv", "id,store,total,sold_at,note\n" + rows);
        assertThat(only(bed.receive()).rows()).isEqualTo(100_000);
        assertThat(only(bed.receive()).found().pending()).isZero();

        bed.drop(
                "drops/a.csv",
                "id,store,total,sold_at,note\n1" + rows,
                Instant.now().minusSeconds(10));

        assertThat(only(bed.receive()).rows()).isEqualTo(100_000);
        assertThat(bed.query("SELECT count(*), count(id) FROM retail.pos")).containsExactly("100000|1");
    }

    @Test
    void fiveHundredSmallFilesAreLoadedInOneTransaction() {
        DropsBed bed = bed("mode: upsert, key: [id]");
        for (int i = 0; i < 500; i++) {
            bed.drop("drops/pos/2026-03-01/%03d.csv".formatted(i), HEADER + i + ",K1A,3.50,2026-03-01 10:00:00\n");
        }

        DropReport report = bed.receive();

        assertThat(report.status()).as("%s", report).isEqualTo("SUCCEEDED");
        assertThat(only(report).files().loaded()).isEqualTo(500);
        assertThat(only(report).commits()).isEqualTo(1);
        assertThat(bed.query("SELECT count(DISTINCT loaded_at), count(*), sum(rows) FROM sluice.drops"))
                .containsExactly("1|500|500");
        assertThat(bed.query("SELECT count(*) FROM retail.pos")).containsExactly("500");
    }

    @Test
    void fullReadsEveryFileAgainUnderTodaysConfigurationAndMendsWhatWasChangedByHand() {
        DropsBed bed = bed("mode: upsert, key: [id]")
                .drop("drops/pos/2026-03-01/a.csv", HEADER + "1,K1A,3.50,2026-03-01 10:00:00\n")
                .drop("drops/pos/2026-03-01/b.csv", HEADER + "2,-,4.50,2026-03-01 10:00:00\n");
        bed.receive();
        change("UPDATE retail.pos SET total = 9 WHERE id = 1");
        bed.feeds(
                "pos: {match: \"drops/pos/{date:yyyy-MM-dd}/*.csv\", format: {type: csv, null_text: \"-\"}, target: retail.pos, "
                        + COLUMNS + ", mode: upsert, key: [id]}");

        assertThat(only(bed.receive()).found().kept()).isEqualTo(2);
        String config = bed.writeConfig().toString();
        assertThat(command("receive", "-c", config, "--full", "pos")).startsWith("0\n");

        assertThat(bed.query("SELECT id, store, total FROM retail.pos ORDER BY id"))
                .containsExactly("1|K1A|3.50", "2|null|4.50");
        assertThat(command("receive", "-c", config, "--full", "--as", "pos", "tree"))
                .startsWith("2\n")
                .contains("not with --as");
        bed.assertNoOrphans();
    }

    @Test
    void aTableThatSomebodyDroppedIsMissedAndDerivedByTheNextLoad() {
        DropsBed bed = bed("mode: upsert, key: [id]")
                .drop("drops/pos/2026-03-01/a.csv", HEADER + "1,K1A,3.50,2026-03-01 10:00:00\n");
        bed.receive();
        change("DROP TABLE retail.pos");

        for (int run = 0; run < 2; run++) {
            DropReport missed = bed.receive();
            assertThat(missed.status()).isEqualTo("FAILED");
            assertThat(only(missed).differences()).containsExactly("retail.pos is gone; the ledger says 1 rows");
        }
        bed.drop("drops/pos/2026-03-01/b.csv", HEADER + "2,K1A,4.50,2026-03-01 10:00:00\n");

        assertThat(bed.receive().status()).isEqualTo("SUCCEEDED");
        assertThat(bed.query("SELECT id FROM retail.pos ORDER BY id")).containsExactly("1", "2");
    }

    private void change(String sql) {
        try (var connection =
                        java.sql.DriverManager.getConnection("jdbc:duckdb:" + directory.resolve("warehouse.duckdb"));
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theCommandSaysWhatItDidAndAnUnknownFeedIsAMistakeInUse() {
        DropsBed bed =
                bed("mode: append").drop("drops/pos/2026-03-01/a.csv", HEADER + "1,K1A,3.50,2026-03-01 10:00:00\n");
        String config = bed.writeConfig().toString();

        assertThat(command("receive", "-c", config, "pos")).startsWith("0\n").contains("retail.pos", "SUCCEEDED");
        assertThat(command("receive", "-c", config, "-o", "json")).contains("\"kept\":1");
        assertThat(command("receive", "-c", config, "sop")).startsWith("2\n").contains("no feed is called 'sop'");
    }

    private static String command(String... arguments) {
        StringWriter out = new StringWriter();
        PrintWriter printer = new PrintWriter(out);
        int code = Sluice.run(printer, printer, arguments);
        return code + "\n" + out;
    }

    @Test
    void aFieldThatTheConfigurationDoesNotNameIsTextWhicheverFileComesFirst() {
        for (List<String> order : List.of(List.of("a", "b", "c"), List.of("c", "b", "a"))) {
            Path room = directory.resolve(String.join("", order));
            DropsBed bed = new DropsBed(room)
                    .feeds("pos: {match: \"drops/*.jsonl\", format: jsonl, target: retail.pos, columns: {id: integer},"
                            + " mode: upsert, key: [id], on_new_column: add}");
            for (String name : order) {
                String field = switch (name) {
                    case "a" -> "";
                    case "b" -> ", \"more\": \"text\"";
                    default -> ", \"more\": {\"deep\": [1, 2]}";
                };
                bed.drop("drops/" + name + ".jsonl", "{\"id\": " + (int) name.charAt(0) + field + "}\n");
                DropReport report = bed.receive();
                assertThat(report.status()).as("%s", report).isEqualTo("SUCCEEDED");
            }
            assertThat(bed.query("SELECT id, more, typeof(more) FROM retail.pos ORDER BY id"))
                    .containsExactly("97|null|VARCHAR", "98|text|VARCHAR", "99|{\"deep\": [1, 2]}|VARCHAR");
        }
    }

    @Test
    void aFileThatALocalLakeDoesNotSeeBecauseOfItsNameIsSpokenOf() {
        DropsBed bed = bed("mode: append").drop("drops/pos/2026-03-01/sales of May.csv", HEADER);

        assertThat(command("receive", "-c", bed.writeConfig().toString()))
                .contains("1 file is not seen because of its name, such as drops/pos/2026-03-01/sales of May.csv");
    }

    @Test
    void feedsDoNotWaitForEachOther() {
        DropsBed bed = new DropsBed(directory)
                .feeds(
                        "good: {match: \"drops/good/*.csv\", format: csv, " + COLUMNS
                                + ", mode: append, target: retail.good}",
                        "clash: {match: \"drops/clash/*.csv\", format: csv, " + COLUMNS
                                + ", mode: append, target: main.clash}")
                .drop("drops/good/a.csv", HEADER + "1,K1A,3.50,2026-03-01 10:00:00\n")
                .drop("drops/clash/a.csv", HEADER + "1,K1A,3.50,2026-03-01 10:00:00\n");
        bed.query("SELECT 1");
        bed.with(run -> run.warehouse().runs(1));
        somebodyElsesTable();

        DropReport report = bed.receive();

        assertThat(report.status()).isEqualTo("PARTIAL");
        assertThat(report.feeds().stream().map(f -> f.feed() + " " + f.status()).toList())
                .isEqualTo(List.of("good SUCCEEDED", "clash FAILED"));
        assertThat(report.feeds().getLast().error().orElseThrow()).contains("main.clash", "that no feed made");
    }

    private void somebodyElsesTable() {
        change("CREATE TABLE clash (id INTEGER)");
    }
}
