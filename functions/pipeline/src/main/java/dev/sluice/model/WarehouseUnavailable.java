package dev.sluice.model;

/// The warehouse cannot be reached, or another process holds it. Retried by the state machine.
///
/// Class name and package are API: the state machine's retriers match on them.
public final class WarehouseUnavailable extends Failure {
    private static final long serialVersionUID = 1L;

    public WarehouseUnavailable(String message) {
        super(message);
    }

    public WarehouseUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
