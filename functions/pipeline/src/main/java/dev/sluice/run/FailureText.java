package dev.sluice.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/// A function's failure as the state machine hands it on, in words.
public final class FailureText {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String OURS = "dev.sluice.model.";

    private FailureText() {}

    /// The message alone for failures that are made to be read; name and message for all others.
    ///
    /// @param error its name
    /// @param cause a JSON object with `errorMessage`, as Lambda writes it, or any text
    public static String of(String error, String cause) {
        String message = message(cause);
        if (error.equals("java.lang.OutOfMemoryError")) {
            return "not enough memory (" + message
                    + "); give the program more, such as SLUICE_JAVA_OPTS=-Xmx1g, or the function, memory_mb in Terraform";
        }
        return error.startsWith(OURS) ? message : error + ": " + message;
    }

    static String of(Messages.ErrorOutput failure) {
        return of(failure.error(), failure.cause());
    }

    private static String message(String cause) {
        try {
            JsonNode json = MAPPER.readTree(cause);
            return json.path("errorMessage").asText(cause);
        } catch (JsonProcessingException e) {
            return cause;
        }
    }
}
