package dev.sluice.model;

/// A limit of time, size or count was reached; the message names the setting to change. Not retried.
///
/// Class name and package are API: the state machine's retriers match on them.
public final class LimitExceeded extends Failure {
    private static final long serialVersionUID = 1L;

    public LimitExceeded(String message) {
        super(message);
    }

    public LimitExceeded(String message, Throwable cause) {
        super(message, cause);
    }
}
