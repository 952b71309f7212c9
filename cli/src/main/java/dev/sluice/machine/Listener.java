package dev.sluice.machine;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/**
 * Watches an execution. Called from many threads at once, on the threads that do the work: be quick and do not throw. A path names a
 * visit of a state within the execution, for example {@code Tables[3].Batches[7].Land}.
 */
public interface Listener {
    /** A listener that does not care. */
    Listener NONE = new Listener() {};

    /** An execution begins: the one that was asked for, whose path is empty, or a child of a distributed map. */
    default void executionStarted(String path, JsonNode input) {}

    /** @param historyEvents how many the service would have written, at most; each execution has a history of its own */
    default void executionEnded(String path, Execution.Status status, int historyEvents) {}

    default void stateEntered(String path, JsonNode input) {}

    /** The state is done, be it with a result or because a Catch took its error. */
    default void stateExited(String path, JsonNode output) {}

    /** No Retry and no Catch took the error: it ends the flow the state belongs to. */
    default void stateFailed(String path, String error, String cause) {}

    /** Attempt number {@code retry} + 1 follows after {@code delay}; {@code retry} counts from 1. */
    default void retrying(String path, String error, String cause, int retry, Duration delay) {}

    /** A Catch took the error and the flow goes on at {@code next}. */
    default void caught(String path, String error, String cause, String next) {}

    default void mapRunProgress(String path, MapRunProgress progress) {}

    /** How far a distributed map is. */
    record MapRunProgress(long total, long running, long succeeded, long failed) {}
}
