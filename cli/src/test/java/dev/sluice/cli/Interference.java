package dev.sluice.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.machine.Listener;
import dev.sluice.run.RunReport;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Does things to the world at chosen moments of a run of one table: before or after the n-th visit of a
/// state, counted from 1. The run stands still meanwhile. Whatever fails is thrown when the run is over.
final class Interference implements Listener {
    /// Something to do.
    @FunctionalInterface
    interface Act {
        void run() throws Exception;
    }

    private final Map<String, Act> acts = new HashMap<>();
    private final Map<String, Integer> entered = new HashMap<>();
    private final Map<String, Integer> exited = new HashMap<>();
    private Optional<Throwable> failure = Optional.empty();

    /// @param state such as `Land`, wherever in the machine
    Interference before(String state, int visit, Act act) {
        acts.put("before " + state + " " + visit, act);
        return this;
    }

    Interference after(String state, int visit, Act act) {
        acts.put("after " + state + " " + visit, act);
        return this;
    }

    /// How often the last run came to that state.
    synchronized int visits(String state) {
        return entered.getOrDefault(state, 0);
    }

    /// A sync that is interfered with; every act must have had its turn.
    RunReport sync(Bed bed) {
        RunReport report = bed.run(Bed.request(dev.sluice.model.RunRequest.Mode.SYNC), this);
        failure.ifPresent(f -> {
            throw new AssertionError("while interfering: " + f.getMessage(), f);
        });
        if (!acts.isEmpty()) {
            throw new AssertionError("never came: " + List.copyOf(acts.keySet()));
        }
        return report;
    }

    @Override
    public synchronized void stateEntered(String path, JsonNode input) {
        String state = path.substring(path.lastIndexOf('.') + 1);
        act("before " + state + " " + entered.merge(state, 1, Integer::sum));
    }

    @Override
    public synchronized void stateExited(String path, JsonNode output) {
        String state = path.substring(path.lastIndexOf('.') + 1);
        act("after " + state + " " + exited.merge(state, 1, Integer::sum));
    }

    private void act(String moment) {
        Act act = acts.remove(moment);
        if (act == null) {
            return;
        }
        try {
            act.run();
        } catch (Exception | AssertionError e) {
            failure = failure.or(() -> Optional.of(e));
        }
    }
}
