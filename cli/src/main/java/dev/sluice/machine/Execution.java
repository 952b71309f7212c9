package dev.sluice.machine;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Runs a state machine in this process. Thread-safe; runs do not influence one another, except that {@link #stop()} ends all. */
public final class Execution {
    /** How an execution ended, in the words of the service. */
    public enum Status {
        SUCCEEDED,
        FAILED,
        TIMED_OUT,
        ABORTED
    }

    /**
     * The end of an execution.
     *
     * @param output present if it succeeded
     * @param error the name of the error, if it failed with one or timed out
     * @param cause what is known about the error
     */
    public record Result(
            Status status,
            @Nullable JsonNode output,
            @Nullable String error,
            @Nullable String cause) {}

    /**
     * What differs from one use to another.
     *
     * @param machineName the name in ARNs and in the context object
     * @param distributedConcurrency how many children of one distributed map run at once at most; the service allows 10 000, one machine
     *     does not. MaxConcurrency can lower it
     */
    public record Settings(String machineName, int distributedConcurrency, TimeSource time) {
        /** As many children as an inline map has iterations at once. */
        public static final int DEFAULT_DISTRIBUTED_CONCURRENCY = 40;

        public Settings {
            if (distributedConcurrency < 1) {
                throw new IllegalArgumentException(
                        "distributedConcurrency is " + distributedConcurrency + "; at least 1 is needed");
            }
        }

        public static Settings of(String machineName) {
            return new Settings(machineName, DEFAULT_DISTRIBUTED_CONCURRENCY, TimeSource.SYSTEM);
        }
    }

    private static final TimeSource.Timer NEVER = () -> {};

    private final StateMachine machine;
    private final Run run;
    private final Cancellation all = Cancellation.root();

    private Execution(StateMachine machine, Run run) {
        this.machine = machine;
        this.run = run;
    }

    public static Execution of(
            StateMachine machine, TaskInvoker tasks, Objects objects, Listener listener, Settings settings) {
        return new Execution(machine, new Run(tasks, objects, listener, settings));
    }

    /**
     * Executes the machine and waits for its end. Interrupting the calling thread aborts it: tasks in flight are interrupted and waited
     * for, no thread is left behind, and the interrupt status is kept.
     */
    @SuppressWarnings("ThreadJoinLoop") // an interrupt aborts the execution; its end is still waited for
    public Result run(String executionName, JsonNode input) {
        AtomicReference<@Nullable Result> result = new AtomicReference<>();
        boolean interrupted = false;
        try (Cancellation cancellation = all.child()) {
            Thread thread = Thread.ofPlatform()
                    .name("execution " + executionName)
                    .start(() -> result.set(execute(executionName, input, cancellation)));
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException aborted) {
                    interrupted = true;
                    cancellation.cancel();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        Result end = result.get();
        return end == null ? new Result(Status.ABORTED, null, null, null) : end;
    }

    /** Aborts what is running; later runs are aborted at once. Does not wait. */
    public void stop() {
        all.cancel();
    }

    private Result execute(String name, JsonNode input, Cancellation cancellation) {
        Frame frame = Frame.ofExecution(run, "", run.settings().machineName(), name, input, cancellation);
        run.listener().executionStarted("", input);
        Result result = execute(frame, input);
        run.listener().executionEnded("", result.status(), frame.history().events());
        return result;
    }

    private Result execute(Frame frame, JsonNode input) {
        AtomicBoolean timedOut = new AtomicBoolean();
        TimeSource.Timer timer = startTimer(frame.cancellation(), timedOut);
        try {
            return frame.cancellation().call(() -> {
                Json.withinLimit("the input of the execution", input);
                return new Result(Status.SUCCEEDED, FlowRunner.run(frame, machine.flow(), input), null, null);
            });
        } catch (StateFailure failure) {
            return new Result(Status.FAILED, null, emptyToNull(failure.error()), emptyToNull(failure.causeText()));
        } catch (Cancelled ended) {
            return timedOut.get()
                    ? new Result(
                            Status.TIMED_OUT,
                            null,
                            StateFailure.TIMEOUT,
                            "The execution took longer than TimeoutSeconds: " + machine.timeoutSeconds())
                    : new Result(Status.ABORTED, null, null, null);
        } catch (RuntimeException | Error unexpected) {
            return new Result(Status.FAILED, null, StateFailure.RUNTIME, String.valueOf(unexpected));
        } finally {
            timer.close();
        }
    }

    private TimeSource.Timer startTimer(Cancellation cancellation, AtomicBoolean timedOut) {
        Long seconds = machine.timeoutSeconds();
        if (seconds == null) {
            return NEVER;
        }
        return run.time().after(Duration.ofSeconds(seconds), () -> {
            timedOut.set(true);
            cancellation.cancel();
        });
    }

    private static @Nullable String emptyToNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
