package dev.sluice.machine;

import java.time.Duration;
import java.time.Instant;

/** The clock that waits, retries and timeouts go by. Called from many threads at once. */
public interface TimeSource {
    /** The time of this machine. */
    TimeSource SYSTEM = new SystemTime();

    Instant now();

    void sleep(Duration duration) throws InterruptedException;

    /** Runs {@code action} once after {@code delay}, unless the returned handle is closed before. The action is short. */
    Timer after(Duration delay, Runnable action);

    /** A pending action; closing it twice, or after it ran, does nothing. */
    interface Timer extends AutoCloseable {
        @Override
        void close();
    }
}
