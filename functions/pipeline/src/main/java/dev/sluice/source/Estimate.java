package dev.sluice.source;

/// What the source's planner says of reading rows, before they are sent.
///
/// @param cost in the planner's own unit: one page read in sequence costs 1
/// @param rows it expects to find
public record Estimate(double cost, double rows) {}
