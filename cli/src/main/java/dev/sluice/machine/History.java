package dev.sluice.machine;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the events an execution would have in the service, where an execution with too many is ended. Thread-safe. */
final class History {
    /** Quota of a standard execution (Step Functions quotas); a child of a distributed map has its own. */
    static final int MAX_EVENTS = 25_000;

    /** Entered and exited. */
    static final int STATE = 2;

    /** Scheduled, started, and succeeded or failed, per attempt. */
    static final int TASK = 3;

    /** Started, and succeeded or failed: the inside of a Parallel or a Map, an iteration, a map run, the execution itself. */
    static final int SPAN = 2;

    private final AtomicInteger events = new AtomicInteger(SPAN);

    /** @throws StateFailure States.Runtime if there are too many */
    void add(int count) {
        if (events.addAndGet(count) > MAX_EVENTS) {
            throw new StateFailure(
                    StateFailure.RUNTIME,
                    "The execution reached the maximum number of history events (" + MAX_EVENTS + ")");
        }
    }

    int events() {
        return events.get();
    }
}
