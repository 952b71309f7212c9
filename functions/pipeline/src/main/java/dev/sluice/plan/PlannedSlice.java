package dev.sluice.plan;

import dev.sluice.model.Action;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.Slice;

/// One action of a plan.
///
/// @param reason one clause for people, such as `rows 10 → 12`
/// @param source the source's fingerprint when the plan was made; no rows for a removal
/// @param bytes  predicted bytes of rows as CSV
/// @param before rows of the slice in the warehouse before this run
/// @param proven the comparison included the hash, not only the count
public record PlannedSlice(
        Slice slice, Action action, String reason, Fingerprint source, long bytes, long before, boolean proven) {}
