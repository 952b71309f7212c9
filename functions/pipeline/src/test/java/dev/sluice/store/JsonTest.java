package dev.sluice.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.ColumnType;
import dev.sluice.model.DataMismatch;
import dev.sluice.model.RunRequest;
import dev.sluice.model.SliceBy;
import dev.sluice.model.Strategy;
import dev.sluice.parquet.ConvertReceipt;
import dev.sluice.raw.LandReceipt;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    private static final ObjectMapper PLAIN = new ObjectMapper();

    static Set<String> documents() {
        return new TreeSet<>(SampleDocuments.all().keySet());
    }

    @ParameterizedTest
    @MethodSource("documents")
    void whatIsWrittenIsRead(String name) {
        Object document = sample(name);
        assertThat(Json.read(Json.write(document), document.getClass(), name)).isEqualTo(document);
        assertThat(Json.fromTree(Json.toTree(document), document.getClass())).isEqualTo(document);
    }

    /// A newer version may write more; an older one must read it.
    @ParameterizedTest
    @MethodSource("documents")
    void unknownFieldsAreTolerated(String name) {
        Object document = sample(name);
        JsonNode tree = withUnknownFields(Json.toTree(document));
        assertThat(Json.read(tree.toString(), document.getClass(), name)).isEqualTo(document);
    }

    /// The receipts are formats: what lies in a lake today is read for ever.
    @ParameterizedTest
    @ValueSource(strings = {"land-receipt", "convert-receipt", "load-receipt", "ledger-mirror"})
    void pinnedFormatsAreWrittenAndReadAsTheyAlwaysWere(String name) throws IOException {
        Object document = sample(name);
        String golden = golden(name);
        assertThat(PLAIN.readTree(Json.write(document))).isEqualTo(PLAIN.readTree(golden));
        assertThat(Json.read(golden, document.getClass(), name)).isEqualTo(document);
    }

    @Test
    void receiptsFromBeforeThereWereChunksAreReadOn() throws IOException {
        ObjectNode land = (ObjectNode) PLAIN.readTree(golden("land-receipt"));
        land.remove(List.of("chunk", "seconds"));
        assertThat(Json.read(land.toString(), LandReceipt.class, "land-receipt").chunk())
                .isEmpty();
        ObjectNode convert = (ObjectNode) PLAIN.readTree(golden("convert-receipt"));
        convert.remove(List.of("seconds"));
        assertThat(Json.read(convert.toString(), ConvertReceipt.class, "convert-receipt")
                        .slices())
                .hasSize(2);
    }

    @Test
    void namesAreSnakeCaseAndWhatIsAbsentIsLeftOut() throws IOException {
        JsonNode landed =
                PLAIN.readTree(Json.write(SampleDocuments.landReceipt())).path("slices");
        assertThat(landed.get(0).has("failure")).isFalse();
        assertThat(landed.get(1).has("failure")).isTrue();
        for (Object document : SampleDocuments.all().values()) {
            assertThat(Json.write(document)).doesNotContain(":null").doesNotContainPattern("\"[a-z]+[A-Z][A-Za-z]*\":");
        }
    }

    @Test
    void everyKindOfSliceAndOfColumnComesBack() {
        for (SliceBy by : SampleDocuments.everySliceBy()) {
            assertThat(Json.read(Json.write(by), SliceBy.class, "by")).isEqualTo(by);
        }
        for (ColumnType type : List.of(
                new ColumnType.Int16(),
                new ColumnType.Int32(),
                new ColumnType.Int64(),
                new ColumnType.Decimal(38, 9),
                new ColumnType.Float32(),
                new ColumnType.Float64(),
                new ColumnType.Bool(),
                new ColumnType.Text(),
                new ColumnType.Date(),
                new ColumnType.Time(),
                new ColumnType.Timestamp(),
                new ColumnType.TimestampTz(),
                new ColumnType.Uuid(),
                new ColumnType.Bytes(),
                new ColumnType.Json(),
                new ColumnType.ArrayAsJson(new ColumnType.Decimal(3, 1)),
                new ColumnType.Unsupported("why"))) {
            assertThat(Json.read(Json.write(type), ColumnType.class, "type")).isEqualTo(type);
        }
        for (Strategy strategy : Strategy.values()) {
            assertThat(Json.read(Json.write(strategy), Strategy.class, "strategy"))
                    .isEqualTo(strategy);
        }
    }

    /// The JVM may run where the lower case of I is not i.
    @Test
    void wordsAreReadInAnyCase() {
        assertThat(Json.read("{\"mode\": \"verify\"}", RunRequest.class, "input")
                        .mode())
                .isEqualTo(RunRequest.Mode.VERIFY);
        assertThat(Json.read("{\"mode\": \"VERIFY\"}", RunRequest.class, "input")
                        .mode())
                .isEqualTo(RunRequest.Mode.VERIFY);
        assertThat(Json.read("{}", RunRequest.class, "input").mode()).isEqualTo(RunRequest.Mode.SYNC);
    }

    @Test
    void whatIsNoDocumentIsNamedByItsPlace() {
        for (String text :
                List.of("", "{", "[]", "{\"slices\": 5}", "{\"started_at\": \"yesterday\", \"ended_at\": 1}")) {
            assertThatThrownBy(
                            () -> Objects.requireNonNull(Json.read(text, LandReceipt.class, "runs/R/00001-land.json")))
                    .as(text)
                    .isInstanceOf(DataMismatch.class)
                    .hasMessageContaining("runs/R/00001-land.json is not a readable LandReceipt");
        }
    }

    private static Object sample(String name) {
        return Objects.requireNonNull(SampleDocuments.all().get(name), name);
    }

    private static String golden(String name) throws IOException {
        try (InputStream in = JsonTest.class.getResourceAsStream("/golden/" + name + ".json")) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8);
        }
    }

    /// One more field in every object that is a record; objects that are maps keep their keys.
    private static JsonNode withUnknownFields(JsonNode tree) {
        if (tree instanceof ArrayNode array) {
            array.forEach(JsonTest::withUnknownFields);
        } else if (tree instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                if (!List.of("nulls", "types", "proven_at", "failed").contains(field.getKey())) {
                    withUnknownFields(field.getValue());
                }
            }
            object.putObject("of_a_later_version").put("x", 1);
        }
        return tree;
    }
}
