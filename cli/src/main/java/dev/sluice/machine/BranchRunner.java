package dev.sluice.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Parallel and inline Map: flows side by side inside the execution; the first failure is the failure of all. */
final class BranchRunner {
    /** How many iterations of an inline map run at once at most (Developer Guide, Map state in Inline mode). */
    static final int MAX_INLINE_CONCURRENCY = 40;

    private BranchRunner() {}

    static JsonNode parallel(Frame frame, String path, State.Parallel parallel, Bindings bindings) {
        JsonNode input = parallel.arguments() == null
                ? bindings.input()
                : Json.withinLimit("Arguments", parallel.arguments().evaluate("Arguments", bindings));
        List<Flow> branches = parallel.branches();
        frame.history().add(History.SPAN);
        return sideBySide(frame, path, branches.size(), branches.size(), cancellation -> i -> {
            Frame branch = frame.branch(path + "[" + i + "]", frame.context(), cancellation);
            return FlowRunner.run(branch, branches.get(i), input);
        });
    }

    static JsonNode map(Frame frame, String path, State.InlineMap map, Bindings bindings, ObjectNode context) {
        ArrayNode items = Items.given(map.items(), bindings);
        long concurrency = map.maxConcurrency().evaluateWhole(bindings);
        int threads = (int) (concurrency == 0 ? MAX_INLINE_CONCURRENCY : Math.min(concurrency, MAX_INLINE_CONCURRENCY));
        frame.history().add(History.SPAN);
        return sideBySide(frame, path, items.size(), threads, cancellation -> i -> {
            frame.history().add(History.SPAN);
            JsonNode item = items.get(i);
            JsonNode input = Items.select(map.itemSelector(), item, bindings, Frame.withItem(context, i, item));
            Frame iteration =
                    frame.branch(path + "[" + i + "]", Frame.withItem(frame.context(), i, item), cancellation);
            return FlowRunner.run(iteration, map.processor(), input);
        });
    }

    /** One flow to run under a cancellation of all. */
    private interface Branches {
        IntFunction<JsonNode> under(Cancellation cancellation);
    }

    private static JsonNode sideBySide(Frame frame, String path, int count, int threads, Branches branches) {
        AtomicReferenceArray<JsonNode> outputs = new AtomicReferenceArray<>(count);
        try (Cancellation cancellation = frame.cancellation().child()) {
            IntFunction<JsonNode> branch = branches.under(cancellation);
            Workers.drain(
                    path,
                    Math.min(threads, count),
                    cancellation,
                    IntStream.range(0, count).iterator(),
                    i -> outputs.set(i, branch.apply(i)));
        }
        frame.cancellation().check();
        ArrayNode result = Json.NODES.arrayNode(count);
        for (int i = 0; i < count; i++) {
            result.add(outputs.get(i));
        }
        return Json.withinLimit("the result of the state", result);
    }
}
