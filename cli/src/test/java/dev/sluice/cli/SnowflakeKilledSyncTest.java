package dev.sluice.cli;

import dev.sluice.testing.TestPostgres;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The same with Snowflake as the warehouse, killed at every place of a publish. A killed process leaves
/// its session with the transaction open, and with it the lock of the table.
@Tag("slow")
class SnowflakeKilledSyncTest extends KilledSyncTest {
    private static final List<String> BEFORE_COMMIT = List.of(
            "load.marker-written",
            "load.target-evolved",
            "load.manifest-written",
            "load.staging-created",
            "load.submitted",
            "load.staged",
            "load.locked",
            "load.rows-without-ledger",
            "load.before-commit");

    private static final List<String> AFTER_COMMIT = List.of(
            "load.before-drop",
            "load.committed",
            "load.committed-without-mirror",
            "load.mirror-written",
            "load.committed-without-receipt",
            "load.receipt-written");

    private static final List<String> TABLES = List.of(Shop.SLICED, Shop.WHOLESALE, Shop.TIME_SLICED);

    @SuppressWarnings("NullAway.Init")
    private SnowflakeBeside snowflake;

    @Override
    Bed freshBed(Path empty) {
        snowflake = SnowflakeBeside.start(empty);
        return Bed.of(TestPostgres.MIDDLE, empty, snowflake);
    }

    @AfterAll
    void stop() {
        snowflake.close();
    }

    static List<Arguments> places() {
        List<Arguments> places = new ArrayList<>();
        int turn = 0;
        for (String place : BEFORE_COMMIT) {
            places.add(Arguments.of(place, TABLES.get(turn++ % TABLES.size()), Seen.OLD));
        }
        for (String place : AFTER_COMMIT) {
            places.add(Arguments.of(place, TABLES.get(turn++ % TABLES.size()), Seen.FIRST_WAVE));
        }
        places.add(Arguments.of("report.written", Shop.SLICED, Seen.NEW));
        return places;
    }

    @Override
    @ParameterizedTest(name = "{1} killed at {0}: readers see {2}")
    @MethodSource("dev.sluice.cli.SnowflakeKilledSyncTest#places")
    void isAsIfItHadNeverBeenKilled(String place, String table, Seen expected) {
        kill(place, table, expected);
    }
}
