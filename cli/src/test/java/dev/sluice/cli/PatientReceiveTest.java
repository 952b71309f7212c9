package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.config.SluiceConfig;
import dev.sluice.drop.FeedResult;
import dev.sluice.machine.Listener;
import dev.sluice.machine.TimeSource;
import dev.sluice.model.TableName;
import dev.sluice.run.DropReport;
import dev.sluice.store.Json;
import dev.sluice.store.Progress;
import dev.sluice.store.TableLocks;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A run that the doorbell starts while another one has the feed: the state machine's own waiting.
class PatientReceiveTest {
    private static final TableName TARGET = TableName.parse("retail.pos");

    private static final JsonNode REQUEST =
            Json.read("{\"feeds\": [\"pos\"], \"trigger\": \"doorbell\", \"patient\": true}", JsonNode.class, "");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    /// Time that goes by at once; something happens in each wait.
    ///
    /// @param meanwhile given the number of the wait, from 1
    private record Passing(List<Duration> waits, Consumer<Integer> meanwhile) implements TimeSource {
        @Override
        public Instant now() {
            return TimeSource.SYSTEM.now();
        }

        @Override
        public void sleep(Duration duration) {
            waits.add(duration);
            meanwhile.accept(waits.size());
        }

        @Override
        public Timer after(Duration delay, Runnable action) {
            return TimeSource.SYSTEM.after(delay, action);
        }
    }

    @Test
    void itWaitsUntilThatOneIsDoneAndLoadsWhatCameMeanwhile() {
        DropsBed bed = new DropsBed(directory)
                .feeds("pos: {match: \"drops/pos/*.csv\", format: csv, target: retail.pos, columns: {id: integer},"
                        + " mode: append}");
        SluiceConfig config = SluiceConfig.parse(bed.yaml(), "sluice.yaml", directory, name -> "any");
        List<Duration> waits = new ArrayList<>();
        List<LocalRun> opened = new ArrayList<>();
        Passing time = new Passing(waits, wait -> {
            if (wait == 3) {
                bed.drop("drops/pos/a.csv", "id\n1\n");
                opened.getFirst().locks().release(TARGET, "other", true);
            }
        });
        try (LocalRun run = LocalRun.open(
                config,
                directory.resolve(".sluice"),
                Progress.NONE,
                new LocalRun.Patience(Duration.ofSeconds(5), time))) {
            opened.add(run);
            assertThat(run.locks().take(TARGET, "other", 0)).isInstanceOf(TableLocks.Taken.Held.class);

            DropReport report = run.receive(LocalRun.newRunId(), REQUEST, Listener.NONE, run.dropStages()::invoke);

            assertThat(report.status()).as("%s", report).isEqualTo("SUCCEEDED");
            assertThat(report.feeds().getFirst().status()).isEqualTo(FeedResult.Status.SUCCEEDED);
            assertThat(report.feeds().getFirst().rows()).isEqualTo(1);
        }
        assertThat(waits).hasSize(3).containsOnly(Duration.ofSeconds(20));
    }
}
