package dev.sluice.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Iterator;
import java.util.TreeMap;

/** Where the results of the children of a distributed map go. Called from many threads at once. */
interface MapResults {
    void add(ChildRun child);

    /** After the last child: takes note of the items for which none was started, and gives the result of the state. */
    JsonNode finish(Iterator<Items.Item> notStarted);

    /** The outputs as an array in the order of the items; a failed child's entry says what happened. Keeps no more than may be handed on. */
    final class Collected implements MapResults {
        private final TreeMap<Long, JsonNode> outputs = new TreeMap<>();
        private long bytes;

        @Override
        public synchronized void add(ChildRun child) {
            JsonNode output =
                    child.end() instanceof ChildRun.End.Succeeded succeeded ? succeeded.output() : child.toJson();
            bytes += Json.sizeBytes(output) + 1;
            if (bytes <= Json.PAYLOAD_LIMIT_BYTES) {
                outputs.put(child.index(), output);
            } else {
                outputs.clear();
            }
        }

        @Override
        public synchronized JsonNode finish(Iterator<Items.Item> notStarted) {
            if (bytes > Json.PAYLOAD_LIMIT_BYTES) {
                throw new StateFailure(
                        StateFailure.DATA_LIMIT_EXCEEDED,
                        "the outputs of the children have " + bytes + " bytes of JSON; at most "
                                + Json.PAYLOAD_LIMIT_BYTES + " bytes are allowed (a ResultWriter has no such limit)");
            }
            ArrayNode array = Json.NODES.arrayNode(outputs.size());
            array.addAll(outputs.values());
            return Json.withinLimit("the result of the state", array);
        }
    }
}
