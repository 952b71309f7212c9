package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The table of states in statemachine/README.md, against the file.
class StateMachineReadmeTest {
    private static final List<String> SERVICE = List.of(
            "Lambda.ServiceException",
            "Lambda.AWSLambdaException",
            "Lambda.SdkClientException",
            "Lambda.ClientExecutionTimeoutException",
            "Lambda.TooManyRequestsException");

    /// @param function   of a task, without quotes
    /// @param retriedOn  as the README writes it
    /// @param stopsOn    as the README writes it
    private record Row(String function, String retriedOn, String stopsOn) {}

    @ParameterizedTest
    @ValueSource(strings = {"sync.asl.json", "drop.asl.json"})
    void theTableNamesEveryStateAndWhatItRetriesAndCatches(String file) throws IOException {
        Map<String, Row> rows = rows(file.equals("drop.asl.json"));
        Map<String, JsonNode> states = new LinkedHashMap<>();
        collect(
                new ObjectMapper()
                        .readTree(Files.readString(Path.of("../statemachine").resolve(file))),
                states);
        TreeSet<String> documented = new TreeSet<>(rows.keySet());
        documented.addAll(List.of("Ended", "Failed", "Succeeded"));
        assertThat(documented).isEqualTo(new TreeSet<>(states.keySet()));
        states.forEach((name, state) -> {
            Row row = rows.getOrDefault(name, new Row("", "", ""));
            if (state.path("Type").asText().equals("Task")) {
                assertThat(row).as(name).isEqualTo(new Row(function(state), retriedOn(name, state), row.stopsOn()));
            }
            String caught = state.path("Catch").path(0).path("Next").asText();
            if (!caught.isEmpty()) {
                assertThat(row.stopsOn()).as(name).contains("`" + caught + "`");
            }
        });
    }

    private static String function(JsonNode state) {
        String name = state.path("Arguments").path("FunctionName").asText();
        return name.replaceAll("\\$\\{(.*)_function}", "$1").replace('_', '-');
    }

    /// What the state's retriers come to in the README's words; numbers that it does not say fail.
    private static String retriedOn(String name, JsonNode state) {
        List<String> ours = errors(state.path("Retry").path(0)).stream()
                .map(error -> error.replaceAll("dev\\.sluice\\.model\\.(.*)Unavailable", "$1")
                        .toLowerCase(java.util.Locale.ROOT))
                .toList();
        check(state.path("Retry").path(0), 2, 5, 60);
        assertThat(errors(state.path("Retry").path(1))).as(name).isEqualTo(SERVICE);
        check(state.path("Retry").path(1), 1, 6, 30);
        assertThat(errors(state.path("Retry").path(2)))
                .as(name)
                .containsExactly("Lambda.Unknown", "Runtime.ExitError", "Sandbox.Timedout");
        assertThat(state.path("Retry").path(2).path("MaxAttempts").asInt())
                .as(name)
                .isEqualTo(1);
        assertThat(state.path("Retry")).as(name).hasSize(3);
        return String.join(", ", ours) + "; S";
    }

    private static void check(JsonNode retrier, int interval, int attempts, int longest) {
        assertThat(retrier.path("IntervalSeconds").asInt()).isEqualTo(interval);
        assertThat(retrier.path("MaxAttempts").asInt()).isEqualTo(attempts);
        assertThat(retrier.path("MaxDelaySeconds").asInt()).isEqualTo(longest);
        assertThat(retrier.path("BackoffRate").asInt()).isEqualTo(2);
        assertThat(retrier.path("JitterStrategy").asText()).isEqualTo("FULL");
    }

    private static List<String> errors(JsonNode retrier) {
        return retrier.path("ErrorEquals").valueStream().map(JsonNode::asText).toList();
    }

    private static void collect(JsonNode flow, Map<String, JsonNode> states) {
        flow.path("States").properties().forEach(state -> {
            states.put(state.getKey(), state.getValue());
            collect(state.getValue().path("ItemProcessor"), states);
        });
    }

    /// @param ofDrops of the second table, that of `drop.asl.json`; otherwise of the first
    private static Map<String, Row> rows(boolean ofDrops) throws IOException {
        Map<String, Row> rows = new LinkedHashMap<>();
        boolean drops = false;
        for (String line : Files.readAllLines(Path.of("../statemachine/README.md"))) {
            drops |= line.startsWith("`drop.asl.json` is");
            if (drops != ofDrops) {
                continue;
            }
            String[] cells = line.split("\\|", -1);
            if (cells.length == 8 && cells[1].strip().matches("`[A-Z]\\w+`")) {
                rows.put(
                        cells[1].strip().replace("`", ""),
                        new Row(cells[2].strip().replace("`", ""), cells[5].strip(), cells[6].strip()));
            }
        }
        return rows;
    }
}
