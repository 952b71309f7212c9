package dev.sluice.model;

/// How long a slice of time is. Weeks begin on Monday (ISO 8601), as in `date_trunc('week', …)`.
public enum Grain {
    HOUR,
    DAY,
    WEEK,
    MONTH,
    YEAR;

    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
