package dev.sluice.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Three steps of which the first and the last wait for a store: while one item is worked on, the next
/// one is fetched and the one before is put. So at most [#ON_THE_WAY] items are
/// between their first step and their last.
public final class Conveyor {
    /// Items that have been begun and not ended, at most.
    public static final int ON_THE_WAY = 3;

    private Conveyor() {}

    /// Takes every item through all steps, in the order of the items; `work` runs in the caller's thread.
    /// The first failure is thrown after what had begun has ended; what had not is left out.
    public static <A, B, C, D> List<D> run(
            List<A> items, Function<A, B> fetch, Function<B, C> work, Function<C, D> put) {
        List<D> done = new ArrayList<>();
        if (items.isEmpty()) {
            return done;
        }
        try (ExecutorService fetching = Executors.newSingleThreadExecutor();
                ExecutorService putting = Executors.newSingleThreadExecutor()) {
            try {
                Future<B> next = fetching.submit(() -> fetch.apply(items.getFirst()));
                @Nullable Future<D> last = null;
                for (int i = 0; i < items.size(); i++) {
                    B fetched = InParallel.result(next);
                    if (i + 1 < items.size()) {
                        A following = items.get(i + 1);
                        next = fetching.submit(() -> fetch.apply(following));
                    }
                    C worked = work.apply(fetched);
                    if (last != null) {
                        done.add(InParallel.result(last));
                    }
                    last = putting.submit(() -> put.apply(worked));
                }
                if (last != null) {
                    done.add(InParallel.result(last));
                }
                return done;
            } catch (RuntimeException e) {
                fetching.shutdownNow();
                putting.shutdownNow();
                throw e;
            }
        }
    }
}
