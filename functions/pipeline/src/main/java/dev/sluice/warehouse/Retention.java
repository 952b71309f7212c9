package dev.sluice.warehouse;

import dev.sluice.model.Action;
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
import java.util.Optional;
import java.util.Set;

/// Deletes the objects of a table that nothing needs any more: those of dead runs and lost attempts at
/// once, superseded ones after `lake.keep`. What is needed is decided by the ledger, never by age alone:
/// the only copy of a slice that never changed may be years old.
///
/// To be called only while the table's lock is held and after the run's last publish: whatever the ledger
/// does not know then belongs to a lower epoch, which cannot publish any more.
public record Retention(Documents documents, Warehouse warehouse, Duration keep) {
    /// A receipt speaks of all slices of a batch, and they are superseded one by one.
    ///
    /// @param slices  of the receipt that are still needed
    /// @param adopted it is the receipt of a replay, which lists raw objects of other runs
    private record Needed(String runId, Set<Slice> slices, boolean adopted) {}

    /// @param fence called between looking and deleting; throws if another run has taken the table over,
    ///              whose objects could be among those found
    /// @return keys deleted
    public int sweep(TableName target, Instant now, Runnable fence) {
        Checkpoint.reach("verify.sweep-begun");
        Set<String> needed = new HashSet<>();
        List<Needed> unknown = new ArrayList<>();
        receipts(target, now)
                .forEach((receipt, what) ->
                        partKeys(receipt, what.slices()).ifPresentOrElse(needed::addAll, () -> unknown.add(what)));
        List<String> dead = new ArrayList<>();
        for (String prefix : List.of(Keys.rawTable(target), Keys.lakeTable(target))) {
            for (ObjectStore.Stat object : documents.store().list(prefix)) {
                boolean kept = needed.contains(object.key())
                        || unknown.stream()
                                .anyMatch(what -> what.adopted() || Keys.isOfRun(object.key(), what.runId()));
                if (!kept) {
                    dead.add(object.key());
                }
            }
        }
        Checkpoint.reach("verify.sweep-listed");
        fence.run();
        documents.store().delete(dead);
        return dead.size();
    }

    private Map<String, Needed> receipts(TableName target, Instant now) {
        Map<String, Needed> receipts = new HashMap<>();
        for (Warehouse.History entry : warehouse.history(target)) {
            boolean expired =
                    entry.supersededAt().map(at -> at.plus(keep).isBefore(now)).orElse(false);
            boolean adopted = entry.action() == Action.REPLAY || entry.action() == Action.RELEASE;
            if (!expired) {
                for (String receipt : List.of(entry.rawReceipt(), entry.lakeReceipt())) {
                    receipts.computeIfAbsent(receipt, key -> new Needed(entry.runId(), new HashSet<>(), adopted))
                            .slices()
                            .add(entry.slice());
                }
            }
        }
        receipts.remove("");
        return receipts;
    }

    /// Empty if somebody deleted the receipt: what of its run is needed is then not known, so all of it
    /// stays; and everything, if it was the receipt of a replay.
    private Optional<List<String>> partKeys(String receipt, Set<Slice> slices) {
        return receipt.endsWith("-" + LandReceipt.STAGE + ".json")
                ? documents
                        .find(receipt, LandReceipt.class)
                        .map(found -> found.slices().stream()
                                .filter(s -> slices.contains(s.slice()))
                                .flatMap(s -> s.parts().stream())
                                .map(Part::key)
                                .toList())
                : documents
                        .find(receipt, ConvertReceipt.class)
                        .map(found -> found.slices().stream()
                                .filter(s -> slices.contains(s.slice()))
                                .flatMap(s -> s.parts().stream())
                                .map(Part::key)
                                .toList());
    }
}
