package dev.sluice.model;

/// How a slice is compared: by row count alone, or by count and hash.
public enum Detect {
    /// Rows per slice. Misses in-place updates.
    CARDINALITY,
    /// Rows and hash per slice. The default.
    FINGERPRINT;

    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
