package dev.sluice.cli;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;

/// The same with Snowflake as the warehouse.
@Tag("slow")
class SnowflakeDropFormatsTest extends DropFormatsTest {
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
}
