package dev.sluice.run;

import dev.sluice.model.DataMismatch;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.LimitExceeded;
import dev.sluice.model.RunRequest;
import dev.sluice.model.TableSync;
import dev.sluice.model.UnsupportedValue;
import dev.sluice.plan.PlanDocument;
import dev.sluice.source.Snapshot;
import dev.sluice.store.Checkpoint;
import dev.sluice.store.Keys;
import dev.sluice.verify.Comparison;
import dev.sluice.verify.TableResult;
import dev.sluice.verify.Verify;
import dev.sluice.warehouse.LedgerMirror;
import dev.sluice.warehouse.Retention;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// The state `Verify`: whatever became of a table, this is its last step. Writes the table's result,
/// cleans up, frees snapshot and lock.
record CloseTable(Wiring wiring, LedgerMirror mirror) {
    TableResult run(Messages.VerifyInput input) {
        PlanRun.Stored stored = wiring.documents().get(Keys.request(input.runId()), PlanRun.Stored.class);
        TableSync sync = wiring.documents().get(Keys.sync(input.runId(), input.table()), TableSync.class);
        boolean swept = false;
        boolean failed = true;
        try {
            TableResult result;
            if (input.failure().isPresent()) {
                result = failed(sync, stored, why(input, input.failure().get()));
            } else if (stored.request().mode() == RunRequest.Mode.VERIFY) {
                result = compared(input, sync, stored);
            } else {
                PlanDocument document =
                        wiring.documents().get(Keys.plan(input.runId(), input.table()), PlanDocument.class);
                try {
                    renew(document);
                    result = new Verify(wiring.warehouse(), mirror, wiring.documents(), wiring.clock())
                            .run(document, Settle.moving(wiring, document), stored.startedAt());
                    new Counters(wiring, mirror).settle(document, result);
                    swept = sweep(document);
                } catch (DataMismatch takenOver) {
                    result = failed(sync, stored, String.valueOf(takenOver.getMessage()));
                }
            }
            failed = result.status() == TableResult.Status.FAILED && !swept;
            wiring.documents().put(Keys.result(input.runId(), sync.target()), result);
            Checkpoint.reach("verify.result-written");
            wiring.progress().finished(sync.target(), result.status().name());
            return result;
        } finally {
            wiring.snapshots().release(sync.target(), input.runId());
            if (stored.request().mode().publishes()) {
                if (failed) {
                    wiring.locks().leftovers(sync.target());
                }
                wiring.locks().release(sync.target(), input.runId(), swept);
                Checkpoint.reach("verify.lock-released");
            }
        }
    }

    /// A run whose table was taken over may stumble over anything, such as objects that its heir cleaned
    /// up: then that is said first.
    private String why(Messages.VerifyInput input, Messages.ErrorOutput failure) {
        String text = FailureText.of(failure);
        Optional<PlanDocument> document =
                wiring.documents().find(Keys.plan(input.runId(), input.table()), PlanDocument.class);
        if (document.isEmpty() || document.get().epoch() == 0) {
            return text;
        }
        try {
            renew(document.get());
            return text;
        } catch (DataMismatch takenOver) {
            String first = String.valueOf(takenOver.getMessage());
            return text.equals(first) ? text : first + " (" + text + ")";
        }
    }

    private void renew(PlanDocument document) {
        wiring.locks().renew(document.sync().target(), document.runId(), document.epoch());
    }

    private boolean sweep(PlanDocument document) {
        boolean landed = !document.plan().waves().isEmpty();
        if (!landed && !document.unswept()) {
            return false;
        }
        new Retention(
                        wiring.documents(),
                        wiring.warehouse(),
                        wiring.config().lake().keep())
                .sweep(document.sync().target(), wiring.clock().instant(), () -> renew(document));
        if (document.unswept()) {
            wiring.warehouse().sweep(document.sync().target(), document.epoch());
        }
        return true;
    }

    /// What a retry would not mend is the table's result.
    private TableResult compared(Messages.VerifyInput input, TableSync sync, PlanRun.Stored stored) {
        try {
            return compare(input, sync, stored.request());
        } catch (InvalidRequest | UnsupportedValue | DataMismatch | LimitExceeded refused) {
            return failed(sync, stored, String.valueOf(refused.getMessage()));
        }
    }

    private TableResult compare(Messages.VerifyInput input, TableSync sync, RunRequest request) {
        try (Snapshot snapshot = wiring.snapshots().fresh(sync, input.runId())) {
            return new Comparison(wiring.warehouse(), wiring.clock()).run(sync, snapshot, request.deep());
        }
    }

    private TableResult failed(TableSync sync, PlanRun.Stored stored, String why) {
        Instant now = wiring.clock().instant();
        return TableResult.bare(
                sync.source(),
                sync.target(),
                sync.strategy(),
                TableResult.Status.FAILED,
                why,
                Duration.between(stored.startedAt(), now).toMillis() / 1000.0);
    }
}
