package dev.sluice.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The variables of one scope: the states of a machine, a branch or an iteration. Outer scopes can be read; the definition's checks
 * make sure that no scope assigns a name of an outer one. Thread-safe.
 */
final class Variables {
    /** What all variables of an execution may take together, in bytes of names and JSON values (Step Functions quotas). */
    static final long MAX_TOTAL_BYTES = 10L * 1024 * 1024;

    private final @Nullable Variables outer;
    private final Map<String, JsonNode> values = new ConcurrentHashMap<>();
    private final AtomicLong executionBytes;
    private final AtomicLong scopeBytes = new AtomicLong();

    private Variables(@Nullable Variables outer, AtomicLong executionBytes) {
        this.outer = outer;
        this.executionBytes = executionBytes;
    }

    /** The outermost scope of an execution, or of a child of a distributed map: an execution of its own. */
    static Variables ofExecution() {
        return new Variables(null, new AtomicLong());
    }

    /** A branch or an iteration; to be closed when it is over. */
    Variables inner() {
        return new Variables(this, executionBytes);
    }

    @Nullable
    JsonNode get(String name) {
        JsonNode own = values.get(name);
        return own != null || outer == null ? own : outer.get(name);
    }

    /** Makes the values of one Assign visible to the states that follow. */
    void assign(ObjectNode assignment) {
        Json.withinLimit("Assign", assignment);
        assignment.properties().forEach(variable -> {
            JsonNode before = values.put(variable.getKey(), variable.getValue());
            long added = size(variable.getKey(), variable.getValue());
            long removed = before == null ? 0 : size(variable.getKey(), before);
            scopeBytes.addAndGet(added - removed);
            executionBytes.addAndGet(added - removed);
        });
        if (executionBytes.get() > MAX_TOTAL_BYTES) {
            throw new StateFailure(
                    StateFailure.DATA_LIMIT_EXCEEDED,
                    "the variables of the execution have " + executionBytes.get() + " bytes; at most " + MAX_TOTAL_BYTES
                            + " bytes are allowed");
        }
    }

    private static long size(String name, JsonNode value) {
        return name.getBytes(StandardCharsets.UTF_8).length + Json.sizeBytes(value);
    }

    /** The scope is over: what it held no longer counts. */
    void close() {
        executionBytes.addAndGet(-scopeBytes.getAndSet(0));
    }
}
