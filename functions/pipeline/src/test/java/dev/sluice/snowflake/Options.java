package dev.sluice.snowflake;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// `NAME = value` pairs as they were written. Values are strings, lists of strings or options again.
record Options(Map<String, Object> values) {
    static final Options NONE = new Options(Map.of());

    Options {
        values = new LinkedHashMap<>(values);
    }

    Optional<String> text(String name) {
        Object value = values.get(name);
        return value instanceof String text ? Optional.of(text) : Optional.empty();
    }

    String text(String name, String otherwise) {
        return text(name).orElse(otherwise);
    }

    boolean flag(String name, boolean otherwise) {
        String text = text(name).orElse(Boolean.toString(otherwise)).toUpperCase(Locale.ROOT);
        return switch (text) {
            case "TRUE" -> true;
            case "FALSE" -> false;
            default -> throw SqlFailure.compilation("invalid value '%s' for property '%s'".formatted(text, name));
        };
    }

    @SuppressWarnings("unchecked")
    List<String> list(String name) {
        Object value = values.get(name);
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list) {
            return (List<String>) list;
        }
        return value instanceof String text ? List.of(text) : wrong(name);
    }

    Options nested(String name) {
        Object value = values.get(name);
        if (value == null) {
            return NONE;
        }
        return value instanceof Options options ? options : wrong(name);
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /// Refuses every name that is not among those.
    Options only(Object on, Set<String> known) {
        for (String name : values.keySet()) {
            if (!known.contains(name)) {
                throw SqlFailure.property(name, on);
            }
        }
        return this;
    }

    private static <T> T wrong(String name) {
        throw SqlFailure.compilation("invalid value for property '%s'".formatted(name));
    }
}
