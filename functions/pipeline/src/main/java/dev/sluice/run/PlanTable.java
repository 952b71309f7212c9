package dev.sluice.run;

import dev.sluice.model.Action;
import dev.sluice.model.RunRequest;
import dev.sluice.model.TableSync;
import dev.sluice.plan.PlanDocument;
import dev.sluice.plan.TablePlan;
import dev.sluice.store.Checkpoint;
import dev.sluice.store.Keys;
import dev.sluice.store.TableLocks;
import dev.sluice.verify.TableResult;
import dev.sluice.warehouse.LedgerMirror;
import java.util.Optional;

/// The plan-table stage: takes the table's lock, looks at source, ledger and warehouse, and writes down
/// what will be done. Called again after landing where readers do not share a snapshot, see [Settle].
record PlanTable(Wiring wiring, LedgerMirror mirror) {
    Messages.Step run(Messages.PlanTableInput input) {
        String runId = input.runId();
        PlanRun.Stored stored = wiring.documents().get(Keys.request(runId), PlanRun.Stored.class);
        if (stored.request().mode() == RunRequest.Mode.VERIFY) {
            return Messages.Step.to("verify", 0, 0);
        }
        TableSync sync = wiring.documents().get(Keys.sync(runId, input.table()), TableSync.class);
        Optional<PlanDocument> planned = wiring.documents().find(Keys.plan(runId, input.table()), PlanDocument.class);
        if (input.round() > 0) {
            return new Settle(wiring).run(planned.orElseThrow(), input.wave(), input.round());
        }
        if (planned.isPresent()) {
            // An attempt before this one died after its plan: go on with that plan.
            return first(planned.get());
        }
        boolean looksOnly = stored.request().mode() == RunRequest.Mode.PLAN;
        long epoch = 0;
        boolean unswept = false;
        if (!looksOnly) {
            long known = mirror.any(sync.target())
                    .map(LedgerMirror.Mirror::newestEpoch)
                    .orElse(0L);
            switch (wiring.locks().take(sync.target(), runId, known)) {
                case TableLocks.Taken.Held held -> {
                    epoch = held.epoch();
                    unswept = held.unswept();
                }
                case TableLocks.Taken.Busy busy -> {
                    return deferred(runId, sync, busy, stored.request().mode());
                }
            }
        }
        Checkpoint.reach("plan.locked");
        Drafted drafted = stored.request().mode() == RunRequest.Mode.REPLAY
                ? new PlanReplay(wiring).draft(runId, sync, stored.request(), epoch, unswept)
                : new DraftSync(wiring, mirror, runId, sync, stored.request(), epoch, unswept).draft();
        PlanDocument document = drafted.document();
        new Batches(wiring).write(document, drafted.readings(), drafted.pages(), drafted.receipts());
        wiring.documents().put(Keys.plan(runId, sync.target()), document);
        Checkpoint.reach("plan.written");
        TablePlan plan = document.plan();
        wiring.progress()
                .planned(
                        sync.target(),
                        (int) plan.count(Action.KEEP),
                        (int) plan.count(Action.REPLACE),
                        (int) plan.count(Action.REMOVE),
                        plan.of(Action.REPLACE).stream()
                                .mapToLong(p -> p.source().rows())
                                .sum(),
                        plan.of(Action.REPLACE).stream()
                                .mapToLong(p -> p.bytes())
                                .sum());
        return looksOnly ? Messages.Step.to("done", 0, 0) : first(document);
    }

    private Messages.Step first(PlanDocument document) {
        return document.plan().waves().isEmpty()
                ? Messages.Step.to("verify", 0, 0)
                : new Batches(wiring).step(document, 0, 0);
    }

    /// A sync may leave the work to the other run; a replay was asked for something that run does not do.
    private Messages.Step deferred(String runId, TableSync sync, TableLocks.Taken.Busy busy, RunRequest.Mode mode) {
        TableResult.Status status =
                mode == RunRequest.Mode.REPLAY ? TableResult.Status.FAILED : TableResult.Status.DEFERRED;
        String why = "%s is in the hands of run %s (its lock expires at %s)"
                .formatted(sync.target(), busy.runId(), busy.expiresAt());
        wiring.documents()
                .put(
                        Keys.result(runId, sync.target()),
                        TableResult.bare(sync.source(), sync.target(), sync.strategy(), status, why, 0));
        wiring.progress().finished(sync.target(), status.name());
        return Messages.Step.to("done", 0, 0);
    }
}
