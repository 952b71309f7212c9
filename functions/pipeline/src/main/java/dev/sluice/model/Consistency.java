package dev.sluice.model;

/// What the published table is a state of.
public enum Consistency {
    /// One snapshot for the whole table: the published table is one state of the source.
    TABLE,
    /// Each slice exact at its own instant, then proven against the source in up to three rounds.
    SLICE;

    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
