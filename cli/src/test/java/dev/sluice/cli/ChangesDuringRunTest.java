package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.run.RunReport;
import dev.sluice.testing.TestPostgres;
import dev.sluice.verify.TableResult;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The source changes while a run is under way, and the table was asked for as one state (`consistency:
/// table`).
@Tag("slow")
class ChangesDuringRunTest {
    private static final String SLICED = "public.t: {strategy: sliced, slice_by: k}";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private Bed bed(String entry) {
        Bed bed = Bed.of(TestPostgres.MIDDLE, directory).tables(entry);
        MovingRows.create(bed);
        return bed;
    }

    private static void succeeded(RunReport report) {
        assertThat(report.status()).as("%s", report).isEqualTo("SUCCEEDED");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "public.t: {strategy: wholesale, skip_unchanged: true}",
                "public.t: {strategy: sliced, slice_by: k, chunk_bytes: 1 kB}",
                "public.t: {strategy: time-sliced, slice_by: at, grain: day, recheck: {recent: 100000}}"
            })
    void whileAWriterGoesOnThePublishedTableIsOneStateOfTheSource(String entry) throws Exception {
        Bed bed = bed(entry);
        try (MovingRows writer = MovingRows.start(bed)) {
            for (int run = 0; run < 2; run++) {
                Interference goesOn = new Interference()
                        .after("PlanTable", 1, writer::waitForMore)
                        .after("Land", 1, writer::waitForMore)
                        .before("Load", 1, writer::waitForMore)
                        .after("Load", 1, writer::waitForMore);
                succeeded(goesOn.sync(bed));
                writer.assertOneState(bed);
            }
            writer.stop();
            succeeded(bed.sync());
            writer.assertOneState(bed);
            bed.assertEqualEnds("public.t");
        }
        assertThat(bed.plan("public.t").plan().nothingToDo())
                .as("the ledger says what was read")
                .isTrue();
        bed.assertNoOrphans();
    }

    @Test
    void whatChangesAfterThePlanIsSeenByTheNextRunEvenIfItWasChangedBack() {
        Bed bed = bed(SLICED);
        succeeded(bed.sync());
        bed.execute("UPDATE t SET v = 1 WHERE id IN (1, 2, 3)", "DELETE FROM t WHERE k = 4");
        Interference changes = new Interference()
                .after(
                        "PlanTable",
                        1,
                        () -> bed.execute(
                                // there and back, there and elsewhere, an untouched one, a vanished one
                                "UPDATE t SET v = 1000 WHERE id = 1",
                                "UPDATE t SET v = 2 WHERE id = 2",
                                "UPDATE t SET v = 3 WHERE id = 5",
                                "INSERT INTO t VALUES (4, 4, '2024-01-05', 7, 0)"))
                .before("Load", 1, () -> bed.execute("UPDATE t SET v = 1000 WHERE id = 5"));
        RunReport during = changes.sync(bed);
        succeeded(during);
        assertThat(bed.slicesRead(during)).containsExactly("1", "2", "3");
        assertThat(bed.query("SELECT v FROM public.t WHERE id IN (1, 2, 3, 4, 5) ORDER BY id"))
                .as("the state of the plan")
                .containsExactly("1", "1", "1", "1000");

        RunReport next = bed.sync();
        assertThat(bed.slicesRead(next)).containsExactly("1", "2", "4");
        bed.assertEqualEnds("public.t");
        bed.execute("UPDATE t SET v = 1 WHERE id = 1");
        assertThat(bed.slicesRead(bed.sync())).containsExactly("1");
        bed.assertEqualEnds("public.t");
    }

    @Test
    void rowsThatGoRoundInARingAreNeitherLostNorDoubled() {
        Bed bed = bed(SLICED);
        succeeded(bed.sync());
        String ring = "UPDATE t SET k = (k + 1) %% 12, n = %d";
        bed.execute(ring.formatted(1));
        Interference rings = new Interference()
                .after("PlanTable", 1, () -> bed.execute(ring.formatted(2)))
                .before("Convert", 1, () -> bed.execute(ring.formatted(3)))
                .before("Load", 1, () -> bed.execute(ring.formatted(4)));
        succeeded(rings.sync(bed));
        assertThat(bed.query("SELECT count(DISTINCT id) || ' ' || count(*) || ' ' || min(n) || ' ' || max(n)"
                        + " || ' ' || count(*) FILTER (WHERE k = (id + 1) % 12) FROM public.t"))
                .containsExactly("120 120 1 1 120");
        succeeded(bed.sync());
        bed.assertEqualEnds("public.t");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                SLICED,
                "public.t: {strategy: wholesale}",
                "public.t: {strategy: time-sliced, slice_by: at, grain: day, recheck: {recent: 100000}}"
            })
    void aTruncateWaitsForTheRunWhichReadsTheTableAsItWas(String entry) throws Exception {
        Bed bed = bed(entry);
        succeeded(bed.sync());
        bed.execute("UPDATE t SET v = v + 1, n = 1");
        CompletableFuture<Void> reload = new CompletableFuture<>();
        Interference reloads = new Interference()
                .after("PlanTable", 1, () -> {
                    Thread.ofPlatform().start(() -> {
                        try {
                            MovingRows.truncateAndReload(bed, 5);
                            reload.complete(null);
                        } catch (Exception e) {
                            reload.completeExceptionally(e);
                        }
                    });
                    waitForLockRequest(bed);
                })
                .before("Load", 1, () -> assertThat(reload).isNotDone());
        RunReport during = reloads.sync(bed);
        reload.get(20, TimeUnit.SECONDS);
        succeeded(during);
        assertThat(bed.query("SELECT count(*) || ' ' || sum(v) FROM public.t")).containsExactly("120 120120");
        succeeded(bed.syncFull());
        bed.assertEqualEnds("public.t");
        assertThat(bed.query("SELECT sum(v) FROM public.t")).containsExactly("600");
    }

    private static void waitForLockRequest(Bed bed) throws InterruptedException {
        String waits =
                "SELECT count(*) FROM pg_locks WHERE relation = 't'::regclass AND mode = 'AccessExclusiveLock' AND NOT granted";
        for (int i = 0; i < 1000; i++) {
            if (!bed.source().value(waits).orElseThrow().equals("0")) {
                return;
            }
            Thread.sleep(10);
        }
        throw new AssertionError("nobody waits for a lock");
    }

    @Test
    void theDefinitionCannotChangeUnderARunAndTheNextRunTakesTheNewOne() {
        Bed bed = bed(SLICED);
        succeeded(bed.sync());
        bed.execute("UPDATE t SET v = v + 1 WHERE k = 3");
        String alter = "SET lock_timeout = '200ms'; ALTER TABLE t ADD COLUMN extra text DEFAULT 'x'";
        Interference alters = new Interference()
                .after(
                        "PlanTable",
                        1,
                        () -> assertThatThrownBy(() -> bed.execute(alter)).hasMessageContaining("lock timeout"))
                .before(
                        "Load",
                        1,
                        () -> assertThatThrownBy(() -> bed.execute(alter)).hasMessageContaining("lock timeout"));
        succeeded(alters.sync(bed));
        bed.assertEqualEnds("public.t");
        bed.execute(alter);
        TableResult widened = Bed.only(bed.sync());
        assertThat(widened.slices().replaced()).isEqualTo(12);
        bed.assertEqualEnds("public.t");
    }

    @Test
    void aReloadWithTheSameRowsIsNoChange() {
        Bed bed = bed(SLICED);
        succeeded(bed.sync());
        bed.execute("UPDATE t SET v = v + 1 WHERE k = 3");
        String reload = "BEGIN; CREATE TEMP TABLE kept ON COMMIT DROP AS SELECT * FROM t; DELETE FROM t;"
                + " INSERT INTO t SELECT * FROM kept ORDER BY id DESC; COMMIT";
        Interference reloads = new Interference()
                .after("PlanTable", 1, () -> bed.execute(reload))
                .before("Load", 1, () -> bed.execute(reload));
        RunReport during = reloads.sync(bed);
        assertThat(bed.slicesRead(during)).containsExactly("3");
        bed.assertEqualEnds("public.t");
        assertThat(bed.slicesRead(bed.sync())).isEqualTo(List.of());
    }
}
