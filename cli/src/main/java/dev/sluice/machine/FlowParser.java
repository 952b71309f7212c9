package dev.sluice.machine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads StartAt and States, and checks that every way through them exists and ends. */
final class FlowParser {
    private FlowParser() {}

    static Flow parse(Fields fields, AssignedNames scope) {
        String startAt = fields.requiredText("StartAt");
        JsonNode node = fields.required("States");
        Map<String, State> states = new LinkedHashMap<>();
        Set<String> names = new LinkedHashSet<>();
        if (node.isObject()) {
            node.properties().forEach(field -> {
                names.add(field.getKey());
                String path = Fields.path(fields.path("States"), field.getKey());
                State state =
                        StateParser.parse(field.getKey(), new Fields(field.getValue(), path, fields.problems()), scope);
                if (state != null) {
                    states.put(field.getKey(), state);
                }
            });
        }
        if (names.isEmpty()) {
            if (!node.isMissingNode()) {
                fields.problems().add(fields.path("States"), "found " + Fields.brief(node), "states are needed");
            }
        } else {
            checkWays(fields, startAt, names, states);
        }
        return new Flow(startAt, states);
    }

    private static void checkWays(Fields fields, String startAt, Set<String> names, Map<String, State> states) {
        Problems problems = fields.problems();
        if (!startAt.isEmpty() && !names.contains(startAt)) {
            problems.add(
                    fields.path("StartAt"),
                    "found \"" + startAt + "\", which is no state here",
                    "did you mean " + Nearest.of(startAt, names) + "?");
        }
        boolean complete = states.size() == names.size();
        states.forEach((name, state) -> {
            for (String target : targets(state)) {
                if (!target.isEmpty() && !names.contains(target)) {
                    problems.add(
                            Fields.path(fields.path("States"), name),
                            "leads to \"" + target + "\", which is no state here",
                            "did you mean " + Nearest.of(target, names) + "?");
                }
            }
        });
        if (complete && names.contains(startAt)) {
            Set<String> reached = reached(startAt, states);
            for (String name : names) {
                if (!reached.contains(name)) {
                    problems.add(
                            Fields.path(fields.path("States"), name), "cannot be reached", "lead to it or remove it");
                }
            }
            if (reached.stream().map(states::get).noneMatch(FlowParser::isTerminal)) {
                problems.add(
                        fields.path("States"), "found no way to an end", "a state with End, Succeed or Fail is needed");
            }
        }
    }

    private static Set<String> reached(String startAt, Map<String, State> states) {
        Set<String> reached = new LinkedHashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(startAt));
        while (!open.isEmpty()) {
            String name = open.remove();
            State state = states.get(name);
            if (state != null && reached.add(name)) {
                open.addAll(targets(state));
            }
        }
        return reached;
    }

    private static boolean isTerminal(@Nullable State state) {
        return switch (state) {
            case null -> false;
            case State.Work work -> work.exit().next() == null;
            case State.Pass pass -> pass.exit().next() == null;
            case State.Wait waiting -> waiting.exit().next() == null;
            case State.Choice choice -> false;
            case State.Succeed succeed -> true;
            case State.Fail fail -> true;
        };
    }

    private static List<String> targets(State state) {
        List<State.Exit> exits = new ArrayList<>();
        switch (state) {
            case State.Work work -> {
                exits.add(work.exit());
                work.recovery().catchers().forEach(catcher -> exits.add(catcher.exit()));
            }
            case State.Pass pass -> exits.add(pass.exit());
            case State.Wait waiting -> exits.add(waiting.exit());
            case State.Choice choice -> {
                choice.rules().forEach(rule -> exits.add(rule.exit()));
                if (choice.otherwise() != null) {
                    exits.add(choice.otherwise());
                }
            }
            case State.Succeed succeed -> {}
            case State.Fail fail -> {}
        }
        List<String> targets = new ArrayList<>();
        for (State.Exit exit : exits) {
            if (exit.next() != null) {
                targets.add(exit.next());
            }
        }
        return targets;
    }
}
