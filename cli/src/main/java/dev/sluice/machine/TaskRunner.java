package dev.sluice.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One attempt of a task: what {@code lambda:invoke} sends, waits for and returns. */
final class TaskRunner {
    private static final TimeSource.Timer NEVER = () -> {};

    private TaskRunner() {}

    static JsonNode run(Frame frame, State.Task task, Bindings bindings) {
        JsonNode arguments = Json.withinLimit("Arguments", task.arguments().evaluate("Arguments", bindings));
        String functionName = functionName(arguments);
        frame.history().add(History.TASK);
        JsonNode payload = arguments.has("Payload") ? arguments.get("Payload") : Json.NODES.objectNode();
        Duration timeout = task.timeoutSeconds() == null
                ? null
                : Duration.ofSeconds(task.timeoutSeconds().evaluateWhole(bindings));
        JsonNode result = call(frame, functionName, payload.deepCopy(), timeout);
        return Json.withinLimit("the result of " + functionName, envelope(result));
    }

    private static String functionName(JsonNode arguments) {
        List<String> unknown = new ArrayList<>();
        arguments.fieldNames().forEachRemaining(unknown::add);
        unknown.removeAll(List.of("FunctionName", "Payload"));
        JsonNode name = arguments.path("FunctionName");
        if (!arguments.isObject() || !name.isTextual() || !unknown.isEmpty()) {
            throw new StateFailure(
                    StateFailure.RUNTIME,
                    "Arguments evaluated to " + Fields.brief(arguments)
                            + "; an object with FunctionName (a string) and Payload is needed");
        }
        return name.textValue();
    }

    /** Waits for the function even after a timeout, once it has been interrupted: no attempt runs beside the next one. */
    private static JsonNode call(Frame frame, String functionName, JsonNode payload, @Nullable Duration timeout) {
        AtomicBoolean timedOut = new AtomicBoolean();
        JsonNode result = null;
        Throwable thrown = null;
        try (Cancellation attempt = frame.cancellation().child()) {
            TimeSource.Timer timer = startTimer(frame, timeout, attempt, timedOut);
            try {
                result = attempt.call(() -> frame.run().tasks().invoke(functionName, payload));
            } finally {
                timer.close();
            }
        } catch (Throwable failed) {
            thrown = failed;
        }
        if (timedOut.get()) {
            throw new StateFailure(StateFailure.TIMEOUT, functionName + " took longer than TimeoutSeconds: " + timeout);
        }
        frame.cancellation().check();
        if (thrown != null) {
            throw failure(thrown);
        }
        return result == null ? Json.NODES.nullNode() : result.deepCopy();
    }

    private static TimeSource.Timer startTimer(
            Frame frame, @Nullable Duration timeout, Cancellation attempt, AtomicBoolean timedOut) {
        if (timeout == null) {
            return NEVER;
        }
        return frame.run().time().after(timeout, () -> {
            timedOut.set(true);
            attempt.cancel();
        });
    }

    private static StateFailure failure(Throwable thrown) {
        if (thrown instanceof TaskFailed failed) {
            return new StateFailure(failed.errorName(), failed.errorCause(), thrown);
        }
        ObjectNode cause = Json.NODES.objectNode();
        cause.put("errorMessage", thrown.getMessage());
        cause.put("errorType", thrown.getClass().getName());
        cause.putArray("stackTrace");
        return new StateFailure(thrown.getClass().getName(), Json.text(cause), thrown);
    }

    private static ObjectNode envelope(JsonNode result) {
        ObjectNode envelope = Json.NODES.objectNode();
        envelope.put("ExecutedVersion", "$LATEST");
        envelope.set("Payload", result);
        envelope.putObject("SdkHttpMetadata").put("HttpStatusCode", 200);
        envelope.putObject("SdkResponseMetadata")
                .put("RequestId", UUID.randomUUID().toString());
        envelope.put("StatusCode", 200);
        return envelope;
    }
}
