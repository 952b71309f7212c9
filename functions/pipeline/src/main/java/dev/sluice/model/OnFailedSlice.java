package dev.sluice.model;

/// What a failed slice does to the rest of its table.
public enum OnFailedSlice {
    /// Nothing of the table is published.
    HOLD,
    /// The other slices are published and the table is PARTIAL.
    PUBLISH_REST
}
