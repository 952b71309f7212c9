package dev.sluice.model;

/// The source cannot be reached or cannot answer now (connections, locks, recovery conflicts). Retried by
/// the state machine.
///
/// Class name and package are API: the state machine's retriers match on them.
public final class SourceUnavailable extends Failure {
    private static final long serialVersionUID = 1L;

    public SourceUnavailable(String message) {
        super(message);
    }

    public SourceUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
