package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.machine.Execution;
import dev.sluice.machine.Listener;
import dev.sluice.machine.Objects;
import dev.sluice.machine.StateMachine;
import dev.sluice.run.Stages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The worst cases of statemachine/README.md, counted by executing the deployed file with functions that
/// only answer what the state machine asks. How many waves and batches there are is proven in
/// `dev.sluice.plan.WorstCaseTest`.
class StateMachineArithmeticTest {
    private static final Path README = Path.of("../statemachine/README.md");

    /// As long as names get: 63 bytes an identifier, 80 characters a run id, 63 a bucket, 1 024 bytes a key.
    private static final String TABLE = "s".repeat(63) + "." + "t".repeat(63);

    private static final String RUN = "r".repeat(80);
    private static final String BUCKET = "b".repeat(63);

    /// @param shape as the README names it
    @ParameterizedTest
    @CsvSource({
        "1 table × 1 slice, 1, 1, 1, 0",
        "200 tables × 10 000 slices, 200, 1, 1, 0",
        "the same by time, 200, 11, 11, 0",
        "1 table × 1 000 000 slices, 1, 1, 100, 0",
        "the same by time, 1, 17, 113, 0",
        "the same with every slice moving, 1, 17, 113, 3",
    })
    void theReadmeSaysWhatTheStateMachineDoes(String shape, int tables, int waves, int batches, int again)
            throws Exception {
        // Tables do not influence one another: two are counted, and the rest is multiplied.
        Counted one = new Counted(1, waves, batches, again);
        Counted two = new Counted(Math.min(2, tables), waves, batches, again);
        one.run();
        two.run();
        int perTable = one.transitions.get() - one.ofRoot();
        assertThat(two.transitions.get()).isEqualTo(two.ofRoot() + Math.min(2, tables) * perTable);
        int transitions = one.ofRoot() + tables * perTable;
        String row = String.format(
                Locale.ROOT,
                "| %s | %d | %d | %d | %d | %d | %d | %.4f |",
                shape,
                waves,
                (again + 1) * batches,
                one.events("root"),
                one.events("table"),
                one.events("batch"),
                transitions,
                transitions * 0.000025);
        assertThat(Files.readString(README)).as("the README").contains(row);
        assertThat(transitions).isEqualTo(5 + tables * (4 + waves * (4 * (1 + again) + 2) + 2 * (again + 1) * batches));
        assertThat(one.events("table")).isEqualTo(16 + waves * (15 * (1 + again) + 7));
        assertThat(one.largestPayload).as("bytes of the largest payload").hasValue(1_247);
    }

    /// One execution and what came of it.
    private static final class Counted implements Listener, Objects {
        private final int tables;
        private final int waves;
        private final int batches;
        private final int again;
        private final AtomicInteger transitions = new AtomicInteger();
        private final AtomicInteger root = new AtomicInteger();
        private final AtomicInteger largestPayload = new AtomicInteger();
        private final Map<String, Integer> events = new ConcurrentHashMap<>();

        Counted(int tables, int waves, int batches, int again) {
            this.tables = tables;
            this.waves = waves;
            this.batches = batches;
            this.again = again;
        }

        void run() throws IOException {
            Map<String, String> names =
                    new HashMap<>(new TreeMap<>(Map.of("lake_prefix", "sluice/", "stage_timeout_seconds", "960")));
            Stages.NAMES.forEach(name -> names.put(name.replace('-', '_') + "_function", name));
            StateMachine machine =
                    StateMachine.parse(Files.readString(Path.of("../statemachine/sync.asl.json")), names);
            Execution execution = Execution.of(machine, this::invoke, this, this, Execution.Settings.of("sync"));
            Execution.Result result = execution.run(RUN, JsonNodeFactory.instance.objectNode());
            assertThat(result.status()).as("%s", result).isEqualTo(Execution.Status.SUCCEEDED);
        }

        private JsonNode invoke(String function, JsonNode payload) {
            ObjectNode answer = JsonNodeFactory.instance.objectNode();
            int wave = payload.path("wave").asInt();
            int round = payload.path("round").asInt();
            return switch (function) {
                case "plan" -> {
                    answer.put("run_id", RUN).put("table_count", tables).put("tables_at_once", 2);
                    location(answer.putObject("tables"), "tables");
                    yield answer;
                }
                case "plan-table" -> round <= again ? land(answer, wave, round) : step(answer, "load", wave);
                case "load" -> wave + 1 < waves ? land(answer, wave + 1, 0) : step(answer, "verify", wave);
                case "verify" -> answer.put("status", "SUCCEEDED");
                case "report" -> answer.put("status", "SUCCEEDED").put("report", "runs/" + RUN + "/report.json");
                default -> answer;
            };
        }

        private static ObjectNode step(ObjectNode answer, String next, int wave) {
            return answer.put("next", next).put("wave", wave).put("round", 0).put("settle", false);
        }

        /// Consistency `slice`, the default of functions: what was landed is proven before it is loaded.
        private ObjectNode land(ObjectNode answer, int wave, int round) {
            step(answer, "land", wave).put("round", round).put("settle", true);
            location(answer.putObject("batches"), "batches-" + wave);
            return answer;
        }

        private static void location(ObjectNode answer, String key) {
            answer.put("bucket", BUCKET).put("key", "k".repeat(1024 - key.length()) + key);
        }

        @Override
        public byte[] get(String bucket, String key) {
            ArrayNode items = JsonNodeFactory.instance.arrayNode();
            boolean ofTables = key.endsWith("tables");
            int wave = ofTables ? 0 : Integer.parseInt(key.substring(key.lastIndexOf('-') + 1));
            // Batches spread evenly; how they really spread changes no sum.
            int count = ofTables ? tables : batches / waves + (wave < batches % waves ? 1 : 0);
            for (int i = 0; i < count; i++) {
                ObjectNode item = items.addObject().put("run_id", RUN).put("table", TABLE);
                if (ofTables) {
                    item.put("batches_at_once", 1000);
                } else {
                    item.put("wave", wave).put("batch", i);
                }
            }
            return items.toString().getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public void put(String bucket, String key, byte[] content) {}

        @Override
        public void stateEntered(String path, JsonNode input) {
            transitions.incrementAndGet();
            if (path.indexOf('[') < 0) {
                root.incrementAndGet();
            }
            measure(input);
        }

        @Override
        public void stateExited(String path, JsonNode output) {
            measure(output);
        }

        private void measure(JsonNode payload) {
            largestPayload.accumulateAndGet(payload.toString().length(), Math::max);
        }

        @Override
        public void executionEnded(String path, Execution.Status status, int historyEvents) {
            String kind = path.isEmpty() ? "root" : path.contains("Batches") ? "batch" : "table";
            events.merge(kind, historyEvents, Math::max);
        }

        int ofRoot() {
            return root.get();
        }

        int events(String kind) {
            return events.getOrDefault(kind, 0);
        }
    }
}
