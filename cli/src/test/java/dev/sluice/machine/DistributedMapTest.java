package dev.sluice.machine;

import static dev.sluice.machine.Machine.TASK;
import static dev.sluice.machine.Machine.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Distributed Map: every item is an execution of its own. */
class DistributedMapTest {
    private static final String CONFIG = "'ProcessorConfig': {'Mode': 'DISTRIBUTED', 'ExecutionType': 'STANDARD'}, ";
    private static final String EACH = "'ItemProcessor': {" + CONFIG + "'StartAt': 'I', 'States': {'I': {" + TASK
            + ", 'Output': '{% $states.result.Payload %}', 'End': true}}}";
    private static final String READER =
            "'ItemReader': {'Resource': 'arn:aws:states:::s3:getObject', 'ReaderConfig': {'InputType': 'JSON'}, 'Arguments': {'Bucket': 'b', 'Key': '{% $states.input.key %}'}}";
    private static final String WRITER =
            "'ResultWriter': {'Resource': 'arn:aws:states:::s3:putObject', 'Arguments': {'Bucket': 'out', 'Prefix': 'runs/7'}}";

    @Test
    void Outputs_are_collected_in_the_order_of_the_items() {
        assertThat(map("'Items': '{% $states.input %}'").output("[3, 1, 2]")).isEqualTo(json("[3, 1, 2]"));
        assertThat(map("'Items': []").output("{}")).isEqualTo(json("[]"));
    }

    @Test
    void A_child_sees_no_variables_of_its_parent() {
        Execution.Result result = Machine.of(
                        "'A': {'Type': 'Pass', 'Assign': {'x': 1}, 'Next': 'M'}, 'M': {'Type': 'Map', 'Items': [1], 'ToleratedFailureCount': 1, 'ItemProcessor': {"
                                + CONFIG
                                + "'StartAt': 'I', 'States': {'I': {'Type': 'Succeed', 'Output': '{% $x %}'}}}, 'End': true}")
                .run("{}");
        assertThat(Machine.succeed(result).at("/0/Error")).isEqualTo(json("'States.QueryEvaluationError'"));
    }

    @Test
    void ItemSelector_can_hand_variables_to_the_children() {
        assertThat(Machine.of(
                                "'A': {'Type': 'Pass', 'Assign': {'x': 5}, 'Next': 'M'}, 'M': {'Type': 'Map', 'Items': [1, 2], 'ItemSelector': {'x': '{% $x %}', 'v': '{% $states.context.Map.Item.Value %}'}, "
                                        + EACH + ", 'End': true}")
                        .output("{}"))
                .isEqualTo(json("[{'x': 5, 'v': 1}, {'x': 5, 'v': 2}]"));
    }

    @Test
    void A_child_is_an_execution_of_its_own_with_the_item_as_input() {
        JsonNode output = Machine.of(
                        "'A': {'Type': 'Map', 'Items': ['item'], 'Label': 'Tables', 'ItemProcessor': {" + CONFIG
                                + "'StartAt': 'I', 'States': {'I': {'Type': 'Succeed', 'Output': '{% $states.context %}'}}}, 'End': true}")
                .output("{}");
        assertThat(output.at("/0/Execution/Input")).isEqualTo(json("'item'"));
        assertThat(output.at("/0/Execution/Id").asText())
                .startsWith("arn:aws:states:local:000000000000:execution:sync/Tables:");
        assertThat(output.at("/0/StateMachine/Name")).isEqualTo(json("'sync/Tables'"));
        assertThat(output.at("/0/Map").isMissingNode()).isTrue();
    }

    @Test
    void Items_come_from_a_JSON_array_in_S3() {
        Machine machine = map(READER);
        machine.objects.with("b/items.json", " [ {\"a\": 1}, 2, null, [] ] ");
        assertThat(machine.output("{'key': 'items.json'}")).isEqualTo(json("[{'a': 1}, 2, null, []]"));
    }

    @Test
    void MaxItems_takes_the_first_ones() {
        Machine machine = map(READER.replace("'InputType': 'JSON'", "'InputType': 'JSON', 'MaxItems': '{% 2 %}'"));
        machine.objects.with("b/items.json", "[1, 2, 3]");
        assertThat(machine.output("{'key': 'items.json'}")).isEqualTo(json("[1, 2]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\": 1}", "[1, 2", "[1] 2", "", "[1,, 2]", "no"})
    void An_object_that_is_no_JSON_array_is_an_ItemReaderFailed_before_any_child_starts(String content) {
        AtomicInteger calls = new AtomicInteger();
        Machine machine = map(READER).tasks((name, payload) -> json("" + calls.incrementAndGet()));
        machine.objects.with("b/items.json", content);
        assertThat(machine.run("{'key': 'items.json'}").error()).isEqualTo("States.ItemReaderFailed");
        assertThat(calls).hasValue(0);
    }

    @Test
    void A_missing_object_is_an_ItemReaderFailed_that_can_be_caught() {
        assertThat(Machine.of(
                                "'A': {'Type': 'Map', " + READER + ", " + EACH
                                        + ", 'Catch': [{'ErrorEquals': ['States.ItemReaderFailed'], 'Next': 'C'}], 'End': true}, 'C': {'Type': 'Succeed'}")
                        .output("{'key': 'none'}")
                        .get("Cause")
                        .asText())
                .isEqualTo("The items of s3://b/none cannot be read: NoSuchKey");
    }

    @Test
    void A_million_items_need_no_million_threads() {
        StringBuilder items = new StringBuilder("[0");
        for (int i = 1; i < 1_000_000; i++) {
            items.append(",0");
        }
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        AtomicInteger runs = new AtomicInteger();
        Machine machine = Machine.of(
                        "'A': {'Type': 'Map', " + READER
                                + ", 'Catch': [{'ErrorEquals': ['States.DataLimitExceeded'], 'Next': 'C'}], 'ItemProcessor': {"
                                + CONFIG
                                + "'StartAt': 'I', 'States': {'I': {'Type': 'Succeed'}}}, 'End': true}, 'C': {'Type': 'Succeed'}")
                .distributedConcurrency(3)
                .listener(new Listener() {
                    @Override
                    public void stateEntered(String path, JsonNode input) {
                        if (path.endsWith(".I")) {
                            threads.add(Thread.currentThread());
                            runs.incrementAndGet();
                        }
                    }
                });
        machine.objects.with("b/items.json", items.append(']').toString());
        assertThat(machine.output("{'key': 'items.json'}").get("Cause").asText())
                .startsWith("the outputs of the children have 2000000 bytes");
        assertThat(runs).hasValue(1_000_000);
        assertThat(threads).hasSize(3);
    }

    @ParameterizedTest(name = "{0} with {1} of 10 failing: {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        'Comment': 'none'                                              | 1 | FAILED
        'ToleratedFailureCount': 2                                     | 2 | SUCCEEDED
        'ToleratedFailureCount': 2                                     | 3 | FAILED
        'ToleratedFailurePercentage': 30                               | 3 | SUCCEEDED
        'ToleratedFailurePercentage': '{% 30 %}'                       | 4 | FAILED
        'ToleratedFailurePercentage': 100                              | 10 | SUCCEEDED
        'ToleratedFailureCount': 1, 'ToleratedFailurePercentage': 50   | 2 | FAILED
        'ToleratedFailureCount': '{% 9 %}', 'ToleratedFailurePercentage': 10 | 2 | FAILED
        """)
    void As_many_children_may_fail_as_is_tolerated(String tolerance, int failing, Execution.Status status) {
        Execution.Result result = failing(tolerance, failing).run(BranchTest.numbers(10));
        assertThat(result.status()).isEqualTo(status);
        if (status == Execution.Status.FAILED) {
            assertThat(result.error()).isEqualTo("States.ExceedToleratedFailureThreshold");
        }
    }

    @Test
    void A_tolerated_failure_says_in_its_place_what_happened() {
        JsonNode output = failing("'ToleratedFailureCount': 1", 1).output("[0, 1]");
        assertThat(output.get(0).get("Status")).isEqualTo(json("'FAILED'"));
        assertThat(output.get(0).get("Error")).isEqualTo(json("'E'"));
        assertThat(output.get(1)).isEqualTo(json("1"));
    }

    @Test
    void Once_too_many_failed_no_child_starts_and_the_running_ones_are_aborted() {
        CountDownLatch running = new CountDownLatch(1);
        List<String> seen = new java.util.concurrent.CopyOnWriteArrayList<>();
        Machine machine = map("'MaxConcurrency': 2, " + WRITER).tasks((name, payload) -> {
            seen.add("start " + payload);
            if (payload.intValue() == 0) {
                running.await();
                throw new TaskFailed("E", "the cause");
            }
            try {
                running.countDown();
                Thread.sleep(60_000);
            } catch (InterruptedException interrupted) {
                seen.add("interrupted " + payload);
                throw interrupted;
            }
            return payload;
        });
        assertThat(machine.run("[0, 1, 2, 3]").error()).isEqualTo("States.ExceedToleratedFailureThreshold");
        assertThat(seen).containsExactlyInAnyOrder("start 0", "start 1", "interrupted 1");
        assertThat(file(machine, "FAILED_0.json")).hasSize(2);
        assertThat(statuses(file(machine, "FAILED_0.json"))).containsExactlyInAnyOrder("FAILED", "ABORTED");
        assertThat(file(machine, "PENDING_0.json"))
                .extracting(entry -> entry.get("Input").asText())
                .containsExactly("2", "3");
    }

    @Test
    void ResultWriter_writes_a_manifest_and_files_by_outcome_and_the_state_says_where() {
        Machine machine = failing("'ToleratedFailureCount': 1, 'Label': 'Batches', " + WRITER, 1);
        JsonNode output = machine.output("[0, 1, 2]");
        String key = output.at("/ResultWriterDetails/Key").asText();
        assertThat(output.at("/ResultWriterDetails/Bucket")).isEqualTo(json("'out'"));
        assertThat(output.get("MapRunArn").asText())
                .startsWith("arn:aws:states:local:000000000000:mapRun:sync/Batches:");
        assertThat(key).matches("runs/7/[0-9a-f-]{36}/manifest\\.json");

        JsonNode manifest = file(machine, "manifest.json");
        assertThat(manifest.get("DestinationBucket")).isEqualTo(json("'out'"));
        assertThat(manifest.get("MapRunArn")).isEqualTo(output.get("MapRunArn"));
        assertThat(manifest.at("/ResultFiles/PENDING")).isEmpty();
        String succeeded = manifest.at("/ResultFiles/SUCCEEDED/0/Key").asText();
        assertThat(succeeded).isEqualTo(key.replace("manifest.json", "SUCCEEDED_0.json"));
        assertThat(manifest.at("/ResultFiles/SUCCEEDED/0/Size").intValue())
                .isEqualTo(machine.objects.content.getOrDefault("out/" + succeeded, new byte[0]).length);

        JsonNode failed = file(machine, "FAILED_0.json").get(0);
        assertThat(failed.get("Error")).isEqualTo(json("'E'"));
        assertThat(failed.get("Cause")).isEqualTo(json("'the cause'"));
        assertThat(failed.get("Input")).isEqualTo(json("'0'"));
        JsonNode success = file(machine, "SUCCEEDED_0.json");
        assertThat(success).extracting(entry -> entry.get("Output").asText()).containsExactlyInAnyOrder("1", "2");
        assertThat(statuses(success)).containsOnly("SUCCEEDED");
    }

    @Test
    void With_a_ResultWriter_the_outputs_may_be_larger_than_256_KiB_together() {
        Machine machine = map(WRITER).tasks((name, payload) -> Json.NODES.textNode("x".repeat(200_000)));
        machine.output("[1, 2, 3]");
        assertThat(file(machine, "SUCCEEDED_0.json")).hasSize(3);
    }

    @Test
    void Results_that_cannot_be_written_are_a_ResultWriterFailed() {
        assertThat(map(WRITER.replace("'out'", "'forbidden'")).run("[1]").error())
                .isEqualTo("States.ResultWriterFailed");
    }

    @Test
    void Outputs_of_more_than_256_KiB_together_are_a_DataLimitExceeded() {
        assertThat(map("'Comment': ''")
                        .tasks((name, payload) -> Json.NODES.textNode("x".repeat(100_000)))
                        .run("[1, 2, 3]")
                        .error())
                .isEqualTo("States.DataLimitExceeded");
    }

    @Test
    void MaxConcurrency_and_the_local_cap_limit_the_children_at_once() {
        assertThat(mostAtOnce("'MaxConcurrency': '{% 3 %}'", 8)).isEqualTo(3);
        assertThat(mostAtOnce("'MaxConcurrency': 0", 5)).isEqualTo(5);
        assertThat(mostAtOnce("'MaxConcurrency': 1000", 6)).isEqualTo(6);
    }

    private static int mostAtOnce(String fields, int cap) {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        map(fields)
                .distributedConcurrency(cap)
                .tasks((name, payload) -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    Thread.sleep(30);
                    running.decrementAndGet();
                    return payload;
                })
                .output(BranchTest.numbers(20));
        return most.get();
    }

    @Test
    void Maps_nest_and_paths_and_progress_tell_where() {
        ConcurrentLinkedQueue<String> paths = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Listener.MapRunProgress> progress = new ConcurrentLinkedQueue<>();
        JsonNode output = Machine.of("'A': {'Type': 'Map', 'Items': [1, 2], 'ItemProcessor': {" + CONFIG
                        + "'StartAt': 'M', 'States': {'M': {'Type': 'Map', 'Items': ['x'], " + EACH
                        + ", 'End': true}}}, 'End': true}")
                .listener(new Listener() {
                    @Override
                    public void stateEntered(String path, JsonNode input) {
                        paths.add(path);
                    }

                    @Override
                    public void mapRunProgress(String path, MapRunProgress newProgress) {
                        if (path.equals("A")) {
                            progress.add(newProgress);
                        }
                    }
                })
                .output("{}");
        assertThat(output).isEqualTo(json("[['x'], ['x']]"));
        assertThat(paths).containsExactlyInAnyOrder("A", "A[0].M", "A[0].M[0].I", "A[1].M", "A[1].M[0].I");
        assertThat(progress).contains(new Listener.MapRunProgress(2, 0, 0, 0), new Listener.MapRunProgress(2, 0, 2, 0));
    }

    private static Machine map(String fields) {
        return Machine.of("'A': {'Type': 'Map', " + fields + ", " + EACH + ", 'End': true}");
    }

    /** Of the items 0, 1, 2, … the first ones fail. */
    private static Machine failing(String fields, int failing) {
        return map(fields).tasks((name, payload) -> {
            if (payload.intValue() < failing) {
                throw new TaskFailed("E", "the cause");
            }
            return payload;
        });
    }

    private static JsonNode file(Machine machine, String name) {
        String key = machine.objects.content.keySet().stream()
                .filter(k -> k.endsWith("/" + name))
                .findFirst()
                .orElseThrow();
        return json(new String(machine.objects.content.getOrDefault(key, new byte[0]), UTF_8));
    }

    private static List<String> statuses(JsonNode entries) {
        return StreamSupport.stream(entries.spliterator(), false)
                .map(entry -> entry.get("Status").asText())
                .collect(Collectors.toList());
    }
}
