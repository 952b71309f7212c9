package dev.sluice.cli;

import dev.sluice.cli.aws.RemoteRuns;
import dev.sluice.model.LedgerEntry;
import dev.sluice.store.Documents;
import dev.sluice.store.Json;
import dev.sluice.store.Keys;
import dev.sluice.store.ObjectStore;
import dev.sluice.store.Progress;
import dev.sluice.warehouse.LedgerMirror;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `sluice status`.
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "How fresh every table is. Reads the lake only; wakes neither source nor warehouse.")
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    @Mixin
    private final EnvironmentChoice environment = new EnvironmentChoice();

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    /// @param pinned    slices that a replay pinned
    /// @param checkedAt when a run last found or brought the table in step
    /// @param changedAt when rows last moved
    record TableStatus(
            String table,
            int slices,
            int pinned,
            long rows,
            long bytes,
            java.util.Optional<Instant> checkedAt,
            java.util.Optional<Instant> changedAt) {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<TableStatus> tables = tables();
        if (options.json()) {
            out.println(Json.write(tables));
        } else {
            print(tables, out);
        }
        return Sluice.OK;
    }

    private List<TableStatus> tables() {
        if (environment.here()) {
            try (LocalRun run = LocalRun.open(options.load(), options.home(), Progress.NONE)) {
                return tables(run.documents());
            }
        }
        try (RemoteRuns runs = environment.open(options)) {
            return tables(runs.documents());
        }
    }

    private static List<TableStatus> tables(Documents documents) {
        return documents.store().list(Keys.LEDGER).stream()
                .map(ObjectStore.Stat::key)
                .filter(Keys::isLedger)
                .map(key -> documents.get(key, LedgerMirror.Mirror.class))
                .map(StatusCommand::status)
                .toList();
    }

    private static TableStatus status(LedgerMirror.Mirror mirror) {
        return new TableStatus(
                mirror.table().toString(),
                mirror.entries().size(),
                (int) mirror.entries().stream().filter(LedgerEntry::pinned).count(),
                mirror.entries().stream().mapToLong(LedgerEntry::warehouseRows).sum(),
                mirror.entries().stream().mapToLong(LedgerEntry::rawBytes).sum(),
                mirror.checkedAt(),
                mirror.entries().stream().map(LedgerEntry::loadedAt).max(Instant::compareTo));
    }

    private static void print(List<TableStatus> tables, PrintWriter out) {
        if (tables.isEmpty()) {
            out.println("No table was synced yet; run sluice sync.");
            return;
        }
        Instant now = Instant.now();
        TextTable table = new TextTable(
                List.of("table", "slices", "rows", "bytes", "in step as of", "last change"), Set.of(1, 2, 3));
        for (TableStatus each : tables) {
            table.row(List.of(
                    each.table(),
                    Numbers.count(each.slices()),
                    Numbers.count(each.rows()),
                    Numbers.bytes(each.bytes()),
                    each.checkedAt().map(at -> Numbers.ago(at, now) + " ago").orElse("never"),
                    each.changedAt().map(at -> Numbers.ago(at, now) + " ago").orElse("never")));
        }
        table.print(out);
        for (TableStatus each : tables) {
            Printed.pinned(each.table(), each.pinned(), out);
        }
    }
}
