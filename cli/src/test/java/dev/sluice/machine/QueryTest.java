package dev.sluice.machine;

import static dev.sluice.machine.Machine.compute;
import static dev.sluice.machine.Machine.json;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** JSONata as Step Functions evaluates it. */
class QueryTest {
    private static final String INPUT =
            "{'a': [1, 2, 3], 'one': [7], 'none': [], 'nil': null, 'o': [{'id': 1, 'on': true}, {'id': 2, 'on': false}], 'big': 9223372036854775807}";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        $states.input.a[$ > 1]             | [2, 3]
        $states.input.a[$ > 2]             | 3
        [$states.input.a[$ > 2]]           | [3]
        $states.input.o[on].id             | 1
        $states.input.o[on]                | {'id': 1, 'on': true}
        $states.input.o[on][]              | [{'id': 1, 'on': true}]
        [$states.input.o[id = 9]]          | []
        $states.input.one                  | [7]
        $states.input.none                 | []
        $states.input.nil                  | null
        [$states.input.nil]                | [null]
        {'x': null}                        | {'x': null}
        $states.input.big                  | 9223372036854775807
        $count($states.input.a)            | 3
        $sum($states.input.a) / 2          | 3
        3.0                                | 3
        0.5                                | 0.5
        $exists($states.input.missing)     | false
        $merge([{'a': 1}, {'b': 2}])       | {'a': 1, 'b': 2}
        """)
    void An_expression_has_the_value_JSONata_gives_it_and_a_sequence_of_one_is_that_one(
            String expression, String value) {
        assertThat(compute(expression, INPUT)).isEqualTo(json(value));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        $partition([1,2,3,4,5], 2)         | [[1, 2], [3, 4], [5]]
        $partition([1,2], 2)               | [[1, 2]]
        $partition([], 2)                  | []
        $range(1, 9, 2)                    | [1, 3, 5, 7, 9]
        $range(5, 1, -2)                   | [5, 3, 1]
        $count($range(1, 1000, 1))         | 1000
        $hash('abc', 'MD5')                | '900150983cd24fb0d6963f7d28e17f72'
        $hash('abc', 'SHA-1')              | 'a9993e364706816aba3e25717850c26c9cd0d89d'
        $hash('abc', 'SHA-256')            | 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
        $length($hash('abc', 'SHA-384'))   | 96
        $length($hash('abc', 'SHA-512'))   | 128
        $parse('{\\"a\\": [1, null]}')       | {'a': [1, null]}
        $random(5) = $random(5)            | true
        $random() < 1                      | true
        $length($uuid())                   | 36
        $uuid() = $uuid()                  | false
        """)
    void The_functions_Step_Functions_adds_are_there(String expression, String value) {
        assertThat(compute(expression, "{}")).isEqualTo(json(value));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        $states.input.missing              | returned nothing (undefined)
        $states.input.a[$ > 3]             | returned nothing (undefined)
        $nowhere                           | returned nothing (undefined)
        $                                  | returned nothing (undefined)
        a                                  | returned nothing (undefined)
        $states.result                     | returned nothing (undefined)
        $states.input.a + 1                | failed: The left side of the "+" operator must evaluate to a number
        1 / 0                              | failed: Number out of range
        $sum                               | returned a function
        {'f': $sum}                        | returned a function
        $error('no good')                  | failed: no good
        $partition([1], 0)                 | a whole number above 0 is needed
        $range(1, 5, 0)                    | the step is 0
        $range(1, 1001, 1)                 | more than 1000 elements
        $hash('abc', 'CRC32')              | one of MD5, SHA-1, SHA-256, SHA-384, SHA-512 is needed
        $parse('{')                        | failed:
        ($f := function($n) { $f($n + 1) + 1 }; $f(1)) | failed:
        """)
    void An_expression_that_fails_or_yields_nothing_is_a_QueryEvaluationError(String expression, String cause) {
        Execution.Result result = Machine.computing(expression).run(INPUT);
        assertThat(result.error()).isEqualTo("States.QueryEvaluationError");
        assertThat(result.cause()).contains("for the field 'Output'").contains(cause);
    }

    @Test
    void A_quote_in_a_regular_expression_hides_no_variable() {
        assertThat(Machine.of(
                                "'A': {'Type': 'Pass', 'Assign': {'x': 'v'}, 'Next': 'B'}, 'B': {'Type': 'Succeed', 'Output': '{% $replace(\\\"a\\\\\"b\\\", /\\\"/, $x) & \\\"!\\\" %}'}")
                        .output("{}"))
                .isEqualTo(json("'avb!'"));
    }

    @Test
    void The_message_names_expression_and_field_as_the_service_does() {
        assertThat(Machine.of("'A': {'Type': 'Pass', 'Output': '{% $states.input.x %}', 'End': true}")
                        .run("{}")
                        .cause())
                .isEqualTo(
                        "The JSONata expression '$states.input.x' specified for the field 'Output' returned nothing (undefined)");
    }

    @Test
    void The_context_object_describes_execution_machine_and_state() {
        var context = compute("$states.context", "{'in': 1}");
        assertThat(context)
                .isEqualTo(
                        json(
                                "{'Execution': {'Id': 'arn:aws:states:local:000000000000:execution:sync:run-1', 'Name': 'run-1', 'StartTime': '2026-11-01T12:00:00Z', 'RedriveCount': 0, 'Input': {'in': 1}}, 'StateMachine': {'Id': 'arn:aws:states:local:000000000000:stateMachine:sync', 'Name': 'sync'}, 'State': {'Name': 'A', 'EnteredTime': '2026-11-01T12:00:00Z', 'RetryCount': 0}}"));
    }

    @Test
    void An_expression_may_stand_anywhere_in_an_object_or_array_and_plain_strings_stay() {
        assertThat(Machine.of(
                                "'A': {'Type': 'Pass', 'Output': {'a': [1, '{% $states.input.x %}'], 'b': '$states.input.x'}, 'End': true}")
                        .output("{'x': 5}"))
                .isEqualTo(json("{'a': [1, 5], 'b': '$states.input.x'}"));
    }
}
