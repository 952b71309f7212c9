package dev.sluice.cli.functions;

import java.time.Duration;

/// How one function is set up.
///
/// @param name     of the stage
/// @param timeout  of one invocation
/// @param memoryMb what Lambda would give it
/// @param handler  class and method that Lambda calls
record FunctionSettings(String name, Duration timeout, int memoryMb, String handler) {
    /// Of every function in `function.zip`.
    static final String QUARKUS = "io.quarkus.amazon.lambda.runtime.QuarkusStreamHandler::handleRequest";

    String arn() {
        return "arn:aws:lambda:local:000000000000:function:" + name;
    }
}
