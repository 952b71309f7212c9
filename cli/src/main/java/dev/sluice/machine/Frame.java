package dev.sluice.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;

/**
 * One flow being executed.
 *
 * @param path where in the execution, for example {@code Tables[3]}; empty for the machine itself
 * @param context the context object without the part about the current state
 */
record Frame(
        Run run, String path, Variables variables, History history, ObjectNode context, Cancellation cancellation) {
    /** The frame of an execution, or of a child of a distributed map. */
    static Frame ofExecution(
            Run run, String path, String machineName, String executionName, JsonNode input, Cancellation cancellation) {
        ObjectNode context = Json.NODES.objectNode();
        context.putObject("Execution")
                .put("Id", run.executionArn(machineName, executionName))
                .put("Name", executionName)
                .put("StartTime", Timestamps.format(run.time().now()))
                .put("RedriveCount", 0)
                .set("Input", input);
        context.putObject("StateMachine")
                .put("Id", run.stateMachineArn(machineName))
                .put("Name", machineName);
        return new Frame(run, path, Variables.ofExecution(), new History(), context, cancellation);
    }

    Frame branch(String branchPath, ObjectNode branchContext, Cancellation branchCancellation) {
        return new Frame(run, branchPath, variables.inner(), history, branchContext, branchCancellation);
    }

    String path(String stateName) {
        return path.isEmpty() ? stateName : path + "." + stateName;
    }

    String machineName() {
        return context.path("StateMachine").path("Name").textValue();
    }

    /** The context object as the expressions of a state see it. */
    ObjectNode contextOf(String stateName, Instant entered, int retryCount) {
        ObjectNode full = Json.NODES.objectNode();
        full.setAll(context);
        full.putObject("State")
                .put("Name", stateName)
                .put("EnteredTime", Timestamps.format(entered))
                .put("RetryCount", retryCount);
        return full;
    }

    /** The context object of one item of a map. */
    static ObjectNode withItem(ObjectNode context, long index, JsonNode value) {
        ObjectNode withItem = Json.NODES.objectNode();
        withItem.setAll(context);
        withItem.putObject("Map").putObject("Item").put("Index", index).set("Value", value);
        return withItem;
    }

    void sleep(Duration duration) {
        cancellation.check();
        if (duration.isNegative() || duration.isZero()) {
            return;
        }
        try {
            run.time().sleep(duration);
        } catch (InterruptedException cancelled) {
            throw new Cancelled();
        }
    }
}
