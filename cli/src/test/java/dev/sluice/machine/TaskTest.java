package dev.sluice.machine;

import static dev.sluice.machine.Machine.TASK;
import static dev.sluice.machine.Machine.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Task, Retry and Catch. */
class TaskTest {
    private static final String CAUGHT = "'C': {'Type': 'Succeed', 'Output': {'caught': '{% $states.input %}'}}";

    @Test
    void The_function_gets_the_payload_and_the_result_is_the_envelope_of_lambda_invoke() {
        JsonNode output = Machine.of("'A': {" + TASK + ", 'End': true}")
                .tasks((name, payload) -> json("{'name': '" + name + "', 'got': " + payload + "}"))
                .output("{'x': 1}");
        assertThat(output.get("Payload")).isEqualTo(json("{'name': 'f', 'got': {'x': 1}}"));
        assertThat(output.get("StatusCode")).isEqualTo(json("200"));
        assertThat(output.get("ExecutedVersion")).isEqualTo(json("'$LATEST'"));
    }

    @Test
    void The_result_is_for_Output_and_Assign_while_the_input_stays_known() {
        assertThat(Machine.of(
                                "'A': {" + TASK
                                        + ", 'Assign': {'n': '{% $states.result.Payload.n %}'}, 'Output': ['{% $states.result.Payload.n %}', '{% $states.input.n %}'], 'Next': 'B'}, 'B': {'Type': 'Succeed', 'Output': ['{% $states.input %}', '{% $n %}']}")
                        .tasks((name, payload) -> json("{'n': 2}"))
                        .output("{'n': 1}"))
                .isEqualTo(json("[[2, 1], 2]"));
    }

    @Test
    void An_exception_becomes_its_class_name_and_the_cause_Lambda_reports() {
        Execution.Result result = Machine.of("'A': {" + TASK + ", 'End': true}")
                .tasks((name, payload) -> {
                    throw new java.io.IOException("source is away");
                })
                .run("{}");
        assertThat(result.error()).isEqualTo("java.io.IOException");
        assertThat(json(String.valueOf(result.cause())))
                .isEqualTo(json(
                        "{'errorMessage': 'source is away', 'errorType': 'java.io.IOException', 'stackTrace': []}"));
    }

    @Test
    void A_task_cannot_change_what_it_was_given() {
        assertThat(Machine.of("'A': {" + TASK + ", 'Output': '{% $states.input %}', 'End': true}")
                        .tasks((name, payload) ->
                                ((com.fasterxml.jackson.databind.node.ObjectNode) payload).put("x", 2))
                        .output("{'x': 1}"))
                .isEqualTo(json("{'x': 1}"));
    }

    @Test
    void A_result_of_more_than_256_KiB_is_a_DataLimitExceeded_that_only_its_own_name_catches() {
        String catching = "'A': {" + TASK
                + ", 'Retry': [{'ErrorEquals': ['States.ALL']}], 'Catch': [{'ErrorEquals': ['NAME'], 'Next': 'C'}], 'End': true}, "
                + CAUGHT;
        AtomicInteger calls = new AtomicInteger();
        TaskInvoker large = (name, payload) -> {
            calls.incrementAndGet();
            return Json.NODES.textNode("x".repeat(262_144));
        };
        assertThat(Machine.of(catching.replace("NAME", "States.ALL"))
                        .tasks(large)
                        .run("{}")
                        .error())
                .isEqualTo("States.DataLimitExceeded");
        assertThat(Machine.of(catching.replace("NAME", "States.TaskFailed"))
                        .tasks(large)
                        .run("{}")
                        .error())
                .isEqualTo("States.DataLimitExceeded");
        assertThat(Machine.of(catching.replace("NAME", "States.DataLimitExceeded"))
                        .tasks(large)
                        .output("{}")
                        .at("/caught/Error"))
                .isEqualTo(json("'States.DataLimitExceeded'"));
        assertThat(calls).hasValue(3);
    }

    @Test
    void Arguments_of_more_than_256_KiB_never_reach_the_function() {
        AtomicInteger calls = new AtomicInteger();
        assertThat(Machine.of("'A': {" + TASK + ", 'End': true}")
                        .tasks((name, payload) -> json(String.valueOf(calls.incrementAndGet())))
                        .run("'" + "x".repeat(262_130) + "'")
                        .error())
                .isEqualTo("States.DataLimitExceeded");
        assertThat(calls).hasValue(0);
    }

    @Test
    void States_Runtime_is_neither_retried_nor_caught() {
        String task = TASK.replace(
                "'Arguments': {'FunctionName': 'f', 'Payload': '{% $states.input %}'}",
                "'Arguments': '{% {\\\"Function\\\": 1} %}'");
        assertThat(Machine.of("'A': {" + task
                                + ", 'Retry': [{'ErrorEquals': ['States.ALL']}], 'Catch': [{'ErrorEquals': ['States.ALL'], 'Next': 'C'}], 'End': true}, "
                                + CAUGHT)
                        .run("{}")
                        .error())
                .isEqualTo("States.Runtime");
    }

    @ParameterizedTest(name = "{0} takes {1}: {2}")
    @CsvSource({
        "States.ALL, my.Error, true",
        "States.ALL, States.Timeout, true",
        "States.ALL, States.QueryEvaluationError, true",
        "States.ALL, States.DataLimitExceeded, false",
        "States.ALL, States.Runtime, false",
        "States.TaskFailed, my.Error, true",
        "States.TaskFailed, Lambda.TooManyRequestsException, true",
        "States.TaskFailed, States.ItemReaderFailed, true",
        "States.TaskFailed, States.Timeout, false",
        "States.TaskFailed, States.DataLimitExceeded, false",
        "States.TaskFailed, States.Runtime, false",
        "States.Timeout, States.Timeout, true",
        "States.DataLimitExceeded, States.DataLimitExceeded, true",
        "States.Runtime, States.Runtime, false",
        "my.Error, my.Error, true",
        "my.Error, my.ErrorToo, false",
    })
    void Wildcards_take_what_the_service_lets_them_take(String errorEquals, String error, boolean taken) {
        assertThat(new StateFailure(error, "").matches(errorEquals)).isEqualTo(taken);
    }

    @Test
    void Retry_waits_longer_each_time_up_to_the_longest_delay_and_then_gives_up() {
        Machine machine = failing(
                "'Retry': [{'ErrorEquals': ['E'], 'IntervalSeconds': 2, 'BackoffRate': 3, 'MaxAttempts': 4, 'MaxDelaySeconds': 20}]",
                "E",
                "E",
                "E",
                "E",
                "E",
                "E");
        assertThat(machine.run("{}").error()).isEqualTo("E");
        assertThat(machine.time.sleeps).containsExactly(seconds(2), seconds(6), seconds(18), seconds(20));
    }

    @Test
    void Retry_has_the_defaults_of_the_language() {
        Machine machine = failing("'Retry': [{'ErrorEquals': ['E']}]", "E", "E", "E", "E");
        assertThat(machine.run("{}").error()).isEqualTo("E");
        assertThat(machine.time.sleeps).containsExactly(seconds(1), seconds(2), seconds(4));
    }

    @Test
    void No_attempts_means_no_retry() {
        Machine machine =
                failing("'Retry': [{'ErrorEquals': ['E'], 'MaxAttempts': 0}, {'ErrorEquals': ['States.ALL']}]", "E");
        assertThat(machine.run("{}").error()).isEqualTo("E");
        assertThat(machine.time.sleeps).isEmpty();
    }

    @Test
    void Full_jitter_waits_somewhere_between_nothing_and_the_delay() {
        Machine machine = failing(
                "'Retry': [{'ErrorEquals': ['E'], 'IntervalSeconds': 1000, 'BackoffRate': 1, 'MaxAttempts': 20, 'JitterStrategy': 'FULL'}]",
                "E E E E E E E E E E E E E E E E E E E E".split(" "));
        machine.output("{}");
        assertThat(machine.time.sleeps).allMatch(slept -> slept.compareTo(seconds(1000)) < 0);
        assertThat(machine.time.sleeps.stream().distinct().count()).isGreaterThan(10);
    }

    @Test
    void Every_retrier_counts_for_itself_and_the_first_that_names_the_error_decides() {
        Machine machine = failing(
                "'Retry': [{'ErrorEquals': ['E', 'F'], 'IntervalSeconds': 1, 'BackoffRate': 1, 'MaxAttempts': 2}, {'ErrorEquals': ['G'], 'IntervalSeconds': 9, 'MaxAttempts': 1}, {'ErrorEquals': ['States.ALL'], 'IntervalSeconds': 50}]",
                "E",
                "G",
                "F",
                "E");
        assertThat(machine.run("{}").error()).isEqualTo("E");
        assertThat(machine.time.sleeps).containsExactly(seconds(1), seconds(9), seconds(1));
    }

    @Test
    void The_retry_count_is_in_the_context_object_and_retries_are_reported() {
        List<String> seen = new CopyOnWriteArrayList<>();
        Machine.of(
                        "'A': {'Type': 'Task', 'Resource': 'arn:aws:states:::lambda:invoke', 'Arguments': {'FunctionName': 'f', 'Payload': '{% $states.context.State.RetryCount %}'}, 'Retry': [{'ErrorEquals': ['E']}], 'End': true}")
                .tasks((name, payload) -> {
                    seen.add("call " + payload);
                    if (payload.intValue() < 2) {
                        throw new TaskFailed("E", "c");
                    }
                    return payload;
                })
                .listener(new Listener() {
                    @Override
                    public void retrying(String path, String error, String cause, int retry, Duration delay) {
                        seen.add("retry " + retry + " of " + path + " after " + delay.toSeconds());
                    }
                })
                .run("{}");
        assertThat(seen).containsExactly("call 0", "retry 1 of A after 1", "call 1", "retry 2 of A after 2", "call 2");
    }

    @Test
    void A_caught_error_is_the_output_unless_the_catcher_says_otherwise() {
        assertThat(failing(
                                "'Catch': [{'ErrorEquals': ['Other'], 'Next': 'C'}, {'ErrorEquals': ['States.ALL'], 'Next': 'C'}]",
                                "E")
                        .output("{}"))
                .isEqualTo(json("{'caught': {'Error': 'E', 'Cause': 'the cause'}}"));
    }

    @Test
    void A_catcher_has_its_own_Assign_and_Output_and_sees_input_and_error() {
        assertThat(failing(
                                "'Output': 'not this', 'Catch': [{'ErrorEquals': ['E'], 'Assign': {'e': '{% $states.errorOutput.Error %}'}, 'Output': ['{% $states.errorOutput.Cause %}', '{% $states.input.x %}'], 'Next': 'C'}]",
                                "E")
                        .output("{'x': 1}"))
                .isEqualTo(json("{'caught': ['the cause', 1]}"));
    }

    @Test
    void Retry_comes_before_Catch() {
        Machine machine = failing(
                "'Retry': [{'ErrorEquals': ['E'], 'MaxAttempts': 1}], 'Catch': [{'ErrorEquals': ['E'], 'Next': 'C'}]",
                "E",
                "E");
        assertThat(machine.output("{}").at("/caught/Error")).isEqualTo(json("'E'"));
        assertThat(machine.time.sleeps).hasSize(1);
    }

    @Test
    void A_failing_expression_of_the_state_can_be_caught() {
        assertThat(Machine.of("'A': {" + TASK
                                + ", 'Output': '{% $states.result.Payload.missing %}', 'Catch': [{'ErrorEquals': ['States.QueryEvaluationError'], 'Next': 'C'}], 'End': true}, "
                                + CAUGHT)
                        .output("{}")
                        .at("/caught/Error"))
                .isEqualTo(json("'States.QueryEvaluationError'"));
    }

    @Test
    void A_task_that_takes_too_long_is_interrupted_and_fails_with_Timeout() {
        List<String> seen = new CopyOnWriteArrayList<>();
        JsonNode output = Machine.of("'A': {" + TASK
                        + ", 'TimeoutSeconds': '{% 1 %}', 'Retry': [{'ErrorEquals': ['States.Timeout'], 'MaxAttempts': 1}], 'Catch': [{'ErrorEquals': ['States.TaskFailed'], 'Next': 'C'}, {'ErrorEquals': ['States.Timeout'], 'Output': '{% $states.errorOutput.Error %}', 'Next': 'C'}], 'End': true}, "
                        + CAUGHT)
                .tasks((name, payload) -> {
                    try {
                        Thread.sleep(60_000);
                    } catch (InterruptedException interrupted) {
                        seen.add("interrupted");
                        throw interrupted;
                    }
                    return payload;
                })
                .output("{}");
        assertThat(output).isEqualTo(json("{'caught': 'States.Timeout'}"));
        assertThat(seen).containsExactly("interrupted", "interrupted");
    }

    @Test
    void A_timeout_is_a_timeout_whatever_the_task_makes_of_the_interrupt() {
        assertThat(Machine.of(
                                "'A': {" + TASK
                                        + ", 'TimeoutSeconds': 1, 'Next': 'B'}, 'B': {'Type': 'Wait', 'Seconds': 1, 'End': true}")
                        .tasks((name, payload) -> {
                            try {
                                Thread.sleep(60_000);
                            } catch (InterruptedException swallowed) {
                                Thread.currentThread().interrupt();
                            }
                            return payload;
                        })
                        .run("{}")
                        .error())
                .isEqualTo("States.Timeout");
    }

    /** A task that fails with these errors, one after the other, and then succeeds. */
    private static Machine failing(String fields, String... errors) {
        Queue<String> left = new ConcurrentLinkedQueue<>(List.of(errors));
        String unreachable = fields.contains("'C'") ? ", " + CAUGHT : "";
        return Machine.of("'A': {" + TASK + ", " + fields + ", 'End': true}" + unreachable)
                .tasks((name, payload) -> {
                    String error = left.poll();
                    if (error != null) {
                        throw new TaskFailed(error, "the cause");
                    }
                    return payload;
                });
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }
}
