package dev.sluice.cli;

import dev.sluice.adapter.secretsmanager.SecretsManager;
import dev.sluice.cli.aws.RemoteRuns;
import dev.sluice.cli.functions.LocalFunctions;
import dev.sluice.config.LakeConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.Surroundings;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.RunRequest;
import dev.sluice.run.RunReport;
import dev.sluice.store.Documents;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/// What plan, sync, verify and replay have in common: a run in this process or on AWS, with progress.
final class RunCommands {
    private RunCommands() {}

    /// Runs and hands the report, with the lake still open, to the printer.
    ///
    /// @return what the printer returns
    static <T> T run(
            ConfigOptions options,
            PlaceOfRun place,
            RunRequest request,
            PrintWriter err,
            BiFunction<Documents, RunReport, T> printer) {
        if (!place.here()) {
            return elsewhere(options, place, request, err, printer);
        }
        if (place.runId().isPresent()) {
            throw new InvalidRequest("--run-id goes with --env only; a run on this machine makes its own");
        }
        return here(options.load(), options.home(), request, err, printer);
    }

    /// A run in this process.
    ///
    /// @param home where temporary files may go
    static <T> T here(
            SluiceConfig config,
            Path home,
            RunRequest request,
            PrintWriter err,
            BiFunction<Documents, RunReport, T> printer) {
        ProgressDisplay progress = new ProgressDisplay(err, ProgressDisplay.onTerminal());
        try (LocalRun run = LocalRun.open(config, home, progress)) {
            RunReport report = run.run(LocalRun.newRunId(), request, progress.retries());
            progress.close();
            return printer.apply(run.documents(), report);
        } finally {
            progress.close();
        }
    }

    private static <T> T elsewhere(
            ConfigOptions options,
            PlaceOfRun place,
            RunRequest request,
            PrintWriter err,
            BiFunction<Documents, RunReport, T> printer) {
        String run = place.runId().orElseGet(LocalRun::newRunId);
        String environment = place.name().orElseThrow();
        ProgressDisplay progress = new ProgressDisplay(err, ProgressDisplay.onTerminal());
        try (RemoteRuns runs = place.open(options)) {
            runs.start(run, request, progress);
            err.println("run " + run + " in environment " + environment);
            err.flush();
            RunReport report = new Detaching(run, environment, err).during(() -> runs.follow(run, progress));
            progress.close();
            return printer.apply(runs.documents(), report);
        } finally {
            progress.close();
        }
    }

    /// As [#run], with the functions of a `function.zip` as processes of this machine, which read the same
    /// configuration. Only the lake is opened here.
    static <T> T runFunctions(
            Path zip,
            ConfigOptions options,
            RunRequest request,
            PrintWriter err,
            BiFunction<Documents, RunReport, T> printer) {
        SluiceConfig config = options.load(Surroundings.functions(System::getenv, new SecretsManager()));
        if (config.lake() instanceof LakeConfig.File) {
            throw new InvalidRequest(
                    "--functions: they share a lake on s3://; lake.url is a directory, which only this process serves");
        }
        Map<String, String> environment =
                Map.of("SLUICE_CONFIG", options.file.toAbsolutePath().toString(), "SLUICE_ENVIRONMENT", "local");
        Path home = options.home().resolve("functions");
        ProgressDisplay progress = new ProgressDisplay(err, ProgressDisplay.onTerminal());
        try (LocalRun run = LocalRun.open(config, options.home(), progress);
                LocalFunctions functions = LocalFunctions.of(
                        zip, home.resolve("code"), home, environment, LocalFunctions.TIMEOUT, List.of())) {
            RunReport report = run.run(LocalRun.newRunId(), request, progress.retries(), functions);
            progress.close();
            return printer.apply(run.documents(), report);
        } finally {
            progress.close();
        }
    }

    /// The exit code of a run that did not find differences: a mistake in the configuration is told apart
    /// from a failure.
    static int exitCode(RunReport report) {
        boolean misconfigured =
                report.errorType().map(InvalidRequest.class.getName()::equals).orElse(false);
        if (misconfigured) {
            return Sluice.USAGE;
        }
        return report.status().equals("SUCCEEDED") ? Sluice.OK : Sluice.FAILED;
    }
}
