package dev.sluice.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.run.Stages;
import jakarta.enterprise.inject.Instance;
import java.util.Map;

/// What every handler does: hands the payload to its stage. A failure leaves as it is, because the state
/// machine's retriers match on its class name.
abstract class StageHandler implements RequestHandler<Map<String, Object>, JsonNode> {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final String stage;
    private final Instance<Stages> stages;

    StageHandler(String stage, Instance<Stages> stages) {
        this.stage = stage;
        this.stages = stages;
    }

    @Override
    public JsonNode handleRequest(Map<String, Object> payload, Context context) {
        return stages.get().invoke(stage, MAPPER.valueToTree(payload));
    }
}
