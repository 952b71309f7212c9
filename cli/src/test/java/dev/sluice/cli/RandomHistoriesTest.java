package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.machine.Listener;
import dev.sluice.model.RunRequest;
import dev.sluice.run.RunReport;
import dev.sluice.testing.TestPostgres;
import dev.sluice.verify.TableResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Random tables under random strategies live through random histories. After every sync an independent
/// reading of both ends finds the same rows; a table that nobody touched is left alone.
///
/// `-Dsluice.seed=N` runs one history again, `-Dsluice.seed=N-M` runs a range, for hunting.
@Tag("slow")
class RandomHistoriesTest {
    private static final int SYNCS = 10;
    private static final int TABLES = 3;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    static LongStream seeds() {
        String[] range = System.getProperty("sluice.seed", "0-20").split("-");
        return LongStream.rangeClosed(Long.parseLong(range[0]), Long.parseLong(range[range.length - 1]));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void afterEverySyncBothEndsHoldTheSameRows(long seed) {
        List<String> story = Collections.synchronizedList(new ArrayList<>());
        try {
            history(seed, story);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "seed %d, to run it again: -Dsluice.seed=%d%n%s%n%s"
                            .formatted(seed, seed, String.join("\n", story), e.getMessage()),
                    e);
        }
    }

    /// Seed 0 and every twentieth after it: every table under `consistency: slice`.
    private void history(long seed, List<String> story) {
        Random random = new Random(seed);
        int major = TestPostgres.MAJORS.get((int) (seed % TestPostgres.MAJORS.size()));
        Bed bed = Bed.of(major, directory).execute(RandomType.DECLARATIONS.toArray(String[]::new));
        List<RandomTable> tables = new ArrayList<>();
        for (int number = 0; number < TABLES; number++) {
            RandomTable table = new RandomTable(random, number, seed % 20 == 0);
            bed.execute(table.create().toArray(String[]::new));
            story.add(table.entry());
            tables.add(table);
        }
        bed.tables(tables.stream().map(RandomTable::entry).toArray(String[]::new));
        for (int sync = 0; sync < SYNCS; sync++) {
            List<RandomTable> untouched = new ArrayList<>();
            List<Integer> rowsBefore = tables.stream().map(RandomTable::rows).toList();
            if (sync > 0) {
                for (RandomTable table : tables) {
                    RandomTable.Mutation mutation = table.mutate();
                    story.add("sync %d: %s: %s".formatted(sync, table.name(), mutation.words()));
                    bed.execute(mutation.statements().toArray(String[]::new));
                    if (!mutation.changes()) {
                        untouched.add(table);
                    }
                }
                bed.tables(tables.stream().map(RandomTable::entry).toArray(String[]::new));
            }
            RunReport report = run(bed, List.of(), RunRequest.Mode.SYNC, story);
            untouched.forEach(table -> assertLeftAlone(table, report));
            List<String> refused = refused(report, tables, rowsBefore, sync);
            RunReport ended = refused.isEmpty() ? report : run(bed, refused, RunRequest.Mode.SYNC, story);
            assertThat(ended.status()).as("%s", ended).isEqualTo("SUCCEEDED");
            tables.forEach(table -> bed.assertEqualEnds(table.name()));
        }
        RunReport verified = run(bed, List.of(), RunRequest.Mode.VERIFY, story);
        assertThat(verified.status()).as("%s", verified).isEqualTo("SUCCEEDED");
        assertThat(verified.tables())
                .allSatisfy(t -> assertThat(t.differences().orElseThrow()).isEmpty());
        bed.assertNoOrphans();
    }

    private static void assertLeftAlone(RandomTable table, RunReport report) {
        if (!table.alwaysRecreated()) {
            TableResult result = of(table, report);
            assertThat(result.slices().replaced() + result.slices().removed())
                    .as("slices moved of %s, which nobody touched", result)
                    .isZero();
            assertThat(result.rowsLanded()).isZero();
        }
    }

    /// Tables that the shrink guard refused; it must do so when a table lost more than half, and only
    /// then.
    private static List<String> refused(
            RunReport report, List<RandomTable> tables, List<Integer> rowsBefore, int sync) {
        List<String> refused = new ArrayList<>();
        for (int i = 0; i < tables.size(); i++) {
            RandomTable table = tables.get(i);
            boolean guarded = of(table, report).error().orElse("").contains("--allow-shrink");
            boolean shrank =
                    sync > 0 && rowsBefore.get(i) > 0 && (table.rows() == 0 || table.rows() < rowsBefore.get(i) * 0.5);
            if (shrank || !table.inWaves()) {
                assertThat(guarded)
                        .as("%s: %d → %d rows, %s", table.name(), rowsBefore.get(i), table.rows(), report)
                        .isEqualTo(shrank);
            }
            if (guarded) {
                refused.add(table.name());
            }
        }
        return refused;
    }

    /// What goes wrong inside a run becomes part of the story.
    private static RunReport run(Bed bed, List<String> mayShrink, RunRequest.Mode mode, List<String> story) {
        Listener listener = new Listener() {
            @Override
            public void retrying(String path, String error, String cause, int retry, Duration delay) {
                story.add("%s: %s %s, tried again".formatted(path, error, cause));
            }

            @Override
            public void stateFailed(String path, String error, String cause) {
                story.add("%s: %s %s".formatted(path, error, cause));
            }
        };
        return bed.run(new RunRequest(List.of(), false, Optional.empty(), mayShrink, mode, true, "test"), listener);
    }

    private static TableResult of(RandomTable table, RunReport report) {
        return report.tables().stream()
                .filter(t -> t.table().toString().equals(table.name()))
                .findFirst()
                .orElseThrow(() -> new AssertionError(table.name() + " is missing from " + report));
    }
}
