package dev.sluice.snowflake;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// One statement on its way: what it was asked, how far it is, what it answered.
final class Execution {
    enum State {
        RUNNING,
        SUCCESS,
        FAILED_WITH_ERROR
    }

    final String id;
    final Session session;
    final String sql;
    final String tag;
    final Instant started = Instant.now();
    final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private volatile Optional<Instant> ended = Optional.empty();
    private volatile Optional<SqlFailure> failure = Optional.empty();
    private volatile boolean cancelled;
    volatile boolean woke;
    volatile Optional<String> warehouse = Optional.empty();

    Execution(String id, Session session, String sql) {
        this.id = id;
        this.session = session;
        this.sql = sql;
        this.tag = session.parameter("QUERY_TAG");
    }

    void succeed(Outcome answer) {
        ended = Optional.of(Instant.now());
        outcome.complete(answer);
    }

    void fail(SqlFailure why) {
        ended = Optional.of(Instant.now());
        failure = Optional.of(why);
        outcome.completeExceptionally(why);
    }

    void cancel() {
        cancelled = true;
    }

    boolean isCancelled() {
        return cancelled || session.closed;
    }

    private Instant deadline() {
        long seconds = Long.parseLong(session.parameter("STATEMENT_TIMEOUT_IN_SECONDS"));
        return seconds == 0 ? Instant.MAX : started.plusSeconds(seconds);
    }

    void checkCancelled() {
        if (Instant.now().isAfter(deadline())) {
            throw new SqlFailure(
                    "000630",
                    "57014",
                    "Statement reached its statement or warehouse timeout of %s second(s) and was canceled."
                            .formatted(session.parameter("STATEMENT_TIMEOUT_IN_SECONDS")));
        }
        if (isCancelled()) {
            throw new SqlFailure("000604", "57014", "SQL execution canceled");
        }
    }

    State state() {
        return ended.isEmpty() ? State.RUNNING : failure.isPresent() ? State.FAILED_WITH_ERROR : State.SUCCESS;
    }

    Optional<Instant> ended() {
        return ended;
    }

    Optional<SqlFailure> failure() {
        return failure;
    }

    List<Execution> children() {
        return state() == State.SUCCESS ? outcome.join().children() : List.of();
    }
}
