package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.TableName;
import dev.sluice.plan.PlanDocument;
import dev.sluice.run.RunReport;
import dev.sluice.store.Keys;
import dev.sluice.store.ObjectStore;
import dev.sluice.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What nothing needs any more is deleted, by ledger; what something needs is not, however old it is.
@Tag("slow")
class CleanUpTest {
    private static final String TABLE = "public.sales";
    private static final TableName TARGET = TableName.parse(TABLE);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private Bed bed;

    @BeforeEach
    void threeSlicesInStep() {
        bed = Bed.of(TestPostgres.MIDDLE, directory)
                .execute(
                        "CREATE TABLE sales (id int PRIMARY KEY, part text, v int)",
                        "INSERT INTO sales SELECT n, 'P' || n % 3, 0 FROM generate_series(1, 30) n")
                .tables(TABLE + ": {strategy: sliced, slice_by: part}");
        assertSucceeded(bed.sync());
    }

    @Test
    void supersededObjectsGoOnceTheyAreOldAndTheOnlyCopyOfAnUnchangedSliceStaysForEver() {
        Set<String> first = objects();
        assertThat(first).hasSize(6);
        bed.execute("UPDATE sales SET v = 1 WHERE part = 'P1'");
        assertSucceeded(bed.sync());
        Set<String> second = objects();
        assertThat(second).as("superseded, but young").containsAll(first).hasSize(8);
        // Forty days pass; the ledger's times are what counts.
        warehouse("UPDATE sluice.slice_log SET loaded_at = loaded_at - INTERVAL 40 DAY");
        bed.execute("UPDATE sales SET v = 2 WHERE part = 'P2'");

        assertSucceeded(bed.sync());

        Set<String> gone = new TreeSet<>(first);
        gone.removeAll(objects());
        assertThat(gone).hasSize(2).allMatch(key -> key.contains("slice=P1"));
        assertThat(objects())
                .containsAll(first.stream()
                        .filter(key -> key.contains("slice=P0") || key.contains("slice=P2"))
                        .toList());
        bed.assertEqualEnds(TABLE);
    }

    @Test
    void theLastObjectsOfAVanishedSliceAreKeptLikeSupersededOnes() {
        Set<String> first = objects();
        bed.execute("DELETE FROM sales WHERE part = 'P1'");
        assertSucceeded(bed.sync());
        assertThat(objects()).isEqualTo(first);
        warehouse("UPDATE sluice.slice_log SET loaded_at = loaded_at - INTERVAL 40 DAY");
        bed.execute("UPDATE sales SET v = 2 WHERE part = 'P2'");
        assertSucceeded(bed.sync());
        assertThat(objects()).noneMatch(key -> key.contains("slice=P1"));
    }

    @Test
    void anAttemptThatLostIsDeletedByTheNextRunThatLands() {
        String raw = objects().stream()
                .filter(key -> key.startsWith("raw/") && key.contains("slice=P0"))
                .findFirst()
                .orElseThrow();
        String lost = raw.replaceAll("attempt=[^/]*", "attempt=01LOST");
        Locks.inLake(bed, store -> {
            store.write(lost, "rows of an attempt whose receipt came second");
            return lost;
        });
        bed.execute("UPDATE sales SET v = 1 WHERE part = 'P1'");
        assertSucceeded(bed.sync());
        assertThat(objects()).doesNotContain(lost).contains(raw);
        bed.assertNoOrphans();
    }

    /// The failed run landed two slices and could not load one of them; the change is taken back before
    /// the next run, which therefore lands nothing.
    @Test
    void whatAFailedRunLandedIsDeletedByTheNextRunEvenIfThatHasNothingToDo() {
        bed.execute("UPDATE sales SET v = 1 WHERE part <> 'P0'");
        try (OtherProcess failing = OtherProcess.sync(bed, TABLE, "load.marker-written")) {
            failing.awaitPause();
            Locks.inLake(bed, store -> {
                List<String> keys = store.list("lake/public.sales/slice=P2/").stream()
                        .map(ObjectStore.Stat::key)
                        .toList();
                store.delete(List.of(keys.getLast()));
                return keys;
            });
            failing.resume();
            assertThat(failing.await()).as(failing.everything()).isEqualTo(Sluice.FAILED);
        }
        Set<String> left = objects();
        assertThat(left).hasSizeGreaterThan(6);
        bed.execute("UPDATE sales SET v = 0");
        RunReport next = bed.sync();
        assertSucceeded(next);
        assertThat(next.tables()).allMatch(t -> t.slices().kept() == 3);
        assertThat(objects()).hasSize(6);
        bed.assertNoOrphans();
    }

    @Test
    void theWorkOfDeadProcessesIsDeletedAndThatOfLivingOnesIsNot() throws IOException, InterruptedException {
        Process living = new ProcessBuilder("sleep", "60").start();
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Path work = directory.resolve(".sluice/work");
        Path ofLiving = Files.createDirectories(work.resolve("work-" + living.pid() + "/land-1"));
        Path ofDead = Files.createDirectories(work.resolve("work-" + dead.pid() + "/land-1"));
        Files.writeString(ofDead.resolve("0.csv"), "rows");
        assertSucceeded(bed.sync());
        assertThat(ofDead.getParent()).doesNotExist();
        assertThat(ofLiving).exists();
        living.destroyForcibly();
    }

    /// A mirror that says nothing is there, while the ledger says all is in step: who believes it loads
    /// all again.
    @Test
    void aPublishMarkerThatWasLeftBehindMakesTheNextRunReadTheLedger() {
        bed.tables(TABLE + ": {strategy: sliced, slice_by: part, recheck: {warehouse: never}}");
        String truth = Locks.inLake(
                bed, store -> store.read(Keys.ledger(TARGET)).orElseThrow().text());
        String lie = truth.replaceAll("\"entries\":\\[.*?\\]", "\"entries\":[]");
        assertThat(lie).isNotEqualTo(truth);
        Locks.inLake(bed, store -> {
            store.write(Keys.ledger(TARGET), lie);
            return lie;
        });
        assertThat(replaces(bed.plan(TABLE))).as("the mirror is believed").isEqualTo(3);
        Locks.inLake(bed, store -> {
            store.write(Keys.publishMarker(TARGET), "{\"run_id\":\"dead\"}");
            return lie;
        });
        assertThat(replaces(bed.plan(TABLE))).as("the ledger is read").isZero();

        RunReport report = bed.sync();

        assertSucceeded(report);
        assertThat(report.tables()).allMatch(t -> t.slices().kept() == 3);
        bed.assertNoOrphans();
        assertThat(replaces(bed.plan(TABLE))).as("the mirror is right again").isZero();
    }

    private static long replaces(PlanDocument plan) {
        return plan.plan().count(dev.sluice.model.Action.REPLACE);
    }

    private Set<String> objects() {
        return Locks.inLake(bed, store -> {
            Set<String> keys = new TreeSet<>();
            List.of("raw/", "lake/").forEach(top -> store.list(top).forEach(stat -> keys.add(stat.key())));
            return keys;
        });
    }

    private void warehouse(String sql) {
        try (Connection connection = bed.warehouse();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertSucceeded(RunReport report) {
        assertThat(report.status()).as("%s", report).isEqualTo("SUCCEEDED");
    }
}
