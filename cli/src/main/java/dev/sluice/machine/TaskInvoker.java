package dev.sluice.machine;

import com.fasterxml.jackson.databind.JsonNode;

/** What {@code arn:aws:states:::lambda:invoke} reaches. Called from many threads at once, one call per running task. */
@FunctionalInterface
public interface TaskInvoker {
    /**
     * Runs one function and waits for its result. The calling thread is interrupted when the task times out or the execution is
     * stopped; the state machine does not go on before the call has returned.
     *
     * @throws TaskFailed with exactly the error name and cause the state machine shall see, for errors of the service itself
     * @throws Exception anything else becomes what Lambda reports for an unhandled exception: the class name as the error name, and
     *     {@code {"errorMessage", "errorType", "stackTrace"}} as the cause
     */
    JsonNode invoke(String functionName, JsonNode payload) throws Exception;
}
