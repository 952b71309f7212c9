package dev.sluice.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object of a definition while it is read. Whatever is asked for is thereby known; {@link #close()} reports the rest. After a
 * problem a harmless value is returned, so that reading goes on and finds the next one.
 */
final class Fields {
    /** Fields of the other query language, and what takes their place. */
    private static final Map<String, String> JSON_PATH_FIELDS = Map.ofEntries(
            Map.entry("InputPath", "Arguments or Output"),
            Map.entry("Parameters", "Arguments"),
            Map.entry("ResultSelector", "Output"),
            Map.entry("ResultPath", "Output or Assign"),
            Map.entry("OutputPath", "Output"),
            Map.entry("Result", "Output"),
            Map.entry("ItemsPath", "Items"),
            Map.entry("SecondsPath", "Seconds"),
            Map.entry("TimestampPath", "Timestamp"),
            Map.entry("TimeoutSecondsPath", "TimeoutSeconds"),
            Map.entry("HeartbeatSecondsPath", "TimeoutSeconds"),
            Map.entry("MaxConcurrencyPath", "MaxConcurrency"),
            Map.entry("MaxItemsPath", "MaxItems"),
            Map.entry("ToleratedFailureCountPath", "ToleratedFailureCount"),
            Map.entry("ToleratedFailurePercentagePath", "ToleratedFailurePercentage"),
            Map.entry("ErrorPath", "Error"),
            Map.entry("CausePath", "Cause"),
            Map.entry("Variable", "Condition"));

    /** Fields the service knows and this runner does not. */
    private static final Set<String> NOT_IMPLEMENTED = Set.of(
            "HeartbeatSeconds",
            "Credentials",
            "ItemBatcher",
            "Iterator",
            "WriterConfig",
            "ItemsPointer",
            "ManifestType");

    private final ObjectNode object;
    private final String path;
    private final Problems problems;
    private final Set<String> known = new LinkedHashSet<>(Set.of("Comment"));

    Fields(JsonNode node, String path, Problems problems) {
        this.path = path;
        this.problems = problems;
        if (node instanceof ObjectNode fields) {
            this.object = fields;
        } else {
            this.object = Json.NODES.objectNode();
            problems.add(path, "found " + brief(node), "an object is needed");
        }
    }

    static String path(String parent, String name) {
        return parent.isEmpty() ? name : parent + "." + name;
    }

    String path(String name) {
        return path(path, name);
    }

    String path() {
        return path;
    }

    Problems problems() {
        return problems;
    }

    boolean has(String name) {
        known.add(name);
        return object.has(name);
    }

    @Nullable
    JsonNode get(String name) {
        known.add(name);
        return object.get(name);
    }

    JsonNode required(String name) {
        JsonNode value = get(name);
        if (value == null) {
            problems.add(path, "found no " + name, "it is required");
            return Json.NODES.missingNode();
        }
        return value;
    }

    String requiredText(String name) {
        return text(name, required(name), "");
    }

    @Nullable
    String optionalText(String name) {
        JsonNode value = get(name);
        return value == null ? null : text(name, value, "");
    }

    private String text(String name, JsonNode value, String otherwise) {
        if (value.isTextual()) {
            return value.textValue();
        }
        if (!value.isMissingNode()) {
            problems.add(path(name), "found " + brief(value), "a string is needed");
        }
        return otherwise;
    }

    /** A string that must be one of {@code allowed}; the first of them if the field is absent. */
    String oneOf(String name, String... allowed) {
        String value = optionalText(name);
        if (value == null) {
            return allowed[0];
        }
        if (!List.of(allowed).contains(value)) {
            problems.add(path(name), "found \"" + value + "\"", "supported: " + String.join(", ", allowed));
        }
        return value;
    }

    void exactly(String name, String allowed) {
        JsonNode value = required(name);
        if (!value.isMissingNode() && !value.equals(Json.NODES.textNode(allowed))) {
            problems.add(path(name), "found " + brief(value), "only \"" + allowed + "\" is supported");
        }
    }

    /** A plain number; expressions are not allowed. */
    double number(String name, double otherwise, Quantity.Range range) {
        JsonNode value = get(name);
        if (value == null) {
            return otherwise;
        }
        String refusal = range.refusal(value);
        if (refusal != null) {
            problems.add(path(name), "found " + brief(value), refusal);
            return otherwise;
        }
        return value.doubleValue();
    }

    /** The objects of an array; without the field there are none. */
    List<Fields> objects(String name, boolean required) {
        JsonNode value = required ? required(name) : get(name);
        List<Fields> elements = new ArrayList<>();
        if (value == null || value.isMissingNode()) {
            return elements;
        }
        if (!value.isArray() || (required && value.isEmpty())) {
            problems.add(path(name), "found " + brief(value), "an array of objects is needed");
            return elements;
        }
        for (int i = 0; i < value.size(); i++) {
            elements.add(new Fields(value.get(i), path(name) + "[" + i + "]", problems));
        }
        return elements;
    }

    Fields object(String name) {
        JsonNode value = required(name);
        return new Fields(value.isMissingNode() ? Json.NODES.objectNode() : value, path(name), problems);
    }

    /** Reports every field nobody asked for. */
    void close() {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            String name = field.getKey();
            if (!known.contains(name)) {
                reportUnknown(name);
            }
        }
    }

    private void reportUnknown(String name) {
        String replacement = JSON_PATH_FIELDS.get(name);
        if (replacement != null) {
            problems.add(path(name), "a field of QueryLanguage JSONPath", "with JSONata use " + replacement);
        } else if (NOT_IMPLEMENTED.contains(name)) {
            problems.add(path(name), "not implemented by the local runner", "remove it");
        } else {
            problems.add(path(name), "unknown field", "did you mean " + Nearest.of(name, known) + "?");
        }
    }

    static String brief(JsonNode node) {
        String text = node.isMissingNode() ? "nothing" : Json.text(node);
        return text.length() <= 60 ? text : text.substring(0, 57) + "...";
    }
}
