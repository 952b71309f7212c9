package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.machine.Listener;
import dev.sluice.model.RunRequest;
import dev.sluice.model.Slice;
import dev.sluice.model.TableName;
import dev.sluice.run.RunReport;
import dev.sluice.store.Keys;
import dev.sluice.testing.TestPostgres;
import dev.sluice.verify.TableResult;
import dev.sluice.warehouse.LedgerMirror;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A time-sliced table comes newest first, in waves; a budget ends a run between two of them; and old
/// slices are looked at closely only now and then.
@Tag("slow")
class WavesAndBudgetTest {
    private static final int DAYS = 60;
    private static final String TABLE = "public.visits";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    /// Day 0 is the newest, far enough in the past that midnight does not matter to anything but
    /// `recent`.
    private final LocalDate today = LocalDate.now(ZoneOffset.UTC);

    private Bed bed(String options) {
        return Bed.of(TestPostgres.MIDDLE, directory)
                .execute(
                        "CREATE TABLE visits (id int PRIMARY KEY, at timestamptz NOT NULL, v int NOT NULL)",
                        "INSERT INTO visits SELECT n, timestamptz '%sT12:00:00Z' - n %% %d * interval '1 day', 0 FROM generate_series(0, %d) n"
                                .formatted(today, DAYS, DAYS * 3 - 1))
                .tables("%s: {strategy: time-sliced, slice_by: at, grain: day%s}".formatted(TABLE, options));
    }

    private String day(int back) {
        return today.minusDays(back).toString();
    }

    /// Days back from today that the warehouse holds in full.
    private List<Integer> held(Bed bed) {
        List<Integer> held = new ArrayList<>();
        bed.query("SELECT _sluice_slice FROM public.visits GROUP BY 1 HAVING count(*) = 3")
                .forEach(slice -> held.add(
                        (int) (today.toEpochDay() - LocalDate.parse(slice).toEpochDay())));
        return held.stream().sorted().toList();
    }

    private static List<Integer> first(int days) {
        return java.util.stream.IntStream.range(0, days).boxed().toList();
    }

    private static TableResult succeeded(RunReport report) {
        assertThat(report.status()).as("%s", report).isEqualTo("SUCCEEDED");
        return Bed.only(report);
    }

    private static TableResult syncWithin(Bed bed, Optional<Double> minutes, Optional<Long> bytes) {
        return succeeded(bed.run(
                new RunRequest(
                        List.of(),
                        false,
                        Optional.of(new RunRequest.Budget(minutes, bytes)),
                        List.of(),
                        RunRequest.Mode.SYNC,
                        false,
                        "test"),
                Listener.NONE));
    }

    private void assertReach(TableResult result, int provenDays, int countedDays, int stale) {
        assertThat(result.provenTo()).as("proven to, %s", result).contains(day(provenDays - 1));
        assertThat(result.countedTo()).as("counted to, %s", result).contains(day(countedDays - 1));
        assertThat(result.stale()).as("stale, %s", result).isEqualTo(stale);
    }

    @Test
    void recentDaysAreQueryableWhileOlderOnesAreStillOnTheirWay() {
        Bed bed = bed("");
        Interference looks = new Interference()
                .after("Load", 1, () -> assertThat(held(bed)).isEqualTo(first(8)))
                .before("Load", 2, () -> assertThat(held(bed)).isEqualTo(first(8)))
                .after("Load", 2, () -> assertThat(held(bed)).isEqualTo(first(24)))
                .before("Load", 3, () -> assertThat(held(bed)).isEqualTo(first(24)))
                .after("Load", 3, () -> assertThat(held(bed)).isEqualTo(first(56)))
                .after("Load", 4, () -> assertThat(held(bed)).isEqualTo(first(60)));
        TableResult result = succeeded(looks.sync(bed));
        assertThat(looks.visits("Load")).isEqualTo(4);
        assertReach(result, 60, 60, 0);
        bed.assertEqualEnds(TABLE);
    }

    @Test
    void aBudgetEndsARunBetweenWavesAndTheNextGoesOn() {
        Bed bed = bed(", budget: {bytes: 1 B}");
        assertReach(succeeded(bed.sync()), 8, 8, 52);
        assertThat(held(bed)).isEqualTo(first(8));

        bed.execute("INSERT INTO visits VALUES (1000, '%sT01:00:00Z', 1)".formatted(day(3)));
        TableResult second = succeeded(bed.sync());
        assertThat(second.slices().replaced()).isEqualTo(8);
        assertThat(second.slices().kept()).isEqualTo(7);
        assertReach(second, 7, 15, 45);

        // what the run is asked for stands above the configuration
        assertReach(syncWithin(bed, Optional.of(0.0), Optional.empty()), 7, 23, 37);
        TableResult wide = syncWithin(bed, Optional.of(60.0), Optional.of(1L << 40));
        assertReach(wide, 7, 60, 0);
        assertThat(wide.slices().replaced()).isEqualTo(37);
        bed.assertEqualEnds(TABLE);

        TableResult last = succeeded(bed.sync());
        assertThat(last.slices().kept()).isEqualTo(60);
        assertReach(last, 7, 60, 0);
        assertThat(bed.query("SELECT status FROM sluice.runs ORDER BY run_id"))
                .as("the runs of before, the last one moved nothing")
                .hasSizeGreaterThanOrEqualTo(4)
                .containsOnly("SUCCEEDED");
        bed.assertNoOrphans();
    }

    @Test
    void changesInPlaceInOldSlicesAreSeenWhenTheyAreDueAndCountsAtOnce() {
        Bed bed = bed(", recheck: {recent: 7, audit_days: 30}");
        succeeded(bed.sync());
        bed.execute(
                "UPDATE visits SET v = 1 WHERE (at AT TIME ZONE 'UTC')::date IN ('%s', '%s', '%s')"
                        .formatted(day(6), day(8), day(20)),
                "DELETE FROM visits WHERE id IN (30, 40)",
                "UPDATE visits SET at = at - interval '10 days', v = 2 WHERE id = 40 + 60",
                "INSERT INTO visits VALUES (1000, '%sT00:00:00Z', 0), (1001, '2199-01-01T00:00:00Z', 0)"
                        .formatted(today.minusDays(100)));
        RunReport second = bed.sync();
        assertThat(bed.slicesRead(second))
                .containsExactlyInAnyOrder(day(6), day(30), day(40), day(50), day(100), "2199-01-01");
        TableResult result = succeeded(second);
        assertThat(result.provenTo()).contains(day(6));
        assertThat(result.countedTo()).contains(day(100));
        assertThat(result.stale()).isZero();

        proven(bed, Map.of(day(8), 30, day(20), 13, day(50), 30));
        assertThat(bed.slicesRead(bed.sync()))
                .as("due after 29 days at the latest, not before 15")
                .containsExactly(day(8));
        assertThat(bed.slicesRead(bed.sync())).isEmpty();
        proven(bed, Map.of(day(20), 29));
        assertThat(bed.slicesRead(bed.sync())).containsExactly(day(20));
        bed.assertEqualEnds(TABLE);

        // a look that found the slice equal counts as well
        proven(bed, Map.of(day(20), 30));
        assertThat(bed.slicesRead(bed.sync())).isEmpty();
        assertThat(mirror(bed).provenAt().get(Slice.ofText(day(20))))
                .isAfter(Instant.now().minus(Duration.ofHours(1)));
    }

    private static LedgerMirror.Mirror mirror(Bed bed) {
        return bed.with(run -> run.documents().get(Keys.ledger(TableName.parse(TABLE)), LedgerMirror.Mirror.class));
    }

    /// Lets slices be proven that many days ago.
    private static void proven(Bed bed, Map<String, Integer> daysAgo) {
        LedgerMirror.Mirror before = mirror(bed);
        Map<Slice, Instant> at = new HashMap<>(before.provenAt());
        daysAgo.forEach(
                (slice, days) -> at.put(Slice.ofText(slice), Instant.now().minus(Duration.ofDays(days))));
        bed.with(run -> {
            run.documents()
                    .put(
                            Keys.ledger(TableName.parse(TABLE)),
                            new LedgerMirror.Mirror(
                                    before.table(),
                                    before.newestEpoch(),
                                    before.entries(),
                                    before.countedAt(),
                                    before.checkedAt(),
                                    at));
            return at;
        });
    }

    @Test
    void aNewDefinitionReplacesEverythingInOneWaveWhateverTheBudget() {
        Bed bed = bed("");
        RunReport first = bed.sync();
        succeeded(first);
        bed.execute("ALTER TABLE visits ADD COLUMN extra text DEFAULT 'x'");
        Interference looks = new Interference().before("Load", 1, () -> {
            assertThat(held(bed)).isEqualTo(first(60));
            assertThat(bed.query("SELECT DISTINCT _sluice_run FROM public.visits"))
                    .containsExactly(first.runId());
        });
        bed.tables("%s: {strategy: time-sliced, slice_by: at, grain: day, budget: {bytes: 1 B}}".formatted(TABLE));
        RunReport second = looks.sync(bed);
        assertThat(succeeded(second).slices().replaced()).isEqualTo(60);
        assertThat(looks.visits("Load")).isEqualTo(1);
        assertReach(Bed.only(second), 60, 60, 0);
        assertThat(bed.query("SELECT DISTINCT _sluice_run FROM public.visits")).containsExactly(second.runId());
        assertThat(bed.query("SELECT DISTINCT loaded_at || definition_hash FROM sluice.slices"))
                .hasSize(1);
        bed.assertEqualEnds(TABLE);
        bed.assertNoOrphans();
    }

    @Test
    void aWaveOfFailedSlicesDoesNotKeepTheOlderOnesFromComingOrGoing() {
        Bed bed = bed(", recheck: {recent: 100}")
                .execute(
                        "ALTER TABLE visits ADD COLUMN d date",
                        "UPDATE visits SET d = 'infinity' WHERE id %% %d < 9".formatted(DAYS));
        TableResult first = Bed.only(bed.sync());
        assertThat(first.status()).as("%s", first).isEqualTo(TableResult.Status.PARTIAL);
        assertThat(first.slices().failed()).isEqualTo(9);
        assertThat(first.stale()).isEqualTo(9);
        assertThat(first.provenTo()).isEmpty();
        assertThat(held(bed))
                .isEqualTo(first(DAYS).stream().filter(day -> day >= 9).toList());

        bed.execute("DELETE FROM visits WHERE id %% %d = 59".formatted(DAYS));
        TableResult second = Bed.only(bed.sync());
        assertThat(second.status()).as("%s", second).isEqualTo(TableResult.Status.PARTIAL);
        assertThat(second.slices()).isEqualTo(new TableResult.Slices(50, 0, 1, 9));

        bed.execute("UPDATE visits SET d = NULL");
        succeeded(bed.sync());
        bed.assertEqualEnds(TABLE);
    }
}
