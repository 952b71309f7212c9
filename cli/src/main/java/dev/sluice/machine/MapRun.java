package dev.sluice.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A distributed map being executed: every item is an execution of its own, which sees no variables of the parent and whose failure is
 * counted, not passed on.
 */
final class MapRun {
    private final Frame frame;
    private final String path;
    private final State.DistributedMap map;
    private final Bindings bindings;
    private final ObjectNode context;
    private final Items items;
    private final MapResults results;
    private final @Nullable Double toleratedCount;
    private final @Nullable Double toleratedPercentage;
    private final AtomicLong running = new AtomicLong();
    private final AtomicLong succeeded = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicBoolean exceeded = new AtomicBoolean();

    private MapRun(Frame frame, String path, State.DistributedMap map, Bindings bindings, ObjectNode context) {
        this.frame = frame;
        this.path = path;
        this.map = map;
        this.bindings = bindings;
        this.context = context;
        this.toleratedCount = evaluate(map.tolerance().count(), bindings);
        this.toleratedPercentage = evaluate(map.tolerance().percentage(), bindings);
        this.items = map.itemReader() == null
                ? Items.of(Items.given(map.items(), bindings))
                : Items.read(frame.run().objects(), map.itemReader(), bindings);
        this.results = results();
    }

    private static @Nullable Double evaluate(@Nullable Quantity quantity, Bindings bindings) {
        return quantity == null ? null : quantity.evaluate(bindings);
    }

    static JsonNode run(Frame frame, String path, State.DistributedMap map, Bindings bindings, ObjectNode context) {
        return new MapRun(frame, path, map, bindings, context).run();
    }

    private MapResults results() {
        Template arguments = map.resultWriterArguments();
        if (arguments == null) {
            return new MapResults.Collected();
        }
        UUID id = UUID.randomUUID();
        String arn = frame.run().mapRunArn(childMachineName(), id);
        return ResultFiles.of(frame.run().objects(), arguments, bindings, id, arn);
    }

    private JsonNode run() {
        long concurrency = map.maxConcurrency().evaluateWhole(bindings);
        int cap = frame.run().settings().distributedConcurrency();
        long threads = Math.min(items.count(), concurrency == 0 ? cap : Math.min(concurrency, cap));
        frame.history().add(2 * History.SPAN);
        reportProgress();
        try (Cancellation cancellation = frame.cancellation().child()) {
            Workers.drain(path, (int) threads, cancellation, items.iterator(), item -> child(item, cancellation));
        }
        frame.cancellation().check();
        if (!exceeded.get()) {
            return results.finish(items.iterator());
        }
        if (map.resultWriterArguments() != null) {
            results.finish(items.iterator());
        }
        throw new StateFailure(
                StateFailure.EXCEED_TOLERATED_FAILURE_THRESHOLD,
                "The specified tolerated failure threshold was exceeded: " + failed.get() + " of " + items.count()
                        + " child executions failed");
    }

    private void child(Items.Item item, Cancellation cancellation) {
        JsonNode input = Items.select(
                map.itemSelector(), item.value(), bindings, Frame.withItem(context, item.index(), item.value()));
        String name = UUID.randomUUID().toString();
        String childPath = path + "[" + item.index() + "]";
        Frame child = Frame.ofExecution(frame.run(), childPath, childMachineName(), name, input, cancellation);
        Instant started = frame.run().time().now();
        running.incrementAndGet();
        frame.run().listener().executionStarted(childPath, input);
        ChildRun.End end = execute(child, input);
        frame.run()
                .listener()
                .executionEnded(
                        childPath,
                        Execution.Status.valueOf(end.status()),
                        child.history().events());
        running.decrementAndGet();
        results.add(new ChildRun(
                item.index(),
                frame.run().stateMachineArn(childMachineName()),
                frame.run().executionArn(childMachineName(), name),
                name,
                input,
                started,
                frame.run().time().now(),
                end));
        count(end, cancellation);
        reportProgress();
    }

    private ChildRun.End execute(Frame child, JsonNode input) {
        try {
            return new ChildRun.End.Succeeded(FlowRunner.run(child, map.processor(), input));
        } catch (StateFailure failure) {
            return new ChildRun.End.Failed(failure.error(), failure.causeText());
        } catch (Cancelled aborted) {
            Cancellation.clearInterrupt();
            return new ChildRun.End.Aborted();
        }
    }

    private void count(ChildRun.End end, Cancellation cancellation) {
        switch (end) {
            case ChildRun.End.Succeeded success -> succeeded.incrementAndGet();
            case ChildRun.End.Failed failure -> {
                if (exceeds(failed.incrementAndGet())) {
                    exceeded.set(true);
                    cancellation.cancel();
                }
            }
            case ChildRun.End.Aborted aborted -> {}
        }
    }

    /** Either threshold alone is enough; without any, no failure is tolerated. */
    private boolean exceeds(long failures) {
        if (toleratedCount == null && toleratedPercentage == null) {
            return true;
        }
        boolean byCount = toleratedCount != null && failures > toleratedCount;
        boolean byPercentage = toleratedPercentage != null && failures * 100.0 / items.count() > toleratedPercentage;
        return byCount || byPercentage;
    }

    private String childMachineName() {
        return frame.machineName() + "/" + map.label();
    }

    private void reportProgress() {
        Listener.MapRunProgress progress =
                new Listener.MapRunProgress(items.count(), running.get(), succeeded.get(), failed.get());
        frame.run().listener().mapRunProgress(path, progress);
    }
}
