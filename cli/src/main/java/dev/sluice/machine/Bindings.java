package dev.sluice.machine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the expressions of a state can see: {@code $states} and the variables as they were when the state was entered. Belongs to one
 * thread; conversions are kept, so that several expressions share them.
 */
final class Bindings {
    private final Variables variables;
    private final JsonNode input;
    private final JsonNode context;
    private final @Nullable JsonNode result;
    private final @Nullable JsonNode errorOutput;
    private final Map<String, Object> converted = new HashMap<>();

    private Bindings(
            Variables variables,
            JsonNode input,
            JsonNode context,
            @Nullable JsonNode result,
            @Nullable JsonNode errorOutput) {
        this.variables = variables;
        this.input = input;
        this.context = context;
        this.result = result;
        this.errorOutput = errorOutput;
    }

    static Bindings of(Variables variables, JsonNode input, JsonNode context) {
        return new Bindings(variables, input, context, null, null);
    }

    Bindings withResult(JsonNode newResult) {
        return new Bindings(variables, input, context, newResult, null);
    }

    Bindings withErrorOutput(JsonNode newErrorOutput) {
        return new Bindings(variables, input, context, null, newErrorOutput);
    }

    Bindings withContext(JsonNode newContext) {
        return new Bindings(variables, input, newContext, result, errorOutput);
    }

    JsonNode input() {
        return input;
    }

    JsonNode context() {
        return context;
    }

    /** The value of {@code $name}, or null if there is none. */
    @Nullable
    Object lookup(String name) {
        Object known = converted.get(name);
        if (known != null) {
            return known;
        }
        Object value = name.equals("states") ? states() : variable(name);
        if (value != null) {
            converted.put(name, value);
        }
        return value;
    }

    private @Nullable Object variable(String name) {
        JsonNode value = variables.get(name);
        return value == null ? null : Json.toQueryValue(value);
    }

    private Map<String, Object> states() {
        Map<String, Object> states = new LinkedHashMap<>();
        states.put("input", Json.toQueryValue(input));
        states.put("context", Json.toQueryValue(context));
        if (result != null) {
            states.put("result", Json.toQueryValue(result));
        }
        if (errorOutput != null) {
            states.put("errorOutput", Json.toQueryValue(errorOutput));
        }
        return states;
    }
}
