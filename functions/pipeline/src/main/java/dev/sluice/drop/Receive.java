package dev.sluice.drop;

import dev.sluice.model.Feed;
import dev.sluice.model.TableName;
import dev.sluice.store.Checkpoint;
import dev.sluice.store.Documents;
import dev.sluice.store.Keys;
import dev.sluice.store.ObjectStore;
import dev.sluice.store.Progress;
import dev.sluice.store.TableLocks;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The receive stage: which files of a feed are to be read.
///
/// It takes the lock of the feed's table first and lists the prefix only then. So a run of a higher epoch
/// has seen a later state of the prefix, and no notice of a file needs to be believed, counted or put in
/// order: what is there is there.
///
/// @param settle how long a file must have been left alone before it is read
public record Receive(
        Documents documents,
        DropWarehouse warehouse,
        TableLocks locks,
        Clock clock,
        Progress progress,
        Duration settle) {
    /// A batch is what one invocation reads: at most so many files and, unless one file alone is larger,
    /// bytes as they were dropped.
    static final int BATCH_FILES = 256;

    static final long BATCH_BYTES = 64L << 20;

    /// A wave is what one transaction publishes.
    static final int WAVE_FILES = 10_000;

    static final long WAVE_BYTES = 2L << 30;

    /// Looks at a feed, or returns what an earlier attempt of this run found.
    public FeedPlan run(String runId, Feed feed) {
        return run(runId, feed, Optional.empty(), false);
    }

    /// @param tree where the files are, if not under the feed's prefix
    /// @param full whether files are read again that are in the table as they are
    public FeedPlan run(String runId, Feed feed, Optional<OpenHistory> tree, boolean full) {
        String key = Keys.feed(runId, feed.target());
        Optional<FeedPlan> done = documents.find(key, FeedPlan.class);
        if (done.isPresent()) {
            return done.get();
        }
        return switch (locks.take(feed.target(), runId, 0)) {
            case TableLocks.Taken.Busy(String other, java.time.Instant until) ->
                commit(deferred(runId, feed, "%s: run %s has it until %s".formatted(feed.target(), other, until)));
            case TableLocks.Taken.Held held -> plan(runId, feed, tree, full, held);
        };
    }

    private FeedPlan plan(
            String runId, Feed feed, Optional<OpenHistory> tree, boolean full, TableLocks.Taken.Held held) {
        Checkpoint.reach("receive.locked");
        DropWarehouse.State ledger = warehouse.read(feed.target());
        long epoch = held.epoch() > ledger.newestEpoch()
                ? held.epoch()
                : locks.lift(feed.target(), runId, held.epoch(), ledger.newestEpoch());
        DropWarehouse.State known = full ? DropWarehouse.State.EMPTY : ledger;
        Pending pending = tree.map(history -> pending(feed, history, known))
                .orElseGet(() -> Pending.of(
                        feed, documents.store().list(feed.match().prefix()), known, clock.instant(), settle));
        List<List<FileBatch>> waves = waves(runId, feed, epoch, pending.files());
        waves.forEach(wave -> wave.forEach(
                batch -> documents.put(Keys.batch(runId, feed.target(), batch.wave(), batch.number()), batch)));
        progress.planned(
                feed.target(),
                pending.found().kept(),
                pending.found().pending(),
                0,
                0,
                pending.found().pendingBytes());
        FeedPlan plan = commit(new FeedPlan(
                FeedPlan.FORMAT,
                runId,
                feed.name(),
                feed.target(),
                epoch,
                held.unswept(),
                Optional.empty(),
                waves.stream().map(List::size).toList(),
                pending.found(),
                tree.isPresent() ? Optional.empty() : pending.newestAt()));
        Checkpoint.reach("receive.planned");
        return plan;
    }

    private Pending pending(Feed feed, OpenHistory history, DropWarehouse.State ledger) {
        List<ObjectStore.Stat> listed = history.tree().list();
        Map<String, Map<String, String>> partitions = history.partitions(feed, listed);
        Pending pending = Pending.of(
                feed,
                listed,
                key -> Optional.ofNullable(partitions.get(key)),
                history.history().share(),
                ledger,
                clock.instant(),
                settle);
        long bytes = listed.stream()
                .filter(stat -> partitions.containsKey(stat.key()))
                .mapToLong(ObjectStore.Stat::bytes)
                .sum();
        progress.found(feed.target(), partitions.size(), bytes, pending.found().kept(), pending.keptBytes());
        return pending;
    }

    private FeedPlan commit(FeedPlan plan) {
        return documents.commit(Keys.feed(plan.runId(), plan.target()), plan, FeedPlan.class);
    }

    private static FeedPlan deferred(String runId, Feed feed, String why) {
        return new FeedPlan(
                FeedPlan.FORMAT,
                runId,
                feed.name(),
                feed.target(),
                0,
                false,
                Optional.of(why),
                List.of(),
                FeedPlan.Found.NOTHING,
                Optional.empty());
    }

    static List<List<FileBatch>> waves(String runId, Feed feed, long epoch, List<DropFile> files) {
        List<List<FileBatch>> waves = new ArrayList<>();
        for (List<DropFile> wave : cut(files, WAVE_FILES, WAVE_BYTES)) {
            List<FileBatch> batches = new ArrayList<>();
            for (List<DropFile> batch : cut(wave, BATCH_FILES, BATCH_BYTES)) {
                TableName target = feed.target();
                batches.add(new FileBatch(runId, feed.name(), target, epoch, waves.size(), batches.size(), batch));
            }
            waves.add(batches);
        }
        return waves;
    }

    private static List<List<DropFile>> cut(List<DropFile> files, int maxFiles, long maxBytes) {
        List<List<DropFile>> cut = new ArrayList<>();
        List<DropFile> open = new ArrayList<>();
        long bytes = 0;
        for (DropFile file : files) {
            boolean full = open.size() >= maxFiles || bytes + file.bytes() > maxBytes;
            if (full && !open.isEmpty()) {
                cut.add(List.copyOf(open));
                open.clear();
                bytes = 0;
            }
            open.add(file);
            bytes += file.bytes();
        }
        if (!open.isEmpty()) {
            cut.add(List.copyOf(open));
        }
        return cut;
    }
}
