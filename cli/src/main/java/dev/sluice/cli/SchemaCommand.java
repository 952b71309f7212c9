package dev.sluice.cli;

import dev.sluice.config.SluiceConfig;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `sluice schema`.
@Command(
        name = "schema",
        mixinStandardHelpOptions = true,
        description = "Prints the JSON Schema of sluice.yaml, for editors and for checks of your own.")
final class SchemaCommand implements Callable<Integer> {
    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().getOut().println(SluiceConfig.schema().strip());
        return Sluice.OK;
    }
}
