package dev.sluice.machine;

import java.util.UUID;

/** What all flows of an execution share, its children's included. Immutable. */
record Run(TaskInvoker tasks, Objects objects, Listener listener, Execution.Settings settings) {
    private static final String ACCOUNT = "arn:aws:states:local:000000000000:";

    TimeSource time() {
        return settings.time();
    }

    String stateMachineArn(String machineName) {
        return ACCOUNT + "stateMachine:" + machineName;
    }

    String executionArn(String machineName, String executionName) {
        return ACCOUNT + "execution:" + machineName + ":" + executionName;
    }

    String mapRunArn(String machineName, UUID id) {
        return ACCOUNT + "mapRun:" + machineName + ":" + id;
    }
}
