package dev.sluice.cli;

import dev.sluice.drop.FeedPlan;
import dev.sluice.drop.FeedResult;
import dev.sluice.model.Feed;
import dev.sluice.run.DropReport;
import dev.sluice.store.Keys;
import dev.sluice.store.ObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Says when a run is worth it, from listings alone: something lies under the prefixes that no run has dealt
/// with, and has waited long enough, or there is much of it. Being wrong costs a run that finds nothing, or
/// some time; what is read is decided by the ledger.
final class Doorbell {
    /// Files and bytes that need not wait for more.
    private static final int ENOUGH_FILES = 1_000;

    private static final long ENOUGH_BYTES = 64L << 20;

    private final List<Feed> feeds;
    private final Duration maxWait;
    private Set<ObjectStore.Stat> listed = Set.of();
    private Set<ObjectStore.Stat> dealtWith = Set.of();
    private Optional<Instant> newSince = Optional.empty();
    private boolean first = true;

    /// @param names feeds to listen for; all of them if empty
    Doorbell(List<Feed> feeds, List<String> names, Duration maxWait) {
        this.feeds = feeds.stream()
                .filter(feed -> names.isEmpty() || names.contains(feed.name()))
                .toList();
        this.maxWait = maxWait;
    }

    /// The first time it always rings: who knows what came while nobody listened.
    boolean rings(ObjectStore store, Instant now) {
        listed = listed(store);
        if (first) {
            return true;
        }
        List<ObjectStore.Stat> fresh = new ArrayList<>(listed);
        fresh.removeAll(dealtWith);
        if (fresh.isEmpty()) {
            newSince = Optional.empty();
            return false;
        }
        Instant since = newSince.orElse(now);
        newSince = Optional.of(since);
        boolean enough = fresh.size() >= ENOUGH_FILES
                || fresh.stream().mapToLong(ObjectStore.Stat::bytes).sum() >= ENOUGH_BYTES;
        return enough || !since.plus(maxWait).isAfter(now);
    }

    private Set<ObjectStore.Stat> listed(ObjectStore store) {
        Set<ObjectStore.Stat> found = new HashSet<>();
        for (Feed feed : feeds) {
            store.list(feed.match().prefix()).stream()
                    .filter(stat -> !Keys.isOurs(stat.key()))
                    .filter(stat -> feed.match().match(stat.key()).isPresent())
                    .forEach(found::add);
        }
        return found;
    }

    /// A run has come to this. If it left something for the next one, that is new still.
    void answered(DropReport report) {
        boolean all = report.feeds().stream().allMatch(Doorbell::nothingLeft);
        first = first && !all;
        dealtWith = all ? listed : Set.of();
        newSince = Optional.empty();
    }

    private static boolean nothingLeft(FeedResult result) {
        FeedPlan.Found found = result.found();
        boolean read = result.status() == FeedResult.Status.SUCCEEDED || result.status() == FeedResult.Status.PARTIAL;
        return read
                && found.young() + found.later() == 0
                && result.files().changed()
                                + result.files().failed()
                                + result.files().unread()
                        == 0;
    }
}
