package dev.sluice.run;

import dev.sluice.config.SluiceConfig;
import dev.sluice.model.RunRequest;
import dev.sluice.model.TableName;
import dev.sluice.store.Documents;
import dev.sluice.store.Keys;
import dev.sluice.store.ObjectStore;
import dev.sluice.verify.TableResult;
import dev.sluice.warehouse.LedgerMirror;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// How old the tables of the configuration are, whether a run was about them or not. Asks the lake only.
public record Freshness(SluiceConfig config, Documents documents) {
    /// @param lag  how long ago the table was last in step; empty: never
    /// @param late older than its `fresh_within`
    public record Age(TableName target, Optional<Duration> lag, boolean late) {}

    /// Sorted by table. A table that the run brought in step is as old as the run, so that its mirror, which
    /// grows with the table's slices, need not be read.
    public List<Age> after(RunReport report, Instant startedAt, Instant now) {
        Map<TableName, Instant> inStep = new HashMap<>();
        if (report.mode() == RunRequest.Mode.SYNC) {
            report.tables().stream()
                    .filter(table -> table.status() == TableResult.Status.SUCCEEDED)
                    .forEach(table -> inStep.put(table.target(), startedAt));
        }
        TreeSet<TableName> known = new TreeSet<>(inStep.keySet());
        List<String> read = inStep.keySet().stream().map(Keys::ledger).toList();
        for (ObjectStore.Stat stat : documents.store().list("ledger/")) {
            if (isMirror(stat.key()) && !read.contains(stat.key())) {
                LedgerMirror.Mirror mirror = documents.get(stat.key(), LedgerMirror.Mirror.class);
                known.add(mirror.table());
                mirror.checkedAt().ifPresent(at -> inStep.put(mirror.table(), at));
            }
        }
        Map<TableName, Duration> within = config.freshWithin(known);
        known.addAll(within.keySet());
        List<Age> ages = new ArrayList<>();
        for (TableName target : known) {
            Optional<Duration> lag = Optional.ofNullable(inStep.get(target)).map(at -> Duration.between(at, now));
            boolean late = Optional.ofNullable(within.get(target))
                    .map(longest -> lag.isEmpty() || lag.get().compareTo(longest) > 0)
                    .orElse(false);
            ages.add(new Age(target, lag, late));
        }
        return ages;
    }

    private static boolean isMirror(String key) {
        return !key.startsWith(Keys.PENDING_RUNS) && !key.endsWith(".publishing.json");
    }
}
