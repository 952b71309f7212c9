package dev.sluice.machine;

import java.time.Duration;
import java.time.Instant;

/** Real time. A timer is a virtual thread asleep: it costs next to nothing and is gone once it fired or was closed. */
final class SystemTime implements TimeSource {
    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        Thread.sleep(duration);
    }

    @Override
    public Timer after(Duration delay, Runnable action) {
        Thread thread = Thread.ofVirtual().name("state-machine-timer").start(() -> {
            try {
                Thread.sleep(delay);
            } catch (InterruptedException closed) {
                return;
            }
            action.run();
        });
        return thread::interrupt;
    }
}
