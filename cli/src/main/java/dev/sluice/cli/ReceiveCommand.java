package dev.sluice.cli;

import dev.sluice.config.SluiceConfig;
import dev.sluice.run.DropReport;
import dev.sluice.store.Json;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `sluice receive`.
@Command(
        name = "receive",
        mixinStandardHelpOptions = true,
        description = "Loads the files under drops: that are new or changed, once.",
        footer =
                "Exit code 0 if every file is in its table, 1 if something failed or was refused, 2 for usage or configuration.")
final class ReceiveCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    @Parameters(paramLabel = "FEED", arity = "0..*", description = "Entries under drops: (default: all of them).")
    private final List<String> feeds = List.of();

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        ProgressDisplay progress = new ProgressDisplay(err, ProgressDisplay.onTerminal());
        SluiceConfig config = options.load();
        try (LocalRun run = LocalRun.open(config, options.home(), progress)) {
            DropReport report = run.receive(LocalRun.newRunId(), feeds, progress.retries());
            progress.close();
            PrintedDrops.unseen(run.unseen(config.drops()), err);
            if (options.json()) {
                out.println(Json.write(report));
            } else {
                PrintedDrops.report(report, out);
            }
            return PrintedDrops.exitCode(report);
        } finally {
            progress.close();
        }
    }
}
