package dev.sluice.machine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Sleeps take no time but move the clock; a timeout of one second fires after 20 milliseconds. */
final class FastTime implements TimeSource {
    static final Instant START = Instant.parse("2026-11-01T12:00:00Z");
    private static final int TIMER_SPEED = 50;

    final List<Duration> sleeps = new CopyOnWriteArrayList<>();
    private final AtomicLong sleptMillis = new AtomicLong();

    @Override
    public Instant now() {
        return START.plusMillis(sleptMillis.get());
    }

    @Override
    public void sleep(Duration duration) {
        sleeps.add(duration);
        sleptMillis.addAndGet(duration.toMillis());
    }

    @Override
    public Timer after(Duration delay, Runnable action) {
        return SYSTEM.after(delay.dividedBy(TIMER_SPEED), action);
    }
}
