package dev.sluice.plan;

import dev.sluice.model.Definition;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.LedgerEntry;
import dev.sluice.model.Slice;
import dev.sluice.model.TableSync;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// All that a plan is made from. Nothing else enters it, so the same facts give the same plan.
///
/// @param source       every slice of the source with its fingerprint; by count alone where `hashed` does
///                     not hold
/// @param ledger       newest live entry per slice; empty when the target table is missing
/// @param pinned       slices that a replay pinned, whether the target table is missing or not
/// @param warehouse    what the warehouse itself counts per slice; empty when it was not asked
/// @param targetFits   the target table exists
/// @param tableBytes   size of the table at the source, for predictions
/// @param full         replace everything
public record TableFacts(
        TableSync sync,
        Definition definition,
        Map<Slice, Fingerprint> source,
        Map<Slice, LedgerEntry> ledger,
        Set<Slice> pinned,
        Optional<Map<Slice, WarehouseSlice>> warehouse,
        boolean targetFits,
        long tableBytes,
        boolean full) {
    /// @param rows    rows of the slice in the warehouse
    /// @param lastRun greatest `_sluice_run` among them
    /// @param runs    how many different `_sluice_run` they carry; 1 when nobody else wrote
    public record WarehouseSlice(long rows, String lastRun, long runs) {}
}
