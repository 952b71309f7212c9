package dev.sluice.machine;

import org.jspecify.annotations.Nullable;

/** An error in the sense of the States Language: a name that Retry and Catch match, and a cause for people. */
final class StateFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    static final String ALL = "States.ALL";
    static final String DATA_LIMIT_EXCEEDED = "States.DataLimitExceeded";
    static final String EXCEED_TOLERATED_FAILURE_THRESHOLD = "States.ExceedToleratedFailureThreshold";
    static final String ITEM_READER_FAILED = "States.ItemReaderFailed";
    static final String NO_CHOICE_MATCHED = "States.NoChoiceMatched";
    static final String QUERY_EVALUATION_ERROR = "States.QueryEvaluationError";
    static final String RESULT_WRITER_FAILED = "States.ResultWriterFailed";
    static final String RUNTIME = "States.Runtime";
    static final String TASK_FAILED = "States.TaskFailed";
    static final String TIMEOUT = "States.Timeout";

    private final String error;
    private final String causeText;

    StateFailure(String error, String causeText) {
        this(error, causeText, null);
    }

    StateFailure(String error, String causeText, @Nullable Throwable trigger) {
        super(error + ": " + causeText, trigger);
        this.error = error;
        this.causeText = causeText;
    }

    String error() {
        return error;
    }

    String causeText() {
        return causeText;
    }

    /**
     * Whether one entry of ErrorEquals takes this error. {@code States.Runtime} is taken by nothing: the service ends the execution.
     * {@code States.DataLimitExceeded} is taken by its own name only.
     */
    boolean matches(String errorEquals) {
        if (error.equals(RUNTIME)) {
            return false;
        }
        if (error.equals(DATA_LIMIT_EXCEEDED)) {
            return errorEquals.equals(DATA_LIMIT_EXCEEDED);
        }
        return switch (errorEquals) {
            case ALL -> true;
            case TASK_FAILED -> !error.equals(TIMEOUT);
            default -> errorEquals.equals(error);
        };
    }
}
