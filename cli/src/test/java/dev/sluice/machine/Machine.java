package dev.sluice.machine;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A machine under test: JSON may be written with single quotes, tasks are a lambda, time flies. */
final class Machine {
    static final ObjectMapper MAPPER = new ObjectMapper().enable(JsonParser.Feature.ALLOW_SINGLE_QUOTES);
    static final String TASK =
            "'Type': 'Task', 'Resource': 'arn:aws:states:::lambda:invoke', 'Arguments': {'FunctionName': 'f', 'Payload': '{% $states.input %}'}";

    final FastTime time = new FastTime();
    final ObjectsInMemory objects = new ObjectsInMemory();
    private final StateMachine machine;
    private TaskInvoker tasks = (name, payload) -> payload;
    private Listener listener = Listener.NONE;
    private int distributedConcurrency = 8;

    private Machine(String states) {
        this.machine = StateMachine.parse(json(definition(states)).toString(), Map.of());
    }

    /** A machine of these states; it starts at A. */
    static Machine of(String states) {
        return new Machine(states);
    }

    static String definition(String states) {
        return "{'QueryLanguage': 'JSONata', 'StartAt': 'A', 'States': {" + states + "}}";
    }

    /** A machine of one Pass state that computes this. */
    static JsonNode compute(String expression, String input) {
        return succeed(computing(expression).run(input));
    }

    /** A machine of one Pass state whose output is the value of this expression. */
    static Machine computing(String expression) {
        String output = Json.NODES.textNode("{% " + expression + " %}").toString();
        return of("'A': {'Type': 'Pass', 'Output': " + output + ", 'End': true}");
    }

    static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (Exception malformed) {
            throw new IllegalArgumentException(text, malformed);
        }
    }

    Machine tasks(TaskInvoker newTasks) {
        tasks = newTasks;
        return this;
    }

    Machine listener(Listener newListener) {
        listener = newListener;
        return this;
    }

    Machine distributedConcurrency(int newConcurrency) {
        distributedConcurrency = newConcurrency;
        return this;
    }

    Execution execution() {
        return execution(time);
    }

    Execution execution(TimeSource source) {
        return Execution.of(
                machine, tasks, objects, listener, new Execution.Settings("sync", distributedConcurrency, source));
    }

    Execution.Result run(String input) {
        return execution().run("run-1", json(input));
    }

    JsonNode output(String input) {
        return succeed(run(input));
    }

    static JsonNode succeed(Execution.Result result) {
        JsonNode output = result.output();
        if (output == null) {
            throw new AssertionError("expected success, was " + result);
        }
        return output;
    }

    /** Runs in another thread, so that the test can interfere. */
    static CompletableFuture<Execution.Result> start(Execution execution, String input) {
        CompletableFuture<Execution.Result> result = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> result.complete(execution.run("run-1", json(input))));
        return result;
    }
}
