package dev.sluice.lambda;

import dev.sluice.model.LimitExceeded;
import java.time.Duration;

/// When Lambda ends the function, and how the time until then is shared out: a statement at the source ends
/// first and says so itself; the stage as a whole ends a reserve later; the rest is for cleaning up and for
/// telling why. Thread-safe.
final class Deadline {
    /// With less than this no stage begins: it takes a second or two to reach lake, source and warehouse.
    static final Duration LEAST = Duration.ofSeconds(5);

    /// Of an answer that is late at the source, of objects that are to be deleted.
    private static final Duration SHORTEST_RESERVE = Duration.ofSeconds(1);

    private static final Duration LONGEST_RESERVE = Duration.ofSeconds(30);

    private final long endNanos;
    private final Duration given;

    private Deadline(Duration given) {
        this.given = given;
        this.endNanos = System.nanoTime() + given.toNanos();
    }

    static Deadline in(long remainingMillis) {
        return new Deadline(Duration.ofMillis(remainingMillis));
    }

    /// @throws LimitExceeded there is too little time to begin
    void check(String stage) {
        if (given.compareTo(LEAST) < 0) {
            throw new LimitExceeded("%s: the function has %.1f s left and needs at least %d to begin: %s"
                    .formatted(stage, given.toMillis() / 1000.0, LEAST.toSeconds(), raise(stage)));
        }
    }

    LimitExceeded passed(String stage) {
        return new LimitExceeded(
                "%s: not done within the %d s that the function has: %s, or give it less to do at once (chunk_bytes, budget, smaller slices)"
                        .formatted(stage, given.toSeconds(), raise(stage)));
    }

    private static String raise(String stage) {
        return "raise functions[\"%s\"].timeout_seconds (at most 900)".formatted(stage);
    }

    /// How long the stage may take from now on.
    Duration forStage() {
        return atLeastOne(remaining().minus(reserve()));
    }

    /// How long one statement may take that begins now.
    Duration forStatement() {
        return atLeastOne(remaining().minus(reserve()).minus(reserve()));
    }

    private Duration reserve() {
        Duration tenth = given.dividedBy(10);
        if (tenth.compareTo(SHORTEST_RESERVE) < 0) {
            return SHORTEST_RESERVE;
        }
        return tenth.compareTo(LONGEST_RESERVE) > 0 ? LONGEST_RESERVE : tenth;
    }

    private Duration remaining() {
        return Duration.ofNanos(endNanos - System.nanoTime());
    }

    private static Duration atLeastOne(Duration duration) {
        return duration.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : duration;
    }
}
