package dev.sluice.cli;

import dev.sluice.adapter.secretsmanager.SecretsManager;
import dev.sluice.cli.functions.LocalFunctions;
import dev.sluice.config.LakeConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.Surroundings;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.RunRequest;
import dev.sluice.run.RunReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/// What plan, sync and verify have in common: a run in this process, with progress.
final class RunCommands {
    private RunCommands() {}

    /// Runs and hands the report, with the lake still open, to the printer.
    ///
    /// @return what the printer returns
    static <T> T run(
            SluiceConfig config,
            Path home,
            RunRequest request,
            PrintWriter err,
            BiFunction<LocalRun, RunReport, T> printer) {
        ProgressDisplay progress = new ProgressDisplay(err, ProgressDisplay.onTerminal());
        try (LocalRun run = LocalRun.open(config, home, progress)) {
            RunReport report = run.run(LocalRun.newRunId(), request, progress.retries());
            progress.close();
            return printer.apply(run, report);
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
            BiFunction<LocalRun, RunReport, T> printer) {
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
            return printer.apply(run, report);
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
