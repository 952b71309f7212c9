package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.SluiceConfig;
import dev.sluice.drop.FeedPlan;
import dev.sluice.drop.FeedResult;
import dev.sluice.drop.FileLoadReceipt;
import dev.sluice.model.TableName;
import dev.sluice.run.DropReport;
import dev.sluice.store.ObjectsInMemory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// When `sluice watch` thinks that a run is worth it.
class DoorbellTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private final ObjectsInMemory lake = new ObjectsInMemory();
    private final Doorbell doorbell = new Doorbell(
            SluiceConfig.parse(
                            new DropsBed(Path.of("nowhere"))
                                    .feeds(
                                            "pos: {match: \"drops/*.csv\", format: csv, columns: {id: integer}, mode: append}")
                                    .yaml(),
                            "sluice.yaml",
                            Path.of("nowhere"),
                            name -> "any")
                    .drops(),
            List.of(),
            Duration.ofSeconds(30));

    private boolean ringsAfter(int seconds) {
        return doorbell.rings(lake, START.plusSeconds(seconds));
    }

    private static DropReport report(FeedResult.Status status, int young) {
        FeedResult result = new FeedResult(
                "pos",
                TableName.parse("drops.pos"),
                status,
                new FeedPlan.Found(0, 0, 0, young, 0, 0, 0),
                new FileLoadReceipt.Files(0, 0, 0, 0, 0, 0),
                0,
                0,
                0,
                0,
                Optional.empty(),
                false,
                List.of(),
                List.of(),
                Optional.empty());
        return new DropReport("run", "SUCCEEDED", 1, List.of(result), Optional.empty(), Optional.empty());
    }

    private void answered() {
        doorbell.answered(report(FeedResult.Status.SUCCEEDED, 0));
    }

    @Test
    void ringsAtTheBeginningAndThenOnlyForWhatIsNew() {
        lake.write("drops/a.csv", "id");
        assertThat(ringsAfter(0)).isTrue();
        answered();
        assertThat(ringsAfter(100)).isFalse();
        lake.write("drops/readme.txt", "not of the feed");
        assertThat(ringsAfter(200)).isFalse();
    }

    @Test
    void aNewFileWaitsForOthersButNotForEver() {
        assertThat(ringsAfter(0)).isTrue();
        answered();
        lake.write("drops/a.csv", "id");
        assertThat(ringsAfter(1)).isFalse();
        lake.write("drops/b.csv", "id");
        assertThat(ringsAfter(30)).isFalse();
        assertThat(ringsAfter(31)).isTrue();
    }

    @Test
    void manyFilesDoNotWait() {
        assertThat(ringsAfter(0)).isTrue();
        answered();
        for (int i = 0; i < 1_000; i++) {
            lake.write("drops/" + i + ".csv", "id");
        }
        assertThat(ringsAfter(1)).isTrue();
    }

    @Test
    void anOverwrittenFileIsNew() {
        lake.write("drops/a.csv", "id");
        assertThat(ringsAfter(0)).isTrue();
        answered();
        lake.write("drops/a.csv", "di");
        assertThat(ringsAfter(1)).isFalse();
        assertThat(ringsAfter(40)).isTrue();
    }

    @Test
    void whatARunLeftForTheNextOneIsNewStill() {
        lake.write("drops/a.csv", "id");
        for (DropReport left : List.of(report(FeedResult.Status.SUCCEEDED, 1), report(FeedResult.Status.DEFERRED, 0))) {
            assertThat(ringsAfter(0)).isTrue();
            doorbell.answered(left);
        }
        assertThat(ringsAfter(1)).isTrue();
    }
}
