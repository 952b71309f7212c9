package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.cli.functions.LocalFunctions;
import dev.sluice.machine.TaskFailed;
import dev.sluice.machine.TaskInvoker;
import dev.sluice.model.DataMismatch;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.LimitExceeded;
import dev.sluice.model.RunRequest;
import dev.sluice.model.SourceUnavailable;
import dev.sluice.model.StoreUnavailable;
import dev.sluice.model.UnsupportedValue;
import dev.sluice.model.WarehouseUnavailable;
import dev.sluice.run.RunReport;
import dev.sluice.run.Stages;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The packaged artifact is what is tested: function.zip, unzipped, one process per function, driven by the
/// real state machine file.
@Tag("slow")
@Timeout(180)
class FunctionsTest {
    private static final Duration USUAL = Duration.ofMinutes(2);
    private static final String SALES = "public.sales: {strategy: sliced, slice_by: postal_code}";
    private static final String ODD = "public.odd: {strategy: wholesale}";

    @TempDir
    static Path directory;

    private static FunctionsBed functions;
    private static LocalFunctions good;

    @BeforeAll
    static void start() {
        functions = new FunctionsBed(directory);
        functions
                .bed()
                .execute(
                        "CREATE TABLE sales (id int PRIMARY KEY, postal_code text, note text)",
                        "INSERT INTO sales SELECT i, 'M' || i % 7, 'content-' || i FROM generate_series(1, 700) i",
                        "CREATE TABLE odd (id int PRIMARY KEY, lasts interval)")
                .tables(SALES, ODD);
        good = functions.functions("good", grouped(), USUAL);
    }

    /// Sales are of a group and must be fresh; the odd table, which cannot be carried, is of none and late.
    private static String grouped() {
        return functions
                        .yaml()
                        .replace(
                                "slice_by: postal_code}",
                                "slice_by: postal_code, group: hourly, fresh_within: 1 hour, recheck: {warehouse: always}}")
                        .replace(
                                "public.odd: {strategy: wholesale}",
                                "public.odd: {strategy: wholesale, fresh_within: 1 day}")
                + "groups: {hourly: {schedule: rate(1 hour)}}\n";
    }

    @AfterAll
    static void stop() {
        functions.close();
    }

    @Test
    void aWholeSyncOfAGroupRunsInProcessesAndTellsWhatItDid() throws IOException {
        Bed bed = functions.bed().tables(SALES);
        RunReport first = functions.run(good, FunctionsBed.ofGroup("hourly"));
        assertThat(first.status()).as("%s", first).isEqualTo("SUCCEEDED");
        assertThat(first.tables()).hasSize(1);
        bed.assertEqualEnds("public.sales");
        bed.execute("DELETE FROM sales WHERE postal_code = 'M3'", "UPDATE sales SET note = 'x' WHERE id = 1");
        RunReport second = functions.run(good, FunctionsBed.ofGroup("hourly"));
        assertThat(second.status()).as("%s", second).isEqualTo("SUCCEEDED");
        assertThat(Bed.only(second).slices().replaced()).isEqualTo(1);
        assertThat(Bed.only(second).slices().removed()).isEqualTo(1);
        bed.assertEqualEnds("public.sales");
        bed.assertNoOrphans();
        assertLogs(first);
        assertMetrics();
        assertNothingLeft();
    }

    /// Every function says when it begins and ends, and nothing of what rows and secrets hold.
    private static void assertLogs(RunReport run) {
        for (String stage : Stages.NAMES) {
            List<JsonNode> ended = functions.lines("good", stage).stream()
                    .filter(line -> line.path("event").asText().equals("end"))
                    .filter(line -> line.path("run").asText().equals(run.runId()))
                    .toList();
            assertThat(ended).as(stage).isNotEmpty();
            assertThat(ended).allSatisfy(line -> {
                assertThat(line.path("stage").asText()).isEqualTo(stage);
                assertThat(line.path("trace").asText()).startsWith("Root=1-");
                assertThat(line.path("seconds").isNumber()).isTrue();
            });
            assertThat(functions.log("good", stage))
                    .doesNotContain("content-")
                    .doesNotContain(FunctionsBed.SECRET)
                    .doesNotContain(String.valueOf(System.getenv("PATH")));
        }
        assertThat(functions.secrets().asked()).as("once a process").hasSizeLessThanOrEqualTo(4);
    }

    /// Exactly the metrics of infra/README.md, told by the functions that it names, under its dimensions.
    private static void assertMetrics() throws IOException {
        Map<String, Set<String>> told = new TreeMap<>();
        Map<String, String> by = new TreeMap<>();
        for (String stage : Stages.NAMES) {
            for (JsonNode line : functions.lines("good", stage)) {
                JsonNode directive = line.path("_aws").path("CloudWatchMetrics").path(0);
                for (JsonNode metric : directive.path("Metrics")) {
                    String name = metric.path("Name").asText();
                    assertThat(line.path("Environment").asText()).isEqualTo("test");
                    assertThat(line.path(name).isNumber()).as(name).isTrue();
                    told.computeIfAbsent(name, any -> new TreeSet<>()).add(stage);
                    by.put(
                            name + " " + metric.path("Unit").asText(),
                            directive.path("Dimensions").toString());
                }
            }
        }
        Map<String, Set<String>> tellers = new TreeMap<>();
        Map<String, String> dimensions = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("../infra/README.md"))) {
            String[] cells = line.split(" \\| ", -1);
            boolean ofDrops = cells.length == 5 && cells[3].equals("`report-files`");
            if (cells.length == 5 && cells[1].matches("Count|Seconds|Bytes") && !ofDrops) {
                String name = cells[0].replaceAll("[|` ]", "");
                String dimension = cells[2].replace("`", "");
                dimensions.put(
                        name + " " + cells[1],
                        dimension.equals("–")
                                ? "[[\"Environment\"]]"
                                : "[[\"Environment\"],[\"Environment\",\"%s\"]]".formatted(dimension));
                tellers.put(
                        name,
                        switch (cells[3]) {
                            case "all" -> new TreeSet<>(Stages.NAMES);
                            case "all that talk to it" -> told.getOrDefault(name, Set.of());
                            default -> Set.of(cells[3].replace("`", ""));
                        });
            }
        }
        assertThat(by).isEqualTo(dimensions);
        assertThat(told).isEqualTo(tellers);
        assertThat(told.get("WarehouseSeconds")).contains("load").doesNotContain("land", "convert");
        List<JsonNode> late = functions.lines("good", "report").stream()
                .filter(line -> line.has("TablesLate"))
                .toList();
        assertThat(late)
                .allSatisfy(line -> assertThat(line.path("TablesLate").asInt()).isEqualTo(1));
    }

    private static void assertNothingLeft() throws IOException {
        for (String stage : Stages.NAMES) {
            try (Stream<Path> files =
                    Files.walk(directory.resolve("good").resolve(stage).resolve("tmp/sluice"))) {
                assertThat(files.filter(Files::isRegularFile)).as(stage).isEmpty();
            }
        }
    }

    @Test
    void mistakesSurfaceUnderTheirFullNames() {
        assertThat(failure(good, "plan", FunctionsBed.planInput("R-1", Map.of("fulll", true))))
                .isEqualTo(InvalidRequest.class.getName());
        assertThat(failure(good, "land", FunctionsBed.ofTable("R-none", "public.sales")))
                .isEqualTo(DataMismatch.class.getName());
        invoke(good, "plan", FunctionsBed.planInput("R-2", Map.of("select", List.of("public.odd"))));
        assertThat(failure(good, "plan-table", FunctionsBed.ofTable("R-2", "public.odd")))
                .isEqualTo(UnsupportedValue.class.getName());
    }

    @Test
    void whatPassesSurfacesUnderTheNamesThatTheStateMachineRetries() throws IOException {
        String closed = "127.0.0.1:" + closedPort();
        String source = grouped().replaceAll("jdbc:postgresql://[^/]+/", "jdbc:postgresql://" + closed + "/");
        assertThat(failure(
                        functions.functions("source", source, USUAL), "plan", FunctionsBed.planInput("R-3", Map.of())))
                .isEqualTo(SourceUnavailable.class.getName());
        String lake = grouped().replaceAll("endpoint: \"[^\"]+\"", "endpoint: \"http://" + closed + "\"");
        assertThat(failure(functions.functions("lake", lake, USUAL), "plan", FunctionsBed.planInput("R-4", Map.of())))
                .isEqualTo(StoreUnavailable.class.getName());
        invoke(good, "plan", FunctionsBed.planInput("R-5", Map.of("mode", "plan", "group", "hourly")));
        String warehouse = grouped().replaceAll("jdbc:snowflake://[^/]+/", "jdbc:snowflake://" + closed + "/");
        assertThat(failure(
                        functions.functions("warehouse", warehouse, USUAL),
                        "plan-table",
                        FunctionsBed.ofTable("R-5", "public.sales")))
                .isEqualTo(WarehouseUnavailable.class.getName());
        assertThat(machine())
                .contains(
                        SourceUnavailable.class.getName(),
                        StoreUnavailable.class.getName(),
                        WarehouseUnavailable.class.getName());
    }

    @Test
    void aFunctionThatWouldBeEndedStopsBeforeAndSaysWhatToChange() {
        LocalFunctions slow = functions.functions(
                "slow",
                grouped(),
                Duration.ofSeconds(8),
                "-Dsluice.pause.at=report.begun",
                "-Dsluice.pause.file=" + directory.resolve("pause-limit"));
        TaskFailed late = failed(slow, "report", FunctionsBed.planInput("R-8", Map.of()));
        assertThat(late.errorName()).as(late.errorCause()).isEqualTo(LimitExceeded.class.getName());
        assertThat(late.errorCause()).contains("not done within the 7 s", "raise functions");
    }

    @Test
    void aProcessThatHangsTimesOutAndTheNextCallGetsAnother() throws IOException, InterruptedException {
        LocalFunctions hanging = functions.functions("hanging", grouped(), Duration.ofSeconds(10));
        JsonNode input = FunctionsBed.planInput("R-9", Map.of("mode", "plan", "group", "hourly"));
        invoke(hanging, "plan", input);
        long before = functions.process("hanging", "plan").pid();
        assertThat(new ProcessBuilder("kill", "-STOP", String.valueOf(before))
                        .start()
                        .waitFor())
                .isZero();
        TaskFailed over = failed(hanging, "plan", input);
        assertThat(over.errorName()).isEqualTo("Sandbox.Timedout");
        assertThat(over.errorCause()).contains("Task timed out after 10.00 seconds");
        invoke(hanging, "plan", input);
        assertThat(functions.process("hanging", "plan").pid()).isNotEqualTo(before);
    }

    @Test
    void aKilledProcessIsCalledAgainAndTheRunSucceeds() throws InterruptedException {
        Path pause = directory.resolve("pause-kill");
        LocalFunctions killed = functions.functions(
                "killed",
                grouped(),
                USUAL,
                "-Dsluice.pause.at=convert.objects-without-receipt",
                "-Dsluice.pause.file=" + pause);
        TaskInvoker both = (name, payload) -> (name.equals("convert") ? killed : good).invoke(name, payload);
        functions.bed().execute("INSERT INTO sales VALUES (1001, 'K1', 'content-1')");
        CompletableFuture<RunReport> run =
                CompletableFuture.supplyAsync(() -> functions.run(both, FunctionsBed.ofGroup("hourly")));
        while (!Files.exists(pause) && !run.isDone()) {
            Thread.sleep(20);
        }
        functions.process("killed", "convert").destroyForcibly();
        RunReport report = run.join();
        assertThat(report.status()).as("%s", report).isEqualTo("SUCCEEDED");
        assertThat(functions.bed().query("SELECT id FROM public.sales WHERE postal_code = 'K1'"))
                .containsExactly("1001");
    }

    @Test
    void aPayloadThatIsTooLargeIsRefusedAndALongMessageDoesNotStopTheReport() {
        String words = "public.".repeat(1_000_000);
        TaskFailed large = failed(good, "plan", FunctionsBed.planInput("R-10", Map.of("select", List.of(words))));
        assertThat(large.errorName()).isEqualTo("Lambda.RequestTooLargeException");
        RunRequest request = new RunRequest(
                List.of("public.x".repeat(12_000)),
                false,
                Optional.empty(),
                List.of(),
                RunRequest.Mode.SYNC,
                false,
                "test");
        RunReport report = functions.run(good, request);
        assertThat(report.status()).isEqualTo("FAILED");
        assertThat(report.errorType()).contains(InvalidRequest.class.getName());
    }

    private static String machine() throws IOException {
        return Files.readString(Path.of("../statemachine/sync.asl.json"));
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static JsonNode invoke(LocalFunctions of, String function, JsonNode payload) {
        try {
            return of.invoke(function, payload);
        } catch (TaskFailed | InterruptedException | IOException e) {
            throw new IllegalStateException(function, e);
        }
    }

    private static TaskFailed failed(LocalFunctions of, String function, JsonNode payload) {
        TaskFailed failed = catchThrowableOfType(TaskFailed.class, () -> of.invoke(function, payload));
        assertThat(failed).as(function + " was to fail").isNotNull();
        return failed;
    }

    private static String failure(LocalFunctions of, String function, JsonNode payload) {
        return failed(of, function, payload).errorName();
    }
}
