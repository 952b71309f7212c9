package dev.sluice.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/** One child execution of a distributed map, once it is over. */
record ChildRun(
        long index,
        String machineArn,
        String executionArn,
        String name,
        JsonNode input,
        Instant started,
        Instant stopped,
        End end) {

    /** How it ended. */
    sealed interface End {
        default String status() {
            return switch (this) {
                case Succeeded succeeded -> "SUCCEEDED";
                case Failed failed -> "FAILED";
                case Aborted aborted -> "ABORTED";
            };
        }

        record Succeeded(JsonNode output) implements End {}

        record Failed(String error, String cause) implements End {}

        record Aborted() implements End {}
    }

    /** The entry in a result file; input and output are JSON in a string there. */
    ObjectNode toJson() {
        ObjectNode json = Json.NODES.objectNode();
        json.put("ExecutionArn", executionArn);
        json.put("Input", Json.text(input));
        json.putObject("InputDetails").put("Included", true);
        json.put("Name", name);
        switch (end) {
            case End.Succeeded succeeded -> {
                json.put("Output", Json.text(succeeded.output()));
                json.putObject("OutputDetails").put("Included", true);
            }
            case End.Failed failed -> json.put("Error", failed.error()).put("Cause", failed.cause());
            case End.Aborted aborted -> {}
        }
        json.put("RedriveCount", 0);
        json.put("StartDate", Timestamps.format(started));
        json.put("StateMachineArn", machineArn);
        json.put("Status", end.status());
        json.put("StopDate", Timestamps.format(stopped));
        return json;
    }
}
