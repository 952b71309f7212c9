package dev.sluice.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A mapping with a fixed set of keys. Keys that are unknown, twice or not available yet are reported
/// when it is opened.
final class Section {
    private final Keys keys;
    private final String path;
    private final Position at;
    private final Reading reading;

    /// False when something else stands where the section should: that is reported, not what is missing
    /// in it.
    private final boolean mapping;

    private final Map<String, Value.Entry> entries = new LinkedHashMap<>();

    private Section(Keys keys, String path, Position at, Reading reading, boolean mapping) {
        this.keys = keys;
        this.path = path;
        this.at = at;
        this.reading = reading;
        this.mapping = mapping;
    }

    /// @param at where a missing key is reported: the key of the section itself
    static Section open(Value value, Position at, Keys keys) {
        Optional<List<Value.Entry>> entries = value.entries("a mapping (" + String.join(", ", keys.known()) + ")");
        Section section = new Section(keys, value.path(), at, value.reading(), entries.isPresent());
        entries.orElse(List.of()).forEach(section::take);
        return section;
    }

    static Section empty(Keys keys, String path, Position at, Reading reading) {
        return new Section(keys, path, at, reading, true);
    }

    private void take(Value.Entry entry) {
        if (keys.known().contains(entry.key())) {
            entries.put(entry.key(), entry);
            return;
        }
        String sentence = keys.refusal(entry.key())
                .orElseGet(() -> "unknown key"
                        + Words.suggestion(entry.key(), keys.known(), "; expected " + Words.oneOf(keys.known())));
        reading.problems().add(entry.keyAt(), entry.value().path(), sentence);
    }

    Optional<Value> value(String key) {
        return entry(key).map(Value.Entry::value);
    }

    /// Reports the key as missing when it is.
    Optional<Value> required(String key, String expected) {
        Optional<Value> value = value(key);
        if (value.isEmpty()) {
            missing(key, expected);
        }
        return value;
    }

    /// The section under a key; without keys of its own when there is none.
    Section section(String key, Keys inner) {
        return entry(key)
                .map(entry -> open(entry.value(), entry.keyAt(), inner))
                .orElseGet(() -> empty(inner, path(key), at, reading));
    }

    boolean has(String key) {
        return entry(key).isPresent();
    }

    boolean isEmptyMapping() {
        return mapping && entries.isEmpty();
    }

    void missing(String key, String expected) {
        if (mapping) {
            reading.problems().add(at, path(key), "found nothing; expected " + expected);
        }
    }

    /// A problem of a key that is there, reported where the key stands.
    void refuse(String key, String text) {
        reading.problems().add(entry(key).orElseThrow().keyAt(), path(key), text);
    }

    private Optional<Value.Entry> entry(String key) {
        if (!keys.known().contains(key)) {
            throw new IllegalArgumentException("'" + key + "' is not among " + keys.known());
        }
        return Optional.ofNullable(entries.get(key));
    }

    private String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
