package dev.sluice.cli;

import dev.sluice.model.RunRequest;
import dev.sluice.store.Json;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sluice replay`.
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = {
            "Rebuilds slices of a table from the raw objects in the lake, under today's definition, without touching"
                    + " the source.",
            "The slices are pinned: syncs leave them as they are until they are released."
        },
        footer = "Exit code 0 if it was done, 1 if something failed, 2 for usage or configuration.")
final class ReplayCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    @Mixin
    private final PlaceOfRun place = new PlaceOfRun();

    @Parameters(paramLabel = "TABLE", arity = "1", description = "The table, by name of source or target.")
    @SuppressWarnings("NullAway.Init")
    private String table;

    @Option(
            names = "--slice",
            paramLabel = "VALUE",
            description = "Only this slice, as `sluice plan` prints it (NULL is \\N too); may be repeated.")
    private final List<String> slices = List.of();

    @Option(
            names = "--run",
            paramLabel = "RUN",
            description = "The rows as they were after this run; without it, as the ledger has them.")
    private @Nullable String run;

    @Option(names = "--release", description = "End the pin: the next sync compares the slices with the source again.")
    private boolean release;

    @Option(names = "--allow-shrink", description = "The table may lose more rows than max_shrink.")
    private boolean allowShrink;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        RunRequest.Replay replay = new RunRequest.Replay(slices, Optional.ofNullable(run), release);
        RunRequest request = RunRequest.replay(table, replay, allowShrink, "cli");
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        return RunCommands.run(options, place, request, err, (documents, report) -> {
            if (options.json()) {
                out.println(Json.write(report));
            } else {
                Printed.report(report, out);
            }
            return RunCommands.exitCode(report);
        });
    }
}
