package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.machine.Listener;
import dev.sluice.machine.TimeSource;
import dev.sluice.model.RunRequest;
import dev.sluice.run.RunReport;
import dev.sluice.store.Progress;
import dev.sluice.testing.TestPostgres;
import dev.sluice.verify.TableResult;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Two processes that want the same table, or the same DuckDB file.
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoProcessesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path directory;

    @SuppressWarnings("NullAway.Init")
    private Shop shop;

    @BeforeAll
    void everyTableIsInStep() {
        shop = new Shop(Bed.of(TestPostgres.MIDDLE, directory));
        shop.assertRecovers();
    }

    @Test
    void aTableThatAnotherRunHoldsIsDeferredAndTheRestIsDone() {
        shop.business();
        try (OtherProcess first = OtherProcess.sync(shop.bed(), Shop.SLICED, "convert.receipt-written")) {
            first.awaitPause();

            RunReport second = shop.bed().sync();

            assertThat(second.status()).as("%s", second).isEqualTo("SUCCEEDED");
            assertThat(second.tables())
                    .filteredOn(t -> t.status() == TableResult.Status.DEFERRED)
                    .singleElement()
                    .satisfies(t -> {
                        assertThat(t.table()).hasToString(Shop.SLICED);
                        assertThat(t.error().orElseThrow()).contains("is in the hands of run", "its lock expires at");
                    });
            assertThat(shop.published(Shop.WHOLESALE)).isEqualTo(shop.atSource(Shop.WHOLESALE));
            assertThat(shop.published(Shop.SLICED)).isNotEqualTo(shop.atSource(Shop.SLICED));
            first.resume();
            assertThat(first.await()).as(first.everything()).isZero();
        }
        shop.assertInStep();
    }

    @Test
    void syncsStartedAtOnceDoTheWorkOnceAndBothEndWell() {
        shop.business();
        try (OtherProcess one = OtherProcess.sync(shop.bed(), "", "");
                OtherProcess two = OtherProcess.sync(shop.bed(), "", "")) {
            assertThat(one.await()).as(one.everything()).isZero();
            assertThat(two.await()).as(two.everything()).isZero();
        }
        shop.assertInStep();
    }

    @Test
    void waitsForAnotherProcessThatHasTheDuckDbFileOpen() {
        shop.business();
        try (OtherProcess other = hold(Duration.ofSeconds(2))) {
            other.awaitOutput("open true");
            shop.assertRecovers();
        }
    }

    @Test
    void saysWhoHasTheDuckDbFileIfItTakesTooLong() {
        shop.business();
        AtomicInteger waits = new AtomicInteger();
        LocalRun.Patience little = new LocalRun.Patience(Duration.ofMillis(300), new Impatient(waits));
        try (OtherProcess other = hold(Duration.ofMinutes(2))) {
            other.awaitOutput("open true");
            try (LocalRun run =
                    LocalRun.open(shop.bed().config(), directory.resolve(".sluice"), Progress.NONE, little)) {
                RunRequest request = Bed.request(RunRequest.Mode.SYNC);
                RunReport report = run.run(LocalRun.newRunId(), request, Listener.NONE);
                assertThat(report.status()).as("%s", report).isEqualTo("FAILED");
                assertThat(RunCommands.exitCode(report)).isEqualTo(Sluice.FAILED);
                assertThat(report.tables())
                        .hasSize(3)
                        .allSatisfy(t -> assertThat(t.error().orElseThrow())
                                .contains(
                                        "warehouse.duckdb is open in another process", "Close it there and try again"));
            }
        }
        assertThat(waits).as("retried by the state machine").hasPositiveValue();
        shop.assertRecovers();
    }

    private OtherProcess hold(Duration time) {
        return OtherProcess.start(
                directory,
                "",
                HoldsDuckDb.class,
                List.of(directory.resolve("warehouse.duckdb").toString(), String.valueOf(time.toMillis())));
    }

    /// Waits of the state machine pass in no time.
    private record Impatient(AtomicInteger waits) implements TimeSource {
        @Override
        public Instant now() {
            return SYSTEM.now();
        }

        @Override
        public void sleep(Duration duration) {
            waits.incrementAndGet();
        }

        @Override
        public Timer after(Duration delay, Runnable action) {
            return SYSTEM.after(delay, action);
        }
    }
}
