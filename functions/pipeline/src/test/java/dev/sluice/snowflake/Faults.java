package dev.sluice.snowflake;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;

/// Disturbances on demand. All of them are such as the real service and the network may show at any time.
public final class Faults {
    public enum Kind {
        /// Answers 503 without looking at the request.
        UNAVAILABLE,
        /// Answers 429 without looking at the request.
        TOO_MANY_REQUESTS,
        /// Closes the connection before anything is executed.
        DROPPED_BEFORE,
        /// Executes, then closes the connection instead of answering.
        DROPPED_AFTER,
        /// Executes, then answers late.
        SLOW,
        /// Says that the session token has expired, which it then has.
        EXPIRED_TOKEN
    }

    /// @param sql empty for a request without a statement
    public record Request(String path, String sql) {}

    private record Planned(Kind kind, Predicate<Request> when) {}

    private final List<Planned> planned = new ArrayList<>();
    private final List<Predicate<Request>> cancelled = new ArrayList<>();
    private Optional<Random> random = Optional.empty();
    private double probability;
    private long happened;
    private Duration delay = Duration.ofMillis(200);

    /// Disturbs the next request that fits, once.
    public synchronized void next(Kind kind, Predicate<Request> when) {
        planned.add(new Planned(kind, when));
    }

    /// Disturbs the next statement that contains the text, once.
    public void nextStatement(Kind kind, String text) {
        next(kind, request -> request.sql().contains(text));
    }

    /// Answers the next request that fits that its statement was cancelled, which anybody may do who may
    /// operate the warehouse. A transaction stays open.
    public synchronized void cancelNext(Predicate<Request> when) {
        cancelled.add(when);
    }

    synchronized boolean cancels(Request request) {
        for (Predicate<Request> each : cancelled) {
            if (each.test(request)) {
                cancelled.remove(each);
                happened++;
                return true;
            }
        }
        return false;
    }

    /// Disturbs each request with the probability, the same ones for the same seed and order.
    public synchronized void seeded(long seed, double each) {
        random = Optional.of(new Random(seed));
        probability = each;
    }

    public synchronized void none() {
        planned.clear();
        cancelled.clear();
        random = Optional.empty();
    }

    /// How late a slow answer is.
    public synchronized void delay(Duration late) {
        delay = late;
    }

    synchronized Duration delay() {
        return delay;
    }

    /// Disturbances so far.
    public synchronized long happened() {
        return happened;
    }

    synchronized Optional<Kind> take(Request request) {
        for (Planned each : planned) {
            if (each.when().test(request)) {
                planned.remove(each);
                happened++;
                return Optional.of(each.kind());
            }
        }
        if (random.isPresent() && random.get().nextDouble() < probability) {
            happened++;
            Kind[] kinds = Kind.values();
            return Optional.of(kinds[random.get().nextInt(kinds.length)]);
        }
        return Optional.empty();
    }
}
