package dev.sluice.cli;

import dev.sluice.cli.aws.RemoteRuns;
import dev.sluice.model.InvalidRequest;
import dev.sluice.store.TableLocks;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `sluice stop`.
@Command(
        name = "stop",
        mixinStandardHelpOptions = true,
        description = {
            "Ends a run on AWS. What it has published stays; the next run does the rest.",
            "A run on this machine is ended with Ctrl-C, or SIGTERM to its process."
        },
        footer = "Exit code 0 if it was stopped, 1 if it had ended before, 2 for usage or configuration.")
final class StopCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    @Mixin
    private final EnvironmentChoice environment = new EnvironmentChoice();

    @Parameters(paramLabel = "RUN", arity = "1", description = "The id of the run, as sluice runs --env prints it.")
    @SuppressWarnings("NullAway.Init")
    private String run;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        if (environment.here()) {
            throw new InvalidRequest(
                    "stop: --env NAME is missing. Only runs on AWS are stopped by their id; one on this machine ends with"
                            + " Ctrl-C, or SIGTERM to its process");
        }
        PrintWriter out = spec.commandLine().getOut();
        try (RemoteRuns runs = environment.open(options)) {
            if (runs.stop(run)) {
                out.println(
                        "Run %s is being stopped. What it published stays; tables that it was working on are free for the next run within %d minutes."
                                .formatted(run, TableLocks.TIME_TO_LIVE.toMinutes()));
                return Sluice.OK;
            }
            spec.commandLine()
                    .getErr()
                    .println("sluice: run " + run + " had ended before; sluice runs --env "
                            + environment.name().orElse("") + " says how");
            return Sluice.FAILED;
        }
    }
}
