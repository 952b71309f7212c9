package dev.sluice.lambda;

import com.fasterxml.jackson.databind.JsonNode;

/// One call of one function.
///
/// @param stage     one of [dev.sluice.run.Stages#NAMES]
/// @param requestId what Lambda calls it
record Invocation(String stage, JsonNode payload, String requestId, Deadline deadline) {
    /// Empty where the payload lacks it, which the stage will refuse.
    String run() {
        return payload.path("run_id").asText("");
    }

    String table() {
        return payload.path("table").asText("");
    }
}
