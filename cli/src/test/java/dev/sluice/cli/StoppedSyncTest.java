package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Ctrl-C and SIGTERM end a run within seconds; nothing stays behind, and the next run works.
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StoppedSyncTest {
    private static final Duration SECONDS = Duration.ofSeconds(10);

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

    @ParameterizedTest(name = "SIG{0} at {1}")
    @CsvSource({"INT, land.read, 130", "TERM, convert.object-written, 143", "TERM, load.rows-without-ledger, 143"})
    void aStoppedRunCleansUpAndGoes(String signal, String place, int code) {
        shop.business();
        Map<String, String> before = shop.published(Shop.SLICED);
        try (OtherProcess sync = OtherProcess.sync(shop.bed(), Shop.SLICED, place)) {
            sync.awaitPause().signal(signal);
            assertThat(sync.await(SECONDS)).as(sync.everything()).isEqualTo(code);
            assertThat(sync.everything()).doesNotContain("this is a bug");
        }
        assertThat(directory.resolve(".sluice/work")).isEmptyDirectory();
        assertThat(shop.published(Shop.SLICED)).isEqualTo(before);
        shop.assertRecovers();
    }

    /// A thread that waits for the network does not notice that it is no longer wanted.
    @Test
    void aRunThatWaitsForALockAtTheSourceGoesToo() throws SQLException {
        shop.business();
        try (Connection holder = shop.bed().source().connection();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("LOCK TABLE sales IN ACCESS EXCLUSIVE MODE");
            try (OtherProcess sync = OtherProcess.sync(shop.bed(), Shop.SLICED, "")) {
                awaitWaiter();
                sync.signal("TERM");
                assertThat(sync.await(SECONDS)).as(sync.everything()).isEqualTo(143);
            }
            assertThat(directory.resolve(".sluice/work")).isEmptyDirectory();
        }
        shop.assertRecovers();
    }

    private void awaitWaiter() {
        long deadline = System.nanoTime() + SECONDS.toNanos() * 6;
        String waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'sales'::regclass";
        while (shop.bed().source().value(waiting).orElse("0").equals("0")) {
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
    }

    /// The demo starts a server of its own.
    @Test
    void aStoppedDemoLeavesNoServer() throws IOException {
        Path home = directory.resolve("demo");
        try (OtherProcess demo = OtherProcess.start(
                directory, "land.read", Sluice.class, List.of("demo", "--directory", home.toString()))) {
            demo.awaitPause();
            String pid =
                    Files.readAllLines(home.resolve("postgres/postmaster.pid")).getFirst();
            ProcessHandle server = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
            demo.signal("TERM");
            assertThat(demo.await(SECONDS.multipliedBy(2)))
                    .as(demo.everything())
                    .isEqualTo(143);
            long deadline = System.nanoTime() + SECONDS.toNanos();
            while (server.isAlive()) {
                assertThat(System.nanoTime()).as("the server is gone").isLessThan(deadline);
                Thread.onSpinWait();
            }
        }
    }
}
