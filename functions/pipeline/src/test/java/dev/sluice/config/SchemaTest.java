package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/// The JSON Schema and the reader are two statements of one format.
class SchemaTest {
    private static final JsonSchemaFactory FACTORY = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    private static final JsonSchema SCHEMA = FACTORY.getSchema(SluiceConfig.schema());

    private static final Map<String, Keys> SECTIONS = Map.ofEntries(
            Map.entry("", Keys.TOP),
            Map.entry("/properties/source", Keys.SOURCE),
            Map.entry("/properties/lake", Keys.LAKE),
            Map.entry("/properties/warehouse", Keys.WAREHOUSE),
            Map.entry("/properties/defaults", Keys.DEFAULTS),
            Map.entry("/$defs/table", Keys.TABLE),
            Map.entry("/$defs/group_of_tables", Keys.GROUP),
            Map.entry("/$defs/recheck", Keys.RECHECK),
            Map.entry("/$defs/budget", Keys.BUDGET),
            Map.entry("/$defs/drop", Keys.DROP),
            Map.entry("/$defs/drop_format", Keys.DROP_FORMAT),
            Map.entry("/$defs/drop_column", Keys.DROP_COLUMN),
            Map.entry("/$defs/bad_rows", Keys.BAD_ROWS));

    static List<Refusals.Refusal> refusals() {
        return Refusals.all();
    }

    static Stream<String> accepted() {
        return SluiceConfigTest.accepted();
    }

    @Test
    void theSchemaIsItselfValidDraft202012() throws IOException {
        JsonSchema meta = FACTORY.getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
        assertThat(meta.validate(schema())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void whatTheReaderAcceptsTheSchemaAccepts(String yaml) {
        Documents.parse(yaml);
        assertThat(SCHEMA.validate(json(yaml))).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void theSchemaSeesTheMistakesThatASchemaCanSee(Refusals.Refusal refusal) {
        assertThat(SCHEMA.validate(json(refusal.yaml())).isEmpty())
                .as(refusal.yaml())
                .isEqualTo(!refusal.seenBySchema());
    }

    @Test
    void theSchemaHasExactlyTheKeysThatTheReaderKnowsInTheSameOrder() throws IOException {
        JsonNode schema = schema();
        SECTIONS.forEach((pointer, keys) -> {
            JsonNode section = schema.at(pointer);
            assertThat(names(section.get("properties"))).as(pointer).isEqualTo(keys.known());
            assertThat(section.get("additionalProperties").asBoolean(true))
                    .as(pointer)
                    .isFalse();
        });
    }

    @Test
    void everyKeyIsReadBecauseNonsenseUnderItIsRefusedThere() {
        List<String> read = nonsense(
                SluiceConfigTest.FULL,
                List.of(
                        "",
                        "/source",
                        "/lake",
                        "/warehouse",
                        "/defaults",
                        "/tables/public.sales",
                        "/tables/public.old",
                        "/drops/pos_transactions",
                        "/drops/pos_transactions/columns/store",
                        "/drops/pos_transactions/bad_rows",
                        "/drops/deliveries",
                        "/drops/deliveries/format"));
        read.addAll(nonsense(SluiceConfigTest.SNOWFLAKE, List.of("/warehouse")));
        read.addAll(nonsense(SluiceConfigTest.SNOWFLAKE_TRIAL, List.of("/warehouse")));
        assertThat(read).containsAll(Keys.TOP.known().stream().map(k -> "/" + k).toList());
        assertThat(read)
                .containsAll(
                        Keys.SOURCE.known().stream().map(k -> "/source/" + k).toList());
        assertThat(read)
                .containsAll(Keys.LAKE.known().stream().map(k -> "/lake/" + k).toList());
        assertThat(read)
                .containsAll(Keys.WAREHOUSE.known().stream()
                        .map(k -> "/warehouse/" + k)
                        .toList());
        assertThat(read)
                .containsAll(Keys.DEFAULTS.known().stream()
                        .map(k -> "/defaults/" + k)
                        .toList());
        for (String key : Keys.DROP.known()) {
            assertThat(read).containsAnyOf("/drops/pos_transactions/" + key, "/drops/deliveries/" + key);
        }
        for (String key : Keys.DROP_FORMAT.known()) {
            assertThat(read).contains("/drops/deliveries/format/" + key);
        }
        for (String key : Keys.TABLE.known()) {
            assertThat(read).containsAnyOf("/tables/public.sales/" + key, "/tables/public.old/" + key);
        }
    }

    /// @return the keys under which nonsense was refused
    private static List<String> nonsense(String yaml, List<String> sections) {
        JsonNode full = json(yaml);
        List<String> read = new ArrayList<>();
        for (String section : sections) {
            for (String key : names(full.at(section))) {
                JsonNode broken = full.deepCopy();
                ((ObjectNode) broken.at(section))
                        .set(key, JsonNodeFactory.instance.arrayNode().addArray());
                assertThat(catchThrowable(() -> Documents.parse(broken.toString())))
                        .as("%s/%s", section, key)
                        .hasMessageContaining((section + "/" + key).substring(1).replace('/', '.'));
                assertThat(SCHEMA.validate(broken)).as("%s/%s", section, key).isNotEmpty();
                read.add(section + "/" + key);
            }
        }
        return read;
    }

    @Test
    void everyKeyHasADescriptionAndExamplesThatItAccepts() throws IOException {
        JsonNode schema = schema();
        SECTIONS.keySet()
                .forEach(pointer -> schema.at(pointer)
                        .get("properties")
                        .properties()
                        .forEach(property -> {
                            JsonNode target = property.getValue().has("$ref")
                                    ? schema.at(property.getValue()
                                            .get("$ref")
                                            .asText()
                                            .substring(1))
                                    : property.getValue();
                            assertThat(target.path("description").asText())
                                    .as(property.getKey())
                                    .isNotEmpty();
                            ObjectNode alone = ((ObjectNode) target).deepCopy();
                            alone.set("$defs", schema.get("$defs"));
                            JsonSchema judge = FACTORY.getSchema(alone);
                            target.path("examples")
                                    .forEach(example -> assertThat(judge.validate(example))
                                            .as(property.getKey())
                                            .isEmpty());
                            assertThat(target.has("examples") || target.has("properties"))
                                    .as(property.getKey())
                                    .isTrue();
                        }));
    }

    @Test
    void theDocumentationHasALineForEveryKeyAndNamesWhatIsRefused() throws IOException {
        String page = Files.readString(Path.of("../../docs/config.md"));
        SECTIONS.values().forEach(keys -> {
            assertThat(keys.known()).allSatisfy(key -> assertThat(page).contains("\n| `" + key + "` |"));
            assertThat(keys.refused().keySet())
                    .allSatisfy(key -> assertThat(page).contains("`" + key + "`"));
        });
    }

    private static JsonNode schema() throws IOException {
        return new ObjectMapper().readTree(SluiceConfig.schema());
    }

    private static List<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }

    /// YAML → JSON as editors do it (YAML 1.2 core types), written apart from the reader.
    static JsonNode json(String yaml) {
        return json(new Yaml().compose(new StringReader(yaml)));
    }

    private static JsonNode json(Node node) {
        JsonNodeFactory factory = JsonNodeFactory.instance;
        switch (node) {
            case MappingNode mapping -> {
                ObjectNode object = factory.objectNode();
                mapping.getValue()
                        .forEach(t -> object.set(((ScalarNode) t.getKeyNode()).getValue(), json(t.getValueNode())));
                return object;
            }
            case SequenceNode sequence -> {
                ArrayNode array = factory.arrayNode();
                sequence.getValue().forEach(item -> array.add(json(item)));
                return array;
            }
            case ScalarNode scalar -> {
                String text = scalar.getValue();
                if (scalar.getScalarStyle() != DumperOptions.ScalarStyle.PLAIN) {
                    return factory.textNode(text);
                }
                if (List.of("", "~", "null").contains(text)) {
                    return factory.nullNode();
                }
                if (List.of("true", "false").contains(text)) {
                    return factory.booleanNode(text.equals("true"));
                }
                if (text.matches("-?[0-9]+")) {
                    return factory.numberNode(new BigInteger(text));
                }
                return text.matches("-?[0-9]*\\.[0-9]+")
                        ? factory.numberNode(new BigDecimal(text))
                        : factory.textNode(text);
            }
            default -> throw new IllegalArgumentException(node.toString());
        }
    }
}
