package dev.sluice.plan;

import dev.sluice.model.Slice;
import java.util.Optional;

/// A slice that a sync leaves as a replay made it.
///
/// @param damage what is wrong with its rows in the warehouse, with the way out; empty if nothing is known
///               to be
public record Pin(Slice slice, Optional<String> damage) {}
