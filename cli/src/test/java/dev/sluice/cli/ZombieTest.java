package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.run.RunReport;
import dev.sluice.testing.TestPostgres;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A run that slept so long that another one took its table over publishes nothing, deletes nothing, and
/// says so.
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ZombieTest {
    private static final String TABLE = Shop.SLICED;

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

    @ParameterizedTest(name = "asleep at {0}")
    @CsvSource({
        "plan.written, public.store",
        "land.read, public.sales",
        "land.receipt-written, public.visits",
        "convert.objects-without-receipt, public.store",
        "load.marker-written, public.sales",
        "load.downloaded, public.visits"
    })
    void publishesNothingAfterAnotherRunPublished(String place, String table) {
        shop.business();
        try (OtherProcess zombie = OtherProcess.sync(shop.bed(), table, place)) {
            zombie.awaitPause();
            shop.business();
            Locks.expire(shop.bed(), table);
            assertSucceeded(shop.bed().sync());
            Map<String, String> published = shop.published(table);
            assertThat(published).isEqualTo(shop.atSource(table));

            zombie.resume();

            assertThat(zombie.await()).as(zombie.everything()).isEqualTo(Sluice.FAILED);
            assertThat(zombie.everything()).contains(table + ": the lock of epoch", "was taken over");
            assertThat(shop.published(table)).isEqualTo(published);
        }
        shop.assertRecovers();
    }

    /// Its wave was published before it fell asleep; what it still does at the end must not undo
    /// anything.
    @ParameterizedTest(name = "asleep at {0}")
    @CsvSource({"load.committed-without-mirror", "load.committed-without-receipt", "verify.sweep-listed"})
    void changesNothingAfterAnotherRunPublishedEvenIfItHadPublishedBefore(String place) {
        shop.business();
        try (OtherProcess zombie = OtherProcess.sync(shop.bed(), TABLE, place)) {
            zombie.awaitPause();
            shop.business();
            Locks.expire(shop.bed(), TABLE);
            assertSucceeded(shop.bed().sync());
            zombie.resume();
            assertThat(zombie.await()).as(zombie.everything()).isEqualTo(Sluice.FAILED);
            assertThat(zombie.everything()).contains("was taken over");
        }
        shop.assertRecovers();
    }

    /// The other run has landed, but not published: only the lock knows of it, the ledger does not.
    @Test
    void publishesNothingWhileTheOtherRunIsStillAtWork() {
        shop.business();
        Map<String, String> before = shop.published(TABLE);
        try (OtherProcess zombie = OtherProcess.sync(shop.bed(), TABLE, "load.marker-written")) {
            zombie.awaitPause();
            Locks.expire(shop.bed(), TABLE);
            try (OtherProcess heir = OtherProcess.sync(shop.bed(), TABLE, "land.receipt-written")) {
                heir.awaitPause();
                zombie.resume();
                assertThat(zombie.await()).as(zombie.everything()).isEqualTo(Sluice.FAILED);
                assertThat(zombie.everything()).contains("was taken over");
                assertThat(shop.published(TABLE)).isEqualTo(before);
                heir.resume();
                assertThat(heir.await()).as(heir.everything()).isZero();
                assertThat(shop.published(TABLE)).isEqualTo(shop.atSource(TABLE));
            }
        }
        shop.assertRecovers();
    }

    /// Asleep with the transaction open: nobody else can publish, and it must not either.
    @Test
    void rollsBackIfItsTableIsTakenOverInTheMiddleOfItsTransaction() {
        shop.business();
        Map<String, String> before = shop.published(TABLE);
        try (OtherProcess zombie = OtherProcess.sync(shop.bed(), TABLE, "load.rows-without-ledger")) {
            zombie.awaitPause();
            shop.business();
            Locks.expire(shop.bed(), TABLE);
            try (OtherProcess heir = OtherProcess.sync(shop.bed(), TABLE, "plan.locked,land.read")) {
                heir.awaitPause().resume();
                zombie.resume();
                assertThat(zombie.await()).as(zombie.everything()).isEqualTo(Sluice.FAILED);
                assertThat(zombie.everything()).contains("was taken over");
                heir.awaitPause();
                assertThat(shop.published(TABLE)).isEqualTo(before);
                heir.resume();
                assertThat(heir.await()).as(heir.everything()).isZero();
            }
        }
        assertThat(shop.published(TABLE)).isEqualTo(shop.atSource(TABLE));
        shop.assertRecovers();
    }

    /// The heir clears away what dead runs left; the zombie, about to clear up too, must spare what the
    /// heir has landed.
    @Test
    void deletesNothingThatTheOtherRunHasLanded() {
        shop.business();
        try (OtherProcess zombie = OtherProcess.sync(shop.bed(), TABLE, "verify.sweep-begun")) {
            zombie.awaitPause();
            shop.business();
            Locks.expire(shop.bed(), TABLE);
            try (OtherProcess heir = OtherProcess.sync(shop.bed(), TABLE, "convert.receipt-written")) {
                heir.awaitPause();
                zombie.resume();
                assertThat(zombie.await()).as(zombie.everything()).isEqualTo(Sluice.FAILED);
                heir.resume();
                assertThat(heir.await()).as(heir.everything()).isZero();
            }
        }
        shop.assertRecovers();
    }

    /// The lake was set back behind the warehouse's back: the lock says that the zombie still holds it.
    /// The ledger knows better.
    @Test
    void publishesNothingIfOnlyTheLedgerKnowsOfTheOtherRun() {
        shop.business();
        try (OtherProcess zombie = OtherProcess.sync(shop.bed(), TABLE, "load.downloaded")) {
            zombie.awaitPause();
            String held = Locks.text(shop.bed(), TABLE);
            shop.business();
            Locks.expire(shop.bed(), TABLE);
            assertSucceeded(shop.bed().sync());
            Locks.overwrite(shop.bed(), TABLE, held);
            zombie.resume();
            assertThat(zombie.await()).as(zombie.everything()).isEqualTo(Sluice.FAILED);
            assertThat(zombie.everything()).contains("the ledger has epoch", "nothing was published");
        }
        assertThat(shop.published(TABLE)).isEqualTo(shop.atSource(TABLE));
        shop.assertRecovers();
    }

    private static void assertSucceeded(RunReport report) {
        assertThat(report.status()).as("%s", report).isEqualTo("SUCCEEDED");
    }
}
