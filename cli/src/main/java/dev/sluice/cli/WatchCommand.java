package dev.sluice.cli;

import dev.sluice.config.SluiceConfig;
import dev.sluice.model.DataMismatch;
import dev.sluice.model.Failure;
import dev.sluice.model.InvalidRequest;
import dev.sluice.run.DropReport;
import dev.sluice.store.Json;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sluice watch`.
@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        description = "Looks for files under drops: again and again, and loads those that are new or changed.",
        footer = "Ends with Ctrl-C; what it had loaded stays, the next run does the rest.")
final class WatchCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    @Parameters(paramLabel = "FEED", arity = "0..*", description = "Entries under drops: (default: all of them).")
    private final List<String> feeds = List.of();

    @Option(
            names = "--every",
            paramLabel = "SPAN",
            converter = Budgets.class,
            defaultValue = "5s",
            description = "How often to look (default: 5s).")
    private double everyMinutes;

    @Option(
            names = "--max-wait",
            paramLabel = "SPAN",
            converter = Budgets.class,
            defaultValue = "30s",
            description =
                    "How long a new file may wait for others that are loaded in the same transaction (default: 30s).")
    private double maxWaitMinutes;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        SluiceConfig config = options.load();
        ProgressDisplay progress = new ProgressDisplay(err, false);
        progress.close();
        try (LocalRun run = LocalRun.open(config, options.home(), progress)) {
            Doorbell doorbell = new Doorbell(config.drops(), feeds, span(maxWaitMinutes));
            err.printf(
                    "watching %s; Ctrl-C ends%n",
                    config.drops().stream()
                            .filter(feed -> feeds.isEmpty() || feeds.contains(feed.name()))
                            .map(feed -> run.documents()
                                    .store()
                                    .bucketKey(feed.match().text()))
                            .collect(Collectors.joining(", ")));
            PrintedDrops.unseen(run.unseen(config.drops()), err);
            do {
                look(run, doorbell, progress, out, err);
            } while (run.pause(span(everyMinutes)));
        }
        return Sluice.OK;
    }

    private static Duration span(double minutes) {
        return Duration.ofMillis((long) (minutes * 60_000));
    }

    /// A failure that may pass does not end the watch.
    private void look(LocalRun run, Doorbell doorbell, ProgressDisplay progress, PrintWriter out, PrintWriter err) {
        try {
            if (!doorbell.rings(run.documents().store(), Instant.now())) {
                return;
            }
            DropReport report = run.receive(LocalRun.newRunId(), feeds, progress.retries());
            doorbell.answered(report);
            if (options.json()) {
                out.println(Json.write(report));
            } else {
                PrintedDrops.line(report, out);
            }
            out.flush();
            if (PrintedDrops.exitCode(report) == Sluice.USAGE) {
                throw new InvalidRequest(report.error().orElse(""));
            }
        } catch (InvalidRequest | DataMismatch e) {
            throw e;
        } catch (Failure e) {
            err.println("sluice: " + e.getMessage() + "; looking again");
        }
    }
}
