package dev.sluice.machine;

import com.dashjoin.jsonata.Jsonata;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON as this package uses it: read, written, measured, and carried to and from the values JSONata computes with. */
final class Json {
    /** What one state may take in, hand on, send or receive, in bytes of UTF-8 (Step Functions quotas). */
    static final int PAYLOAD_LIMIT_BYTES = 256 * 1024;

    static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamWriteConstraints(StreamWriteConstraints.builder()
                            .maxNestingDepth(1000)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** JavaScript's integers are exact up to here; a double that is whole and not larger is written without a fraction. */
    private static final double MAX_SAFE_INTEGER = 9_007_199_254_740_991d;

    private Json() {}

    static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a JSON tree could not be written", impossible);
        }
    }

    static long sizeBytes(JsonNode node) {
        return bytes(node).length;
    }

    static String text(JsonNode node) {
        return node.toString();
    }

    /** Hands {@code node} on unless it is larger than the service lets a state carry. */
    static JsonNode withinLimit(String what, JsonNode node) {
        long size = sizeBytes(node);
        if (size > PAYLOAD_LIMIT_BYTES) {
            throw new StateFailure(
                    StateFailure.DATA_LIMIT_EXCEEDED,
                    what + " has " + size + " bytes of JSON; at most " + PAYLOAD_LIMIT_BYTES + " bytes are allowed");
        }
        return node;
    }

    /** A value JSONata may read; lists and maps are fresh, so that no expression can change another's input. */
    static Object toQueryValue(JsonNode node) {
        return switch (node.getNodeType()) {
            case NULL, MISSING -> Jsonata.NULL_VALUE;
            case BOOLEAN -> node.booleanValue();
            case STRING -> node.textValue();
            case NUMBER -> number(node);
            case ARRAY -> {
                List<Object> values = new ArrayList<>(node.size());
                node.forEach(element -> values.add(toQueryValue(element)));
                yield values;
            }
            case OBJECT -> {
                Map<String, Object> values = new LinkedHashMap<>();
                node.properties().forEach(field -> values.put(field.getKey(), toQueryValue(field.getValue())));
                yield values;
            }
            case BINARY, POJO -> throw new IllegalArgumentException("not JSON: " + node.getNodeType());
        };
    }

    private static Object number(JsonNode node) {
        if (node.isInt() || node.isShort()) {
            return node.intValue();
        }
        return node.isLong() ? (Object) node.longValue() : (Object) node.doubleValue();
    }

    /**
     * What an expression computed, as JSON; null inside a list or an object is JSON null.
     *
     * @throws IllegalArgumentException for what has no JSON form, such as a function
     */
    static JsonNode fromQueryValue(@Nullable Object value) {
        if (value == null || value == Jsonata.NULL_VALUE) {
            return NODES.nullNode();
        }
        return switch (value) {
            case Boolean bool -> NODES.booleanNode(bool);
            case String text -> NODES.textNode(text);
            case Number number -> fromNumber(number);
            case List<?> list -> {
                ArrayNode array = NODES.arrayNode(list.size());
                list.forEach(element -> array.add(fromQueryValue(element)));
                yield array;
            }
            case Map<?, ?> map -> {
                ObjectNode object = NODES.objectNode();
                map.forEach((key, element) -> object.set(String.valueOf(key), fromQueryValue(element)));
                yield object;
            }
            default -> throw new IllegalArgumentException("returned a function, which is not JSON");
        };
    }

    private static JsonNode fromNumber(Number number) {
        if (number instanceof Integer || number instanceof Long) {
            long whole = number.longValue();
            return whole == (int) whole ? NODES.numberNode((int) whole) : NODES.numberNode(whole);
        }
        double value = number.doubleValue();
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("returned " + value + ", which is not JSON");
        }
        if (value == Math.rint(value) && Math.abs(value) <= MAX_SAFE_INTEGER) {
            return fromNumber((long) value);
        }
        return NODES.numberNode(value);
    }
}
