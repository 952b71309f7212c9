package dev.sluice.drop;

import dev.sluice.model.Feed;
import dev.sluice.store.Checkpoint;
import dev.sluice.store.Documents;
import dev.sluice.store.Keys;
import dev.sluice.store.ObjectStore;
import dev.sluice.store.Part;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Deletes the objects of a feed that nothing needs any more: those of dead runs and lost attempts at once,
/// those of superseded versions after `lake.keep`. The ledger decides. Files under the drop prefix are somebody
/// else's and are never touched.
///
/// To be called only while the table's lock is held and after the run's last publish.
record DropRetention(Documents documents, DropWarehouse warehouse, Duration keep) {
    /// @param fence called between looking and deleting; throws if another run has taken the table over
    void sweep(Feed feed, Instant now, Runnable fence) {
        Map<String, Set<String>> filesByReceipt = new HashMap<>();
        for (DropEntry entry : needed(feed, now)) {
            filesByReceipt
                    .computeIfAbsent(entry.receipt(), receipt -> new HashSet<>())
                    .add(entry.key());
        }
        Set<String> needed = new HashSet<>();
        Set<String> runsUnknown = new HashSet<>();
        filesByReceipt.forEach((receipt, files) -> {
            Optional<FileReceipt> found = documents.find(receipt, FileReceipt.class);
            if (found.isEmpty()) {
                runsUnknown.add(receipt.split("/", -1)[1]);
            }
            found.ifPresent(r -> r.files().stream()
                    .filter(file -> files.contains(file.file().key()))
                    .forEach(file -> {
                        file.original().map(Part::key).ifPresent(needed::add);
                        file.parts().forEach(part -> needed.add(part.key()));
                        file.quarantine().map(Part::key).ifPresent(needed::add);
                    }));
        });
        List<String> dead = new ArrayList<>();
        for (String prefix :
                List.of(Keys.rawTable(feed.target()), Keys.lakeTable(feed.target()), Keys.quarantine(feed.name()))) {
            for (ObjectStore.Stat object : documents.store().list(prefix)) {
                // Whoever deleted a receipt did not mean its objects; which originals it speaks of is not known.
                boolean kept = needed.contains(object.key())
                        || runsUnknown.stream().anyMatch(run -> Keys.isOfRun(object.key(), run))
                        || !runsUnknown.isEmpty() && prefix.startsWith("raw/");
                if (!kept) {
                    dead.add(object.key());
                }
            }
        }
        Checkpoint.reach("verify.sweep-listed");
        fence.run();
        documents.store().delete(dead);
    }

    /// The newest entry of a key, the newest whose rows are there, and what was superseded not long ago.
    private List<DropEntry> needed(Feed feed, Instant now) {
        List<DropEntry> needed = new ArrayList<>();
        Map<String, DropEntry> current = new HashMap<>();
        Map<String, DropEntry> newest = new HashMap<>();
        for (DropEntry entry : warehouse.history(feed.target())) {
            Optional.ofNullable(newest.put(entry.key(), entry))
                    .filter(before -> entry.loadedAt().plus(keep).isAfter(now))
                    .ifPresent(needed::add);
            if (entry.state() != FileState.REFUSED) {
                Optional.ofNullable(current.put(entry.key(), entry))
                        .filter(before -> entry.loadedAt().plus(keep).isAfter(now))
                        .ifPresent(needed::add);
            }
        }
        needed.addAll(newest.values());
        needed.addAll(current.values());
        return needed;
    }
}
