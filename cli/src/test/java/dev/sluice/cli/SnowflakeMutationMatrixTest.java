package dev.sluice.cli;

import dev.sluice.testing.TestPostgres;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every kind of change under every strategy, with Snowflake as the target.
@Tag("slow")
class SnowflakeMutationMatrixTest extends MutationMatrixTest {
    @SuppressWarnings("NullAway.Init")
    private SnowflakeBeside snowflake;

    @Override
    Bed freshBed(int major, Path empty) {
        snowflake = SnowflakeBeside.start(empty);
        return Bed.of(major, empty, snowflake);
    }

    @Override
    boolean keepsSignsOfZeros() {
        return true;
    }

    @AfterEach
    void stop() {
        snowflake.close();
    }

    @Override
    @ParameterizedTest
    @ValueSource(ints = TestPostgres.NEWEST)
    void everyChangeMovesItsSlicesAndNoOthers(int major) {
        super.everyChangeMovesItsSlicesAndNoOthers(major);
    }

    /// Of the source alone.
    @Override
    void detectByCardinalityMissesWhateverKeepsTheNumberOfRows() {}
}
