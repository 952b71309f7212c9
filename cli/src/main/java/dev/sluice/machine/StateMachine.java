package dev.sluice.machine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A definition in the Amazon States Language, read and checked; what exists can be executed. Immutable.
 *
 * <p>Supported: {@code "QueryLanguage": "JSONata"}, all eight types of states, {@code lambda:invoke} as the only task, inline maps,
 * distributed maps over arrays and JSON arrays in S3. Everything else is refused by {@link #parse}, never ignored.
 */
public final class StateMachine {
    private static final int MAX_STATE_NAME_CHARACTERS = 80;

    private final Flow flow;
    private final @Nullable Long timeoutSeconds;

    private StateMachine(Flow flow, @Nullable Long timeoutSeconds) {
        this.flow = flow;
        this.timeoutSeconds = timeoutSeconds;
    }

    /**
     * @param substitutions the values of the <code>${name}</code> placeholders; each must be used
     * @throws InvalidDefinition with every problem found
     */
    public static StateMachine parse(String aslJson, Map<String, String> substitutions) {
        Problems problems = new Problems();
        JsonNode definition = Placeholders.substitute(read(aslJson), substitutions, problems);
        Fields fields = new Fields(definition, "", problems);
        fields.exactly("QueryLanguage", "JSONata");
        if (fields.has("Version")) {
            fields.exactly("Version", "1.0");
        }
        double timeout = fields.number("TimeoutSeconds", 0, StateParser.TIMEOUT_SECONDS);
        AssignedNames scope = AssignedNames.ofMachine();
        Flow flow = FlowParser.parse(fields, scope);
        fields.close();
        scope.check(problems);
        checkNames(definition, "", new LinkedHashMap<>(), problems);
        problems.throwIfAny();
        return new StateMachine(flow, timeout == 0 ? null : (long) timeout);
    }

    private static JsonNode read(String aslJson) {
        try {
            return Json.MAPPER.readTree(aslJson);
        } catch (JsonProcessingException malformed) {
            Problems problems = new Problems();
            int line = malformed.getLocation() == null
                    ? 1
                    : malformed.getLocation().getLineNr();
            problems.add("line " + line, "not JSON: " + malformed.getOriginalMessage(), "one JSON object is needed");
            problems.throwIfAny();
            throw new IllegalStateException(malformed);
        }
    }

    /** Names are unique over the whole file, as the service demands, so that a name in a log says which state it was. */
    private static void checkNames(JsonNode flow, String path, Map<String, String> pathByName, Problems problems) {
        String statesPath = Fields.path(path, "States");
        for (Map.Entry<String, JsonNode> state : flow.path("States").properties()) {
            String name = state.getKey();
            String statePath = Fields.path(statesPath, name);
            String other = pathByName.putIfAbsent(name, statePath);
            if (other != null) {
                problems.add(statePath, "the name is taken by " + other, "state names are unique over the whole file");
            }
            if (name.isBlank() || name.codePointCount(0, name.length()) > MAX_STATE_NAME_CHARACTERS) {
                problems.add(
                        statePath,
                        "the name has " + name.length() + " characters",
                        "1 to " + MAX_STATE_NAME_CHARACTERS + " are allowed");
            }
            checkNames(
                    state.getValue().path("ItemProcessor"),
                    Fields.path(statePath, "ItemProcessor"),
                    pathByName,
                    problems);
            JsonNode branches = state.getValue().path("Branches");
            for (int i = 0; i < branches.size(); i++) {
                String branch = Fields.path(statePath, "Branches") + "[" + i + "]";
                checkNames(branches.path(i), branch, pathByName, problems);
            }
        }
    }

    Flow flow() {
        return flow;
    }

    /** Null without a limit. */
    @Nullable
    Long timeoutSeconds() {
        return timeoutSeconds;
    }
}
