package dev.sluice.lambda.natively;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// One `reachability-metadata.json` of the functions, as it is on the class path.
record Metadata(String name, JsonNode json) {
    static final List<String> NAMES = List.of("duckdb", "zstd", "snowflake", "pipeline");

    private static final ObjectMapper MAPPER = new ObjectMapper();

    static Metadata of(String name) {
        String resource = "META-INF/native-image/dev.sluice/" + name + "/reachability-metadata.json";
        try (InputStream in = Metadata.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException("no resource " + resource);
            }
            return new Metadata(name, MAPPER.readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Metadata> all() {
        return NAMES.stream().map(Metadata::of).toList();
    }

    /// @param section `jni`, `reflection` or `resources`
    List<JsonNode> entries(String section) {
        return StreamSupport.stream(json.path(section).spliterator(), false).toList();
    }

    /// Names of the classes of a section.
    List<String> types(String section) {
        return entries(section).stream()
                .map(entry -> entry.path("type").asText())
                .toList();
    }

    /// Patterns of resources.
    List<String> globs() {
        return resources("glob").toList();
    }

    List<String> bundles() {
        return resources("bundle").toList();
    }

    private Stream<String> resources(String key) {
        return entries("resources").stream()
                .filter(entry -> entry.has(key))
                .map(entry -> entry.path(key).asText());
    }

    @Override
    public String toString() {
        return name;
    }
}
