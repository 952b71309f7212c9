package dev.sluice.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where a run takes place, and under which id.
final class PlaceOfRun extends EnvironmentChoice {
    @Option(
            names = "--run-id",
            paramLabel = "RUN",
            description = "With --env: the id of the run. One that was started under this id and asked the same is"
                    + " followed; nothing is started twice.")
    private @Nullable String runId;

    Optional<String> runId() {
        return Optional.ofNullable(runId);
    }
}
