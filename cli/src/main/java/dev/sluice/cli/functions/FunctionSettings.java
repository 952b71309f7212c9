package dev.sluice.cli.functions;

import java.time.Duration;

/// How one function is set up.
///
/// @param name     of the stage
/// @param timeout  of one invocation
/// @param memoryMb what Lambda would give it
record FunctionSettings(String name, Duration timeout, int memoryMb) {
    String arn() {
        return "arn:aws:lambda:local:000000000000:function:" + name;
    }
}
