package dev.sluice.model;

/// What a run does with a slice; also the kind of its entry in the ledger.
public enum Action {
    /// Read it again and recreate it in the warehouse.
    REPLACE,
    /// It vanished at the source: take it out of the warehouse.
    REMOVE,
    /// It did not change: leave it alone.
    KEEP,
    /// Ledger only: it was rebuilt from raw objects by a replay, and is pinned.
    REPLAY,
    /// A pinned slice is compared with the source again from now on; its rows stay as they are.
    RELEASE;

    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
