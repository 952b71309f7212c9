package dev.sluice.run;

import dev.sluice.model.Action;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.Slice;
import dev.sluice.plan.Batch;
import dev.sluice.plan.PlanDocument;
import dev.sluice.plan.PlannedSlice;
import dev.sluice.plan.Reading;
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
    ///
    /// @param readings one per wave
    /// @param pages    of the table
    /// @param receipts replay only: where the rows of each slice are
    void write(PlanDocument document, List<Reading> readings, long pages, Map<Slice, String> receipts) {
        for (int wave = 0; wave < readings.size(); wave++) {
            write(document, wave, 0, 0, readings.get(wave).groups(), pages, receipts);
        }
    }

    /// Slices that moved while they were read, each in one snapshot now.
    ///
    /// @param firstNumber number of the first batch; numbers go on from round to round
    void again(PlanDocument document, int wave, int round, int firstNumber, List<PlannedSlice> slices) {
        List<Reading.Group> groups = Batch.group(slices, document.sync().chunkBytes()).stream()
                .map(group -> new Reading.Group(group, Reading.Way.LIST, 1))
                .toList();
        write(document, wave, round, firstNumber, groups, 0, Map.of());
    }

    private void write(
            PlanDocument document,
            int wave,
            int round,
            int firstNumber,
            List<Reading.Group> groups,
            long pages,
            Map<Slice, String> receipts) {
        Map<Slice, String> segments = Batch.segments(
                document.plan().actions().stream().map(PlannedSlice::slice).toList(),
                Keys::segment,
                Keys::distinctSegment,
                Keys::caseFolded);
        List<Batch> batches = new ArrayList<>();
        for (Reading.Group group : groups) {
            List<Batch.Item> items = group.slices().stream()
                    .map(p -> new Batch.Item(
                            p.slice(),
                            segments.getOrDefault(p.slice(), Keys.distinctSegment(p.slice())),
                            p.source(),
                            Optional.ofNullable(receipts.get(p.slice()))))
                    .toList();
            for (Optional<Batch.Chunk> chunk : chunks(group, pages)) {
                batches.add(new Batch(
                        document.runId(),
                        document.sync().source(),
                        document.sync().target(),
                        wave,
                        firstNumber + batches.size(),
                        round,
                        document.epoch(),
                        document.definition().hash(),
                        group.way(),
                        chunk,
                        items));
            }
        }
        InParallel.map(batches, batch -> {
            wiring.documents().put(Keys.batch(batch.runId(), batch.target(), wave, batch.number()), batch);
            return batch;
        });
        List<Load.BatchItem> items = batches.stream()
                .map(batch -> new Load.BatchItem(
                        document.runId(), document.sync().target().toString(), wave, batch.number()))
                .toList();
        wiring.documents().put(Keys.batches(document.runId(), document.sync().target(), wave, round), items);
    }

    private static List<Optional<Batch.Chunk>> chunks(Reading.Group group, long pages) {
        return group.chunks() == 1
                ? List.of(Optional.empty())
                : Batch.Chunk.cut(pages, group.chunks()).stream()
                        .map(Optional::of)
                        .toList();
    }

    Messages.Step step(PlanDocument document, int wave, int round) {
        String key = Keys.batches(document.runId(), document.sync().target(), wave, round);
        boolean nothingToLand = document.plan().wave(wave).stream().noneMatch(p -> p.action() == Action.REPLACE);
        return round == 0 && nothingToLand && !document.settle()
                ? Messages.Step.to("load", wave, round)
                : new Messages.Step("land", wave, round, document.settle(), Optional.of(PlanRun.location(wiring, key)));
    }

    /// A slice that must be landed although the plan did not foresee it.
    static PlannedSlice again(Slice slice, String reason, Fingerprint now, long bytes) {
        return new PlannedSlice(slice, Action.REPLACE, reason, now, bytes, 0, true);
    }
}
