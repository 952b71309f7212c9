package dev.sluice.cli;

import dev.sluice.cli.aws.Environments;
import dev.sluice.cli.aws.RemoteRuns;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Whether a command is about this machine, or about an environment on AWS.
class EnvironmentChoice {
    @Option(
            names = "--env",
            paramLabel = "NAME",
            description = "An environment on AWS, by its name in environments.yaml beside sluice.yaml.")
    private @Nullable String name;

    final boolean here() {
        return name == null;
    }

    final Optional<String> name() {
        return Optional.ofNullable(name);
    }

    /// @throws dev.sluice.model.InvalidRequest `environments.yaml` does not say where it is
    final RemoteRuns open(ConfigOptions options) {
        return RemoteRuns.open(Environments.find(
                options.file.toAbsolutePath().resolveSibling(Environments.FILE), name().orElseThrow()));
    }
}
