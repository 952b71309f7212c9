package dev.sluice.model;

/// The object store cannot be reached or cannot answer now. Retried by the state machine.
///
/// Class name and package are API: the state machine's retriers match on them.
public final class StoreUnavailable extends Failure {
    private static final long serialVersionUID = 1L;

    public StoreUnavailable(String message) {
        super(message);
    }

    public StoreUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
