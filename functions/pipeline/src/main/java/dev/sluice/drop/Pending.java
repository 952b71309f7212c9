package dev.sluice.drop;

import dev.sluice.model.Feed;
import dev.sluice.store.Keys;
import dev.sluice.store.ObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What lies under a feed's prefix against what the ledger says of it. What differs from the newest entry of
/// its key is pending, however it came there and whoever rang.
///
/// @param files     to be read, by key
/// @param keptBytes of the files that are in the table as they are
public record Pending(List<DropFile> files, FeedPlan.Found found, long keptBytes, Optional<Instant> newestAt) {
    /// Files and bytes that one run takes on; the next one goes on.
    static final int MAX_FILES = 50_000;

    static final long MAX_BYTES = 64L << 30;

    public Pending {
        files = List.copyOf(files);
    }

    /// What one run takes on.
    record Share(int files, long bytes) {
        static final Share USUAL = new Share(MAX_FILES, MAX_BYTES);
    }

    /// @param settle how long a file must have been left alone
    public static Pending of(
            Feed feed, List<ObjectStore.Stat> listed, DropWarehouse.State ledger, Instant now, Duration settle) {
        return of(
                feed,
                listed,
                key -> Keys.isOurs(key) ? Optional.empty() : feed.match().match(key),
                Share.USUAL,
                ledger,
                now,
                settle);
    }

    /// @param parts named parts of a key; empty if the file is none of the feed's
    static Pending of(
            Feed feed,
            List<ObjectStore.Stat> listed,
            Function<String, Optional<Map<String, String>>> parts,
            Share share,
            DropWarehouse.State ledger,
            Instant now,
            Duration settle) {
        Sorting sorting = new Sorting(feed, parts, share, ledger, now, settle);
        listed.stream().sorted(Comparator.comparing(ObjectStore.Stat::key)).forEach(sorting::add);
        return sorting.result();
    }

    /// Whether an entry is about the file as it was listed.
    static boolean isOf(DropEntry entry, ObjectStore.Stat stat) {
        return entry.etag().equals(stat.etag())
                && entry.bytes() == stat.bytes()
                && millis(entry.modifiedAt()).equals(millis(stat.modifiedAt()));
    }

    /// What a store says and a warehouse keeps of an instant.
    private static Instant millis(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS);
    }

    private static final class Sorting {
        private final Function<String, Optional<Map<String, String>>> partsOf;
        private final Share share;
        private final DropWarehouse.State ledger;
        private final Instant now;
        private final Duration settle;
        private final String definition;
        private final List<DropFile> files = new ArrayList<>();
        private Optional<Instant> newestAt = Optional.empty();
        private long bytes;
        private int later;
        private int young;
        private int empty;
        private int refused;
        private int kept;
        private long keptBytes;

        Sorting(
                Feed feed,
                Function<String, Optional<Map<String, String>>> partsOf,
                Share share,
                DropWarehouse.State ledger,
                Instant now,
                Duration settle) {
            this.partsOf = partsOf;
            this.share = share;
            this.ledger = ledger;
            this.now = now;
            this.settle = settle;
            this.definition = FeedDefinition.hash(feed);
        }

        void add(ObjectStore.Stat stat) {
            partsOf.apply(stat.key()).ifPresent(parts -> {
                if (newestAt.map(stat.modifiedAt()::isAfter).orElse(true)) {
                    newestAt = Optional.of(stat.modifiedAt());
                }
                Optional<DropEntry> newest = ledger.newest(stat.key());
                if (newest.map(entry -> settled(entry, stat)).orElse(false)) {
                    if (newest.get().state() == FileState.REFUSED) {
                        refused++;
                    } else {
                        kept++;
                        keptBytes += stat.bytes();
                    }
                } else if (stat.bytes() == 0) {
                    empty++;
                } else if (Duration.between(stat.modifiedAt(), now).abs().compareTo(settle) < 0) {
                    young++;
                } else if (files.size() >= share.files() || bytes >= share.bytes()) {
                    later++;
                } else {
                    bytes += stat.bytes();
                    files.add(new DropFile(
                            stat.key(), stat.etag(), stat.bytes(), stat.modifiedAt(), parts, current(stat.key())));
                }
            });
        }

        /// A refusal holds only for the configuration that refused.
        private boolean settled(DropEntry entry, ObjectStore.Stat stat) {
            return isOf(entry, stat)
                    && (entry.state() != FileState.REFUSED || entry.definition().equals(definition));
        }

        private Optional<DropFile.Current> current(String key) {
            return ledger.current(key)
                    .filter(entry -> entry.definition().equals(definition))
                    .map(entry -> new DropFile.Current(entry.sha256(), entry.rows(), entry.badRows(), entry.receipt()));
        }

        Pending result() {
            FeedPlan.Found found = new FeedPlan.Found(files.size(), bytes, later, young, empty, refused, kept);
            return new Pending(files, found, keptBytes, newestAt);
        }
    }
}
