package dev.sluice.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/// A function's failure as the state machine hands it on, in words.
final class FailureText {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String OURS = "dev.sluice.model.";

    private FailureText() {}

    /// The message alone for failures that are made to be read; name and message for all others.
    static String of(Messages.ErrorOutput failure) {
        String message = message(failure.cause());
        return failure.error().startsWith(OURS) ? message : failure.error() + ": " + message;
    }

    /// Lambda puts a JSON object with `errorMessage` into the cause.
    private static String message(String cause) {
        try {
            JsonNode json = MAPPER.readTree(cause);
            return json.path("errorMessage").asText(cause);
        } catch (JsonProcessingException e) {
            return cause;
        }
    }
}
