package dev.sluice.machine;

import java.util.Map;

/** States that lead to one another: a machine, a branch, or what a map does with each item. Every name in it resolves. */
record Flow(String startAt, Map<String, State> states) {
    Flow {
        states = Map.copyOf(states);
    }

    State state(String name) {
        State state = states.get(name);
        if (state == null) {
            throw new IllegalArgumentException("no state " + name);
        }
        return state;
    }
}
