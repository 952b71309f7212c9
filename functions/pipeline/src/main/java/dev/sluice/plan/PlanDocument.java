package dev.sluice.plan;

import dev.sluice.model.Action;
import dev.sluice.model.Definition;
import dev.sluice.model.SourceTable;
import dev.sluice.model.TableSync;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What the plan-table stage commits: everything that the later stages need to know about the table.
///
/// @param format   version of this document, 1
/// @param purpose  absent in documents of version 0.1.0, which only knew syncs
/// @param epoch    of the lock that the run took; 0 for a plan that is only looked at
/// @param full     every slice is replaced
/// @param settle   readers do not share one snapshot, so what was landed is proven against the source
///                 before it is published
/// @param unswept  a dead run may have left objects behind
/// @param counted  the warehouse's own rows were counted for this plan
/// @param snapshotAt when the source was looked at
/// @param lookSeconds how long that took
/// @param readings   per wave, how its slices are read and why
/// @param predictedSeconds for the whole table, from what was measured before
/// @param untouched  what the source's counters said; empty where they were not asked
public record PlanDocument(
        int format,
        String runId,
        Purpose purpose,
        TableSync sync,
        Definition definition,
        SourceTable table,
        TablePlan plan,
        ShrinkGuard guard,
        long epoch,
        boolean full,
        boolean settle,
        boolean unswept,
        boolean counted,
        Instant snapshotAt,
        double lookSeconds,
        List<String> readings,
        Optional<Double> predictedSeconds,
        Optional<Untouched> untouched) {
    public static final int FORMAT = 1;

    public PlanDocument {
        purpose = purpose == null ? Purpose.SYNC : purpose;
    }

    /// Bytes that the plan expects to move.
    public long predictedBytes() {
        return plan.of(Action.REPLACE).stream().mapToLong(PlannedSlice::bytes).sum();
    }

    /// Nobody wrote to the table, so nothing was compared.
    public boolean leftAlone() {
        return untouched.map(Untouched::holds).orElse(false);
    }
}
