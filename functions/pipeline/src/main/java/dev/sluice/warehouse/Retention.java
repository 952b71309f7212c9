package dev.sluice.warehouse;

import dev.sluice.model.TableName;
import dev.sluice.parquet.ConvertReceipt;
import dev.sluice.raw.LandReceipt;
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
/// once, superseded
/// ones after `lake.keep`. What is needed is decided by the ledger, never by age alone: the only copy of a
/// slice that
/// never changed may be years old.
///
/// To be called only while the table's lock is held and after the run's last publish: whatever the ledger
/// does not know
/// then belongs to a lower epoch, which cannot publish any more.
public record Retention(Documents documents, Warehouse warehouse, Duration keep) {
    /// @return keys deleted
    public int sweep(TableName target, Instant now) {
        Map<String, String> runs = new HashMap<>();
        for (Warehouse.History entry : warehouse.history(target)) {
            boolean expired =
                    entry.supersededAt().map(at -> at.plus(keep).isBefore(now)).orElse(false);
            if (!expired) {
                runs.put(entry.rawReceipt(), entry.runId());
                runs.put(entry.lakeReceipt(), entry.runId());
            }
        }
        runs.remove("");
        Set<String> needed = new HashSet<>();
        Set<String> lost = new HashSet<>();
        runs.forEach((receipt, run) -> partKeys(receipt).ifPresentOrElse(needed::addAll, () -> lost.add(run)));
        List<String> dead = new ArrayList<>();
        for (String prefix : List.of(Keys.rawTable(target), Keys.lakeTable(target))) {
            for (ObjectStore.Stat object : documents.store().list(prefix)) {
                if (!needed.contains(object.key()) && lost.stream().noneMatch(run -> Keys.isOfRun(object.key(), run))) {
                    dead.add(object.key());
                }
            }
        }
        documents.store().delete(dead);
        return dead.size();
    }

    /// Empty if somebody deleted the receipt: what of its run is needed is then not known, so all of it stays.
    private Optional<List<String>> partKeys(String receipt) {
        return receipt.endsWith("-" + LandReceipt.STAGE + ".json")
                ? documents.find(receipt, LandReceipt.class).map(found -> found.slices().stream()
                        .flatMap(s -> s.parts().stream())
                        .map(Part::key)
                        .toList())
                : documents.find(receipt, ConvertReceipt.class).map(found -> found.slices().stream()
                        .flatMap(s -> s.parts().stream())
                        .map(Part::key)
                        .toList());
    }
}
