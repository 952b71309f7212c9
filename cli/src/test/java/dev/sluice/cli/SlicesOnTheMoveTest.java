package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.TableName;
import dev.sluice.run.RunReport;
import dev.sluice.store.Keys;
import dev.sluice.testing.TestPostgres;
import dev.sluice.verify.TableResult;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The source changes while a run is under way, and every slice is read at an instant of its own
/// (`consistency: slice`).
@Tag("slow")
class SlicesOnTheMoveTest {
    private static final String SLICED = "public.t: {strategy: sliced, slice_by: k, consistency: slice}";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private Bed bed(String entry) {
        Bed bed = Bed.of(TestPostgres.MIDDLE, directory).tables(entry);
        MovingRows.create(bed);
        return bed;
    }

    private static TableResult succeeded(RunReport report) {
        assertThat(report.status()).as("%s", report).isEqualTo("SUCCEEDED");
        return Bed.only(report);
    }

    /// How often a wave was landed, as its item lists tell.
    private static int landings(Bed bed, RunReport report, int wave) {
        String prefix = Keys.wave(report.runId(), TableName.parse("public.t"), wave) + "batches-";
        return bed.with(run -> run.documents().store().list(prefix).size());
    }

    private static void assertInStep(Bed bed) {
        bed.assertEqualEnds("public.t");
        assertThat(bed.plan("public.t").plan().nothingToDo())
                .as("the ledger says what was read")
                .isTrue();
        bed.assertNoOrphans();
    }

    @Test
    void whateverMovesBetweenTheRoundsIsLandedAgainUntilTheTableIsOneState() {
        Bed bed = bed(SLICED);
        succeeded(bed.sync());
        bed.execute("UPDATE t SET v = 1 WHERE k IN (1, 3, 5)", "DELETE FROM t WHERE k IN (2, 4)");
        Interference moves = new Interference()
                .after(
                        "PlanTable",
                        1,
                        () -> bed.execute(
                                "UPDATE t SET v = 1000 WHERE k = 1", // back to what the ledger knows
                                "INSERT INTO t VALUES (2, 2, '2024-01-03', 22, 1)", // a planned removal comes back
                                "DELETE FROM t WHERE k = 3", // a planned replacement vanishes
                                "UPDATE t SET k = 7 WHERE id = 6", // from one kept slice to another
                                "INSERT INTO t VALUES (220, 20, '2024-02-01', 1, 1)")) // appears
                .after(
                        "Batches",
                        1,
                        () -> bed.execute(
                                "UPDATE t SET v = 55 WHERE k = 5", // landed, changes
                                "UPDATE t SET v = 88 WHERE id = 8", // kept, changes
                                "INSERT INTO t VALUES (221, 21, '2024-02-01', 1, 1)"))
                .after(
                        "Batches",
                        2,
                        () -> bed.execute(
                                "DELETE FROM t WHERE k = 9", // kept, vanishes
                                "UPDATE t SET v = 56 WHERE k = 5",
                                "DELETE FROM t WHERE k = 21")); // came and went
        RunReport during = moves.sync(bed);
        TableResult result = succeeded(during);
        assertThat(result.moving()).isZero();
        assertThat(landings(bed, during, 0)).isEqualTo(3);
        assertThat(bed.slicesRead(during)).containsExactly("1", "2", "20", "21", "3", "5", "6", "7", "8", "9");
        assertThat(result.slices().removed()).as("%s", result).isEqualTo(4);
        assertThat(result.slices().replaced() + result.slices().kept())
                .as("every slice is counted once: %s", result)
                .isEqualTo(10);
        assertInStep(bed);

        bed.execute("UPDATE t SET v = 1 WHERE k = 1");
        assertThat(bed.slicesRead(bed.sync()))
                .as("the toggled slice's planned state")
                .containsExactly("1");
        assertInStep(bed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wholesale",
                "sliced, slice_by: k",
                "time-sliced, slice_by: at, grain: day, recheck: {recent: 100000}"
            })
    void aSourceThatKeepsMovingIsPublishedReportedAndExactOnceItIsQuiet(String strategy) {
        Bed bed = bed("public.t: {strategy: %s, consistency: slice}".formatted(strategy));
        Interference moves = new Interference();
        for (int round = 1; round <= 4; round++) {
            String sql = "UPDATE t SET n = %d WHERE k IN (10, 11)".formatted(round);
            moves.after("Batches", round, () -> bed.execute(sql));
        }
        RunReport during = moves.sync(bed);
        TableResult result = succeeded(during);
        assertThat(result.moving()).isEqualTo(strategy.equals("wholesale") ? 1 : 2);
        assertThat(landings(bed, during, 0)).isEqualTo(4);
        assertThat(bed.query("SELECT DISTINCT n FROM public.t WHERE k IN (10, 11)"))
                .as("as the last round read it")
                .containsExactly("3");

        RunReport quiet = bed.sync();
        assertThat(succeeded(quiet).moving()).isZero();
        assertThat(bed.slicesRead(quiet)).hasSize(result.moving());
        bed.assertEqualEnds("public.t");
    }

    @Test
    void aTimeSlicedTableIsExactWavePerWaveAndTheNextRunSeesTheRest() {
        Bed bed = bed("public.t: {strategy: time-sliced, slice_by: at, grain: day, consistency: slice,"
                + " recheck: {recent: 100000}}");
        Interference moves = new Interference()
                .after("Batches", 1, () -> bed.execute("UPDATE t SET v = 1 WHERE at = '2024-01-12'"))
                .after(
                        "Load",
                        1,
                        () -> bed.execute(
                                "UPDATE t SET v = 2 WHERE at IN ('2024-01-11', '2024-01-02')",
                                "UPDATE t SET at = '2024-01-10' WHERE id = 0",
                                "INSERT INTO t VALUES (300, 0, '2024-01-20', 1, 1)"));
        RunReport during = moves.sync(bed);
        assertThat(succeeded(during).moving()).isZero();
        assertThat(landings(bed, during, 0)).isEqualTo(2);
        assertThat(landings(bed, during, 1)).isEqualTo(1);
        assertThat(bed.query("SELECT v || ' ' || count(*) FROM public.t"
                        + " WHERE k IN (11, 10, 1) GROUP BY k, v ORDER BY k DESC"))
                .containsExactly("1 10", "1000 10", "2 10");

        assertThat(bed.slicesRead(bed.sync())).containsExactly("2024-01-10", "2024-01-11", "2024-01-20");
        assertInStep(bed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wholesale",
                "sliced, slice_by: k",
                "time-sliced, slice_by: at, grain: day, recheck: {recent: 100000}"
            })
    void whileAWriterGoesOnEverySliceIsOneStateAndTheNextQuietRunIsExact(String strategy) throws Exception {
        Bed bed = bed("public.t: {strategy: %s, consistency: slice}".formatted(strategy));
        try (MovingRows writer = MovingRows.start(bed)) {
            for (int run = 0; run < 2; run++) {
                Interference goesOn = new Interference()
                        .after("PlanTable", 1, writer::waitForMore)
                        .after("Batches", 1, writer::waitForMore)
                        .after("Batches", 2, writer::waitForMore)
                        .before("Load", 1, writer::waitForMore);
                RunReport during = goesOn.sync(bed);
                succeeded(during);
                assertThat(landings(bed, during, 0)).isBetween(2, 4);
                if (strategy.equals("wholesale")) {
                    writer.assertOneState(bed);
                } else {
                    writer.assertEverySliceWasTrueOnce(bed);
                }
            }
            writer.stop();
        }
        assertThat(succeeded(bed.sync()).moving()).isZero();
        bed.assertEqualEnds("public.t");
    }

    @Test
    void aReloadInOneTransactionIsReadBeforeOrAfterAndASourceFoundEmptyIsNotPublished() throws Exception {
        Bed bed = bed(SLICED);
        succeeded(bed.sync());
        bed.execute("UPDATE t SET v = v + 1 WHERE k = 3");
        Interference reloads = new Interference()
                .after("PlanTable", 1, () -> MovingRows.truncateAndReload(bed, 5))
                .after("Batches", 1, () -> MovingRows.truncateAndReload(bed, 6));
        assertThat(succeeded(reloads.sync(bed)).moving()).isZero();
        assertInStep(bed);

        bed.execute("UPDATE t SET v = v + 1 WHERE k = 3");
        Interference empties = new Interference().after("PlanTable", 1, () -> bed.execute("TRUNCATE t"));
        RunReport refused = empties.sync(bed);
        assertThat(refused.status()).isEqualTo("FAILED");
        assertThat(Bed.only(refused).error().orElseThrow()).contains("would become empty", "--allow-shrink");
        assertThat(bed.query("SELECT count(*) || ' ' || sum(v) FROM public.t")).containsExactly("120 720");
        MovingRows.truncateAndReload(bed, 7);
        succeeded(bed.sync());
        assertInStep(bed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sliced, slice_by: k",
                "wholesale",
                "time-sliced, slice_by: at, grain: day, recheck: {recent: 100000}"
            })
    void aDefinitionThatChangesBeforeTheLandingPublishesNothingAndTheNextRunTakesTheNewOne(String strategy) {
        Bed bed = bed("public.t: {strategy: %s, consistency: slice}".formatted(strategy));
        succeeded(bed.sync());
        bed.execute("UPDATE t SET v = v + 1, id = id + 1000");
        List<String> before = bed.query("SELECT id || ' ' || v || _sluice_run FROM public.t ORDER BY id");
        for (String change : List.of(
                "ALTER TABLE t ADD COLUMN extra text DEFAULT 'x'",
                "ALTER TABLE t ALTER v TYPE numeric(20,2), ALTER n TYPE int")) {
            for (String moment : List.of("PlanTable", "Batches")) {
                String column = change.contains("TYPE") ? "ALTER n TYPE bigint" : "ADD COLUMN later int";
                String sql = moment.equals("PlanTable") ? change : "ALTER TABLE t " + column;
                RunReport report = new Interference()
                        .after(moment, 1, () -> bed.execute(sql))
                        .sync(bed);
                assertThat(report.status()).as("%s %s", sql, report).isEqualTo("FAILED");
                assertThat(Bed.only(report).error().orElseThrow())
                        .as("after %s: %s", moment, sql)
                        .contains("columns or types changed", "sync again");
                assertThat(bed.query("SELECT id || ' ' || v || _sluice_run FROM public.t ORDER BY id"))
                        .as("after %s: %s", moment, sql)
                        .isEqualTo(before);
            }
        }
        RunReport next = bed.sync();
        assertThat(Bed.only(next).error().orElseThrow()).contains("--full");
        assertThat(bed.query("SELECT id || ' ' || v || _sluice_run FROM public.t ORDER BY id"))
                .isEqualTo(before);
        succeeded(bed.syncFull());
        assertThat(bed.query("SELECT min(id) || ' ' || count(extra) || ' ' || min(v) FROM public.t"))
                .containsExactly("1000 120 1001.00");
        assertInStepButWholesale(bed, strategy);
    }

    private static void assertInStepButWholesale(Bed bed, String strategy) {
        bed.assertEqualEnds("public.t");
        if (!strategy.equals("wholesale")) {
            assertThat(bed.plan("public.t").plan().nothingToDo()).isTrue();
        }
    }
}
