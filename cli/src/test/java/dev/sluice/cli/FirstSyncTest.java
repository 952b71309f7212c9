package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.run.RunReport;
import dev.sluice.testing.TestPostgres;
import dev.sluice.verify.TableResult;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstSyncTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void everyStrategyBringsItsTableInStepAndASecondSyncMovesNothing() {
        Bed bed = Bed.of(TestPostgres.MIDDLE, directory)
                .execute(
                        "CREATE TABLE store (id int PRIMARY KEY, name text)",
                        "INSERT INTO store SELECT n, 'store ' || n FROM generate_series(1, 10) n",
                        "CREATE TABLE sales (id int PRIMARY KEY, postal_code text, total numeric(10,2))",
                        "INSERT INTO sales SELECT n, 'P' || n % 5, n / 3.0 FROM generate_series(1, 100) n",
                        "CREATE TABLE visits (id int PRIMARY KEY, at timestamptz)",
                        "INSERT INTO visits SELECT n, now() - n * interval '5 hours' FROM generate_series(1, 100) n")
                .tables(
                        "public.store: {strategy: wholesale, skip_unchanged: true}",
                        "public.sales: {strategy: sliced, slice_by: postal_code}",
                        "public.visits: {strategy: time-sliced, slice_by: at, grain: day, recheck: {recent: 100}}");
        RunReport first = bed.sync();
        assertThat(first.status()).as("%s", first).isEqualTo("SUCCEEDED");
        bed.assertEqualEnds("public.store");
        bed.assertEqualEnds("public.sales");
        bed.assertEqualEnds("public.visits");

        RunReport second = bed.sync();
        assertThat(second.status()).isEqualTo("SUCCEEDED");
        assertThat(second.tables())
                .allSatisfy(t ->
                        assertThat(t.slices().replaced() + t.slices().removed()).isZero());
        assertThat(second.tables()).extracting(TableResult::rowsLanded).containsOnly(0L);
        assertThat(bed.verifyDeep().tables())
                .allSatisfy(t -> assertThat(t.differences().orElseThrow()).isEmpty());
        bed.assertNoOrphans();
    }
}
