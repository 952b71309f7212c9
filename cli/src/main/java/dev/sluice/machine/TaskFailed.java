package dev.sluice.machine;

/** A task failure whose error name is given rather than derived from a class, for example {@code Lambda.TooManyRequestsException}. */
public final class TaskFailed extends Exception {
    private static final long serialVersionUID = 1L;

    private final String errorName;
    private final String errorCause;

    public TaskFailed(String errorName, String errorCause) {
        super(errorName + ": " + errorCause);
        this.errorName = errorName;
        this.errorCause = errorCause;
    }

    public String errorName() {
        return errorName;
    }

    /** The text the state machine sees as {@code Cause}. */
    public String errorCause() {
        return errorCause;
    }
}
