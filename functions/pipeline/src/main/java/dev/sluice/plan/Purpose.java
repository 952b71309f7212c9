package dev.sluice.plan;

/// What the plan of a table is for.
public enum Purpose {
    /// To bring it in step with the source.
    SYNC,
    /// To rebuild slices from raw objects and pin them.
    REPLAY,
    /// To end the pin of slices; no row moves.
    RELEASE
}
