package dev.sluice.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Goes from state to state, and executes the states that only compute or wait. */
final class FlowRunner {
    private FlowRunner() {}

    /** What a state hands on and to which state; null when the flow ends with it. */
    record Step(JsonNode output, @Nullable String next) {}

    /**
     * The output of the last state.
     *
     * @throws StateFailure if the flow failed
     * @throws Cancelled if it is no longer wanted
     */
    static JsonNode run(Frame frame, Flow flow, JsonNode input) {
        try {
            Step step = new Step(input, flow.startAt());
            while (step.next() != null) {
                frame.cancellation().check();
                step = visit(frame, flow.state(step.next()), step.output());
            }
            return step.output();
        } finally {
            frame.variables().close();
        }
    }

    private static Step visit(Frame frame, State state, JsonNode input) {
        String path = frame.path(state.name());
        Listener listener = frame.run().listener();
        Instant entered = frame.run().time().now();
        listener.stateEntered(path, input);
        try {
            frame.history().add(History.STATE);
            Step step = state instanceof State.Work work
                    ? new WorkRunner(frame, path, work, input, entered).run()
                    : compute(frame, state, bindings(frame, state, input, entered));
            listener.stateExited(path, step.output());
            return step;
        } catch (StateFailure failure) {
            listener.stateFailed(path, failure.error(), failure.causeText());
            throw failure;
        }
    }

    private static Bindings bindings(Frame frame, State state, JsonNode input, Instant entered) {
        return Bindings.of(frame.variables(), input, frame.contextOf(state.name(), entered, 0));
    }

    private static Step compute(Frame frame, State state, Bindings bindings) {
        return switch (state) {
            case State.Pass pass -> leave(frame, pass.exit(), bindings, bindings.input());
            case State.Wait waiting -> {
                frame.sleep(duration(frame, waiting, bindings));
                yield leave(frame, waiting.exit(), bindings, bindings.input());
            }
            case State.Choice choice -> leave(frame, choose(choice, bindings), bindings, bindings.input());
            case State.Succeed succeed -> new Step(output(succeed.output(), bindings, bindings.input()), null);
            case State.Fail fail ->
                throw new StateFailure(text("Error", fail.error(), bindings), text("Cause", fail.cause(), bindings));
            case State.Work work -> throw new IllegalArgumentException(work.name());
        };
    }

    /**
     * Leaves a state: all its expressions see the variables as they were on entry, the new values are for the states that follow.
     *
     * @param otherwise the output if the file gives none
     */
    static Step leave(Frame frame, State.Exit exit, Bindings bindings, JsonNode otherwise) {
        JsonNode output = output(exit.output(), bindings, otherwise);
        ObjectNode assignment = exit.assign().evaluate("Assign", bindings);
        frame.variables().assign(assignment);
        return new Step(output, exit.next());
    }

    private static JsonNode output(@Nullable Template template, Bindings bindings, JsonNode otherwise) {
        JsonNode output = template == null ? otherwise : template.evaluate("Output", bindings);
        return Json.withinLimit("the output of the state", output);
    }

    private static State.Exit choose(State.Choice choice, Bindings bindings) {
        for (int i = 0; i < choice.rules().size(); i++) {
            State.Rule rule = choice.rules().get(i);
            String field = "Choices[" + i + "]/Condition";
            JsonNode holds = rule.condition().evaluate(field, bindings);
            if (!holds.isBoolean()) {
                throw notA("boolean", field, holds);
            }
            if (holds.booleanValue()) {
                return rule.exit();
            }
        }
        if (choice.otherwise() == null) {
            throw new StateFailure(
                    StateFailure.NO_CHOICE_MATCHED,
                    "No condition of the state '" + choice.name() + "' holds, and it has no Default");
        }
        return choice.otherwise();
    }

    private static Duration duration(Frame frame, State.Wait waiting, Bindings bindings) {
        if (waiting.seconds() != null) {
            return Duration.ofSeconds(waiting.seconds().evaluateWhole(bindings));
        }
        if (waiting.timestamp() == null) {
            throw new IllegalStateException("neither Seconds nor Timestamp");
        }
        JsonNode value = waiting.timestamp().evaluate("Timestamp", bindings);
        Instant until = Timestamps.parse(value);
        if (until == null) {
            throw notA("timestamp such as 2026-11-01T12:00:00Z", "Timestamp", value);
        }
        return Duration.between(frame.run().time().now(), until);
    }

    private static String text(String field, @Nullable Template template, Bindings bindings) {
        if (template == null) {
            return "";
        }
        JsonNode value = template.evaluate(field, bindings);
        if (!value.isTextual()) {
            throw notA("string", field, value);
        }
        return value.textValue();
    }

    static StateFailure notA(String wanted, String field, JsonNode value) {
        return new StateFailure(
                StateFailure.QUERY_EVALUATION_ERROR,
                "The field '" + field + "' evaluated to " + Fields.brief(value) + "; a " + wanted + " is needed");
    }
}
