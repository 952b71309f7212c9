package dev.sluice.drop;

import java.util.Locale;

/// What became of a version of a file.
public enum FileState {
    /// Its rows are the file's rows now.
    LOADED,
    /// Its content is that of the version whose rows are there already.
    SAME,
    /// Refused as a whole; the rows of the version before stay.
    REFUSED,
    /// It changed or went away while it was to be read; the next run sees what it is then. Never in the
    /// ledger.
    CHANGED,
    /// It could not be read for a reason that is not in the file; the next run tries again. Never in the
    /// ledger.
    FAILED;

    /// As the ledger spells it.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Whether the ledger holds an entry of it.
    public boolean settled() {
        return this == LOADED || this == SAME || this == REFUSED;
    }
}
