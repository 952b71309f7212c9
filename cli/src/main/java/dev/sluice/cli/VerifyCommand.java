package dev.sluice.cli;

import dev.sluice.model.RunRequest;
import dev.sluice.store.Json;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sluice verify`.
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = "Compares source and warehouse as they are now, table by table, slice by slice. Changes nothing.",
        footer = "Exit code 3 if there are differences, 0 if not.")
final class VerifyCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    @Mixin
    private final PlaceOfRun place = new PlaceOfRun();

    @Mixin
    private final TableChoice tables = new TableChoice();

    @Option(
            names = "--deep",
            description = "Compare count, nulls, min, max and sum of every column too, each end computed by itself.")
    private boolean deep;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        RunRequest request =
                new RunRequest(tables.words(), false, Optional.empty(), List.of(), RunRequest.Mode.VERIFY, deep, "cli");
        PrintWriter out = spec.commandLine().getOut();
        return RunCommands.run(options, place, request, spec.commandLine().getErr(), (documents, report) -> {
            if (options.json()) {
                out.println(Json.write(report));
            } else {
                Printed.verify(report, out);
            }
            int code = RunCommands.exitCode(report);
            boolean differences = report.tables().stream()
                    .anyMatch(t -> !t.differences().orElse(List.of()).isEmpty());
            return code == Sluice.OK && differences ? Sluice.DIFFERENCES : code;
        });
    }
}
