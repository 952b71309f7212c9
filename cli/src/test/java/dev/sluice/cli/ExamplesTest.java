package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.machine.Listener;
import dev.sluice.run.DropStages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The examples in statemachine/examples have the fields that the state machine really hands over.
class ExamplesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void theExamplesOfDropsAreWhatARunHandsOver() throws IOException {
        DropsBed bed = new DropsBed(directory)
                .feeds("pos: {match: \"drops/pos/*.csv\", format: csv, columns: {id: bigint}, mode: append}")
                .drop("drops/pos/a.csv", "id\n1\n");
        Map<String, JsonNode> seen = new ConcurrentHashMap<>();
        bed.with(run -> run.receive(LocalRun.newRunId(), List.of(), Listener.NONE, (function, payload) -> {
            JsonNode answer = run.dropStages().invoke(function, payload);
            seen.put(function + "-input", payload);
            seen.put(function + "-output", answer);
            return answer;
        }));
        for (String function : DropStages.NAMES) {
            for (String side : List.of("-input", "-output")) {
                Path example = Path.of("../statemachine/examples", function + side + ".json");
                assertThat(shape(new ObjectMapper().readTree(Files.readString(example))))
                        .as("%s", example)
                        .isEqualTo(shape(seen.getOrDefault(function + side, new ObjectMapper().nullNode())));
            }
        }
    }

    /// Names and kinds of all fields; of an execution's input, only that it is an object.
    private static Map<String, String> shape(JsonNode json) {
        Map<String, String> shape = new TreeMap<>();
        json.properties().forEach(field -> {
            shape.put(field.getKey(), field.getValue().getNodeType().name());
            if (!field.getKey().equals("request")) {
                shape(field.getValue()).forEach((name, kind) -> shape.put(field.getKey() + "." + name, kind));
            }
        });
        return shape;
    }
}
