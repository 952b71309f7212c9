package dev.sluice.machine;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The right to go on, as a tree: cancelling a node interrupts every thread at work in it and in the nodes below. A thread is interrupted
 * only while it is registered, so no interrupt outlives the work it was meant for. Thread-safe.
 */
final class Cancellation implements AutoCloseable {
    private final @Nullable Cancellation parent;
    private final Set<Cancellation> children = new HashSet<>();
    private final Set<Thread> threads = new HashSet<>();
    private boolean cancelled;

    private Cancellation(@Nullable Cancellation parent) {
        this.parent = parent;
    }

    static Cancellation root() {
        return new Cancellation(null);
    }

    /** A node that is cancelled with this one, or alone; to be closed when its work is over. */
    Cancellation child() {
        Cancellation child = new Cancellation(this);
        synchronized (this) {
            if (!cancelled) {
                children.add(child);
                return child;
            }
        }
        child.cancel();
        return child;
    }

    void cancel() {
        List<Cancellation> below;
        synchronized (this) {
            cancelled = true;
            threads.forEach(Thread::interrupt);
            below = List.copyOf(children);
        }
        below.forEach(Cancellation::cancel);
    }

    synchronized boolean isCancelled() {
        return cancelled;
    }

    /** @throws Cancelled if the work of this node is no longer wanted */
    void check() {
        if (isCancelled()) {
            throw new Cancelled();
        }
    }

    /**
     * Does the work on the calling thread, which {@link #cancel()} interrupts meanwhile. Afterwards the thread is not interrupted, even
     * if an outer node is cancelled: {@link #check()} that one before going on.
     */
    <T, E extends Exception> T call(Body<T, E> body) throws E {
        register(Thread.currentThread());
        try {
            return body.call();
        } finally {
            unregister(Thread.currentThread());
        }
    }

    private synchronized void register(Thread thread) {
        if (cancelled) {
            throw new Cancelled();
        }
        threads.add(thread);
    }

    private synchronized void unregister(Thread thread) {
        threads.remove(thread);
        clearInterrupt();
    }

    /** For a thread that noticed its cancellation and still has something to write down. */
    @SuppressWarnings("ResultOfMethodCallIgnored")
    static void clearInterrupt() {
        Thread.interrupted();
    }

    /** Forgets this node; what it cancelled stays cancelled. */
    @Override
    public void close() {
        if (parent != null) {
            parent.forget(this);
        }
    }

    private synchronized void forget(Cancellation child) {
        children.remove(child);
    }

    /** Work that can be cancelled. */
    interface Body<T, E extends Exception> {
        T call() throws E;
    }
}
