package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cli.lake.EmbeddedS3;
import dev.sluice.model.DataMismatch;
import dev.sluice.model.TableName;
import dev.sluice.store.InParallel;
import dev.sluice.store.ObjectStore;
import dev.sluice.store.TableLocks;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The locks of tables, on the real S3 protocol.
class TableLocksTest {
    private static final TableName TABLE = TableName.parse("public.sales");
    private static final int MANY = 20;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private EmbeddedS3 s3;

    private Instant now = Instant.parse("2026-03-01T10:00:00Z");

    @BeforeEach
    void serve() {
        s3 = EmbeddedS3.start(directory);
    }

    @AfterEach
    void stop() {
        s3.close();
    }

    @Test
    void theEpochGrowsWithEveryTakerAndStaysForTheSameRun() {
        TableLocks locks = locks("a");
        assertThat(locks.take(TABLE, "run-1", 0)).isEqualTo(held(1));
        assertThat(locks.take(TABLE, "run-1", 0)).as("a second attempt").isEqualTo(held(1));
        locks.release(TABLE, "run-1", true);
        assertThat(locks.take(TABLE, "run-2", 1)).isEqualTo(held(2));
        locks.release(TABLE, "run-2", true);
        assertThat(locks.take(TABLE, "run-3", 41)).as("the ledger is ahead").isEqualTo(held(42));
    }

    @Test
    void theFirstEpochOfANewLakeIsAboveThatOfTheLedger() {
        assertThat(locks("a").take(TABLE, "run-1", 7)).isEqualTo(held(8));
    }

    @Test
    void aHeldLockIsBusyUntilItExpires() {
        TableLocks locks = locks("a");
        locks.take(TABLE, "run-1", 0);
        Instant end = now.plus(TableLocks.TIME_TO_LIVE);
        assertThat(locks.take(TABLE, "run-2", 0)).isEqualTo(new TableLocks.Taken.Busy("run-1", end));
        now = end.minusSeconds(1);
        assertThat(locks.take(TABLE, "run-2", 0)).isEqualTo(new TableLocks.Taken.Busy("run-1", end));
        now = end;
        assertThat(locks.take(TABLE, "run-2", 0)).isEqualTo(new TableLocks.Taken.Held(2, true));
    }

    @Test
    void renewingPutsTheEndOff() {
        TableLocks locks = locks("a");
        locks.take(TABLE, "run-1", 0);
        now = now.plus(TableLocks.TIME_TO_LIVE).minusSeconds(1);
        locks.renew(TABLE, "run-1", 1);
        now = now.plusSeconds(2);
        assertThat(locks.take(TABLE, "run-2", 0)).isInstanceOf(TableLocks.Taken.Busy.class);
    }

    @Test
    void aLockThatExpiredAndWasNotTakenIsRenewed() {
        TableLocks locks = locks("a");
        locks.take(TABLE, "run-1", 0);
        now = now.plus(Duration.ofDays(1));
        locks.renew(TABLE, "run-1", 1);
        assertThat(locks.take(TABLE, "run-2", 0)).isInstanceOf(TableLocks.Taken.Busy.class);
    }

    @Test
    void renewingFailsOnceAnotherRunTookOver() {
        TableLocks locks = locks("a");
        locks.take(TABLE, "run-1", 0);
        now = now.plus(TableLocks.TIME_TO_LIVE);
        locks.take(TABLE, "run-2", 0);
        assertThatThrownBy(() -> locks.renew(TABLE, "run-1", 1))
                .isInstanceOf(DataMismatch.class)
                .hasMessage("public.sales: the lock of epoch 1 was taken over (epoch 2, run run-2); "
                        + "this run publishes nothing more");
        locks.renew(TABLE, "run-2", 2);
    }

    @Test
    void renewingFailsIfTheLockIsGoneOrFree() {
        TableLocks locks = locks("a");
        locks.take(TABLE, "run-1", 0);
        locks.release(TABLE, "run-1", true);
        assertThatThrownBy(() -> locks.renew(TABLE, "run-1", 1)).isInstanceOf(DataMismatch.class);
        store().delete(List.of("locks/public.sales.json"));
        assertThatThrownBy(() -> locks.renew(TABLE, "run-1", 1))
                .isInstanceOf(DataMismatch.class)
                .hasMessageContaining("gone from the lake");
    }

    @Test
    void onlyTheHolderReleases() {
        TableLocks locks = locks("a");
        locks.release(TABLE, "nobody", true);
        locks.take(TABLE, "run-1", 0);
        locks.release(TABLE, "run-2", true);
        assertThat(locks.take(TABLE, "run-2", 0)).isInstanceOf(TableLocks.Taken.Busy.class);
        locks.release(TABLE, "run-1", true);
        assertThat(locks.take(TABLE, "run-2", 0)).isEqualTo(held(2));
    }

    @Test
    void whatADeadRunLeftIsRememberedUntilARunHasCleanedUp() {
        TableLocks locks = locks("a");
        locks.take(TABLE, "dies", 0);
        now = now.plus(TableLocks.TIME_TO_LIVE);
        assertThat(locks.take(TABLE, "run-2", 0)).isEqualTo(new TableLocks.Taken.Held(2, true));
        locks.renew(TABLE, "run-2", 2);
        locks.release(TABLE, "run-2", false);
        assertThat(locks.take(TABLE, "run-3", 0)).isEqualTo(new TableLocks.Taken.Held(3, true));
        locks.release(TABLE, "run-3", true);
        assertThat(locks.take(TABLE, "run-4", 0)).isEqualTo(held(4));
    }

    @Test
    void whatAFailedRunLeftIsRememberedWhoeverHoldsTheLock() {
        TableLocks locks = locks("a");
        locks.leftovers(TABLE);
        assertThat(store().list("locks/")).isEmpty();
        locks.take(TABLE, "run-1", 0);
        locks.leftovers(TABLE);
        locks.renew(TABLE, "run-1", 1);
        locks.release(TABLE, "run-1", false);
        assertThat(locks.take(TABLE, "run-2", 0)).isEqualTo(new TableLocks.Taken.Held(2, true));
    }

    @Test
    void theLockOfAProcessThatEndedIsTakenAtOnce() throws Exception {
        Process shortLived = new ProcessBuilder("sleep", "60").start();
        String[] me = ProcessIdentity.mine().split("\\|", -1);
        String dead = me[0] + "|" + shortLived.pid() + "|"
                + shortLived.info().startInstant().map(Instant::toString).orElse("");
        assertThat(ProcessIdentity.provenDead(ProcessIdentity.mine())).isFalse();
        assertThat(ProcessIdentity.provenDead(dead)).as("alive: %s", dead).isFalse();
        locks(dead).take(TABLE, "run-1", 0);
        assertThat(locks("a").take(TABLE, "run-2", 0)).isInstanceOf(TableLocks.Taken.Busy.class);

        shortLived.destroyForcibly().waitFor();

        assertThat(ProcessIdentity.provenDead("elsewhere" + dead))
                .as("another host")
                .isFalse();
        assertThat(locks("a").take(TABLE, "run-2", 0)).isEqualTo(new TableLocks.Taken.Held(2, true));
    }

    @Test
    void aProcessIdThatWasUsedAgainIsAnotherProcess() {
        String[] me = ProcessIdentity.mine().split("\\|", -1);
        assertThat(ProcessIdentity.provenDead(me[0] + "|" + me[1] + "|2001-01-01T00:00:00Z"))
                .isTrue();
        assertThat(ProcessIdentity.provenDead("arn:aws:lambda:x")).isFalse();
    }

    @Test
    void ofManyTakersAtOnceOneWins() throws Exception {
        for (long epoch = 1; epoch <= 3; epoch++) {
            List<TableLocks.Taken> taken = atOnce("run-" + epoch);
            assertThat(taken)
                    .filteredOn(t -> t instanceof TableLocks.Taken.Held)
                    .containsExactly(held(epoch));
            int winner = IntStream.range(0, MANY)
                    .filter(i -> taken.get(i) instanceof TableLocks.Taken.Held)
                    .findFirst()
                    .orElseThrow();
            locks("a").release(TABLE, "run-" + epoch + "-" + winner, true);
        }
    }

    private List<TableLocks.Taken> atOnce(String run) throws Exception {
        CountDownLatch ready = new CountDownLatch(MANY);
        try (ExecutorService threads = Executors.newFixedThreadPool(MANY)) {
            List<Future<TableLocks.Taken>> takers = IntStream.range(0, MANY)
                    .mapToObj(i -> threads.submit(() -> {
                        ready.countDown();
                        ready.await();
                        return locks("process-" + i).take(TABLE, run + "-" + i, 0);
                    }))
                    .toList();
            return takers.stream().map(TableLocksTest::get).toList();
        }
    }

    private static <T> T get(Future<T> future) {
        try {
            return future.get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /// Batches side by side renew the lock of their table all the time.
    @Test
    void manyBatchesOfOneRunRenewAtOnce() {
        locks("a").take(TABLE, "run-1", 0);
        for (int i = 0; i < 3; i++) {
            now = now.plus(Duration.ofMinutes(5));
            InParallel.map(IntStream.range(0, 4 * MANY).boxed().toList(), n -> {
                locks("process-" + n).renew(TABLE, "run-1", 1);
                return n;
            });
        }
        now = now.plus(TableLocks.TIME_TO_LIVE).minusSeconds(1);
        assertThat(locks("b").take(TABLE, "run-2", 0)).isInstanceOf(TableLocks.Taken.Busy.class);
    }

    private static TableLocks.Taken held(long epoch) {
        return new TableLocks.Taken.Held(epoch, false);
    }

    private TableLocks locks(String holder) {
        return new TableLocks(store(), new Ticking(), holder, ProcessIdentity::provenDead);
    }

    private ObjectStore store() {
        return s3.store("");
    }

    /// Stands where the test put it.
    private final class Ticking extends Clock {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
