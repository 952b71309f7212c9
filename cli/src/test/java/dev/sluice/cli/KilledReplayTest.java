package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.run.RunReport;
import dev.sluice.testing.TestPostgres;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whatever a replay is doing when it is killed, readers find the state before or after it, and the next run
/// ends as if nothing had happened. One table for all places: each round begins in step with the source.
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KilledReplayTest {
    private static final String SALES = "public.sales";
    private static final List<String> THEN = List.of("1 A 1", "2 B 2");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path directory;

    @SuppressWarnings("NullAway.Init")
    private Bed bed;

    @SuppressWarnings("NullAway.Init")
    private String first;

    @BeforeAll
    void aTableIsLoaded() {
        bed = Bed.of(TestPostgres.MIDDLE, directory)
                .execute(
                        "CREATE TABLE sales (id int PRIMARY KEY, place text, v int)",
                        "INSERT INTO sales VALUES (1, 'A', 1), (2, 'B', 2)")
                .tables("public.sales: {strategy: sliced, slice_by: place}");
        first = bed.sync().runId();
    }

    @ParameterizedTest(name = "killed at {0}: published {1}")
    @CsvSource({
        "plan.locked, false",
        "plan.written, false",
        "land.adopted-without-receipt, false",
        "land.receipt-written, false",
        "convert.object-written, false",
        "convert.objects-without-receipt, false",
        "convert.receipt-written, false",
        "load.marker-written, false",
        "load.rows-without-ledger, false",
        "load.before-commit, false",
        "load.committed, true",
        "load.committed-without-mirror, true",
        "load.receipt-written, true",
        "verify.sweep-listed, true",
        "verify.lock-released, true",
        "report.begun, true"
    })
    void aKilledReplayIsDoneOrNot(String place, boolean published) {
        bed.execute("UPDATE sales SET v = v + 10");
        succeeds(bed.sync(), 0);
        List<String> before = rows();

        kill(place, "replay", SALES, "--run", first);
        assertThat(rows()).isEqualTo(published ? THEN : before);

        succeeds(bed.sync(), published ? 2 : 0);
        bed.assertNoOrphans();
        assertThat(rows()).isEqualTo(published ? THEN : before);
        replay("--run", first);
        assertThat(rows()).isEqualTo(THEN);
        bed.assertNoOrphans();
        replay("--release");
        succeeds(bed.sync(), 0);
        bed.assertEqualEnds(SALES);
        bed.assertNoOrphans();
    }

    @ParameterizedTest(name = "killed at {0}: released {1}")
    @CsvSource({
        "plan.written, false",
        "load.before-commit, false",
        "load.committed, true",
        "verify.result-written, true"
    })
    void aKilledReleaseIsDoneOrNot(String place, boolean released) {
        bed.execute("UPDATE sales SET v = v + 10");
        succeeds(bed.sync(), 0);
        replay("--run", first, "--slice", "A");

        kill(place, "replay", SALES, "--release");
        succeeds(bed.sync(), released ? 0 : 1);
        if (!released) {
            replay("--release");
            succeeds(bed.sync(), 0);
        }
        bed.assertEqualEnds(SALES);
        bed.assertNoOrphans();
    }

    private void kill(String place, String verb, String... arguments) {
        List<String> all = new ArrayList<>(List.of(verb, "-c", bed.writeConfig().toString()));
        all.addAll(List.of(arguments));
        try (OtherProcess replay = OtherProcess.start(bed.directory(), place, Sluice.class, all)) {
            replay.awaitPause().kill();
        }
    }

    private void replay(String... arguments) {
        List<String> all = new ArrayList<>(List.of(SALES));
        all.addAll(List.of(arguments));
        Cli.of(bed).run("replay", all.toArray(String[]::new)).exits(Sluice.OK);
    }

    private static void succeeds(RunReport report, int pinned) {
        assertThat(report.status()).as("%s", report).isEqualTo("SUCCEEDED");
        assertThat(Bed.only(report).pinned()).isEqualTo(pinned);
    }

    private List<String> rows() {
        return bed.query("SELECT id || ' ' || place || ' ' || v FROM public.sales ORDER BY id");
    }
}
