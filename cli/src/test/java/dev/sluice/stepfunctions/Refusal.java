package dev.sluice.stepfunctions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/// An error as the service answers it.
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    Refusal(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    int status() {
        return status;
    }

    JsonNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("__type", "com.amazonaws.swf.service.v2.model#" + code)
                .put("message", getMessage());
    }
}
