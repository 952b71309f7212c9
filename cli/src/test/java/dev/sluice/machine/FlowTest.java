package dev.sluice.machine;

import static dev.sluice.machine.Machine.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Pass, Choice, Wait, Succeed, Fail, variables, and the limits of what is carried along. */
class FlowTest {
    private static final int LIMIT = 262_144;

    @Test
    void A_state_without_Output_hands_its_input_on() {
        assertThat(Machine.of("'A': {'Type': 'Pass', 'Next': 'B'}, 'B': {'Type': 'Succeed'}")
                        .output("{'x': 1}"))
                .isEqualTo(json("{'x': 1}"));
    }

    @Test
    void Succeed_can_compute_its_output() {
        assertThat(Machine.of("'A': {'Type': 'Succeed', 'Output': '{% $states.input.x %}'}")
                        .output("{'x': 1}"))
                .isEqualTo(json("1"));
    }

    @Test
    void Fail_ends_the_execution_with_computed_error_and_cause() {
        Execution.Result result = Machine.of(
                        "'A': {'Type': 'Fail', 'Error': '{% \\\"E\\\" & $states.input.n %}', 'Cause': 'because'}")
                .run("{'n': 1}");
        assertThat(result).isEqualTo(new Execution.Result(Execution.Status.FAILED, null, "E1", "because"));
    }

    @Test
    void Fail_needs_neither_error_nor_cause() {
        assertThat(Machine.of("'A': {'Type': 'Fail'}").run("{}"))
                .isEqualTo(new Execution.Result(Execution.Status.FAILED, null, null, null));
    }

    @Test
    void An_error_that_is_no_string_is_a_QueryEvaluationError() {
        assertThat(Machine.of("'A': {'Type': 'Fail', 'Error': '{% 1 %}'}")
                        .run("{}")
                        .error())
                .isEqualTo("States.QueryEvaluationError");
    }

    private static final String CHOICE = """
        'A': {'Type': 'Choice', 'Choices': [
            {'Condition': '{% $states.input.n > 10 %}', 'Assign': {'size': 'large'}, 'Output': {'was': '{% $states.input.n %}'}, 'Next': 'End'},
            {'Condition': '{% $states.input.n > 5 %}', 'Assign': {'size': 'medium'}, 'Next': 'End'}],
          'Default': 'End', 'Assign': {'size': 'small'}, 'Output': 'default'},
        'End': {'Type': 'Succeed', 'Output': {'size': '{% $size %}', 'in': '{% $states.input %}'}}""";

    @Test
    void The_first_rule_that_holds_decides_with_its_own_Assign_and_Output() {
        assertThat(Machine.of(CHOICE).output("{'n': 11}")).isEqualTo(json("{'size': 'large', 'in': {'was': 11}}"));
        assertThat(Machine.of(CHOICE).output("{'n': 6}")).isEqualTo(json("{'size': 'medium', 'in': {'n': 6}}"));
    }

    @Test
    void Without_a_rule_that_holds_the_Default_is_taken_with_the_state_s_Assign_and_Output() {
        assertThat(Machine.of(CHOICE).output("{'n': 1}")).isEqualTo(json("{'size': 'small', 'in': 'default'}"));
    }

    @Test
    void Without_Default_and_without_a_rule_that_holds_the_error_is_NoChoiceMatched() {
        assertThat(Machine.of(
                                "'A': {'Type': 'Choice', 'Choices': [{'Condition': false, 'Next': 'B'}]}, 'B': {'Type': 'Succeed'}")
                        .run("{}")
                        .error())
                .isEqualTo("States.NoChoiceMatched");
    }

    @Test
    void A_condition_that_is_not_a_boolean_is_a_QueryEvaluationError() {
        Execution.Result result = Machine.of(
                        "'A': {'Type': 'Choice', 'Choices': [{'Condition': '{% 1 %}', 'Next': 'B'}]}, 'B': {'Type': 'Succeed'}")
                .run("{}");
        assertThat(result.error()).isEqualTo("States.QueryEvaluationError");
        assertThat(result.cause()).contains("Choices[0]/Condition").contains("a boolean is needed");
    }

    @Test
    void Wait_takes_as_many_seconds_as_it_says() {
        Machine machine = Machine.of("'A': {'Type': 'Wait', 'Seconds': '{% $states.input.s %}', 'End': true}");
        machine.output("{'s': 90}");
        assertThat(machine.time.sleeps).containsExactly(Duration.ofSeconds(90));
        assertThat(machine.run("{'s': 'x'}").error()).isEqualTo("States.QueryEvaluationError");
    }

    @Test
    void Wait_until_a_timestamp_takes_the_time_that_is_left() {
        Machine machine = Machine.of(
                "'A': {'Type': 'Wait', 'Timestamp': '2026-11-01T12:01:00Z', 'Next': 'B'}, 'B': {'Type': 'Wait', 'Timestamp': '{% \\\"2020-01-01T00:00:00+01:00\\\" %}', 'End': true}");
        machine.output("{}");
        assertThat(machine.time.sleeps).containsExactly(Duration.ofMinutes(1));
    }

    @Test
    void A_variable_is_visible_to_the_states_that_follow_and_not_to_the_Output_of_its_own() {
        assertThat(Machine.of(
                                "'A': {'Type': 'Pass', 'Assign': {'x': 1}, 'Next': 'B'}, 'B': {'Type': 'Pass', 'Assign': {'x': '{% $x + 1 %}', 'y': '{% $x %}'}, 'Output': {'x': '{% $x %}'}, 'Next': 'C'}, 'C': {'Type': 'Succeed', 'Output': ['{% $states.input.x %}', '{% $x %}', '{% $y %}']}")
                        .output("{}"))
                .isEqualTo(json("[1, 2, 1]"));
    }

    @Test
    void A_loop_counts_with_a_variable() {
        assertThat(Machine.of(
                                "'A': {'Type': 'Pass', 'Assign': {'n': 0}, 'Next': 'More'}, 'More': {'Type': 'Choice', 'Choices': [{'Condition': '{% $n < 50 %}', 'Assign': {'n': '{% $n + 1 %}'}, 'Next': 'More'}], 'Default': 'Z'}, 'Z': {'Type': 'Succeed', 'Output': '{% $n %}'}")
                        .output("{}"))
                .isEqualTo(json("50"));
    }

    private static final String LOOP =
            "'A': {'Type': 'Pass', 'Assign': {'n': 0}, 'Next': 'More'}, 'More': {'Type': 'Choice', 'Choices': [{'Condition': '{% $n < $states.input %}', 'Assign': {'n': '{% $n + 1 %}'}, 'Next': 'More'}], 'Default': 'Z'}, 'Z': {'Type': 'Succeed'}";

    @Test
    void An_execution_has_at_most_25_000_events_two_of_them_per_state() {
        // started and succeeded, A, the last More and Z: 8 events; each turn of the loop: 2
        assertThat(Machine.of(LOOP).run("12496").status()).isEqualTo(Execution.Status.SUCCEEDED);
        assertThat(Machine.of(LOOP).run("12497"))
                .isEqualTo(new Execution.Result(
                        Execution.Status.FAILED,
                        null,
                        "States.Runtime",
                        "The execution reached the maximum number of history events (25000)"));
    }

    @Test
    void Input_of_exactly_256_KiB_is_carried_and_one_byte_more_is_not() {
        Machine machine = Machine.of("'A': {'Type': 'Pass', 'End': true}");
        assertThat(machine.run(textOfBytes(LIMIT)).status()).isEqualTo(Execution.Status.SUCCEEDED);
        assertThat(machine.run(textOfBytes(LIMIT + 1)).error()).isEqualTo("States.DataLimitExceeded");
    }

    @Test
    void The_limit_counts_bytes_of_UTF_8_not_characters() {
        Machine machine = Machine.of("'A': {'Type': 'Pass', 'End': true}");
        assertThat(machine.run("'" + "ü".repeat(LIMIT / 2) + "'").error()).isEqualTo("States.DataLimitExceeded");
    }

    @Test
    void An_output_of_more_than_256_KiB_is_a_DataLimitExceeded() {
        assertThat(Machine.of(
                                "'A': {'Type': 'Pass', 'Output': ['{% $states.input %}', '{% $states.input %}'], 'End': true}")
                        .run(textOfBytes(LIMIT / 2 + 10))
                        .error())
                .isEqualTo("States.DataLimitExceeded");
    }

    @Test
    void One_Assign_may_hold_256_KiB_and_all_variables_10_MiB() {
        Machine one = Machine.of(
                "'A': {'Type': 'Pass', 'Assign': {'a': '{% $states.input %}', 'b': '{% $states.input %}'}, 'End': true}");
        assertThat(one.run(textOfBytes(LIMIT / 2)).error()).isEqualTo("States.DataLimitExceeded");

        Variables variables = Variables.ofExecution();
        for (int i = 0; i < 40; i++) {
            variables.assign(Json.NODES.objectNode().put("v" + i, "x".repeat(LIMIT - 100)));
        }
        org.assertj.core.api.Assertions.assertThatThrownBy(() ->
                        variables.assign(Json.NODES.objectNode().put("last", "x".repeat(LIMIT - 100))))
                .hasMessageContaining("at most 10485760 bytes are allowed");
    }

    @Test
    void The_listener_sees_every_state_with_its_place() {
        var events = new java.util.concurrent.CopyOnWriteArrayList<String>();
        Machine.of("'A': {'Type': 'Pass', 'Output': 1, 'Next': 'B'}, 'B': {'Type': 'Fail', 'Error': 'E', 'Cause': 'c'}")
                .listener(new Listener() {
                    @Override
                    public void stateEntered(String path, com.fasterxml.jackson.databind.JsonNode input) {
                        events.add("> " + path + " " + input);
                    }

                    @Override
                    public void stateExited(String path, com.fasterxml.jackson.databind.JsonNode output) {
                        events.add("< " + path + " " + output);
                    }

                    @Override
                    public void stateFailed(String path, String error, String cause) {
                        events.add("! " + path + " " + error + " " + cause);
                    }
                })
                .run("0");
        assertThat(events).containsExactly("> A 0", "< A 1", "> B 1", "! B E c");
    }

    /** A JSON string of this size, quotes included. */
    private static String textOfBytes(int bytes) {
        return "'" + "x".repeat(bytes - 2) + "'";
    }
}
