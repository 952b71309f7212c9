package dev.sluice.run;

import dev.sluice.model.Action;
import dev.sluice.model.Definition;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.PageRange;
import dev.sluice.model.TableSync;
import dev.sluice.plan.Batch;
import dev.sluice.plan.PlannedSlice;
import dev.sluice.plan.Reading;
import dev.sluice.plan.TablePlan;
import dev.sluice.source.Rows;
import dev.sluice.source.Snapshot;
import dev.sluice.store.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Decides how the slices of each wave are read, with the source's planner as witness. Tables and waves so
/// small that no answer would pay for the question are read without asking.
record Readings(Wiring wiring) {
    /// @param pages of the table, if anything is cut by page
    record Made(List<Reading> readings, long pages) {}

    Made of(String runId, TableSync sync, Definition definition, TablePlan plan, long chunkBytes, Snapshot snapshot) {
        if (plan.waves().isEmpty()) {
            return new Made(List.of(), 0);
        }
        long present =
                plan.actions().stream().filter(p -> p.action() != Action.REMOVE).count();
        long tableRows = plan.actions().stream()
                .map(PlannedSlice::source)
                .mapToLong(Fingerprint::rows)
                .sum();
        long pages = Reading.cuts(largest(plan), chunkBytes) ? snapshot.pages() : 0;
        int readers = readers(runId, sync);
        List<Reading> readings = new ArrayList<>();
        for (int wave = 0; wave < plan.waves().size(); wave++) {
            List<PlannedSlice> slices = plan.wave(wave).stream()
                    .filter(p -> p.action() == Action.REPLACE)
                    .toList();
            Reading.Facts facts = new Reading.Facts(
                    slices,
                    slices.size() == present,
                    tableRows,
                    definition.columns().size(),
                    pages,
                    readers,
                    chunkBytes);
            readings.add(
                    slices.isEmpty()
                            ? new Reading(List.of(), "nothing to read")
                            : Reading.choose(
                                    facts, facts.worthAsking() ? costs(facts, snapshot) : Reading.Costs.NOT_ASKED));
        }
        return new Made(readings, pages);
    }

    private static long largest(TablePlan plan) {
        long largest = 0;
        for (int wave = 0; wave < plan.waves().size(); wave++) {
            largest = Math.max(
                    largest,
                    plan.wave(wave).stream().mapToLong(PlannedSlice::bytes).sum());
        }
        return largest;
    }

    private static Reading.Costs costs(Reading.Facts facts, Snapshot snapshot) {
        double all = snapshot.estimate(Rows.all()).cost();
        double half = facts.pages() < 2
                ? all
                : snapshot.estimate(Rows.all().within(Optional.of(new PageRange(0, facts.pages() / 2))))
                        .cost();
        if (facts.every()) {
            return new Reading.Costs(all, half, all, all);
        }
        List<PlannedSlice> some =
                facts.slices().subList(0, Math.min(facts.slices().size(), Batch.MAX_SLICES));
        double list = snapshot.estimate(
                        Rows.of(some.stream().map(PlannedSlice::slice).toList()))
                .cost();
        double one = snapshot.estimate(
                        Rows.of(List.of(Reading.middle(facts.slices()).slice())))
                .cost();
        return new Reading.Costs(all, half, list, one);
    }

    /// Batches at once, as the run's plan settled it for this table.
    private int readers(String runId, TableSync sync) {
        for (Messages.TableItem item : wiring.documents().get(Keys.tables(runId), Messages.TableItem[].class)) {
            if (item.table().equals(sync.target().toString())) {
                return item.batchesAtOnce();
            }
        }
        return 1;
    }
}
