package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.plan.PlanDocument;
import dev.sluice.plan.PlannedSlice;
import dev.sluice.run.RunReport;
import dev.sluice.testing.TestPostgres;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tier 0 on the whole product.
class UntouchedTest {
    private static final TestPostgres SERVER = TestPostgres.start(TestPostgres.NEWEST, Map.of("autovacuum", "off"));

    @TempDir
    Path directory;

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private Bed sales() {
        return Bed.of(SERVER, directory)
                .execute(
                        "CREATE TABLE sales (id int PRIMARY KEY, postal_code text)",
                        "INSERT INTO sales SELECT i, 'P' || i % 5 FROM generate_series(1, 100) i")
                .tables("public.sales: {strategy: sliced, slice_by: postal_code}");
    }

    @Test
    void aTableThatNobodyWroteToIsNotRead() {
        Bed bed = sales();
        bed.sync();
        PlanDocument plan = bed.plan("public.sales");
        assertThat(plan.untouched().orElseThrow().why()).startsWith("nobody wrote to it since");
        assertThat(plan.plan().actions())
                .hasSize(5)
                .extracting(PlannedSlice::reason)
                .containsOnly("untouched");
        RunReport report = bed.sync();
        assertThat(Bed.only(report).slices().kept()).isEqualTo(5);
    }
}
