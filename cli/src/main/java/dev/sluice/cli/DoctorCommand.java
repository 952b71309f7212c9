package dev.sluice.cli;

import dev.sluice.adapter.postgres.PostgresInspection;
import dev.sluice.adapter.postgres.PostgresSource;
import dev.sluice.cli.doctor.Doctor;
import dev.sluice.cli.doctor.Finding;
import dev.sluice.cli.doctor.Findings;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.SourceConfig;
import dev.sluice.store.Json;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `sluice doctor`.
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description =
                "Checks whether everything is there that a sync needs: source, rights, tables, lake, warehouse, this"
                        + " machine. One line per check, and what to do where one is not ok. Changes nothing that stays.",
        footer = "Exit code 0 if no check failed (warnings aside), 1 if one did, 2 for usage or configuration.")
final class DoctorCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    /// @param checks in the order in which they were made
    record Result(boolean healthy, List<Finding> checks) {}

    @Override
    public Integer call() {
        SluiceConfig config = options.load();
        Findings findings = new Doctor(config, options.home(), config.source().map(DoctorCommand::end)).examine();
        PrintWriter out = spec.commandLine().getOut();
        if (options.json()) {
            out.println(Json.write(new Result(!findings.failed(), findings.all())));
        } else {
            print(findings, out);
        }
        return findings.failed() ? Sluice.FAILED : Sluice.OK;
    }

    private static Doctor.SourceEnd end(SourceConfig source) {
        return new Doctor.SourceEnd(
                source.maxConnections(),
                PostgresSource.of(
                        source.url(), source.user(), () -> source.password().reveal()),
                PostgresInspection.of(
                        source.url(), source.user(), () -> source.password().reveal()));
    }

    private static void print(Findings findings, PrintWriter out) {
        int width = findings.all().stream()
                .mapToInt(finding -> finding.check().length())
                .max()
                .orElse(0);
        for (Finding finding : findings.all()) {
            String blank = " ".repeat(width - finding.check().length());
            out.printf("%-4s  %s%s  %s%n", finding.status().word(), finding.check(), blank, finding.says());
            finding.toDo().ifPresent(toDo -> out.println("      → " + toDo));
        }
        long warnings = count(findings, Finding.Status.WARN);
        long failures = count(findings, Finding.Status.FAIL);
        out.printf(
                "%n%d checks: %d ok, %d to look at, %d failed%n",
                findings.all().size(), count(findings, Finding.Status.OK), warnings, failures);
    }

    private static long count(Findings findings, Finding.Status status) {
        return findings.all().stream().filter(f -> f.status() == status).count();
    }
}
