package dev.sluice.machine;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of threads that take jobs from one iterator, so that a million jobs need no million threads. Platform threads, because
 * the tasks they run may call native code. The first failure cancels the others.
 */
final class Workers<T> {
    private final Cancellation cancellation;
    private final Iterator<T> jobs;
    private final Consumer<T> body;
    private @Nullable Throwable failure;

    private Workers(Cancellation cancellation, Iterator<T> jobs, Consumer<T> body) {
        this.cancellation = cancellation;
        this.jobs = jobs;
        this.body = body;
    }

    /**
     * Returns once no thread is left, whatever happened; what the body threw, unless {@link Cancelled}, is thrown again.
     *
     * @param jobs used by one thread at a time
     * @param cancellation belongs to this work alone
     */
    static <T> void drain(String name, int threads, Cancellation cancellation, Iterator<T> jobs, Consumer<T> body) {
        new Workers<>(cancellation, jobs, body).drain(name, threads);
    }

    private void drain(String name, int count) {
        List<Thread> threads = new ArrayList<>();
        try {
            for (int i = 0; i < count && !cancellation.isCancelled(); i++) {
                threads.add(Thread.ofPlatform().name(name + " #" + i).start(this::work));
            }
        } catch (Throwable noThread) {
            fail(noThread);
        }
        threads.forEach(Workers::join);
        switch (failure()) {
            case null -> {}
            case RuntimeException exception -> throw exception;
            case Error error -> throw error;
            case Throwable checked -> throw new IllegalStateException(checked);
        }
    }

    private void work() {
        try {
            cancellation.call(this::takeJobs);
        } catch (Cancelled noLongerWanted) {
            return;
        } catch (Throwable thrown) {
            fail(thrown);
        }
    }

    /** A job that was taken is always handed to the body, so that none is lost. */
    private boolean takeJobs() {
        while (true) {
            cancellation.check();
            T job = next();
            if (job == null) {
                return true;
            }
            body.accept(job);
        }
    }

    private synchronized @Nullable T next() {
        return jobs.hasNext() ? jobs.next() : null;
    }

    private void fail(Throwable thrown) {
        synchronized (this) {
            if (failure == null) {
                failure = thrown;
            }
        }
        cancellation.cancel();
    }

    private synchronized @Nullable Throwable failure() {
        return failure;
    }

    /** An interrupt means that an outer cancellation is on its way, which also reaches the threads waited for. */
    @SuppressWarnings("ThreadJoinLoop") // the usual remedy is a Guava method
    private static void join(Thread thread) {
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException cancelled) {
                // goes on waiting: the threads end by themselves
            }
        }
    }
}
