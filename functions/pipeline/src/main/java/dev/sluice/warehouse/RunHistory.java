package dev.sluice.warehouse;

import dev.sluice.model.WarehouseUnavailable;
import dev.sluice.store.Documents;
import dev.sluice.store.Keys;
import dev.sluice.store.ObjectStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `sluice.runs`. The record of a run that left a sleeping warehouse alone waits in the lake for the next
/// run that wakes it.
public record RunHistory(Warehouse warehouse, Documents documents) {
    /// @param awake the run had to do with the warehouse anyway
    public void enter(RunRecord run, boolean awake) {
        if (!warehouse.sleeps()) {
            warehouse.recordRuns(List.of(run));
            return;
        }
        documents.put(Keys.pendingRun(run.runId()), run);
        if (awake) {
            enterPending();
        }
    }

    private void enterPending() {
        List<RunRecord> pending = pending();
        try {
            warehouse.recordRuns(pending);
        } catch (WarehouseUnavailable later) {
            return;
        }
        documents
                .store()
                .delete(pending.stream()
                        .map(run -> Keys.pendingRun(run.runId()))
                        .toList());
    }

    private List<RunRecord> pending() {
        List<RunRecord> pending = new ArrayList<>();
        for (ObjectStore.Stat stat : documents.store().list(Keys.PENDING_RUNS)) {
            documents.find(stat.key(), RunRecord.class).ifPresent(pending::add);
        }
        return pending;
    }

    /// The newest runs first, those that wait among them.
    public List<RunRecord> newest(int limit) {
        Map<String, RunRecord> runs = new LinkedHashMap<>();
        warehouse.runs(limit).forEach(run -> runs.put(run.runId(), run));
        if (warehouse.sleeps()) {
            pending().forEach(run -> runs.putIfAbsent(run.runId(), run));
        }
        return runs.values().stream()
                .sorted(Comparator.comparing(RunRecord::startedAt)
                        .thenComparing(RunRecord::runId)
                        .reversed())
                .limit(limit)
                .toList();
    }
}
