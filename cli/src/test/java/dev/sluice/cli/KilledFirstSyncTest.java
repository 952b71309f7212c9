package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.TestPostgres;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A first sync that is killed leaves no table or a whole one: never an empty one, never a part of one.
@Tag("slow")
class KilledFirstSyncTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @ParameterizedTest(name = "{1} killed at {0}")
    @CsvSource({
        "plan.locked, public.sales, false",
        "land.objects-without-receipt, public.visits, false",
        "load.rows-without-ledger, public.store, false",
        "load.rows-without-ledger, public.visits, false",
        "load.before-commit, public.sales, false",
        "load.committed, public.store, true",
        "load.committed-without-mirror, public.sales, true"
    })
    void leavesNoTableOrAWholeOne(String place, String table, boolean published) {
        Shop shop = new Shop(Bed.of(TestPostgres.MIDDLE, directory));
        try (OtherProcess sync = OtherProcess.sync(shop.bed(), table, place)) {
            sync.awaitPause().kill();
        }
        assertThat(shop.published(table)).isEqualTo(published ? shop.atSource(table) : Map.of());
        shop.assertRecovers();
    }
}
