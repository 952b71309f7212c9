package dev.sluice.cli;

import dev.sluice.model.RunRequest;
import dev.sluice.run.RunReport;
import dev.sluice.store.Documents;
import dev.sluice.store.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sluice sync`.
@Command(
        name = "sync",
        mixinStandardHelpOptions = true,
        description = "Brings the tables in step: plan, land, convert, load, verify.",
        footer = "Exit code 0 if every table is in step, 1 if something failed, 2 for usage or configuration.")
final class SyncCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    @Mixin
    private final PlaceOfRun place = new PlaceOfRun();

    @Mixin
    private final TableChoice tables = new TableChoice();

    @Option(names = "--group", paramLabel = "NAME", description = "Only tables of this group of the configuration.")
    private @Nullable String group;

    @Option(names = "--full", description = "Replace every slice, and recreate targets whose columns no longer fit.")
    private boolean full;

    @Option(
            names = "--budget",
            paramLabel = "SPAN",
            converter = Budgets.class,
            description = "End time-sliced tables between two waves once this has passed: 30s, 10m, 2h.")
    private @Nullable Double budgetMinutes;

    @Option(
            names = "--allow-shrink",
            paramLabel = "TABLE",
            arity = "1..*",
            description = "These tables may lose more rows than max_shrink, or become empty.")
    private final List<String> allowShrink = List.of();

    @Option(
            names = "--functions",
            paramLabel = "ZIP",
            description = "Let the functions of this function.zip do the work, as processes of this machine.")
    private @Nullable Path functions;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        RunRequest request = new RunRequest(
                tables.words(),
                full,
                Optional.ofNullable(budgetMinutes)
                        .map(minutes -> new RunRequest.Budget(Optional.of(minutes), Optional.empty())),
                allowShrink,
                RunRequest.Mode.SYNC,
                false,
                "cli",
                Optional.empty(),
                Optional.ofNullable(group));
        var out = spec.commandLine().getOut();
        var err = spec.commandLine().getErr();
        BiFunction<Documents, RunReport, Integer> printer = (documents, report) -> {
            if (options.json()) {
                out.println(Json.write(report));
            } else {
                Printed.report(report, out);
            }
            return RunCommands.exitCode(report);
        };
        Path zip = functions;
        if (zip == null) {
            return RunCommands.run(options, place, request, err, printer);
        }
        if (!place.here()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--functions are processes of this machine, so not with --env");
        }
        return RunCommands.runFunctions(zip, options, request, err, printer);
    }
}
