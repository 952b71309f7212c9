package dev.sluice.snowflake;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// VARIANT: JSON text in which a string is a JSON string, and NULL of SQL is not the `null` of JSON.
final class Variants {
    private static final ObjectMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private Variants() {}

    /// Object keys come out in order, as Snowflake keeps them.
    static @Nullable String parse(String text) {
        if (text.isBlank()) {
            return null;
        }
        try {
            Object sorted = STRICT.treeToValue(STRICT.readTree(text), Object.class);
            return STRICT.writeValueAsString(sorted);
        } catch (JsonProcessingException e) {
            throw new SqlFailure("100069", "22P02", "Error parsing JSON: " + e.getOriginalMessage());
        }
    }

    static @Nullable String tryParse(String text) {
        try {
            return parse(text);
        } catch (SqlFailure e) {
            return null;
        }
    }

    static JsonNode tree(String variant) {
        try {
            return STRICT.readTree(variant);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not a variant: " + variant, e);
        }
    }

    /// @param keys a JSON array of names and indexes
    static @Nullable String path(String variant, String keys) {
        JsonNode node = tree(variant);
        for (JsonNode key : tree(keys)) {
            JsonNode inner = key.isTextual() ? node.get(key.textValue()) : node.get(key.intValue());
            if (inner == null) {
                return null;
            }
            node = inner;
        }
        return node.toString();
    }

    static String typeOf(String variant) {
        JsonNode node = tree(variant);
        return switch (node.getNodeType()) {
            case OBJECT -> "OBJECT";
            case ARRAY -> "ARRAY";
            case STRING -> "VARCHAR";
            case BOOLEAN -> "BOOLEAN";
            case NULL -> "NULL_VALUE";
            default -> node.isIntegralNumber() ? "INTEGER" : node.asText().matches(".*[eE].*") ? "DOUBLE" : "DECIMAL";
        };
    }

    static String number(String text) {
        BigDecimal value = new BigDecimal(text);
        BigDecimal stripped = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0).toPlainString() : stripped.toPlainString();
    }

    static @Nullable String cast(String variant, SfType to, ZoneId zone) {
        JsonNode node = tree(variant);
        if (node.isNull()) {
            return null;
        }
        if (to.kind() == SfType.Kind.TEXT) {
            return Values.cast(node.isTextual() ? node.textValue() : variant, SfType.Kind.TEXT, to, zone);
        }
        if (to.kind() == SfType.Kind.OBJECT || to.kind() == SfType.Kind.ARRAY) {
            if (to.kind() == SfType.Kind.OBJECT ? !node.isObject() : !node.isArray()) {
                throw failed(variant, to);
            }
            return variant;
        }
        SfType.Kind from = node.isTextual()
                ? SfType.Kind.TEXT
                : node.isNumber() ? SfType.Kind.FIXED : node.isBoolean() ? SfType.Kind.BOOLEAN : SfType.Kind.OBJECT;
        if (from == SfType.Kind.OBJECT || from == SfType.Kind.FIXED && to.kind() == SfType.Kind.BINARY) {
            throw failed(variant, to);
        }
        try {
            return Values.cast(node.asText(), from, to, zone);
        } catch (SqlFailure e) {
            throw e.code().equals("100039") ? e : failed(variant, to);
        }
    }

    static SqlFailure failed(String variant, SfType to) {
        return new SqlFailure("100071", "22000", "Failed to cast variant value %s to %s".formatted(variant, to.kind()));
    }

    /// As a column of a result shows it.
    static String shown(String variant) {
        JsonNode node = tree(variant);
        return node.isContainerNode() ? node.toPrettyString().replace(" : ", ": ") : node.toString();
    }

    static String upper(String word) {
        return word.toUpperCase(Locale.ROOT);
    }

    static String lower(String word) {
        return word.toLowerCase(Locale.ROOT);
    }
}
