package dev.sluice.model;

/// A column type or a value that the target cannot hold exactly; the message names table, column, slice
/// and the ways out. Not retried.
///
/// Class name and package are API: the state machine's retriers match on them.
public final class UnsupportedValue extends Failure {
    private static final long serialVersionUID = 1L;

    public UnsupportedValue(String message) {
        super(message);
    }

    public UnsupportedValue(String message, Throwable cause) {
        super(message, cause);
    }
}
