package dev.sluice.model;

/// The request, the configuration or a right is wrong; the owner of the configuration acts. Not retried.
///
/// Class name and package are API: the state machine's retriers match on them.
public final class InvalidRequest extends Failure {
    private static final long serialVersionUID = 1L;

    public InvalidRequest(String message) {
        super(message);
    }

    public InvalidRequest(String message, Throwable cause) {
        super(message, cause);
    }
}
