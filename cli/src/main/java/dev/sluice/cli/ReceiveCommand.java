package dev.sluice.cli;

import dev.sluice.config.SluiceConfig;
import dev.sluice.drop.History;
import dev.sluice.model.InvalidRequest;
import dev.sluice.run.DropReport;
import dev.sluice.store.Json;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sluice receive`.
@Command(
        name = "receive",
        mixinStandardHelpOptions = true,
        customSynopsis = {
            "sluice receive [-c=FILE] [-o=FORMAT] [--full] [FEED...]",
            "       sluice receive [-c=FILE] [-o=FORMAT] TREE --as=FEED",
            "           [--ignore-partition=NAME]... [--wave=FILES] [--no-verify]"
        },
        description = {
            "Loads the files under drops: that are new or changed, once.",
            "With --as: loads a tree of old files (s3://bucket/prefix or a folder) into the table of a feed, each file"
                    + " once. Folders such as year=2024 are partitions: their values become the columns of these names."
                    + " Killed and started again, it loads the rest; then it compares rows and sums of every partition"
                    + " with the files."
        },
        footer = "Exit code 0 if every file is in its table, 1 if something failed, differs or was refused, 2 for usage"
                + " or configuration.")
final class ReceiveCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    @Parameters(
            paramLabel = "FEED",
            arity = "0..*",
            description = "Entries under drops: (default: all of them); with --as: the tree.")
    private final List<String> feeds = List.of();

    @Option(
            names = "--full",
            description = "Reads every file under the prefix again, also those that are in the table as they are: after"
                    + " the feed's configuration or the table was changed.")
    private boolean full;

    @Option(
            names = "--as",
            paramLabel = "FEED",
            description = "The entry under drops: that the files of a tree are like.")
    private Optional<String> as = Optional.empty();

    @Option(
            names = "--ignore-partition",
            paramLabel = "NAME",
            split = ",",
            description = "With --as: a partition of the tree that is no column.")
    private List<String> ignored = List.of();

    @Option(
            names = "--wave",
            paramLabel = "FILES",
            description = "With --as: files that one transaction publishes at most (default: 10000, and 2 GiB).")
    private Optional<Integer> wave = Optional.empty();

    @Option(
            names = "--no-verify",
            description = "With --as: does not read the files again to compare them with the table.")
    private boolean unverified;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (as.isPresent()) {
            return history(as.get(), out, err);
        }
        checkNoHistory();
        ProgressDisplay progress = new ProgressDisplay(err, ProgressDisplay.onTerminal());
        SluiceConfig config = options.load();
        try (LocalRun run = LocalRun.open(config, options.home(), progress)) {
            String runId = LocalRun.newRunId();
            DropReport report = full
                    ? run.receiveFull(runId, feeds, progress.retries())
                    : run.receive(runId, feeds, progress.retries());
            progress.close();
            PrintedDrops.unseen(run.unseen(config.drops()), err);
            if (options.json()) {
                out.println(Json.write(report));
            } else if (report.feeds().isEmpty() && PrintedDrops.exitCode(report) == Sluice.USAGE) {
                throw new InvalidRequest(report.error().orElse(""));
            } else {
                PrintedDrops.report(report, out);
            }
            return PrintedDrops.exitCode(report);
        } finally {
            progress.close();
        }
    }

    private int history(String feed, PrintWriter out, PrintWriter err) {
        if (feeds.size() != 1) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--as %s: name one tree, s3://bucket/prefix or a folder".formatted(feed));
        }
        if (full) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--full is for files under the prefix of a feed, so not with --as");
        }
        if (wave.map(files -> files < 1).orElse(false)) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--wave: expected 1 or more");
        }
        ProgressDisplay retries = new ProgressDisplay(err, false);
        retries.close();
        SluiceConfig config = options.load();
        try (LocalRun run = LocalRun.open(config, options.home(), new HistoryProgress(err))) {
            HistoryReport report = new ReceiveHistory(run, config, retries.retries())
                    .load(feed, new History(feeds.getFirst(), ignored, wave, Optional.of(!unverified)));
            if (options.json()) {
                out.println(Json.write(report));
            } else {
                PrintedHistory.report(report, out);
            }
            return report.exitCode();
        }
    }

    private void checkNoHistory() {
        if (!ignored.isEmpty() || wave.isPresent() || unverified) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--ignore-partition, --wave and --no-verify go with --as FEED");
        }
        feeds.stream().filter(HistoryTrees::isAddress).findFirst().ifPresent(tree -> {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "%s: to load a tree of files say which feed they are like: --as FEED".formatted(tree));
        });
    }
}
