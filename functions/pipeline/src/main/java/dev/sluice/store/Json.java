package dev.sluice.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.sluice.model.DataMismatch;
import java.nio.charset.StandardCharsets;

/// How documents are written: snake_case, ISO 8601 times, absent rather than null, enum words in lower
/// case on reading. Unknown fields are tolerated, so that an older version reads what a newer one wrote.
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .build();

    private Json() {}

    public static String write(Object document) {
        try {
            // As a text at once it would take four times the memory, and documents of many slices are large.
            return new String(MAPPER.writeValueAsBytes(document), StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "cannot write " + document.getClass().getSimpleName(), e);
        }
    }

    public static JsonNode toTree(Object document) {
        return MAPPER.valueToTree(document);
    }

    /// @param place named in the error, usually the key
    public static <T> T read(String text, Class<T> type, String place) {
        try {
            return MAPPER.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new DataMismatch(
                    "%s is not a readable %s: %s".formatted(place, type.getSimpleName(), e.getOriginalMessage()), e);
        }
    }

    public static <T> T fromTree(JsonNode tree, Class<T> type) {
        try {
            return MAPPER.treeToValue(tree, type);
        } catch (JsonProcessingException e) {
            throw new DataMismatch("not a " + type.getSimpleName() + ": " + e.getOriginalMessage(), e);
        }
    }
}
