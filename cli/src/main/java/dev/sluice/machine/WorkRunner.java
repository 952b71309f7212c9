package dev.sluice.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** One visit of a state that may fail: tries, tries again as Retry says, and goes where Catch says. Belongs to one thread. */
final class WorkRunner {
    private final Frame frame;
    private final String path;
    private final State.Work work;
    private final JsonNode input;
    private final Instant entered;
    private final long[] retriesByRetrier;

    WorkRunner(Frame frame, String path, State.Work work, JsonNode input, Instant entered) {
        this.frame = frame;
        this.path = path;
        this.work = work;
        this.input = input;
        this.entered = entered;
        this.retriesByRetrier = new long[work.recovery().retriers().size()];
    }

    FlowRunner.Step run() {
        for (int retries = 0; ; retries++) {
            ObjectNode context = frame.contextOf(work.name(), entered, retries);
            Bindings bindings = Bindings.of(frame.variables(), input, context);
            try {
                JsonNode result = perform(bindings, context);
                return FlowRunner.leave(frame, work.exit(), bindings.withResult(result), result);
            } catch (StateFailure failure) {
                frame.cancellation().check();
                Duration delay = delayBeforeRetry(failure);
                if (delay == null) {
                    return recover(failure, bindings);
                }
                Listener listener = frame.run().listener();
                listener.retrying(path, failure.error(), failure.causeText(), retries + 1, delay);
                frame.sleep(delay);
            }
        }
    }

    private JsonNode perform(Bindings bindings, ObjectNode context) {
        return switch (work) {
            case State.Task task -> TaskRunner.run(frame, task, bindings);
            case State.Parallel parallel -> BranchRunner.parallel(frame, path, parallel, bindings);
            case State.InlineMap map -> BranchRunner.map(frame, path, map, bindings, context);
            case State.DistributedMap map -> MapRun.run(frame, path, map, bindings, context);
        };
    }

    /** The first retrier that names the error decides; null if it has no attempt left, or if there is none. */
    private @Nullable Duration delayBeforeRetry(StateFailure failure) {
        List<State.Retrier> retriers = work.recovery().retriers();
        for (int i = 0; i < retriers.size(); i++) {
            State.Retrier retrier = retriers.get(i);
            if (retrier.errorEquals().stream().anyMatch(failure::matches)) {
                return retriesByRetrier[i] < retrier.maxAttempts() ? delay(retrier, retriesByRetrier[i]++) : null;
            }
        }
        return null;
    }

    private static Duration delay(State.Retrier retrier, long retriesBefore) {
        double seconds = (double) retrier.intervalSeconds() * Math.pow(retrier.backoffRate(), (double) retriesBefore);
        double longest = retrier.maxDelaySeconds() == null
                ? 99_999_999d
                : retrier.maxDelaySeconds().doubleValue();
        double bounded = Math.min(seconds, longest);
        double jittered = retrier.fullJitter() ? ThreadLocalRandom.current().nextDouble() * bounded : bounded;
        return Duration.ofMillis((long) (jittered * 1000));
    }

    private FlowRunner.Step recover(StateFailure failure, Bindings bindings) {
        for (State.Catcher catcher : work.recovery().catchers()) {
            if (catcher.errorEquals().stream().anyMatch(failure::matches)) {
                ObjectNode errorOutput =
                        Json.NODES.objectNode().put("Error", failure.error()).put("Cause", failure.causeText());
                String next = String.valueOf(catcher.exit().next());
                frame.run().listener().caught(path, failure.error(), failure.causeText(), next);
                return FlowRunner.leave(frame, catcher.exit(), bindings.withErrorOutput(errorOutput), errorOutput);
            }
        }
        throw failure;
    }
}
