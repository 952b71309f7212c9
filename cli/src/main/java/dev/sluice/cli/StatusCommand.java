package dev.sluice.cli;

import dev.sluice.cli.aws.RemoteRuns;
import dev.sluice.drop.FeedStanding;
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
        description =
                "How fresh every table and every feed is. Reads the lake only; wakes neither source nor warehouse.")
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

    /// @param loadedAt when rows last moved
    /// @param newestAt when the newest file was written
    /// @param late     no file is as new as `expect_every` asks for
    record FeedStatus(
            String feed,
            String table,
            String status,
            int files,
            int refused,
            int waiting,
            Instant checkedAt,
            java.util.Optional<Instant> loadedAt,
            java.util.Optional<Instant> newestAt,
            boolean late,
            java.util.Optional<String> error) {}

    record Status(List<TableStatus> tables, List<FeedStatus> feeds) {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Instant now = Instant.now();
        Status status = status(now);
        if (options.json()) {
            out.println(Json.write(status));
        } else {
            print(status, now, out);
        }
        return Sluice.OK;
    }

    private Status status(Instant now) {
        if (environment.here()) {
            try (LocalRun run = LocalRun.open(options.load(), options.home(), Progress.NONE)) {
                return status(run.documents(), now);
            }
        }
        try (RemoteRuns runs = environment.open(options)) {
            return status(runs.documents(), now);
        }
    }

    private static Status status(Documents documents, Instant now) {
        return new Status(tables(documents), feeds(documents, now));
    }

    private static List<FeedStatus> feeds(Documents documents, Instant now) {
        return documents.store().list(Keys.FEEDS).stream()
                .map(stat -> documents.get(stat.key(), FeedStanding.class))
                .map(feed -> new FeedStatus(
                        feed.feed(),
                        feed.table().toString(),
                        feed.status().name(),
                        feed.files(),
                        feed.refused(),
                        feed.waiting(),
                        feed.checkedAt(),
                        feed.loadedAt(),
                        feed.newestAt(),
                        feed.late(now),
                        feed.error()))
                .toList();
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

    private static void print(Status status, Instant now, PrintWriter out) {
        if (status.tables().isEmpty() && status.feeds().isEmpty()) {
            out.println("No table was synced yet; run sluice sync. No file was received either (sluice receive).");
            return;
        }
        if (!status.tables().isEmpty()) {
            tables(status.tables(), now, out);
        }
        if (!status.feeds().isEmpty()) {
            feeds(status.feeds(), now, out);
        }
    }

    private static void feeds(List<FeedStatus> feeds, Instant now, PrintWriter out) {
        TextTable table = new TextTable(
                List.of("feed", "table", "files", "refused", "waiting", "newest file", "checked", "last load"),
                Set.of(2, 3, 4));
        for (FeedStatus each : feeds) {
            table.row(List.of(
                    each.feed(),
                    each.table(),
                    Numbers.count(each.files()),
                    Numbers.count(each.refused()),
                    Numbers.count(each.waiting()),
                    each.newestAt().map(at -> Numbers.ago(at, now) + " ago").orElse("none")
                            + (each.late() ? ", LATE" : ""),
                    Numbers.ago(each.checkedAt(), now) + " ago",
                    each.loadedAt().map(at -> Numbers.ago(at, now) + " ago").orElse("never")));
        }
        table.print(out);
        for (FeedStatus each : feeds) {
            each.error().ifPresent(error -> out.printf("! %s: %s: %s%n", each.feed(), each.status(), error));
        }
    }

    private static void tables(List<TableStatus> tables, Instant now, PrintWriter out) {
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
