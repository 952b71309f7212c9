package dev.sluice.run;

import dev.sluice.model.Action;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.Slice;
import dev.sluice.plan.Batch;
import dev.sluice.plan.PlanDocument;
import dev.sluice.plan.PlannedSlice;
import dev.sluice.store.InParallel;
import dev.sluice.store.Keys;
import dev.sluice.warehouse.Load;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Writes batches and the item lists that the state machine maps over.
record Batches(Wiring wiring) {
    /// The first round of every wave of a plan.
    void write(PlanDocument document) {
        for (int wave = 0; wave < document.plan().waves().size(); wave++) {
            List<PlannedSlice> slices = document.plan().wave(wave).stream()
                    .filter(p -> p.action() == Action.REPLACE)
                    .toList();
            boolean everyRow = slices.size()
                    == document.plan().actions().stream()
                            .filter(p -> p.action() != Action.REMOVE)
                            .count();
            write(document, wave, 0, 0, slices, everyRow);
        }
    }

    /// One round of one wave.
    ///
    /// @param firstNumber number of the first batch; numbers go on from round to round
    void write(
            PlanDocument document, int wave, int round, int firstNumber, List<PlannedSlice> slices, boolean everyRow) {
        List<List<PlannedSlice>> groups = Batch.group(slices, document.sync().chunkBytes());
        Map<Slice, String> segments = Batch.segments(
                document.plan().actions().stream().map(PlannedSlice::slice).toList(),
                Keys::segment,
                Keys::distinctSegment,
                Keys::caseFolded);
        List<Batch> batches = new ArrayList<>();
        List<Load.BatchItem> items = new ArrayList<>();
        for (List<PlannedSlice> group : groups) {
            int number = firstNumber + batches.size();
            batches.add(new Batch(
                    document.runId(),
                    document.sync().source(),
                    document.sync().target(),
                    wave,
                    number,
                    round,
                    document.epoch(),
                    document.definition().hash(),
                    everyRow && groups.size() == 1,
                    group.stream()
                            .map(p -> new Batch.Item(
                                    p.slice(),
                                    segments.getOrDefault(p.slice(), Keys.distinctSegment(p.slice())),
                                    p.source()))
                            .toList()));
            items.add(new Load.BatchItem(
                    document.runId(), document.sync().target().toString(), wave, number));
        }
        InParallel.map(batches, batch -> {
            wiring.documents().put(Keys.batch(batch.runId(), batch.target(), wave, batch.number()), batch);
            return batch;
        });
        wiring.documents().put(Keys.batches(document.runId(), document.sync().target(), wave, round), items);
    }

    Messages.Step step(PlanDocument document, int wave, int round) {
        String key = Keys.batches(document.runId(), document.sync().target(), wave, round);
        boolean nothingToLand = document.plan().wave(wave).stream().allMatch(p -> p.action() == Action.REMOVE);
        return round == 0 && nothingToLand && !document.settle()
                ? Messages.Step.to("load", wave, round)
                : new Messages.Step("land", wave, round, document.settle(), Optional.of(PlanRun.location(wiring, key)));
    }

    /// A slice that must be landed although the plan did not foresee it.
    static PlannedSlice again(Slice slice, String reason, Fingerprint now, long bytes) {
        return new PlannedSlice(slice, Action.REPLACE, reason, now, bytes, 0, true);
    }
}
