package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.drop.FeedPlan;
import dev.sluice.drop.MirroredDrops;
import dev.sluice.model.TableName;
import dev.sluice.run.DropReport;
import dev.sluice.store.Keys;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A receive that finds nothing new leaves Snowflake asleep, and believes the copy of the ledger only as long as
/// it may.
@Tag("slow")
class SnowflakeQuietReceiveTest {
    private static final TableName TARGET = TableName.parse("retail.pos");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private SnowflakeBeside snowflake;

    @SuppressWarnings("NullAway.Init")
    private DropsBed bed;

    @BeforeEach
    void oneFileIsLoaded() {
        snowflake = SnowflakeBeside.start(directory);
        bed = new DropsBed(directory, snowflake)
                .feeds("pos: {match: \"drops/pos/*.csv\", format: csv, target: retail.pos, columns: {id: integer},"
                        + " mode: append}")
                .drop("drops/pos/a.csv", "id\n1\n");
        assertThat(bed.receive().status()).isEqualTo("SUCCEEDED");
    }

    @AfterEach
    void stop() {
        snowflake.close();
    }

    private int statements() {
        return snowflake.server().statements().size();
    }

    private static FeedPlan.Found found(DropReport report) {
        assertThat(report.status()).as("%s", report).isEqualTo("SUCCEEDED");
        return report.feeds().getFirst().found();
    }

    @Test
    void nothingNewIsNoStatementAndTheRunIsEnteredByTheNextThatLoads() {
        int before = statements();
        assertThat(found(bed.receive()).kept()).isEqualTo(1);
        assertThat(statements()).isEqualTo(before);

        bed.drop("drops/pos/b.csv", "id\n2\n");
        assertThat(found(bed.receive()).pending()).isEqualTo(1);
        assertThat(bed.<Integer>with(run -> run.warehouse().runs(10).size())).isEqualTo(3);
    }

    private MirroredDrops.Copy copy(Instant readAt) {
        return new MirroredDrops.Copy(1, TARGET, readAt, 0, List.of(), List.of());
    }

    @Test
    void aCopyIsNotBelievedWhileAPublishIsUnderWayOrAfterOneThatWasInterrupted() {
        bed.with(run -> {
            run.documents().put(Keys.fileLedger(TARGET), copy(Instant.now()));
            run.documents().put(Keys.filePublishMarker(TARGET), Map.of("run_id", "dead"));
            return true;
        });
        assertThat(found(bed.receive()).kept()).isEqualTo(1);

        int before = statements();
        assertThat(found(bed.receive()).kept()).isEqualTo(1);
        assertThat(statements()).as("the marker is gone and the copy agrees").isEqualTo(before);
    }

    @Test
    void aCopyOlderThanADayIsReadAnew() {
        bed.with(run -> {
            run.documents().put(Keys.fileLedger(TARGET), copy(Instant.now().minus(Duration.ofHours(25))));
            return true;
        });
        assertThat(found(bed.receive()).kept()).isEqualTo(1);
    }

    @Test
    void aRefusedVersionLeavesTheOneBeforeInTheCopy() {
        bed.drop("drops/pos/a.csv", "id\none\n");
        assertThat(bed.receive().status()).isEqualTo("FAILED");
        int before = statements();
        assertThat(found(bed.receive()).refused()).isEqualTo(1);
        assertThat(statements()).isEqualTo(before);

        bed.drop("drops/pos/a.csv", "id\n1\n", Instant.now().minusSeconds(30));
        DropReport back = bed.receive();
        assertThat(back.feeds().getFirst().files().same())
                .as("the content of the version in the table: %s", back)
                .isEqualTo(1);
    }
}
