package dev.sluice.drop;

import dev.sluice.model.TableName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What a run found of one feed, and what it is to do.
///
/// @param epoch    of the lock; 0 if the feed is deferred
/// @param unswept  a run that held the lock before died, and may have left objects that nothing refers to
/// @param deferred who holds the lock of the table; then the run leaves the feed alone
/// @param waves    number of batches of each wave; a wave is published in one transaction
/// @param found    what lies under the prefix
/// @param newestAt when the newest file of the feed was written
public record FeedPlan(
        int format,
        String runId,
        String feed,
        TableName target,
        long epoch,
        boolean unswept,
        Optional<String> deferred,
        List<Integer> waves,
        Found found,
        Optional<Instant> newestAt) {
    static final int FORMAT = 1;

    public FeedPlan {
        waves = List.copyOf(waves);
    }

    /// Files by what is to become of them.
    ///
    /// @param pending to be read by this run
    /// @param later   to be read by the next run, since this one has enough
    /// @param young   written so recently that somebody may still be writing; the next run reads them
    /// @param empty   zero bytes: not read, whatever they held before stays
    /// @param refused refused before, unchanged since
    /// @param kept    in the table as they are
    public record Found(int pending, long pendingBytes, int later, int young, int empty, int refused, int kept) {
        static final Found NOTHING = new Found(0, 0, 0, 0, 0, 0, 0);
    }
}
