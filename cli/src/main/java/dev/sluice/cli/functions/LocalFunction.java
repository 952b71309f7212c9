package dev.sluice.cli.functions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.machine.TaskFailed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One function: a process that is started when it is first called, and anew after it has ended. Calls wait
/// for each other, as there is one process. Thread-safe.
final class LocalFunction implements AutoCloseable {
    /// Largest payload that Lambda accepts, bytes.
    static final int LARGEST_REQUEST = 6_291_456;

    /// Longest cause of a failure that Step Functions keeps, characters.
    static final int LONGEST_CAUSE = 32_768;

    /// Lambda gives a process ten seconds to begin; this machine may be busier.
    private static final Duration LONGEST_START = Duration.ofSeconds(60);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final FunctionSettings settings;
    private final Supplier<Sandbox> sandboxes;
    private final ReentrantLock turn = new ReentrantLock(true);
    private volatile @Nullable Sandbox sandbox;

    LocalFunction(FunctionSettings settings, Supplier<Sandbox> sandboxes) {
        this.settings = settings;
        this.sandboxes = sandboxes;
    }

    /// @throws TaskFailed with the name that Step Functions would see
    JsonNode invoke(JsonNode payload) throws TaskFailed, InterruptedException, IOException {
        String request = payload.toString();
        int bytes = request.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LARGEST_REQUEST) {
            throw failed(
                    "Lambda.RequestTooLargeException",
                    "%d bytes must be smaller than %d bytes".formatted(bytes, LARGEST_REQUEST));
        }
        turn.lockInterruptibly();
        try {
            return answered(alive(), RuntimeApi.Work.of(request));
        } finally {
            turn.unlock();
        }
    }

    private Sandbox alive() {
        Sandbox running = sandbox;
        if (running != null && running.process().isAlive()) {
            return running;
        }
        close();
        Sandbox started = sandboxes.get();
        sandbox = started;
        return started;
    }

    private JsonNode answered(Sandbox running, RuntimeApi.Work work)
            throws TaskFailed, InterruptedException, IOException {
        CompletableFuture<Object> gone = running.process().onExit().thenApply(process -> process);
        running.api().offer(work);
        try {
            within(
                    LONGEST_START,
                    CompletableFuture.anyOf(work.taken(), running.api().cannotBegin(), gone),
                    work);
            Instant deadline = work.taken().getNow(Instant.now());
            Duration left = Duration.between(Instant.now(), deadline);
            Object end = within(
                    left, CompletableFuture.anyOf(work.answer(), running.api().cannotBegin(), gone), work);
            if (end instanceof RuntimeApi.Answer answer) {
                return result(answer);
            }
            throw exited(running, work);
        } catch (InterruptedException e) {
            close();
            throw e;
        }
    }

    private Object within(Duration time, CompletableFuture<Object> future, RuntimeApi.Work work)
            throws TaskFailed, InterruptedException {
        try {
            return future.get(Math.max(1, time.toMillis()), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            close();
            throw failed(
                    "Sandbox.Timedout",
                    "RequestId: %s Error: Task timed out after %s seconds"
                            .formatted(
                                    work.id(),
                                    String.format(
                                            Locale.ROOT,
                                            "%.2f",
                                            settings.timeout().toMillis() / 1000.0)));
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode result(RuntimeApi.Answer answer) throws TaskFailed, IOException {
        return switch (answer) {
            case RuntimeApi.Answer.Response response -> JSON.readTree(response.payload());
            case RuntimeApi.Answer.TooLarge tooLarge ->
                throw failed(
                        "Function.ResponseSizeTooLarge",
                        "Response payload size exceeded maximum allowed payload size (%d bytes)."
                                .formatted(RuntimeApi.LARGEST_RESPONSE));
            case RuntimeApi.Answer.Error error -> {
                JsonNode told = JSON.readTree(error.json());
                String cause = told.toString();
                throw new TaskFailed(
                        told.path("errorType").asText("Lambda.Unknown"),
                        cause.length() <= LONGEST_CAUSE ? cause : cause.substring(0, LONGEST_CAUSE));
            }
        };
    }

    private TaskFailed exited(Sandbox running, RuntimeApi.Work work) {
        int status = running.process().exitValue();
        close();
        return failed(
                "Runtime.ExitError",
                "RequestId: %s Error: Runtime exited with error: exit status %d".formatted(work.id(), status));
    }

    private static TaskFailed failed(String type, String message) {
        ObjectNode cause = JSON.createObjectNode().put("errorType", type).put("errorMessage", message);
        return new TaskFailed(type, cause.toString());
    }

    /// Kills the process, as if Lambda had no more use for it; the next call starts another.
    @Override
    public void close() {
        Sandbox running = sandbox;
        sandbox = null;
        if (running != null) {
            running.close();
        }
    }
}
