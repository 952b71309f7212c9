package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.run.RunReport;
import dev.sluice.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs whose requests fail at random: answers that never come, that say no, that come late, tokens that
/// expire. A run may fail, but what a reader finds is the state before or after it, and the next run that
/// is left in peace ends in the right one.
@Tag("slow")
class SnowflakeFaultsTest {
    private static final int RUNS = 100;
    private static final double EACH_REQUEST = 0.04;
    private static final int PEACE_EVERY = 10;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void randomFaultsNeverEndInAWrongTable() {
        try (SnowflakeBeside snowflake = SnowflakeBeside.start(directory)) {
            Bed bed = Bed.of(TestPostgres.OLDEST, directory, snowflake)
                    .execute(
                            "CREATE TABLE t (id int PRIMARY KEY, part int, v int)",
                            "INSERT INTO t SELECT n, n % 4, 0 FROM generate_series(1, 40) n")
                    .tables("public.t: {strategy: sliced, slice_by: part}");
            assertThat(bed.sync().status()).isEqualTo("SUCCEEDED");
            snowflake.server().faults().delay(Duration.ofMillis(20));
            int succeeded = 0;
            for (int seed = 1; seed <= RUNS; seed++) {
                bed.execute("UPDATE t SET v = %d WHERE part = %d".formatted(seed, seed % 4));
                snowflake.server().faults().seeded(seed, EACH_REQUEST);
                RunReport report = bed.sync();
                snowflake.server().faults().none();
                if (report.status().equals("SUCCEEDED")) {
                    succeeded++;
                    bed.assertEqualEnds("public.t");
                }
                if (seed % PEACE_EVERY == 0) {
                    assertThat(bed.sync().status()).as("after seed %d", seed).isEqualTo("SUCCEEDED");
                    bed.assertEqualEnds("public.t");
                    bed.assertNoOrphans();
                }
            }
            assertThat(snowflake.server().faults().happened()).isGreaterThan(RUNS);
            assertThat(succeeded).as("most runs survive").isGreaterThan(RUNS / 2);
        }
    }
}
