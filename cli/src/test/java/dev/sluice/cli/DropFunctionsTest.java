package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.functions.LocalFunctions;
import dev.sluice.machine.TaskFailed;
import dev.sluice.run.DropReport;
import dev.sluice.run.DropStages;
import dev.sluice.stepfunctions.StepFunctionsServer;
import dev.sluice.store.Keys;
import dev.sluice.store.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Files that are dropped as it happens on AWS, with nothing of AWS: messages as SQS brings them, the packaged
/// doorbell as a process, Step Functions' protocol before the real state machine file, whose Tasks are
/// the packaged functions, and a Snowflake of the tests.
@Tag("slow")
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DropFunctionsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FEEDS = """
            drops:
              pos:
                match: "drops/pos/{date:yyyy-MM-dd}/*.csv"
                format: csv
                columns: {id: bigint, sold_at: timestamp, note: text}
                mode: upsert
                key: [id]
                order_by: sold_at
                bad_rows: {allow: 50 %, action: quarantine}
                expect_every: 1 day
              returns:
                match: "drops/returns/*.jsonl"
                format: jsonl
                columns: {id: bigint}
                mode: append
            """;

    @TempDir
    static Path directory;

    private static FunctionsBed bed;
    private static LocalRun lake;
    private static LocalFunctions stages;
    private static LocalFunctions doorbell;
    private static StepFunctionsServer server;
    private static final AtomicInteger MESSAGES = new AtomicInteger();

    @BeforeAll
    static void start() {
        bed = new FunctionsBed(directory);
        bed.bed().tables("public.none: {strategy: wholesale}");
        String yaml = bed.yaml() + FEEDS;
        stages = bed.functions("stages", yaml, Duration.ofMinutes(2));
        lake = LocalRun.open(bed.bed().config(), directory.resolve("lake-of-test"), Progress.NONE);
        server = StepFunctionsServer.start(
                lake.dropMachine(),
                stages,
                lake.objects(),
                Objects.requireNonNull(System.getProperty("aws.accessKeyId")));
        doorbell = bed.functions(
                "doorbell",
                yaml,
                Duration.ofSeconds(30),
                Map.of(
                        "SLUICE_DROP_STATE_MACHINE",
                        StepFunctionsServer.STATE_MACHINE,
                        "AWS_ENDPOINT_URL_SFN",
                        server.endpoint().toString()));
    }

    @AfterAll
    static void stop() {
        server.close();
        lake.close();
        bed.close();
    }

    private static void drop(String key, String content) {
        lake.documents().store().write(key, content);
    }

    /// A message as SQS brings it, about another key.
    private static JsonNode message(String key) throws IOException {
        ObjectNode message =
                (ObjectNode) JSON.readTree(Files.readString(Path.of("../statemachine/examples/doorbell-input.json")))
                        .path("Records")
                        .path(0);
        ObjectNode body = (ObjectNode) JSON.readTree(message.path("body").asText());
        ((ObjectNode) body.path("detail").path("object")).put("key", "sluice/" + key);
        return message.put("messageId", "m-" + MESSAGES.incrementAndGet()).put("body", body.toString());
    }

    private static JsonNode event(JsonNode... messages) {
        ObjectNode event = JSON.createObjectNode();
        Arrays.asList(messages).forEach(event.putArray("Records")::add);
        return event;
    }

    /// Ids of the messages that the doorbell gives back.
    private static List<String> ring(JsonNode event) {
        try {
            return doorbell.invoke("doorbell", event).path("batchItemFailures").findValuesAsText("itemIdentifier");
        } catch (TaskFailed | InterruptedException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The last run that the doorbell says that it started, once it has ended.
    private static DropReport ended() throws InterruptedException {
        String run = bed.lines("doorbell", "doorbell").stream()
                .filter(line -> line.path("event").asText().equals("started"))
                .map(line -> line.path("run").asText())
                .reduce((first, second) -> second)
                .orElseThrow();
        while (server.status(run).orElse("RUNNING").equals("RUNNING")) {
            Thread.sleep(50);
        }
        DropReport report =
                lake.documents().find(Keys.report(run), DropReport.class).orElseThrow();
        assertThat(server.status(run)).as("%s", report).contains("SUCCEEDED");
        return report;
    }

    @Test
    @Order(1)
    void filesThatLandAreInTheWarehouseAndARedeliveryStartsNothing() throws IOException, InterruptedException {
        drop("drops/pos/2026-11-20/a.csv", "id,sold_at,note\n1,2026-11-20 10:00:00,one\n2,2026-11-20 10:01:00,two\n");
        drop("drops/pos/2026-11-21/b.csv", "id,sold_at,note\n2,2026-11-21 10:00:00,zwei\nx,2026-11-21 10:00:00,bad\n");
        JsonNode event = event(
                message("drops/pos/2026-11-20/a.csv"),
                message("drops/pos/2026-11-21/b.csv"),
                message("drops/pos/readme.txt"),
                JSON.createObjectNode().put("messageId", "m-broken").put("body", "no notice"));

        assertThat(ring(event)).containsExactly("m-broken");
        DropReport report = ended();
        assertThat(report.feeds()).hasSize(1);
        assertThat(report.feeds().getFirst().files().loaded()).isEqualTo(2);
        assertThat(bed.bed().query("SELECT id || ' ' || note FROM drops.pos ORDER BY 1"))
                .containsExactly("1 one", "2 zwei");

        assertThat(ring(event)).containsExactly("m-broken");
        assertThat(server.executions()).isEqualTo(1);
        assertThat(bed.lines("doorbell", "doorbell").stream()
                        .map(line -> line.path("event").asText()))
                .contains("unreadable", "started", "known");
    }

    @Test
    @Order(2)
    void aRunThatCannotBeStartedGivesItsMessagesBackAndThoseOfNoOther() throws IOException, InterruptedException {
        drop("drops/returns/a.jsonl", "{\"id\": 1}\n");
        JsonNode event = event(message("drops/returns/a.jsonl"));
        String id = event.path("Records").path(0).path("messageId").asText();
        server.fail("StartExecution", 400, "AccessDeniedException", -1);
        assertThat(ring(event)).containsExactly(id);
        server.heal();

        assertThat(ring(event)).isEmpty();
        assertThat(ended().feeds().getFirst().feed()).isEqualTo("returns");
        assertThat(bed.bed().query("SELECT id FROM drops.returns")).containsExactly("1");
    }

    @Test
    @Order(3)
    void functionsTellMetricsAndNothingOfWhatFilesHold() throws IOException {
        Map<String, String> told = new TreeMap<>();
        for (JsonNode line : bed.lines("stages", "report-files")) {
            JsonNode directive = line.path("_aws").path("CloudWatchMetrics").path(0);
            for (JsonNode metric : directive.path("Metrics")) {
                told.put(
                        metric.path("Name").asText() + " " + metric.path("Unit").asText(),
                        directive.path("Dimensions").toString());
            }
        }
        told.keySet().removeIf(name -> name.startsWith("StageSeconds") || name.startsWith("WarehouseSeconds"));
        assertThat(told).isEqualTo(promised());
        assertThat(number("RowsReceived")).isEqualTo(3);
        assertThat(number("RowsQuarantined")).isEqualTo(1);
        Set<String> stagesSeen = new TreeSet<>();
        for (String stage : DropStages.NAMES) {
            assertThat(bed.log("stages", stage)).doesNotContain("zwei").doesNotContain(FunctionsBed.SECRET);
            bed.lines("stages", stage).stream()
                    .filter(line -> line.path("event").asText().equals("end"))
                    .forEach(line -> stagesSeen.add(line.path("stage").asText()));
        }
        assertThat(stagesSeen).containsExactlyInAnyOrderElementsOf(DropStages.NAMES);
    }

    /// Of the first run.
    private static int number(String metric) {
        return bed.lines("stages", "report-files").stream()
                .filter(line -> line.has(metric))
                .findFirst()
                .orElseThrow()
                .path(metric)
                .asInt();
    }

    /// Metrics of infra/README.md that `report-files` tells, with their dimensions.
    private static Map<String, String> promised() throws IOException {
        Map<String, String> promised = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("../infra/README.md"))) {
            String[] cells = line.split(" \\| ", -1);
            if (cells.length == 5 && cells[3].equals("`report-files`")) {
                String dimension = cells[2].replace("`", "");
                promised.put(
                        cells[0].replaceAll("[|` ]", "") + " " + cells[1],
                        dimension.equals("–")
                                ? "[[\"Environment\"]]"
                                : "[[\"Environment\"],[\"Environment\",\"%s\"]]".formatted(dimension));
            }
        }
        return promised;
    }
}
