package dev.sluice.run;

import dev.sluice.model.Slice;
import dev.sluice.plan.PlanDocument;
import dev.sluice.plan.Reading;
import java.util.List;
import java.util.Map;

/// A plan, and what its batches are made from.
///
/// @param pages    of the table
/// @param receipts replay only: keys of the land receipts that say where the rows of each slice are
record Drafted(PlanDocument document, List<Reading> readings, long pages, Map<Slice, String> receipts) {}
