package dev.sluice.drop;

import dev.sluice.model.DataMismatch;
import dev.sluice.model.Feed;
import dev.sluice.model.Feed.FeedColumn;
import dev.sluice.store.Documents;
import dev.sluice.store.Keys;
import dev.sluice.store.ObjectStore;
import dev.sluice.store.Progress;
import dev.sluice.store.WorkDirectory;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Compares a tree of old files with the table: rows, values and sums of every partition, added up from the
/// files as they lie there by one side and from the rows of the table by the other.
///
/// All of the tree is compared, not only what this run loaded: what a killed run had loaded is seen as well.
public record VerifyHistory(
        Documents documents,
        DropWarehouse warehouse,
        Function<Path, OriginalSums> sums,
        WorkDirectory work,
        Progress progress) {
    private static final String NO_PARTITION = "(no partition)";

    /// The lock is looked at so often.
    private static final int FILES_PER_FENCE = 64;

    /// @param fence called now and then; throws if another run has taken the table over
    public HistoryCheck run(Feed feed, FeedPlan plan, OpenHistory open, Runnable fence) {
        Map<String, Tally> tallies = new LinkedHashMap<>();
        Map<String, Tally> tallyOf = new HashMap<>();
        List<ObjectStore.Stat> listed = open.tree().list();
        Map<String, Map<String, String>> parts = open.partitions(feed, listed);
        DropWarehouse.State ledger = warehouse.read(feed.target());
        int seen = 0;
        try (WorkDirectory.Room room = work.room("verify");
                OriginalSums adding = sums.apply(room.path())) {
            Originals originals = new Originals(feed, open, adding, room.path().resolve("original"));
            for (ObjectStore.Stat stat : listed) {
                Map<String, String> own = parts.get(stat.key());
                if (own == null) {
                    continue;
                }
                String label = HivePath.of(open.tree().root(), stat.key()).label();
                Tally tally = tallies.computeIfAbsent(label, name -> new Tally(feed, name));
                Optional<DropEntry> entry =
                        ledger.current(stat.key()).filter(current -> isLoaded(ledger, current, stat));
                if (entry.map(DropEntry::badRows).orElse(0L) > 0) {
                    tally.quarantined(entry.get());
                    tallyOf.put(stat.key(), tally);
                    continue;
                }
                Optional<Sums> added;
                try {
                    added = entry.flatMap(current -> originals.add(stat, current, own));
                } catch (DataMismatch unreadable) {
                    tally.differences.add("%s: cannot be compared: %s".formatted(stat.key(), unreadable.getMessage()));
                    continue;
                }
                if (added.isPresent()) {
                    tally.file(added.get());
                    tallyOf.put(stat.key(), tally);
                } else {
                    tally.missing++;
                }
                if (seen++ % FILES_PER_FENCE == 0) {
                    fence.run();
                }
                progress.compared(feed.target(), added.map(Sums::rows).orElse(0L), stat.bytes());
            }
        }
        warehouse.sums(
                feed,
                open.tree().root(),
                (key, found) -> Optional.ofNullable(tallyOf.get(key)).ifPresent(tally -> tally.table(key, found)));
        HistoryCheck check = new HistoryCheck(
                HistoryCheck.FORMAT,
                plan.runId(),
                feed.name(),
                feed.target(),
                open.tree().root(),
                tallies.values().stream().map(Tally::result).toList());
        documents.put(Keys.historyCheck(plan.runId(), feed.target()), check);
        return check;
    }

    /// Whether the table holds the file as it lies there now.
    private static boolean isLoaded(DropWarehouse.State ledger, DropEntry current, ObjectStore.Stat stat) {
        return ledger.newest(stat.key())
                .filter(newest -> newest.state() != FileState.REFUSED && Pending.isOf(newest, stat))
                .map(newest -> newest.sha256().equals(current.sha256()))
                .orElse(false);
    }

    /// The files as they lie in the tree, one after another.
    private record Originals(Feed feed, OpenHistory open, OriginalSums adding, Path copy) {
        /// @return empty if the file is no longer what the table holds
        Optional<Sums> add(ObjectStore.Stat stat, DropEntry entry, Map<String, String> parts) {
            try {
                if (!fetch(stat).map(entry.sha256()::equals).orElse(false)) {
                    return Optional.empty();
                }
                Feed reading = new HistoryFeed(feed, open.history().ignore()).reading(parts.keySet());
                return Optional.of(inOrder(reading, adding.of(reading, copy, parts)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                copy.toFile().delete();
            }
        }

        /// Columns as the feed has them.
        private Sums inOrder(Feed reading, Sums sums) {
            List<String> names =
                    reading.columns().stream().map(FeedColumn::name).toList();
            return new Sums(
                    sums.rows(),
                    feed.columns().stream()
                            .map(column -> sums.columns().get(names.indexOf(column.name())))
                            .toList());
        }

        /// @return SHA-256
        private Optional<String> fetch(ObjectStore.Stat stat) throws IOException {
            Optional<ObjectStore.Opened> opened = open.tree().openUnchanged(stat);
            if (opened.isEmpty()) {
                return Optional.empty();
            }
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                try (ObjectStore.Opened object = opened.get();
                        OutputStream out = new DigestOutputStream(Files.newOutputStream(copy), digest)) {
                    object.in().transferTo(out);
                }
                return Optional.of(HexFormat.of().formatHex(digest.digest()));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /// One partition, from both sides.
    private static final class Tally {
        private final Feed feed;
        private final String partition;
        private final Set<String> quarantined = new HashSet<>();
        private final List<String> differences = new ArrayList<>();
        private int files;
        private int missing;
        private long rows;
        private long rowsInTable;
        private Optional<Sums> inFiles = Optional.empty();
        private Optional<Sums> inTable = Optional.empty();

        Tally(Feed feed, String partition) {
            this.feed = feed;
            this.partition = partition;
        }

        void file(Sums sums) {
            files++;
            rows += sums.rows();
            inFiles = Optional.of(inFiles.map(sums::plus).orElse(sums));
        }

        /// Which of its rows are good, no other reader can say.
        void quarantined(DropEntry entry) {
            files++;
            rows += entry.rows();
            quarantined.add(entry.key());
        }

        void table(String key, Sums sums) {
            rowsInTable += sums.rows();
            if (!quarantined.contains(key)) {
                inTable = Optional.of(inTable.map(sums::plus).orElse(sums));
            }
        }

        HistoryCheck.Partition result() {
            String name = "%s, %s".formatted(feed.target(), partition.isEmpty() ? NO_PARTITION : partition);
            if (rows != rowsInTable) {
                differences.add("%s: the files have %d rows, the table has %d".formatted(name, rows, rowsInTable));
            } else if (inFiles.isPresent() && inTable.isPresent()) {
                compare(name, inFiles.get().columns(), inTable.get().columns());
            }
            return new HistoryCheck.Partition(
                    partition, files, missing, quarantined.size(), rows, rowsInTable, sums(), differences);
        }

        private void compare(String name, List<Sums.OfColumn> ofFiles, List<Sums.OfColumn> ofTable) {
            for (int i = 0; i < ofFiles.size(); i++) {
                String column = feed.columns().get(i).name();
                Sums.OfColumn one = ofFiles.get(i);
                Sums.OfColumn other = ofTable.get(i);
                if (one.values() != other.values()) {
                    differences.add("%s, column %s: the files have %d values, the table has %d"
                            .formatted(name, column, one.values(), other.values()));
                } else if (!one.total().agreesWith(other.total())) {
                    differences.add("%s, column %s: the files add up to %s, the table to %s"
                            .formatted(name, column, text(one.total()), text(other.total())));
                }
            }
        }

        private List<HistoryCheck.Sum> sums() {
            List<HistoryCheck.Sum> sums = new ArrayList<>();
            inFiles.ifPresent(total -> {
                for (int i = 0; i < total.columns().size(); i++) {
                    FeedColumn column = feed.columns().get(i);
                    Sums.Total sum = total.columns().get(i).total();
                    if (!(sum instanceof Sums.Total.Counted)) {
                        sums.add(new HistoryCheck.Sum(column.name(), text(sum)));
                    }
                }
            });
            return sums;
        }

        private static String text(Sums.Total total) {
            return switch (total) {
                case Sums.Total.Counted ignored -> "";
                case Sums.Total.Exact exact -> exact.sum().toPlainString();
                case Sums.Total.Floating floating -> Double.toString(floating.sum());
            };
        }
    }
}
