package dev.sluice.drop;

import dev.sluice.model.DataMismatch;
import dev.sluice.model.Feed;
import dev.sluice.store.Documents;
import dev.sluice.store.Keys;
import dev.sluice.store.TableLocks;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The verify stage of files that others drop: what was loaded against the ledger and the table, what became
/// of the feed, and what nothing needs any more.
///
/// @param keep how long objects of superseded versions stay
public record VerifyFiles(Documents documents, DropWarehouse warehouse, TableLocks locks, Clock clock, Duration keep) {
    /// @param result for the report
    /// @param swept  what dead runs left behind is gone
    public record Verified(FeedResult result, boolean swept) {}

    /// @param failure why waves were not published, if something stopped the run
    public Verified run(Feed feed, FeedPlan plan, Optional<String> failure) {
        return run(feed, plan, failure, Optional.empty());
    }

    /// @param history compares a tree of old files with the table, if that is what the run loads; returns one
    ///                sentence per difference
    public Verified run(
            Feed feed, FeedPlan plan, Optional<String> failure, Optional<Function<Runnable, List<String>>> history) {
        if (plan.deferred().isPresent()) {
            return new Verified(deferred(feed, plan), false);
        }
        Loaded loaded = loaded(plan);
        Optional<String> error = failure.or(() -> loaded.missing() > 0
                ? Optional.of("%s: %d of %d waves were not published; the next run does"
                        .formatted(plan.target(), loaded.missing(), plan.waves().size()))
                : Optional.empty());
        boolean swept = false;
        List<String> differences = new ArrayList<>();
        try {
            locks.renew(plan.target(), plan.runId(), plan.epoch());
            if (loaded.files().loaded() > 0 || !warehouse.sleeps() || differedBefore(feed)) {
                differences.addAll(warehouse.differences(feed, plan.runId()));
            }
            if (history.isPresent() && !moreFollows(plan, loaded) && error.isEmpty()) {
                differences.addAll(history.get().apply(() -> locks.renew(plan.target(), plan.runId(), plan.epoch())));
            }
            if (plan.unswept() || loaded.commits() > 0) {
                sweep(feed, plan);
                swept = true;
            }
        } catch (DataMismatch takenOver) {
            error = error.or(() -> Optional.of(String.valueOf(takenOver.getMessage())));
        }
        FeedResult result = new FeedResult(
                feed.name(),
                plan.target(),
                status(loaded, differences, error),
                plan.found(),
                loaded.files(),
                loaded.rows(),
                loaded.badRows(),
                loaded.bytes(),
                loaded.commits(),
                plan.newestAt(),
                history.isEmpty() && late(feed, plan.newestAt()),
                loaded.notes(),
                differences,
                error);
        return new Verified(result, swept);
    }

    /// What differed stays a failure until it is put right.
    private boolean differedBefore(Feed feed) {
        return documents
                .find(Keys.feedStanding(feed.name()), FeedStanding.class)
                .map(FeedStanding::differs)
                .orElse(false);
    }

    /// Whether the tree has more than this run took on, and this run came on with it.
    private static boolean moreFollows(FeedPlan plan, Loaded loaded) {
        return plan.found().later() > 0
                && loaded.files().loaded()
                                + loaded.files().same()
                                + loaded.files().refused()
                        > 0;
    }

    /// Of a feed that was not even looked at.
    public static FeedResult failed(Feed feed, String why) {
        return bare(feed, FeedResult.Status.FAILED, why);
    }

    private static FeedResult deferred(Feed feed, FeedPlan plan) {
        return bare(feed, FeedResult.Status.DEFERRED, plan.deferred().orElse(""));
    }

    private static FeedResult bare(Feed feed, FeedResult.Status status, String why) {
        return new FeedResult(
                feed.name(),
                feed.target(),
                status,
                FeedPlan.Found.NOTHING,
                FileLoadReceipt.Files.NONE,
                0,
                0,
                0,
                0,
                Optional.empty(),
                false,
                List.of(),
                List.of(),
                Optional.of(why));
    }

    private static FeedResult.Status status(Loaded loaded, List<String> differences, Optional<String> error) {
        FileLoadReceipt.Files files = loaded.files();
        boolean leftOut = files.refused() + files.failed() + files.unread() > 0;
        if (error.isEmpty() && differences.isEmpty() && !leftOut) {
            return FeedResult.Status.SUCCEEDED;
        }
        return files.loaded() + files.same() > 0 && differences.isEmpty()
                ? FeedResult.Status.PARTIAL
                : FeedResult.Status.FAILED;
    }

    private boolean late(Feed feed, Optional<Instant> newestAt) {
        return feed.expectEvery()
                .map(every -> newestAt.map(at -> at.plus(every).isBefore(clock.instant()))
                        .orElse(true))
                .orElse(false);
    }

    private void sweep(Feed feed, FeedPlan plan) {
        if (plan.unswept()) {
            warehouse.sweep(plan.target(), plan.epoch());
        }
        new DropRetention(documents, warehouse, keep)
                .sweep(feed, clock.instant(), () -> locks.renew(plan.target(), plan.runId(), plan.epoch()));
    }

    /// The waves taken together.
    private record Loaded(
            FileLoadReceipt.Files files,
            long rows,
            long badRows,
            long bytes,
            int commits,
            int missing,
            List<FileLoadReceipt.FileNote> notes) {}

    private Loaded loaded(FeedPlan plan) {
        FileLoadReceipt.Files files = FileLoadReceipt.Files.NONE;
        List<FileLoadReceipt.FileNote> notes = new ArrayList<>();
        long rows = 0;
        long badRows = 0;
        long bytes = 0;
        int commits = 0;
        int missing = 0;
        for (int wave = 0; wave < plan.waves().size(); wave++) {
            Optional<FileLoadReceipt> found =
                    documents.find(Keys.loadReceipt(plan.runId(), plan.target(), wave), FileLoadReceipt.class);
            if (found.isEmpty()) {
                missing++;
                continue;
            }
            FileLoadReceipt receipt = found.get();
            files = files.plus(receipt.files());
            rows += receipt.rows();
            badRows += receipt.badRows();
            bytes += receipt.bytes();
            commits += receipt.files().loaded()
                                    + receipt.files().same()
                                    + receipt.files().refused()
                            > 0
                    ? 1
                    : 0;
            receipt.notes().stream()
                    .limit(FileLoadReceipt.MAX_NOTES - notes.size())
                    .forEach(notes::add);
        }
        return new Loaded(files, rows, badRows, bytes, commits, missing, notes);
    }
}
