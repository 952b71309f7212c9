package dev.sluice.drop;

import dev.sluice.model.Feed;
import dev.sluice.model.TableName;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// How a feed stands since the last run that looked at it; kept in the lake, so that `sluice status` wakes
/// nobody.
///
/// @param status      of that run
/// @param checkedAt   when it ended
/// @param loadedAt    when rows last moved
/// @param newestAt    when the newest file of the feed was written
/// @param files       in the table as they lie under the prefix
/// @param refused     files that are not in the table because of what is in them
/// @param waiting     files that the next run reads
/// @param expectEvery a feed without a new file for longer is late
/// @param differs     the warehouse did not hold what the ledger says
public record FeedStanding(
        int format,
        String feed,
        TableName table,
        String runId,
        FeedResult.Status status,
        Instant checkedAt,
        Optional<Instant> loadedAt,
        Optional<Instant> newestAt,
        int files,
        int refused,
        int waiting,
        Optional<Duration> expectEvery,
        boolean differs,
        Optional<String> error) {
    static final int FORMAT = 1;

    /// @param before how it stood, if a run ever looked at it
    /// @return how it stands now; as before if the run left the feed to another one
    public static Optional<FeedStanding> after(
            FeedResult result, Feed feed, String runId, Instant endedAt, Optional<FeedStanding> before) {
        if (result.status() == FeedResult.Status.DEFERRED) {
            return before;
        }
        boolean unseen = result.found().equals(FeedPlan.Found.NOTHING);
        FileLoadReceipt.Files done = result.files();
        int files = result.found().kept() + done.loaded() + done.same();
        int refused = result.found().refused() + done.refused();
        int waiting = result.found().later() + result.found().young() + done.changed() + done.failed() + done.unread();
        boolean failedUnseen = unseen && result.error().isPresent();
        return Optional.of(new FeedStanding(
                FORMAT,
                feed.name(),
                feed.target(),
                runId,
                result.status(),
                endedAt,
                done.loaded() > 0 ? Optional.of(endedAt) : before.flatMap(FeedStanding::loadedAt),
                failedUnseen ? before.flatMap(FeedStanding::newestAt) : result.newestAt(),
                failedUnseen ? before.map(FeedStanding::files).orElse(0) : files,
                failedUnseen ? before.map(FeedStanding::refused).orElse(0) : refused,
                failedUnseen ? before.map(FeedStanding::waiting).orElse(0) : waiting,
                feed.expectEvery(),
                differs(result, before),
                result.error().or(() -> result.differences().stream().findFirst())));
    }

    /// A run that came to an error may not have compared: then what differed before differs still.
    private static boolean differs(FeedResult result, Optional<FeedStanding> before) {
        return !result.differences().isEmpty()
                || result.error().isPresent()
                        && before.map(FeedStanding::differs).orElse(false);
    }

    /// Whether the feed should have had a newer file by now.
    public boolean late(Instant now) {
        return expectEvery
                .map(every -> newestAt.map(at -> at.plus(every).isBefore(now)).orElse(true))
                .orElse(false);
    }
}
