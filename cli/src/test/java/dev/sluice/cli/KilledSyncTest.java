package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.TestPostgres;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever a sync is doing when it is killed, readers find the state before or after it, and the next
/// sync ends as if nothing had happened. One shop for all places: each round of business begins where the
/// last recovery ended.
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KilledSyncTest {
    private static final int FIRST_WAVE = 8;

    /// Places up to the commit, and from it on, that are reached by every table that changed.
    private static final List<String> BEFORE_COMMIT = List.of(
            "plan.locked",
            "plan.written",
            "land.read",
            "land.object-written",
            "land.objects-without-receipt",
            "land.receipt-written",
            "convert.object-written",
            "convert.objects-without-receipt",
            "convert.receipt-written",
            "load.marker-written",
            "load.downloaded");

    private static final List<String> INSIDE = List.of("load.rows-without-ledger", "load.before-commit");
    private static final List<String> JUST_AFTER = List.of("load.committed", "load.receipt-written");
    private static final List<String> AFTER_COMMIT =
            List.of("load.committed-without-mirror", "load.mirror-written", "load.committed-without-receipt");
    private static final List<String> AT_THE_END = List.of(
            "verify.sweep-listed", "verify.result-written", "verify.lock-released", "report.begun", "report.written");

    private static final List<String> TABLES = List.of(Shop.WHOLESALE, Shop.SLICED, Shop.TIME_SLICED);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path directory;

    @SuppressWarnings("NullAway.Init")
    private Shop shop;

    @BeforeAll
    void everyTableIsInStep() {
        shop = new Shop(freshBed(directory));
        shop.assertRecovers();
    }

    Bed freshBed(Path empty) {
        return Bed.of(TestPostgres.MIDDLE, empty);
    }

    /// Publish points with every strategy, the others with the strategies in turn.
    static List<Arguments> places() {
        List<Arguments> places = new ArrayList<>();
        int turn = 0;
        for (String place : BEFORE_COMMIT) {
            places.add(Arguments.of(place, TABLES.get(turn++ % TABLES.size()), Seen.OLD));
        }
        for (String table : TABLES) {
            INSIDE.forEach(place -> places.add(Arguments.of(place, table, Seen.OLD)));
            JUST_AFTER.forEach(place -> places.add(Arguments.of(place, table, Seen.FIRST_WAVE)));
        }
        for (String place : AFTER_COMMIT) {
            places.add(Arguments.of(place, TABLES.get(turn++ % TABLES.size()), Seen.FIRST_WAVE));
        }
        for (String place : AT_THE_END) {
            places.add(Arguments.of(place, TABLES.get(turn++ % TABLES.size()), Seen.NEW));
        }
        return places;
    }

    /// What a reader finds after the kill; the first wave of a table that is not time-sliced is all of
    /// it.
    enum Seen {
        OLD,
        FIRST_WAVE,
        NEW
    }

    @ParameterizedTest(name = "{1} killed at {0}: readers see {2}")
    @MethodSource("places")
    void isAsIfItHadNeverBeenKilled(String place, String table, Seen expected) {
        kill(place, table, expected);
    }

    void kill(String place, String table, Seen expected) {
        Map<String, String> before = shop.published(table);
        shop.business();
        Map<String, String> after = shop.atSource(table);

        try (OtherProcess sync = OtherProcess.sync(shop.bed(), table, place)) {
            sync.awaitPause().kill();
        }

        Map<String, String> seen = shop.published(table);
        switch (expected) {
            case OLD -> assertThat(seen).isEqualTo(before);
            case NEW -> assertThat(seen).isEqualTo(after);
            case FIRST_WAVE -> {
                if (table.equals(Shop.TIME_SLICED)) {
                    assertFirstWave(seen, before, after);
                } else {
                    assertThat(seen).isEqualTo(after);
                }
            }
        }
        shop.assertRecovers();
    }

    /// Every slice is old or new as a whole, and the new ones are the newest of those that changed.
    private static void assertFirstWave(
            Map<String, String> seen, Map<String, String> before, Map<String, String> after) {
        TreeSet<String> changed = new TreeSet<>(before.keySet());
        changed.addAll(after.keySet());
        changed.removeIf(slice -> after.getOrDefault(slice, "").equals(before.get(slice)));
        assertThat(changed).hasSizeGreaterThan(FIRST_WAVE);
        TreeSet<String> replaced = new TreeSet<>();
        for (String slice : changed) {
            String now = seen.getOrDefault(slice, "");
            if (now.equals(after.getOrDefault(slice, ""))) {
                replaced.add(slice);
            } else {
                assertThat(now).isEqualTo(before.getOrDefault(slice, ""));
            }
        }
        assertThat(replaced)
                .containsExactlyElementsOf(changed.descendingSet().stream()
                        .limit(FIRST_WAVE)
                        .sorted()
                        .toList());
    }
}
