package dev.sluice.machine;

import static dev.sluice.machine.Machine.TASK;
import static dev.sluice.machine.Machine.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The end of an execution: by itself, by timeout, by stop and by interrupt. */
@Timeout(60)
class ExecutionTest {
    private static final String NESTED =
            "'A': {'Type': 'Map', 'Items': [1, 2], 'ItemProcessor': {'ProcessorConfig': {'Mode': 'DISTRIBUTED', 'ExecutionType': 'STANDARD'}, 'StartAt': 'P', 'States': {'P': {'Type': 'Parallel', 'Branches': [{'StartAt': 'I', 'States': {'I': {"
                    + TASK
                    + ", 'Retry': [{'ErrorEquals': ['States.ALL']}], 'Catch': [{'ErrorEquals': ['States.ALL'], 'Next': 'J'}], 'End': true}, 'J': {'Type': 'Succeed'}}}, {'StartAt': 'W', 'States': {'W': {'Type': 'Wait', 'Seconds': 3600, 'End': true}}}], 'End': true}}}, 'ToleratedFailurePercentage': 100, 'End': true}";

    private static final Execution.Result ABORTED = new Execution.Result(Execution.Status.ABORTED, null, null, null);

    @Test
    void Stop_aborts_waits_and_tasks_wherever_they_are_and_leaves_no_thread() throws Exception {
        CountDownLatch running = new CountDownLatch(2);
        AtomicInteger interrupted = new AtomicInteger();
        Execution execution =
                Machine.of(NESTED).tasks(sleeping(running, interrupted)).execution(TimeSource.SYSTEM);
        Set<Thread> before = threads();
        CompletableFuture<Execution.Result> result = Machine.start(execution, "{}");
        running.await();
        execution.stop();
        assertThat(result.get(30, TimeUnit.SECONDS)).isEqualTo(ABORTED);
        assertThat(interrupted).hasValue(2);
        assertNoThreadBesides(before);
    }

    @Test
    void Interrupting_the_caller_aborts_and_keeps_the_interrupt_status() throws Exception {
        CountDownLatch running = new CountDownLatch(2);
        AtomicInteger interrupted = new AtomicInteger();
        Execution execution =
                Machine.of(NESTED).tasks(sleeping(running, interrupted)).execution(TimeSource.SYSTEM);
        CompletableFuture<Execution.Result> result = new CompletableFuture<>();
        AtomicBoolean status = new AtomicBoolean();
        Thread caller = Thread.ofPlatform().start(() -> {
            Execution.Result end = execution.run("run-1", json("{}"));
            status.set(Thread.currentThread().isInterrupted());
            result.complete(end);
        });
        running.await();
        caller.interrupt();
        assertThat(result.get(30, TimeUnit.SECONDS)).isEqualTo(ABORTED);
        assertThat(status).isTrue();
        assertThat(interrupted).hasValue(2);
    }

    @Test
    void A_stopped_execution_aborts_every_later_run_at_once() {
        AtomicInteger calls = new AtomicInteger();
        Execution execution = Machine.of("'A': {" + TASK + ", 'End': true}")
                .tasks((name, payload) -> json("" + calls.incrementAndGet()))
                .execution();
        execution.stop();
        assertThat(execution.run("run-1", json("{}"))).isEqualTo(ABORTED);
        assertThat(calls).hasValue(0);
    }

    @Test
    void A_machine_that_takes_longer_than_TimeoutSeconds_times_out_and_nothing_catches_that() {
        AtomicInteger interrupted = new AtomicInteger();
        StateMachine machine = StateMachine.parse(
                json(Machine.definition(NESTED).replace("{'QueryLanguage'", "{'TimeoutSeconds': 1, 'QueryLanguage'"))
                        .toString(),
                Map.of());
        Execution execution = Execution.of(
                machine,
                sleeping(new CountDownLatch(2), interrupted),
                new ObjectsInMemory(),
                Listener.NONE,
                Execution.Settings.of("sync"));
        Execution.Result result = execution.run("run-1", json("{}"));
        assertThat(result.status()).isEqualTo(Execution.Status.TIMED_OUT);
        assertThat(result.error()).isEqualTo("States.Timeout");
        assertThat(interrupted).hasValue(2);
    }

    @Test
    void An_execution_leaves_no_thread_behind() throws Exception {
        Set<Thread> before = threads();
        Machine.of("'A': {'Type': 'Map', 'Items': [1, 2, 3], 'ItemProcessor': {'StartAt': 'I', 'States': {'I': {" + TASK
                        + ", 'TimeoutSeconds': 60, 'End': true}}}, 'End': true}")
                .output("{}");
        assertNoThreadBesides(before);
    }

    @Test
    void A_listener_that_throws_ends_the_execution_with_States_Runtime() {
        Execution.Result result = Machine.of("'A': {'Type': 'Succeed'}")
                .listener(new Listener() {
                    @Override
                    public void stateEntered(String path, com.fasterxml.jackson.databind.JsonNode input) {
                        throw new IllegalStateException("broken listener");
                    }
                })
                .run("{}");
        assertThat(result.error()).isEqualTo("States.Runtime");
        assertThat(result.cause()).contains("broken listener");
    }

    @Test
    void Runs_side_by_side_do_not_influence_one_another() {
        Execution execution = Machine.of(
                        "'A': {'Type': 'Pass', 'Assign': {'x': '{% $states.input %}'}, 'Next': 'B'}, 'B': {'Type': 'Succeed', 'Output': '{% $x %}'}")
                .execution();
        CompletableFuture<Execution.Result> first = Machine.start(execution, "1");
        CompletableFuture<Execution.Result> second = Machine.start(execution, "2");
        assertThat(Machine.succeed(first.join())).isEqualTo(json("1"));
        assertThat(Machine.succeed(second.join())).isEqualTo(json("2"));
    }

    private static TaskInvoker sleeping(CountDownLatch running, AtomicInteger interrupted) {
        return (name, payload) -> {
            running.countDown();
            try {
                Thread.sleep(600_000);
            } catch (InterruptedException expected) {
                interrupted.incrementAndGet();
                throw new IllegalStateException("wrapped", expected);
            }
            return payload;
        };
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream().collect(Collectors.toSet());
    }

    /** The threads of an execution have ended, apart from those just about to. */
    private static void assertNoThreadBesides(Set<Thread> before) throws InterruptedException {
        for (Thread thread : threads()) {
            boolean ours = thread.getName().startsWith("A") || thread.getName().startsWith("execution ");
            if (ours && !before.contains(thread)) {
                thread.join(1000);
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
    }
}
