package dev.sluice.run;

import dev.sluice.model.RunRequest;
import dev.sluice.model.TableName;
import dev.sluice.plan.PlanDocument;
import dev.sluice.source.SharedSnapshots;
import dev.sluice.store.Keys;
import dev.sluice.warehouse.Load;
import dev.sluice.warehouse.LoadReceipt;
import java.time.Duration;
import java.util.Optional;

/// The state `Load`: publishes a wave, then says whether another one follows.
record LoadWave(Wiring wiring, Load load) {
    Messages.Step run(Messages.LoadInput input) {
        PlanDocument document = wiring.documents().get(Keys.plan(input.runId(), input.table()), PlanDocument.class);
        PlanRun.Stored stored = wiring.documents().get(Keys.request(input.runId()), PlanRun.Stored.class);
        LoadReceipt receipt = load.run(new Load.Wave(
                document.purpose(),
                document.sync(),
                document.definition(),
                document.table(),
                document.plan(),
                document.runId(),
                document.epoch(),
                input.wave(),
                document.full(),
                document.guard()));
        int next = input.wave() + 1;
        boolean last = next >= document.plan().waves().size();
        boolean stop = last || receipt.held().isPresent() || overBudget(document, stored, input.wave());
        return stop ? Messages.Step.to("verify", input.wave(), 0) : new Batches(wiring).step(document, next, 0);
    }

    /// A budget ends a table between waves, and so does a shared snapshot that has become too old; the
    /// next run goes on where this one stopped.
    private boolean overBudget(PlanDocument document, PlanRun.Stored stored, int wave) {
        Optional<RunRequest.Budget> asked = stored.request().budget();
        Optional<Duration> time =
                asked.flatMap(RunRequest.Budget::time).or(() -> document.sync().budgetTime());
        Optional<Long> bytes =
                asked.flatMap(RunRequest.Budget::bytes).or(() -> document.sync().budgetBytes());
        Duration spent = Duration.between(stored.startedAt(), wiring.clock().instant());
        boolean snapshotTooOld = wiring.snapshots()
                .age(document.sync().target(), document.runId())
                .map(age -> age.compareTo(SharedSnapshots.MAX_AGE) >= 0)
                .orElse(false);
        return snapshotTooOld
                || time.map(limit -> spent.compareTo(limit) >= 0).orElse(false)
                || bytes.map(limit -> landed(document.runId(), document.sync().target(), wave) >= limit)
                        .orElse(false);
    }

    private long landed(String runId, TableName target, int lastWave) {
        long bytes = 0;
        for (int wave = 0; wave <= lastWave; wave++) {
            bytes += wiring.documents()
                    .find(Keys.loadReceipt(runId, target, wave), LoadReceipt.class)
                    .map(LoadReceipt::bytes)
                    .orElse(0L);
        }
        return bytes;
    }
}
