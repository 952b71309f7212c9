package dev.sluice.machine;

import static dev.sluice.machine.Machine.TASK;
import static dev.sluice.machine.Machine.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Parallel and inline Map. */
class BranchTest {
    private static final String EACH = "'ItemProcessor': {'StartAt': 'I', 'States': {'I': {" + TASK
            + ", 'Output': '{% $states.result.Payload %}', 'End': true}}}";

    @Test
    void Parallel_gives_every_branch_its_Arguments_and_collects_the_outputs_in_order() {
        assertThat(Machine.of(
                                "'A': {'Type': 'Parallel', 'Arguments': {'n': '{% $states.input.x * 2 %}'}, 'Branches': ["
                                        + branch("B0", "'Type': 'Succeed', 'Output': '{% $states.input.n + 1 %}'")
                                        + ", "
                                        + branch("B1", "'Type': 'Succeed'")
                                        + "], 'Assign': {'r': '{% $states.result[0] %}'}, 'Next': 'Z'}, 'Z': {'Type': 'Succeed', 'Output': ['{% $states.input %}', '{% $r %}']}")
                        .output("{'x': 5}"))
                .isEqualTo(json("[[11, {'n': 10}], 11]"));
    }

    @Test
    void A_branch_sees_outer_variables_and_its_own_are_gone_afterwards() {
        String machine =
                "'A': {'Type': 'Pass', 'Assign': {'x': 1}, 'Next': 'P'}, 'P': {'Type': 'Parallel', 'Branches': ["
                        + "{'StartAt': 'I', 'States': {'I': {'Type': 'Pass', 'Assign': {'y': '{% $x + 1 %}'}, 'Next': 'J'}, 'J': {'Type': 'Succeed', 'Output': ['{% $x %}', '{% $y %}']}}}], 'Next': 'Z'}, 'Z': {'Type': 'Succeed', 'Output': OUT}";
        assertThat(Machine.of(machine.replace("OUT", "'{% $states.input %}'")).output("{}"))
                .isEqualTo(json("[[1, 2]]"));
        assertThat(Machine.of(machine.replace("OUT", "'{% $y %}'")).run("{}").error())
                .isEqualTo("States.QueryEvaluationError");
    }

    @Test
    void A_failing_branch_stops_the_others_and_its_error_can_be_caught_by_name() throws InterruptedException {
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch running = new CountDownLatch(1);
        JsonNode output = Machine.of(
                        "'A': {'Type': 'Parallel', 'Branches': [" + branch("B0", TASK + ", 'End': true") + ", "
                                + branch("B1", TASK.replace("'f'", "'failing'") + ", 'End': true")
                                + "], 'Catch': [{'ErrorEquals': ['E'], 'Next': 'C'}], 'End': true}, 'C': {'Type': 'Succeed'}")
                .tasks((name, payload) -> {
                    if (name.equals("failing")) {
                        running.await();
                        throw new TaskFailed("E", "c");
                    }
                    try {
                        running.countDown();
                        Thread.sleep(60_000);
                    } catch (InterruptedException expected) {
                        interrupted.countDown();
                    }
                    return payload;
                })
                .output("{}");
        assertThat(output).isEqualTo(json("{'Error': 'E', 'Cause': 'c'}"));
        assertThat(interrupted.getCount()).isZero();
    }

    @Test
    void Map_runs_every_item_and_keeps_their_order() {
        assertThat(Machine.of("'A': {'Type': 'Map', 'Items': '{% $states.input.items %}', " + EACH + ", 'End': true}")
                        .tasks((name, payload) -> {
                            Thread.sleep(20 - payload.intValue());
                            return json(payload.intValue() + "0");
                        })
                        .output("{'items': [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]}"))
                .isEqualTo(json("[10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110]"));
    }

    @Test
    void Map_takes_its_input_if_there_is_no_Items_and_gives_an_empty_array_for_none() {
        String map = "'A': {'Type': 'Map', " + EACH + ", 'End': true}";
        assertThat(Machine.of(map).output("[1, 2]")).isEqualTo(json("[1, 2]"));
        assertThat(Machine.of(map).output("[]")).isEqualTo(json("[]"));
        assertThat(Machine.of(map).run("{}").error()).isEqualTo("States.QueryEvaluationError");
    }

    @Test
    void A_filter_that_leaves_one_item_is_no_array_and_therefore_an_error() {
        String map = "'A': {'Type': 'Map', 'Items': ITEMS, " + EACH + ", 'End': true}";
        Execution.Result result =
                Machine.of(map.replace("ITEMS", "'{% $states.input[$ > 2] %}'")).run("[1, 2, 3]");
        assertThat(result.error()).isEqualTo("States.QueryEvaluationError");
        assertThat(result.cause()).contains("The field 'Items' evaluated to 3; an array is needed");
        assertThat(Machine.of(map.replace("ITEMS", "'{% [$states.input[$ > 2]] %}'"))
                        .output("[1, 2, 3]"))
                .isEqualTo(json("[3]"));
    }

    @Test
    void ItemSelector_sees_the_input_of_the_state_the_item_and_its_index_and_so_do_the_states_inside() {
        assertThat(Machine.of(
                                "'A': {'Type': 'Map', 'Items': '{% $states.input.items %}', 'ItemSelector': {'v': '{% $states.context.Map.Item.Value %}', 'all': '{% $count($states.input.items) %}'}, 'ItemProcessor': {'StartAt': 'I', 'States': {'I': {'Type': 'Succeed', 'Output': ['{% $states.input %}', '{% $states.context.Map.Item.Index %}']}}}, 'End': true}")
                        .output("{'items': ['a', 'b']}"))
                .isEqualTo(json("[[{'v': 'a', 'all': 2}, 0], [{'v': 'b', 'all': 2}, 1]]"));
    }

    @Test
    void MaxConcurrency_limits_the_iterations_at_once_and_an_inline_map_never_runs_more_than_40() {
        assertThat(mostAtOnce("'{% 1 + 1 %}'", 10)).isEqualTo(2);
        assertThat(mostAtOnce("0", 60)).isEqualTo(40);
        assertThat(mostAtOnce("50", 60)).isEqualTo(40);
    }

    private static int mostAtOnce(String maxConcurrency, int items) {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Machine.of("'A': {'Type': 'Map', 'MaxConcurrency': " + maxConcurrency + ", " + EACH + ", 'End': true}")
                .tasks((name, payload) -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    Thread.sleep(50);
                    running.decrementAndGet();
                    return payload;
                })
                .output(numbers(items));
        return most.get();
    }

    @Test
    void A_failing_iteration_fails_the_map_with_its_error_and_starts_no_more() {
        List<Integer> started = new CopyOnWriteArrayList<>();
        Execution.Result result = Machine.of("'A': {'Type': 'Map', 'MaxConcurrency': 1, " + EACH + ", 'End': true}")
                .tasks((name, payload) -> {
                    started.add(payload.intValue());
                    if (payload.intValue() == 1) {
                        throw new TaskFailed("E", "c");
                    }
                    return payload;
                })
                .run("[0, 1, 2, 3]");
        assertThat(result).isEqualTo(new Execution.Result(Execution.Status.FAILED, null, "E", "c"));
        assertThat(started).containsExactly(0, 1);
    }

    @Test
    void A_map_is_retried_as_a_whole() {
        AtomicInteger calls = new AtomicInteger();
        assertThat(Machine.of("'A': {'Type': 'Map', 'MaxConcurrency': 1, " + EACH
                                + ", 'Retry': [{'ErrorEquals': ['E']}], 'End': true}")
                        .tasks((name, payload) -> {
                            if (calls.incrementAndGet() == 2) {
                                throw new TaskFailed("E", "c");
                            }
                            return payload;
                        })
                        .output("[1, 2]"))
                .isEqualTo(json("[1, 2]"));
        assertThat(calls).hasValue(4);
    }

    @Test
    void The_outputs_of_a_map_together_have_at_most_256_KiB() {
        assertThat(Machine.of("'A': {'Type': 'Map', " + EACH + ", 'End': true}")
                        .tasks((name, payload) -> Json.NODES.textNode("x".repeat(100_000)))
                        .run("[1, 2, 3]")
                        .error())
                .isEqualTo("States.DataLimitExceeded");
    }

    @Test
    void Paths_name_branch_and_iteration() {
        List<String> paths = new CopyOnWriteArrayList<>();
        Machine.of(
                        "'A': {'Type': 'Parallel', 'Branches': [{'StartAt': 'M', 'States': {'M': {'Type': 'Map', 'Items': [7], "
                                + EACH + ", 'End': true}}}], 'End': true}")
                .listener(new Listener() {
                    @Override
                    public void stateEntered(String path, JsonNode input) {
                        paths.add(path);
                    }
                })
                .output("{}");
        assertThat(paths).containsExactly("A", "A[0].M", "A[0].M[0].I");
    }

    private static String branch(String name, String state) {
        return "{'StartAt': '" + name + "', 'States': {'" + name + "': {" + state + "}}}";
    }

    static String numbers(int count) {
        StringBuilder numbers = new StringBuilder("[0");
        for (int i = 1; i < count; i++) {
            numbers.append(',').append(i);
        }
        return numbers.append(']').toString();
    }
}
