package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.run.RunReport;
import dev.sluice.store.Keys;
import dev.sluice.store.ObjectStore;
import dev.sluice.testing.TestPostgres;
import dev.sluice.verify.TableResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A slice larger than `chunk_bytes` is read in chunks by page, and is one state of the source all the
/// same.
@Tag("slow")
class ChunksTest {
    private static final int ROWS = 6_000;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    /// A giant slice 1 and small ones 2 … 6.
    private Bed bed(int major, String ddl, String entry) {
        return Bed.of(major, directory)
                .execute(
                        ddl,
                        "INSERT INTO t SELECT i, CASE WHEN i %% 10 < 5 THEN 1 ELSE i %% 10 - 3 END, md5(i::text), CASE WHEN i %% 7 > 0 THEN i END FROM generate_series(1, %d) i"
                                .formatted(ROWS),
                        "ANALYZE t")
                .tables(entry);
    }

    private static final String PLAIN = "CREATE TABLE t (id int PRIMARY KEY, k int, v text, n int)";
    private static final String PARTITIONED = """
            CREATE TABLE t (id int, k int, v text, n int) PARTITION BY RANGE (id);
            CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (500);
            CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (500) TO (100000)""";
    private static final String SLICED = "public.t: {strategy: sliced, slice_by: k, chunk_bytes: 64 kB}";

    /// Batches of a run by whether they were chunks.
    private static List<Boolean> chunks(Bed bed, RunReport report) {
        return bed.with(run -> {
            List<Boolean> chunks = new ArrayList<>();
            for (ObjectStore.Stat stat : run.documents().store().list(Keys.run(report.runId()))) {
                if (stat.key().matches(".*/\\d{5}\\.json")) {
                    chunks.add(run.documents().get(stat.key(), JsonNode.class).has("chunk"));
                }
            }
            return chunks;
        });
    }

    private static TableResult succeeded(RunReport report) {
        assertThat(report.status()).as("%s", report).isEqualTo("SUCCEEDED");
        return Bed.only(report);
    }

    @ParameterizedTest
    @CsvSource({"10, table", "18, table", "14, slice"})
    void aGiantSliceIsReadInChunksAndPublishedWhole(int major, String consistency) {
        Bed bed = bed(major, PLAIN, SLICED.replace("}", ", consistency: " + consistency + "}"));
        RunReport first = bed.sync();
        assertThat(succeeded(first).slices()).isEqualTo(new TableResult.Slices(0, 6, 0, 0));
        assertThat(chunks(bed, first)).filteredOn(chunk -> chunk).hasSizeGreaterThan(2);
        bed.assertEqualEnds("public.t");
        bed.assertNoOrphans();

        RunReport second = bed.execute("UPDATE t SET v = 'x' WHERE id = 10", "DELETE FROM t WHERE id = 15")
                .sync();
        assertThat(bed.slicesRead(second))
                .as("the ledger knows the whole slice's fingerprint")
                .containsExactly("1", "2");
        bed.assertEqualEnds("public.t");
        bed.assertNoOrphans();
        assertThat(succeeded(bed.sync()).slices()).isEqualTo(new TableResult.Slices(6, 0, 0, 0));
    }

    @Test
    void aPartitionedWholesaleTableIsReadInChunks() {
        Bed bed = bed(TestPostgres.MIDDLE, PARTITIONED, "public.t: {strategy: wholesale, chunk_bytes: 64 kB}");
        RunReport first = bed.sync();
        assertThat(succeeded(first).rowsLanded()).isEqualTo(ROWS);
        assertThat(chunks(bed, first)).hasSizeGreaterThan(3).containsOnly(true);
        bed.assertEqualEnds("public.t");
        bed.assertNoOrphans();
    }

    /// Between the landing of two chunks a row moves from a page that was read to one that was not, so
    /// that the chunks together hold it twice, and another one the other way round.
    @Test
    void aRowThatMovesBetweenTwoChunksIsNoticedAndTheSliceReadAgain() {
        Bed bed = bed(
                TestPostgres.MIDDLE,
                PLAIN,
                "public.t: {strategy: sliced, slice_by: k, chunk_bytes: 200 kB, consistency: slice}");
        Interference moves = new Interference()
                .after(
                        "Land",
                        1,
                        () -> bed.execute(
                                "UPDATE t SET n = -1 WHERE id IN (1, 3001)", "DELETE FROM t WHERE id = 6000"));
        RunReport report = moves.sync(bed);
        succeeded(report);
        assertThat(moves.visits("Land"))
                .as("the chunks, and the slice again")
                .isGreaterThan(chunks(bed, report).size() - 1);
        assertThat(chunks(bed, report)).contains(true).contains(false);
        bed.assertEqualEnds("public.t");
        bed.assertNoOrphans();
        assertThat(succeeded(bed.sync()).slices().replaced()).isZero();
    }

    @Test
    void oneBadValueInOneChunkFailsTheSliceAndNothingOfItIsPublished() {
        Bed bed = bed(TestPostgres.MIDDLE, PLAIN.replace("n int", "n numeric(20,2)"), SLICED);
        succeeded(bed.sync());
        RunReport report = bed.execute("UPDATE t SET v = 'new' WHERE k = 1", "UPDATE t SET n = 'NaN' WHERE id = 2")
                .sync();
        assertThat(report.status()).isEqualTo("FAILED");
        assertThat(Bed.only(report).error().orElseThrow()).contains("slice 1").contains("column 'n'");
        assertThat(bed.query("SELECT count(*)::VARCHAR FROM public.t WHERE v = 'new'"))
                .containsExactly("0");
        succeeded(bed.execute("UPDATE t SET n = 2 WHERE id = 2").sync());
        bed.assertEqualEnds("public.t");
        bed.assertNoOrphans();
    }

    @ParameterizedTest
    @ValueSource(strings = {"land.receipt-written", "convert.receipt-written", "load.before-commit", "load.committed"})
    void killedBetweenChunksItEndsAsIfItHadNeverBeen(String place) {
        Bed bed = bed(TestPostgres.MIDDLE, PLAIN, SLICED);
        try (OtherProcess sync = OtherProcess.sync(bed, "public.t", place)) {
            sync.awaitPause().kill();
        }
        succeeded(bed.sync());
        bed.assertEqualEnds("public.t");
        bed.assertNoOrphans();
    }
}
