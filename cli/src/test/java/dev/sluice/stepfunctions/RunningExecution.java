package dev.sluice.stepfunctions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.machine.Execution;
import dev.sluice.machine.Objects;
import dev.sluice.machine.StateMachine;
import dev.sluice.machine.TaskInvoker;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One execution on a thread of its own. Thread-safe.
final class RunningExecution {
    private final String arn;
    private final String name;
    private final String input;
    private final Instant startedAt = Instant.now();
    private final Execution execution;
    private final MapRuns mapRuns;
    private final Thread thread;
    private Execution.@Nullable Result result;
    private @Nullable Instant stoppedAt;
    private @Nullable String stopError;
    private @Nullable String stopCause;

    private RunningExecution(
            String arn,
            String name,
            String input,
            JsonNode parsed,
            StateMachine machine,
            TaskInvoker tasks,
            Objects objects) {
        this.arn = arn;
        this.name = name;
        this.input = input;
        this.mapRuns = new MapRuns(arn);
        this.execution = Execution.of(machine, tasks, objects, mapRuns, Execution.Settings.of("sync"));
        this.thread = new Thread(() -> run(parsed), "step functions " + name);
    }

    static RunningExecution start(
            String arn,
            String name,
            String input,
            JsonNode parsed,
            StateMachine machine,
            TaskInvoker tasks,
            Objects objects) {
        RunningExecution running = new RunningExecution(arn, name, input, parsed, machine, tasks, objects);
        running.thread.start();
        return running;
    }

    private void run(JsonNode parsed) {
        Execution.Result end = execution.run(name, parsed);
        synchronized (this) {
            result = end;
            if (stoppedAt == null) {
                stoppedAt = Instant.now();
            }
        }
    }

    /// The service says at once that it is aborted; what is at work ends a little later.
    synchronized void stop(String error, String cause) {
        if (running()) {
            stoppedAt = Instant.now();
            stopError = error;
            stopCause = cause;
            execution.stop();
        }
    }

    void abort() {
        execution.stop();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    synchronized boolean running() {
        return stoppedAt == null;
    }

    synchronized String status() {
        if (stopError != null) {
            return Execution.Status.ABORTED.name();
        }
        return result == null ? "RUNNING" : result.status().name();
    }

    synchronized Optional<String> error() {
        return Optional.ofNullable(stopError != null || result == null ? stopError : result.error());
    }

    synchronized Optional<String> cause() {
        return Optional.ofNullable(stopCause != null || result == null ? stopCause : result.cause());
    }

    synchronized Optional<String> output() {
        return result == null || result.output() == null
                ? Optional.empty()
                : Optional.of(result.output().toString());
    }

    synchronized Optional<Instant> stoppedAt() {
        return Optional.ofNullable(stoppedAt);
    }

    String arn() {
        return arn;
    }

    String name() {
        return name;
    }

    String input() {
        return input;
    }

    Instant startedAt() {
        return startedAt;
    }

    MapRuns mapRuns() {
        return mapRuns;
    }
}
