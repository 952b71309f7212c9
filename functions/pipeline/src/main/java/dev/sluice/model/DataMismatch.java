package dev.sluice.model;

/// Two things that must agree do not: a checksum, a count, a definition, a fence. Not retried; a new sync
/// plans again.
///
/// Class name and package are API: the state machine's retriers match on them.
public final class DataMismatch extends Failure {
    private static final long serialVersionUID = 1L;

    public DataMismatch(String message) {
        super(message);
    }

    public DataMismatch(String message, Throwable cause) {
        super(message, cause);
    }
}
