package dev.sluice.run;

import dev.sluice.model.RunRequest;
import dev.sluice.model.TableName;
import dev.sluice.model.TableSync;
import dev.sluice.plan.PlanDocument;
import dev.sluice.store.Checkpoint;
import dev.sluice.store.Keys;
import dev.sluice.verify.TableResult;
import dev.sluice.warehouse.RunHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The report stage: gathers what became of every table, enters the run in `sluice.runs`, and says how it
/// ended. A table that left no result has failed, whatever the map over the tables said.
record Report(Wiring wiring) {
    RunReport run(Messages.ReportInput input) {
        Checkpoint.reach("report.begun");
        Instant now = wiring.clock().instant();
        Optional<PlanRun.Stored> stored = wiring.documents().find(Keys.request(input.runId()), PlanRun.Stored.class);
        RunRequest.Mode mode = stored.map(s -> s.request().mode()).orElse(RunRequest.Mode.SYNC);
        Optional<String> error = input.failure().map(FailureText::of);
        List<TableResult> results = error.isPresent() ? List.of() : results(input.runId(), mode);
        RunReport report = new RunReport(
                input.runId(),
                mode,
                status(results, error),
                Duration.between(input.startedAt(), now).toMillis() / 1000.0,
                results,
                error,
                input.failure().map(Messages.ErrorOutput::error));
        wiring.documents().put(Keys.report(input.runId()), report);
        Checkpoint.reach("report.written");
        if (mode.publishes()) {
            new RunHistory(wiring.warehouse(), wiring.documents())
                    .enter(report.toRecord(input.startedAt(), now), wokeWarehouse(input.runId(), error));
            for (String part : Keys.UPLOADED) {
                wiring.documents().store().abortStaleUploads(part);
            }
        }
        return report;
    }

    /// Whether a table of the run was counted or loaded in the warehouse.
    private boolean wokeWarehouse(String runId, Optional<String> error) {
        if (error.isPresent()) {
            return false;
        }
        for (Messages.TableItem item : items(runId)) {
            boolean woke = wiring.documents()
                    .find(Keys.plan(runId, TableName.parse(item.table())), PlanDocument.class)
                    .map(plan -> plan.counted() || !plan.plan().waves().isEmpty())
                    .orElse(false);
            if (woke) {
                return true;
            }
        }
        return false;
    }

    private Messages.TableItem[] items(String runId) {
        return wiring.documents().get(Keys.tables(runId), Messages.TableItem[].class);
    }

    private List<TableResult> results(String runId, RunRequest.Mode mode) {
        List<TableResult> results = new ArrayList<>();
        for (Messages.TableItem item : items(runId)) {
            TableName target = TableName.parse(item.table());
            Optional<TableResult> result = wiring.documents().find(Keys.result(runId, target), TableResult.class);
            if (result.isEmpty() && mode == RunRequest.Mode.PLAN) {
                result = planned(runId, target);
            }
            results.add(result.orElseGet(() -> noResult(runId, target)));
        }
        return results;
    }

    private TableResult noResult(String runId, TableName target) {
        TableSync sync = wiring.documents().get(Keys.sync(runId, target), TableSync.class);
        return TableResult.bare(
                sync.source(),
                target,
                sync.strategy(),
                TableResult.Status.FAILED,
                target + ": left no result; its functions failed or were stopped",
                0);
    }

    /// In a run that only plans, the plan is the result.
    private Optional<TableResult> planned(String runId, TableName target) {
        return wiring.documents()
                .find(Keys.plan(runId, target), PlanDocument.class)
                .map(PlanResult::of);
    }

    private static String status(List<TableResult> results, Optional<String> error) {
        boolean allFine = results.stream()
                .allMatch(r -> r.status() == TableResult.Status.SUCCEEDED || r.status() == TableResult.Status.DEFERRED);
        boolean allFailed = results.stream().allMatch(r -> r.status() == TableResult.Status.FAILED);
        if (error.isPresent()) {
            return "FAILED";
        }
        return allFine ? "SUCCEEDED" : allFailed ? "FAILED" : "PARTIAL";
    }
}
