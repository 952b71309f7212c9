package dev.sluice.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/// Small waits side by side, for stores that answer slower than they could.
public final class InParallel {
    /// Requests to the store under way at once in one stage: enough to hide the latency of small objects.
    public static final int REQUESTS = 8;

    private InParallel() {}

    /// Maps every item, at most [#REQUESTS] at once, in the order of the items. The first failure is
    /// thrown after what had begun has ended; what had not is left out.
    public static <T, R> List<R> map(List<T> items, Function<T, R> action) {
        if (items.size() <= 1) {
            return items.stream().map(action).toList();
        }
        try (ExecutorService executor = Executors.newFixedThreadPool(Math.min(REQUESTS, items.size()))) {
            List<Future<R>> futures = new ArrayList<>();
            for (T item : items) {
                futures.add(executor.submit(() -> action.apply(item)));
            }
            List<R> results = new ArrayList<>();
            try {
                for (Future<R> future : futures) {
                    results.add(result(future));
                }
            } catch (RuntimeException e) {
                executor.shutdownNow();
                throw e;
            }
            return results;
        }
    }

    /// What a task came to, or its failure.
    static <R> R result(Future<R> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
