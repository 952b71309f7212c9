package dev.sluice.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a definition may say: the Amazon States Language specification and the quotas of the service. */
class StateMachineTest {
    private static final String END = "'End': true";
    private static final String INNER = "{'StartAt': 'I', 'States': {'I': {'Type': 'Pass', 'End': true}}}";
    private static final String CHILD =
            "{'ProcessorConfig': {'Mode': 'DISTRIBUTED', 'ExecutionType': 'STANDARD'}, 'StartAt': 'I', 'States': {'I': {'Type': 'Pass', 'End': true}}}";

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        {'StartAt': 'A', 'States': {'A': {'Type': 'Succeed'}}} | (top level): found no QueryLanguage
        {'QueryLanguage': 'JSONPath', 'StartAt': 'A', 'States': {'A': {'Type': 'Succeed'}}} | QueryLanguage: found "JSONPath"; only "JSONata" is supported
        {'QueryLanguage': 'JSONata', 'StartAt': 'B', 'States': {'A': {'Type': 'Succeed'}}} | StartAt: found "B", which is no state here; did you mean A?
        {'QueryLanguage': 'JSONata', 'States': {'A': {'Type': 'Succeed'}}} | found no StartAt
        {'QueryLanguage': 'JSONata', 'StartAt': 'A', 'States': {}} | States: found {}
        {'QueryLanguage': 'JSONata', 'StartAt': 'A', 'Timeout': 5, 'States': {'A': {'Type': 'Succeed'}}} | Timeout: unknown field; did you mean TimeoutSeconds?
        {'QueryLanguage': 'JSONata', 'Version': '2.0', 'StartAt': 'A', 'States': {'A': {'Type': 'Succeed'}}} | Version: found "2.0"
        """)
    void A_machine_is_refused_if_its_frame_is_wrong(String definition, String problem) {
        assertThat(refusal(definition)).contains(problem);
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        'A': {'Type': 'Pas', 'End': true} | States.A.Type: found "Pas"; did you mean Pass?
        'A': {'Type': 'Pass'} | States.A: found neither Next nor End
        'A': {'Type': 'Pass', 'Next': 'B', 'End': true}, 'B': {'Type': 'Succeed'} | States.A: found Next and End
        'A': {'Type': 'Pass', 'Next': 'Bee'}, 'Bed': {'Type': 'Succeed'} | States.A: leads to "Bee", which is no state here; did you mean Bed?
        'A': {'Type': 'Pass', 'End': true}, 'B': {'Type': 'Succeed'} | States.B: cannot be reached
        'A': {'Type': 'Pass', 'Next': 'B'}, 'B': {'Type': 'Pass', 'Next': 'A'} | found no way to an end
        'A': {'Type': 'Pass', 'Outputt': 1, 'End': true} | States.A.Outputt: unknown field; did you mean Output?
        'A': {'Type': 'Pass', 'InputPath': '$.x', 'End': true} | States.A.InputPath: a field of QueryLanguage JSONPath; with JSONata use Arguments or Output
        'A': {'Type': 'Pass', 'ResultPath': '$.x', 'End': true} | States.A.ResultPath: a field of QueryLanguage JSONPath
        'A': {'Type': 'Pass', 'Parameters': {}, 'End': true} | States.A.Parameters: a field of QueryLanguage JSONPath; with JSONata use Arguments
        'A': {'Type': 'Pass', 'QueryLanguage': 'JSONPath', 'End': true} | States.A.QueryLanguage: found "JSONPath"
        'A': {'Type': 'Pass', 'Output': {'x.$': '$.y'}, 'End': true} | States.A.Output.x.$: a name ending in .$ belongs to JSONPath
        'A': {'Type': 'Pass', 'Output': '{% 1 + %}', 'End': true} | States.A.Output: not an expression the service accepts
        'A': {'Type': 'Pass', 'Output': '{% 1 ', 'End': true} | States.A.Output: found "{% 1 "; an expression starts with {% and ends with %}
        'A': {'Type': 'Pass', 'Output': ' {% 1 %}', 'End': true} | an expression starts with {% and ends with %}, with nothing around it
        'A': {'Type': 'Pass', 'Output': ['{% $eval(\\"1\\") %}'], 'End': true} | States.A.Output[0]: not an expression the service accepts: $eval is not supported
        'A': {'Type': 'Pass', 'Assign': {'states': 1}, 'End': true} | States.A.Assign.states: found the variable name 'states'; it is reserved
        'A': {'Type': 'Pass', 'Assign': {'1st': 1}, 'End': true} | States.A.Assign.1st: found the variable name '1st'
        'A': {'Type': 'Pass', 'Assign': {'a-b': 1}, 'End': true} | found the variable name 'a-b'
        'A': {'Type': 'Pass', 'Assign': [1], 'End': true} | States.A.Assign: found [1]; an object is needed
        'A': {'Type': 'Wait', 'End': true} | States.A: found neither Seconds nor Timestamp
        'A': {'Type': 'Wait', 'Seconds': 1, 'Timestamp': '2026-11-01T12:00:00Z', 'End': true} | States.A: found Seconds and Timestamp
        'A': {'Type': 'Wait', 'Seconds': -1, 'End': true} | States.A.Seconds: found -1; a whole number from 0 to 99999999 is needed
        'A': {'Type': 'Wait', 'Timestamp': 'tomorrow', 'End': true} | States.A.Timestamp: found "tomorrow"
        'A': {'Type': 'Succeed', 'Next': 'A'} | States.A.Next: unknown field
        'A': {'Type': 'Fail', 'Error': 1} | States.A.Error: found something else; a string or an expression is needed
        'A': {'Type': 'Fail', 'ErrorPath': '$.x'} | States.A.ErrorPath: a field of QueryLanguage JSONPath; with JSONata use Error
        'A': {'Type': 'Choice', 'Choices': [], 'Default': 'B'}, 'B': {'Type': 'Succeed'} | States.A.Choices: found []
        'A': {'Type': 'Choice', 'Choices': [{'Next': 'B'}]}, 'B': {'Type': 'Succeed'} | States.A.Choices[0]: found no Condition
        'A': {'Type': 'Choice', 'Choices': [{'Condition': 'yes', 'Next': 'B'}]}, 'B': {'Type': 'Succeed'} | States.A.Choices[0].Condition: found something else; true, false or an expression
        'A': {'Type': 'Choice', 'Choices': [{'Variable': '$.x', 'Condition': true, 'Next': 'B'}]}, 'B': {'Type': 'Succeed'} | States.A.Choices[0].Variable: a field of QueryLanguage JSONPath; with JSONata use Condition
        'A': {'Type': 'Choice', 'Choices': [{'Condition': true, 'Next': 'B'}], 'Output': 1}, 'B': {'Type': 'Succeed'} | States.A: found Output or Assign but no Default
        'A': {'Type': 'Choice', 'Choices': [{'Condition': true, 'Next': 'B'}], 'End': true}, 'B': {'Type': 'Succeed'} | States.A.End: unknown field
        'A': {'Type': 'Parallel', 'Branches': [], 'End': true} | States.A.Branches: found []
        'A': {'Type': 'Map', 'End': true} | States.A: found no ItemProcessor
        'A': {'Type': 'Map', 'Items': {'a': 1}, 'ItemProcessor': INNER, 'End': true} | States.A.Items: found no array
        'A': {'Type': 'Map', 'ItemProcessor': INNER, 'ToleratedFailureCount': 1, 'End': true} | States.A.ToleratedFailureCount: found in an INLINE map
        'A': {'Type': 'Map', 'ItemProcessor': INNER, 'ItemReader': {}, 'End': true} | States.A.ItemReader: found in an INLINE map
        'A': {'Type': 'Map', 'ItemProcessor': INNER, 'ItemsPath': '$', 'End': true} | States.A.ItemsPath: a field of QueryLanguage JSONPath; with JSONata use Items
        'A': {'Type': 'Map', 'ItemProcessor': CHILD, 'ItemBatcher': {}, 'End': true} | States.A.ItemBatcher: not implemented by the local runner
        'A': {'Type': 'Map', 'ItemProcessor': CHILD, 'MaxConcurrency': -1, 'End': true} | States.A.MaxConcurrency: found -1
        'A': {'Type': 'Map', 'ItemProcessor': CHILD, 'ToleratedFailurePercentage': 101, 'End': true} | States.A.ToleratedFailurePercentage: found 101; a number from 0 to 100
        'A': {'Type': 'Map', 'ItemProcessor': CHILD, 'Label': 'a b', 'End': true} | States.A.Label: found "a b"
        'A': {'Type': 'Map', 'ItemProcessor': CHILD, 'ResultWriter': {'WriterConfig': {}, 'Resource': 'arn:aws:states:::s3:putObject', 'Arguments': {'Bucket': 'b', 'Prefix': 'p'}}, 'End': true} | States.A.ResultWriter.WriterConfig: not implemented
        'A': {'Type': 'Map', 'ItemProcessor': CHILD, 'ResultWriter': {'Resource': 'arn:aws:states:::s3:putObject', 'Parameters': {}}, 'End': true} | States.A.ResultWriter.Parameters: a field of QueryLanguage JSONPath
        'A': {'Type': 'Map', 'ItemProcessor': CHILD, 'ItemReader': {'Resource': 'arn:aws:states:::s3:listObjectsV2', 'ReaderConfig': {'InputType': 'JSON'}, 'Arguments': {'Bucket': 'b', 'Key': 'k'}}, 'End': true} | States.A.ItemReader.Resource: found "arn:aws:states:::s3:listObjectsV2"
        'A': {'Type': 'Map', 'ItemProcessor': CHILD, 'ItemReader': {'Resource': 'arn:aws:states:::s3:getObject', 'ReaderConfig': {'InputType': 'CSV'}, 'Arguments': {'Bucket': 'b', 'Key': 'k'}}, 'End': true} | States.A.ItemReader.ReaderConfig.InputType: found "CSV"; only "JSON" is supported
        'A': {'Type': 'Map', 'Items': [1], 'ItemProcessor': CHILD, 'ItemReader': {'Resource': 'arn:aws:states:::s3:getObject', 'ReaderConfig': {'InputType': 'JSON'}, 'Arguments': {'Bucket': 'b', 'Key': 'k'}}, 'End': true} | States.A: found Items and ItemReader
        'A': {'Type': 'Map', 'ItemProcessor': {'ProcessorConfig': {'Mode': 'DISTRIBUTED', 'ExecutionType': 'EXPRESS'}, 'StartAt': 'I', 'States': {'I': {'Type': 'Succeed'}}}, 'End': true} | States.A.ItemProcessor.ProcessorConfig.ExecutionType: found "EXPRESS"
        """)
    void A_state_is_refused_for_what_the_service_would_refuse_or_the_runner_cannot_do(String states, String problem) {
        String expanded = states.replace("INNER", INNER).replace("CHILD", CHILD);
        assertThat(refusal(Machine.definition(expanded))).contains(problem);
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        'Resource': 'arn:aws:states:::sns:publish', 'Arguments': {'FunctionName': 'f'} | States.A.Resource: found "arn:aws:states:::sns:publish"; only "arn:aws:states:::lambda:invoke" is supported
        'Resource': 'arn:aws:states:::lambda:invoke.waitForTaskToken', 'Arguments': {'FunctionName': 'f'} | States.A.Resource
        'Resource': 'arn:aws:lambda:eu-west-1:1:function:f', 'Arguments': {'FunctionName': 'f'} | States.A.Resource
        'Resource': 'arn:aws:states:::lambda:invoke' | States.A: found no Arguments
        'Resource': 'arn:aws:states:::lambda:invoke', 'Arguments': {'Payload': 1} | States.A.Arguments: found no FunctionName
        'Resource': 'arn:aws:states:::lambda:invoke', 'Arguments': {'FunctionName': 'f', 'InvocationType': 'Event'} | States.A.Arguments.InvocationType: unknown field
        'Resource': 'arn:aws:states:::lambda:invoke', 'Arguments': 7 | States.A.Arguments: found 7
        TASK, 'HeartbeatSeconds': 5 | States.A.HeartbeatSeconds: not implemented by the local runner
        TASK, 'TimeoutSeconds': 0 | States.A.TimeoutSeconds: found 0; a whole number from 1 to 99999999
        TASK, 'TimeoutSecondsPath': '$.x' | States.A.TimeoutSecondsPath: a field of QueryLanguage JSONPath; with JSONata use TimeoutSeconds
        TASK, 'Retry': [{'ErrorEquals': []}] | States.A.Retry[0].ErrorEquals: found []; a non-empty array
        TASK, 'Retry': [{'MaxAttempts': 1}] | States.A.Retry[0]: found no ErrorEquals
        TASK, 'Retry': [{'ErrorEquals': ['States.ALL', 'X']}] | States.A.Retry[0].ErrorEquals: found States.ALL beside others or not last
        TASK, 'Retry': [{'ErrorEquals': ['States.ALL']}, {'ErrorEquals': ['X']}] | States.A.Retry[0].ErrorEquals: found States.ALL beside others or not last
        TASK, 'Retry': [{'ErrorEquals': ['States.Runtime']}] | States.A.Retry[0].ErrorEquals: found States.Runtime
        TASK, 'Retry': [{'ErrorEquals': ['X'], 'BackoffRate': 0.5}] | States.A.Retry[0].BackoffRate: found 0.5
        TASK, 'Retry': [{'ErrorEquals': ['X'], 'MaxAttempts': -1}] | States.A.Retry[0].MaxAttempts: found -1
        TASK, 'Retry': [{'ErrorEquals': ['X'], 'IntervalSeconds': 0}] | States.A.Retry[0].IntervalSeconds: found 0
        TASK, 'Retry': [{'ErrorEquals': ['X'], 'IntervalSeconds': 5, 'MaxDelaySeconds': 5}] | States.A.Retry[0].MaxDelaySeconds: found 5; more than IntervalSeconds (5)
        TASK, 'Retry': [{'ErrorEquals': ['X'], 'JitterStrategy': 'HALF'}] | States.A.Retry[0].JitterStrategy: found "HALF"; supported: NONE, FULL
        TASK, 'Retry': [{'ErrorEquals': ['X'], 'IntervalSecond': 1}] | States.A.Retry[0].IntervalSecond: unknown field; did you mean IntervalSeconds?
        TASK, 'Catch': [{'ErrorEquals': ['X']}] | States.A.Catch[0]: found no Next
        TASK, 'Catch': [{'ErrorEquals': ['X'], 'Next': 'Nowhere'}] | States.A: leads to "Nowhere", which is no state here
        TASK, 'Catch': [{'ErrorEquals': ['X'], 'Next': 'A', 'ResultPath': '$.e'}] | States.A.Catch[0].ResultPath: a field of QueryLanguage JSONPath
        """)
    void A_task_is_refused_for_what_the_service_would_refuse_or_the_runner_cannot_do(String fields, String problem) {
        String state = fields.contains("TASK") ? fields.replace("TASK", Machine.TASK) : "'Type': 'Task', " + fields;
        assertThat(refusal(Machine.definition("'A': {" + state + ", " + END + "}")))
                .contains(problem);
    }

    @Test
    void All_problems_are_reported_at_once() {
        InvalidDefinition invalid = invalid(
                Machine.definition("'A': {'Type': 'Pass', 'Typo': 1, 'Next': 'X'}, 'B': {'Type': 'Wait', 'End': true}"),
                Map.of());
        assertThat(invalid.problems())
                .extracting(InvalidDefinition.Problem::path)
                .containsExactlyInAnyOrder("States.A.Typo", "States.A", "States.B", "States.B", "States");
        assertThat(invalid.getMessage())
                .startsWith("The state machine definition has 5 problem(s):\n")
                .hasLineCount(6);
    }

    @Test
    void Text_that_is_not_JSON_is_refused_with_its_line() {
        assertThat(catchThrowableOfType(InvalidDefinition.class, () -> StateMachine.parse("{\n \"a\": \n}", Map.of())))
                .hasMessageContaining("line 3: not JSON");
    }

    @Test
    void A_name_given_twice_in_one_object_is_refused() {
        assertThat(catchThrowableOfType(
                        InvalidDefinition.class, () -> StateMachine.parse("{\"a\": 1, \"a\": 2}", Map.of())))
                .hasMessageContaining("Duplicate field 'a'");
    }

    @Test
    void State_names_are_unique_over_the_whole_file() {
        String branch = "{'StartAt': 'A', 'States': {'A': {'Type': 'Succeed'}}}";
        assertThat(refusal(Machine.definition("'A': {'Type': 'Parallel', 'Branches': [" + branch + "], 'End': true}")))
                .contains("States.A.Branches[0].States.A: the name is taken by States.A");
    }

    @Test
    void A_state_name_has_at_most_80_characters() {
        String longest = "n".repeat(80);
        String states = "{'QueryLanguage': 'JSONata', 'StartAt': 'NAME', 'States': {'NAME': {'Type': 'Succeed'}}}";
        assertThatCode(() -> parse(states.replace("NAME", longest), Map.of())).doesNotThrowAnyException();
        assertThat(refusal(states.replace("NAME", longest + "n"))).contains("the name has 81 characters");
    }

    @Test
    void A_variable_name_has_at_most_80_characters() {
        assertThat(refusal(Machine.definition(
                        "'A': {'Type': 'Pass', 'Assign': {'" + "v".repeat(81) + "': 1}, 'End': true}")))
                .contains("at most 80 characters");
    }

    @Test
    void A_branch_may_not_assign_a_variable_of_the_machine() {
        String branch = "{'StartAt': 'I', 'States': {'I': {'Type': 'Pass', 'Assign': {'x': 2}, 'End': true}}}";
        assertThat(refusal(Machine.definition(
                        "'A': {'Type': 'Parallel', 'Branches': [" + branch + "], 'Assign': {'x': 1}, 'End': true}")))
                .contains(
                        "States.A.Branches[0].States.I.Assign.x: assigns $x, a variable of an outer scope (States.A.Assign.x)");
    }

    @Test
    void A_child_of_a_distributed_map_may_use_the_same_names_for_its_own_variables() {
        String child = CHILD.replace("'Type': 'Pass'", "'Type': 'Pass', 'Assign': {'x': 2}");
        assertThatCode(() -> parse(
                        Machine.definition("'A': {'Type': 'Map', 'ItemProcessor': " + child
                                + ", 'Assign': {'x': 1}, 'End': true}"),
                        Map.of()))
                .doesNotThrowAnyException();
    }

    @Test
    void A_Comment_is_allowed_wherever_the_language_has_fields() {
        String comment = "'Comment': 'why', ";
        String rule = "{" + comment + "'Condition': true, 'Next': 'T'}";
        String retry = "'Retry': [{" + comment + "'ErrorEquals': ['X']}], 'Catch': [{" + comment
                + "'ErrorEquals': ['X'], 'Next': 'M'}], ";
        String inner = INNER.replace("{'StartAt'", "{" + comment + "'StartAt'");
        String states = "'A': {" + comment + "'Type': 'Choice', 'Choices': [" + rule + "]}, 'T': {" + comment + retry
                + Machine.TASK + ", 'Next': 'M'}, 'M': {" + comment + "'Type': 'Map', 'ItemProcessor': " + inner
                + ", 'End': true}";
        assertThatCode(() -> parse("{" + comment + Machine.definition(states).substring(1), Map.of()))
                .doesNotThrowAnyException();
    }

    @Test
    void Placeholders_are_replaced_in_strings_and_expressions_stay() {
        StateMachine machine = parse(
                Machine.definition(
                        "'A': {'Type': 'Pass', 'Output': {'f': 'arn:${name}', 'e': '{% \\\"${name}\\\" & \\\"!\\\" %}', 'literal': '$${name}'}, 'End': true}"),
                Map.of("name", "plan"));
        Execution execution = Execution.of(
                machine,
                (name, payload) -> payload,
                new ObjectsInMemory(),
                Listener.NONE,
                Execution.Settings.of("sync"));
        assertThat(execution.run("run-1", Machine.json("{}")).output())
                .isEqualTo(Machine.json("{'f': 'arn:plan', 'e': 'plan!', 'literal': '${name}'}"));
    }

    @Test
    void A_value_with_quotes_and_backslashes_stays_one_string() {
        assertThatCode(() -> parse(
                        Machine.definition("'A': {'Type': 'Pass', 'Output': '${path}', 'End': true}"),
                        Map.of("path", "C:\\dir\\\"x\", \"End\": false")))
                .doesNotThrowAnyException();
    }

    @Test
    void A_placeholder_without_a_value_and_a_value_without_a_placeholder_are_refused() {
        String definition = Machine.definition("'A': {'Type': 'Pass', 'Output': '${nam}', 'End': true}");
        assertThat(invalid(definition, Map.of("name", "x")).getMessage())
                .contains("States.A.Output: placeholder ${nam} has no value; known: [name]")
                .contains("the value given for ${name} is used nowhere");
    }

    @Test
    void What_templatefile_would_read_as_a_directive_is_refused() {
        assertThat(refusal(Machine.definition("'A': {'Type': 'Pass', 'Output': '{%{} %}', 'End': true}")))
                .contains("States.A.Output: '%{', a directive for templatefile");
    }

    private static String refusal(String definition) {
        return String.valueOf(invalid(definition, Map.of()).getMessage());
    }

    private static InvalidDefinition invalid(String definition, Map<String, String> substitutions) {
        try {
            parse(definition, substitutions);
        } catch (InvalidDefinition invalid) {
            return invalid;
        }
        throw new AssertionError("accepted: " + definition);
    }

    private static StateMachine parse(String definition, Map<String, String> substitutions) {
        return StateMachine.parse(Machine.json(definition).toString(), substitutions);
    }
}
