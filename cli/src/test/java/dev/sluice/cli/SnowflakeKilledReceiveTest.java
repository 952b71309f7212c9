package dev.sluice.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The same with Snowflake as the warehouse, killed at every place of a publish. A killed process leaves
/// its session with the transaction open, and with it the lock of the rows.
@Tag("slow")
class SnowflakeKilledReceiveTest extends KilledReceiveTest {
    private static final List<String> BEFORE_COMMIT = List.of(
            "load.target-evolved",
            "load.manifest-written",
            "load.staging-created",
            "load.submitted",
            "load.staged",
            "load.locked",
            "load.rows-without-ledger",
            "load.before-commit");

    private static final List<String> AFTER_COMMIT =
            List.of("load.committed", "load.committed-without-receipt", "verify.sweep-listed");

    @SuppressWarnings("NullAway.Init")
    private SnowflakeBeside snowflake;

    @Override
    DropsBed freshBed(Path empty) {
        snowflake = SnowflakeBeside.start(empty);
        return new DropsBed(empty, snowflake);
    }

    @AfterEach
    void stop() {
        snowflake.close();
    }

    static List<Arguments> placesOfSnowflake() {
        List<Arguments> places = new ArrayList<>();
        int turn = 0;
        for (String place : BEFORE_COMMIT) {
            places.add(Arguments.of(place, MODES.get(turn++ % MODES.size()), false));
        }
        for (String place : AFTER_COMMIT) {
            places.add(Arguments.of(place, MODES.get(turn++ % MODES.size()), true));
        }
        return places;
    }

    @Override
    @ParameterizedTest(name = "{1} killed at {0}: readers see the new rows: {2}")
    @MethodSource("placesOfSnowflake")
    void isAsIfItHadNeverBeenKilled(String place, String mode, boolean committed) throws Exception {
        kill(place, mode, committed);
    }
}
