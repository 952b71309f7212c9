package dev.sluice.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;

/// What every handler does: hands the payload to its stage. A failure leaves as it is, because the state
/// machine's retriers match on its class name.
abstract class StageHandler implements RequestHandler<Map<String, Object>, JsonNode> {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final String stage;
    private final Functions functions;

    StageHandler(String stage, Functions functions) {
        this.stage = stage;
        this.functions = functions;
    }

    @Override
    public JsonNode handleRequest(Map<String, Object> payload, Context context) {
        Invocation invocation = new Invocation(
                stage,
                MAPPER.valueToTree(payload),
                String.valueOf(context.getAwsRequestId()),
                Deadline.in(context.getRemainingTimeInMillis()));
        return functions.invoke(invocation);
    }
}
