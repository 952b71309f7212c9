package dev.sluice.lambda;

import dev.sluice.model.LimitExceeded;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs a stage in a thread of its own and gives it up when its time is over: DuckDB and the drivers do not
/// know of deadlines, and a function that Lambda ends has said nothing.
///
/// Used by one thread at a time, as Lambda does.
final class Watch {
    /// How long a stage that was given up may take to end.
    private static final Duration ENDING = Duration.ofSeconds(1);

    private @Nullable Thread givenUp;

    /// Whether a stage that was given up still goes on. It can do no harm, as its attempt lost nothing but
    /// time; but two at once would need the memory and disk of two.
    boolean busy() {
        Thread thread = givenUp;
        return thread != null && thread.isAlive();
    }

    /// @param over what is thrown when the time is over
    <T> T within(Duration time, Supplier<T> stage, Supplier<LimitExceeded> over) {
        FutureTask<T> task = new FutureTask<>(stage::get);
        Thread thread = new Thread(task, "stage");
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            givenUp = thread;
            thread.interrupt();
            joined(thread);
            throw over.get();
        } catch (ExecutionException e) {
            throw unwrapped(e);
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
            throw over.get();
        }
    }

    private static void joined(Thread thread) {
        try {
            thread.join(ENDING.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Stages throw no checked exceptions.
    private static RuntimeException unwrapped(ExecutionException e) {
        switch (e.getCause()) {
            case Error error -> throw error;
            case RuntimeException failure -> throw failure;
            case null, default -> throw new IllegalStateException(e);
        }
    }
}
