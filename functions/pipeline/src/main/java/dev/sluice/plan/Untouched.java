package dev.sluice.plan;

/// What the source's counters said before anything was compared.
///
/// @param holds nobody wrote to the table since it was last in step, so nothing was compared
/// @param why   one clause for people: since when, or why that could not be said
public record Untouched(boolean holds, String why) {}
