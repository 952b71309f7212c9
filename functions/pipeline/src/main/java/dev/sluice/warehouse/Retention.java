package dev.sluice.warehouse;

import dev.sluice.model.Slice;
import dev.sluice.model.TableName;
import dev.sluice.parquet.ConvertReceipt;
import dev.sluice.raw.LandReceipt;
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
import java.util.Set;

/// Deletes the objects of a table that nothing needs any more: those of dead runs and lost attempts at
/// once, superseded
/// ones after `lake.keep`. What is needed is decided by the ledger, never by age alone: the only copy of a
/// slice that
/// never changed may be years old.
///
/// To be called only while the table's lock is held and after the run's last publish: whatever the ledger
/// does not know
/// then belongs to a lower epoch, which cannot publish any more.
public record Retention(Documents documents, Warehouse warehouse, Duration keep) {
    /// @param fence called between looking and deleting; throws if another run has taken the table over, whose
    ///              objects could be among those found
    /// @return keys deleted
    public int sweep(TableName target, Instant now, Runnable fence) {
        Checkpoint.reach("verify.sweep-begun");
        Map<String, Set<Slice>> receipts = new HashMap<>();
        for (Warehouse.History entry : warehouse.history(target)) {
            boolean expired =
                    entry.supersededAt().map(at -> at.plus(keep).isBefore(now)).orElse(false);
            if (!expired) {
                receipts.computeIfAbsent(entry.rawReceipt(), key -> new HashSet<>())
                        .add(entry.slice());
                receipts.computeIfAbsent(entry.lakeReceipt(), key -> new HashSet<>())
                        .add(entry.slice());
            }
        }
        receipts.remove("");
        Set<String> needed = new HashSet<>();
        receipts.forEach((key, slices) -> needed.addAll(partKeys(key, slices)));
        List<String> dead = new ArrayList<>();
        for (String prefix : List.of(Keys.rawTable(target), Keys.lakeTable(target))) {
            for (ObjectStore.Stat object : documents.store().list(prefix)) {
                if (!needed.contains(object.key())) {
                    dead.add(object.key());
                }
            }
        }
        Checkpoint.reach("verify.sweep-listed");
        fence.run();
        documents.store().delete(dead);
        return dead.size();
    }

    /// A receipt speaks of all slices of a batch, and they are superseded one by one.
    private List<String> partKeys(String receipt, Set<Slice> slices) {
        List<String> keys = new ArrayList<>();
        if (receipt.endsWith("-" + LandReceipt.STAGE + ".json")) {
            documents.get(receipt, LandReceipt.class).slices().stream()
                    .filter(s -> slices.contains(s.slice()))
                    .flatMap(s -> s.parts().stream())
                    .map(Part::key)
                    .forEach(keys::add);
        } else {
            documents.get(receipt, ConvertReceipt.class).slices().stream()
                    .filter(s -> slices.contains(s.slice()))
                    .flatMap(s -> s.parts().stream())
                    .map(Part::key)
                    .forEach(keys::add);
        }
        return keys;
    }
}
