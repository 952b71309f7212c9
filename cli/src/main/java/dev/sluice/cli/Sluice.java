package dev.sluice.cli;

import dev.sluice.model.Failure;
import dev.sluice.model.InvalidRequest;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The command `sluice`.
@Command(
        name = "sluice",
        description = "Keeps tables of a PostgreSQL or Greenplum warehouse in step, slice by slice.",
        mixinStandardHelpOptions = true,
        version = "sluice 0.1.0",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Exit codes: 0 all is well, 1 something failed, 2 usage or configuration, 3 differences found.",
            "Start with: sluice demo"
        },
        subcommands = {
            DemoCommand.class,
            InitCommand.class,
            DoctorCommand.class,
            PlanCommand.class,
            SyncCommand.class,
            VerifyCommand.class,
            ReplayCommand.class,
            StopCommand.class,
            ReceiveCommand.class,
            WatchCommand.class,
            StatusCommand.class,
            RunsCommand.class,
            DdlCommand.class,
            SchemaCommand.class
        })
public final class Sluice implements Runnable {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int DIFFERENCES = 3;

    // Held, because a logger that nobody refers to loses its level.
    private static final Logger ROOT = Logger.getLogger("");

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    public static void main(String[] arguments) {
        // What is printed is for programs, too; and drivers fold the names of their properties in the default locale,
        // which in a Turkish one makes names that they do not know.
        Locale.setDefault(Locale.ROOT);
        System.exit(run(
                new PrintWriter(System.out, true, java.nio.charset.StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, java.nio.charset.StandardCharsets.UTF_8),
                arguments));
    }

    /// Runs a command line and returns its exit code.
    public static int run(PrintWriter out, PrintWriter err, String... arguments) {
        ROOT.setLevel(Level.SEVERE);
        CommandLine line = new CommandLine(new Sluice());
        line.setOut(out);
        line.setErr(err);
        line.setExecutionExceptionHandler((exception, command, parsed) -> explain(exception, command));
        // A slice may be called @anything, or --run.
        line.setExpandAtFiles(false);
        line.getSubcommands()
                .computeIfPresent("replay", (name, replay) -> replay.setAllowOptionsAsOptionParameters(true));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        int code = line.execute(arguments);
        out.flush();
        err.flush();
        return code;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "which command?");
    }

    private static int explain(Exception exception, CommandLine command) {
        PrintWriter err = command.getErr();
        if (exception instanceof Failure failure) {
            err.println("sluice: " + failure.getMessage());
            return failure instanceof InvalidRequest ? USAGE : FAILED;
        }
        err.println("sluice: this is a bug of Sluice, please report it:");
        exception.printStackTrace(err);
        return FAILED;
    }
}
