package dev.sluice.cli;

import dev.sluice.cli.aws.RemoteRuns;
import dev.sluice.model.InvalidRequest;
import dev.sluice.store.Json;
import dev.sluice.store.Progress;
import dev.sluice.warehouse.RunHistory;
import dev.sluice.warehouse.RunRecord;
import dev.sluice.warehouse.Warehouse;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sluice runs`.
@Command(
        name = "runs",
        mixinStandardHelpOptions = true,
        description = {
            "Past runs, newest first, from the ledger; with --env, from Step Functions and the reports in the lake, those"
                    + " that are under way among them."
        })
final class RunsCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    @Mixin
    private final EnvironmentChoice environment = new EnvironmentChoice();

    @Option(
            names = {"-n", "--limit"},
            paramLabel = "N",
            defaultValue = "20",
            description = "How many (default: 20).")
    private int limit;

    @Option(
            names = "--credits",
            paramLabel = "DAYS",
            description = "Instead: what Snowflake charged in the last DAYS days, by table. Wakes the warehouse.")
    private Optional<Integer> creditDays = Optional.empty();

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (limit < 1) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--limit " + limit + ": expected 1 or more");
        }
        if (creditDays.isPresent()) {
            return credits(creditDays.get(), out);
        }
        List<RunRecord> runs = newest();
        if (options.json()) {
            out.println(Json.write(runs));
            return Sluice.OK;
        }
        if (runs.isEmpty()) {
            out.println("No runs yet; run sluice sync.");
            return Sluice.OK;
        }
        TextTable table = new TextTable(
                List.of("run", "status", "tables", "replaced", "removed", "kept", "failed", "rows", "moved", "seconds"),
                Set.of(2, 3, 4, 5, 6, 7, 8, 9));
        for (RunRecord each : runs) {
            table.row(List.of(
                    each.runId(),
                    each.status(),
                    Numbers.count(each.tables()),
                    Numbers.count(each.slicesReplaced()),
                    Numbers.count(each.slicesRemoved()),
                    Numbers.count(each.slicesKept()),
                    Numbers.count(each.slicesFailed()),
                    Numbers.count(each.rows()),
                    Numbers.bytes(each.bytes()),
                    Numbers.seconds(
                            Duration.between(each.startedAt(), each.endedAt()).toMillis() / 1000.0)));
        }
        table.print(out);
        runs.forEach(r -> r.error().ifPresent(error -> out.println("! " + r.runId() + ": " + error)));
        return Sluice.OK;
    }

    private int credits(int days, PrintWriter out) {
        if (days < 1) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--credits " + days + ": expected 1 or more");
        }
        if (!environment.here()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--credits asks the warehouse of sluice.yaml, so not with --env");
        }
        List<Warehouse.Spent> spent;
        try (LocalRun run = LocalRun.open(options.load(), options.home(), Progress.NONE)) {
            if (!run.warehouse().sleeps()) {
                throw new InvalidRequest("--credits: only Snowflake charges credits");
            }
            spent = run.warehouse().spent(days);
        }
        if (options.json()) {
            out.println(Json.write(spent));
            return Sluice.OK;
        }
        if (spent.isEmpty()) {
            out.println("Nothing in the history yet; it is up to eight hours behind.");
            return Sluice.OK;
        }
        TextTable table = new TextTable(List.of("table", "statements", "credits"), Set.of(1, 2));
        for (Warehouse.Spent each : spent) {
            table.row(List.of(
                    each.table().orElse("(no single table)"),
                    Numbers.count(each.statements()),
                    String.format(Locale.ROOT, "%.4f", each.credits())));
        }
        table.print(out);
        return Sluice.OK;
    }

    private List<RunRecord> newest() {
        if (environment.here()) {
            try (LocalRun run = LocalRun.open(options.load(), options.home(), Progress.NONE)) {
                return new RunHistory(run.warehouse(), run.documents()).newest(limit);
            }
        }
        try (RemoteRuns runs = environment.open(options)) {
            return runs.newest(limit);
        }
    }
}
