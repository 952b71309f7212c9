package dev.sluice.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Failure;
import dev.sluice.model.InvalidRequest;
import dev.sluice.run.Doorbell;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The function `doorbell`: messages of SQS in, runs started, and those messages out that are to come again.
/// One that cannot be read comes again too, until the queue moves it to where failed messages go: it holds up
/// no other.
///
/// @param environment of the process
record Doorkeeper(Doorbell doorbell, Executions executions, Map<String, String> environment, Telemetry telemetry) {
    static final String NAME = "doorbell";

    /// The ARN of the state machine to start.
    static final String VARIABLE = "SLUICE_DROP_STATE_MACHINE";

    JsonNode answer(Invocation invocation) {
        String machine = Optional.ofNullable(environment.get(VARIABLE))
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> new InvalidRequest(
                        "the environment variable %s is not set; expected the ARN of the state machine of drops"
                                .formatted(VARIABLE)));
        Doorbell.Rung rung = doorbell.ring(notices(invocation.payload()));
        List<String> again = new ArrayList<>(rung.unreadable());
        if (!again.isEmpty()) {
            ObjectNode line = telemetry.line(invocation, "ERROR", "unreadable");
            again.forEach(line.putArray("messages")::add);
            telemetry.write(line);
        }
        for (Doorbell.Start start : rung.starts()) {
            if (!started(invocation, machine, start)) {
                again.addAll(start.ids());
            }
        }
        return failures(again);
    }

    private static List<Doorbell.Notice> notices(JsonNode payload) {
        if (!payload.path("Records").isArray()) {
            throw new InvalidRequest("doorbell: expected an event of SQS, {\"Records\": […]}");
        }
        return payload.path("Records")
                .valueStream()
                .map(message -> new Doorbell.Notice(
                        message.path("messageId").asText(), message.path("body").asText()))
                .toList();
    }

    /// A run that cannot be started does not keep those of other feeds from being started.
    private boolean started(Invocation invocation, String machine, Doorbell.Start start) {
        try {
            boolean fresh =
                    executions.start(machine, start.name(), start.input().toString());
            telemetry.write(about(telemetry.line(invocation, "INFO", fresh ? "started" : "known"), start));
            return true;
        } catch (Failure failure) {
            telemetry.write(about(telemetry.line(invocation, "ERROR", "not-started"), start)
                    .put("error", failure.getClass().getName())
                    .put("message", failure.getMessage()));
            return false;
        }
    }

    private static ObjectNode about(ObjectNode line, Doorbell.Start start) {
        return line.put("run", start.name())
                .put("feed", start.feed())
                .put("messages", start.ids().size());
    }

    /// A partial answer, as Lambda's event source mapping reads it.
    private static JsonNode failures(List<String> again) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode failures = answer.putArray("batchItemFailures");
        again.forEach(id -> failures.addObject().put("itemIdentifier", id));
        return answer;
    }
}
