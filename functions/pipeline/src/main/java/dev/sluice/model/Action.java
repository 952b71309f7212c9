package dev.sluice.model;

/// What a run does with a slice.
public enum Action {
    /// Read it again and recreate it in the warehouse.
    REPLACE,
    /// It vanished at the source: take it out of the warehouse.
    REMOVE,
    /// It did not change: leave it alone.
    KEEP;

    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
