package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.drop.FeedResult;
import dev.sluice.run.DropReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever `sluice receive` is doing when it is killed, readers find the table of before or after it, and
/// the next one ends as if nothing had happened: every file once. One feed of each mode for all places.
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KilledReceiveTest {
    private static final String HEADER = "id,store,total\n";

    private static final List<String> BEFORE_COMMIT = List.of(
            "receive.locked",
            "receive.planned",
            "convert.original-written",
            "convert.object-written",
            "convert.objects-without-receipt",
            "convert.receipt-written",
            "load.downloaded",
            "load.rows-without-ledger",
            "load.before-commit");

    private static final List<String> AFTER_COMMIT = List.of(
            "load.committed",
            "load.committed-without-receipt",
            "load.receipt-written",
            "verify.sweep-listed",
            "verify.result-written",
            "verify.lock-released",
            "report.begun",
            "report.written");

    static final List<String> MODES =
            List.of("mode: append", "mode: replace, slice_by: store", "mode: upsert, key: [id]");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path directory;

    private int round;

    /// The modes in turn, all of them where the transaction is.
    static List<Arguments> places() {
        List<Arguments> places = new ArrayList<>();
        int turn = 0;
        for (String place : BEFORE_COMMIT) {
            for (String mode : place.startsWith("load.rows") ? MODES : List.of(MODES.get(turn++ % MODES.size()))) {
                places.add(Arguments.of(place, mode, false));
            }
        }
        for (String place : AFTER_COMMIT) {
            places.add(Arguments.of(place, MODES.get(turn++ % MODES.size()), true));
        }
        return places;
    }

    @ParameterizedTest(name = "{1} killed at {0}: readers see the new rows: {2}")
    @MethodSource("places")
    void isAsIfItHadNeverBeenKilled(String place, String mode, boolean committed) throws Exception {
        kill(place, mode, committed);
    }

    DropsBed freshBed(Path empty) {
        return new DropsBed(empty);
    }

    final void kill(String place, String mode, boolean committed) throws Exception {
        DropsBed bed = freshBed(Files.createDirectories(directory.resolve("round-" + round++)))
                .feeds("pos: {match: \"drops/*.csv\", format: csv, target: retail.pos, "
                        + "columns: {id: integer, store: text, total: integer}, " + mode + "}")
                .drop("drops/a.csv", HEADER + "1,K1A,1\n2,M3C,1\n")
                .drop("drops/b.csv", HEADER + "2,K1A,2\n3,M3C,2\n");
        assertThat(bed.receive().status()).isEqualTo("SUCCEEDED");
        List<String> before = table(bed);
        bed.drop("drops/b.csv", HEADER + "3,K1A,3\n").drop("drops/c.csv", HEADER + "4,K1A,4\n");

        try (OtherProcess receive = bed.command(place, "receive")) {
            receive.awaitPause().kill();
        }

        List<String> after = new ArrayList<>(List.of("1|K1A|1|drops/a.csv", "2|M3C|1|drops/a.csv"));
        after.addAll(List.of("3|K1A|3|drops/b.csv", "4|K1A|4|drops/c.csv"));
        assertThat(table(bed)).isEqualTo(committed ? after : before);
        DropReport report = bed.receive();
        assertThat(report.status()).as("%s", report).isEqualTo("SUCCEEDED");
        FeedResult result = report.feeds().getFirst();
        assertThat(result.files().loaded()).isEqualTo(committed ? 0 : 2);
        assertThat(table(bed)).isEqualTo(after);
        assertThat(bed.query("SELECT key, count(*) FROM sluice.drops GROUP BY 1 ORDER BY 1"))
                .containsExactly("drops/a.csv|1", "drops/b.csv|2", "drops/c.csv|1");
        bed.assertNoOrphans();
        assertNoTemporaryFiles(bed);
    }

    private static List<String> table(DropsBed bed) {
        return bed.query("SELECT id, store, total, _sluice_file FROM retail.pos ORDER BY _sluice_file, _sluice_line");
    }

    private static void assertNoTemporaryFiles(DropsBed bed) throws Exception {
        try (Stream<Path> left = Files.list(bed.directory().resolve(".sluice").resolve("work"))) {
            assertThat(left).isEmpty();
        }
    }
}
