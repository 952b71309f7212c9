package dev.sluice.run;

import dev.sluice.model.Column;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.Slice;
import dev.sluice.model.SliceBy;
import dev.sluice.model.SourceTable;
import dev.sluice.model.TableSync;
import dev.sluice.plan.PlanDocument;
import dev.sluice.raw.LandReceipt;
import dev.sluice.store.InParallel;
import dev.sluice.store.Keys;
import dev.sluice.store.ObjectStore;
import dev.sluice.warehouse.Warehouse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Finds the rows that earlier runs landed, and proves that they are still there and fit today's
/// definition, before anything is moved.
record OldRows(Wiring wiring, TableSync sync, PlanReplay.Today today) {
    /// A slice and where its rows lie.
    ///
    /// @param key    of the land receipt
    /// @param reason for people: which run, and what became of its columns
    record Found(Slice slice, String key, LandReceipt receipt, LandReceipt.Landed landed, String reason) {}

    /// @param then entries of the ledger, by slice
    /// @param run  as asked for
    /// @throws InvalidRequest raw objects are gone, or their columns do not fit
    List<Found> find(Map<Slice, Warehouse.History> then, Optional<String> run) {
        Map<String, LandReceipt> receipts = receipts(then);
        Map<String, Map<Slice, LandReceipt.Landed>> landings = new HashMap<>();
        receipts.forEach((key, receipt) -> landings.put(key, receipt.bySlice()));
        Set<String> objects = new HashSet<>();
        for (ObjectStore.Stat object : wiring.documents().store().list(Keys.rawTable(sync.target()))) {
            objects.add(object.key());
        }
        Map<String, String> reasons = new HashMap<>();
        List<Slice> gone = new ArrayList<>();
        List<Found> found = new ArrayList<>();
        new TreeMap<>(then).forEach((slice, entry) -> {
            String key = entry.rawReceipt();
            LandReceipt receipt = receipts.get(key);
            LandReceipt.Landed landed = landings.getOrDefault(key, Map.of()).get(slice);
            if (receipt == null
                    || landed == null
                    || !landed.parts().stream().allMatch(part -> objects.contains(part.key()))) {
                gone.add(slice);
            } else {
                String reason = reasons.computeIfAbsent(key, any -> fit(slice, receipt, entry.runId()));
                found.add(new Found(slice, key, receipt, landed, reason));
            }
        });
        if (!gone.isEmpty()) {
            throw gone(gone, then.size(), run);
        }
        return found;
    }

    private Map<String, LandReceipt> receipts(Map<Slice, Warehouse.History> then) {
        List<String> keys = then.values().stream()
                .map(Warehouse.History::rawReceipt)
                .distinct()
                .toList();
        List<Optional<LandReceipt>> read =
                InParallel.map(keys, key -> wiring.documents().find(key, LandReceipt.class));
        Map<String, LandReceipt> receipts = new HashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            String key = keys.get(i);
            read.get(i).ifPresent(receipt -> receipts.put(key, receipt));
        }
        return receipts;
    }

    private InvalidRequest gone(List<Slice> gone, int all, Optional<String> run) {
        return new InvalidRequest(
                "replay: the raw objects of %d of %d slices of %s are gone from the lake (%s)%s; nothing was moved. Name a newer run or other slices, or let a sync read the rows from the source again"
                        .formatted(
                                gone.size(),
                                all,
                                sync.source(),
                                ReplayRequest.examples(gone),
                                run.map(id -> ", because they were replaced after run %s and lake.keep has passed"
                                                .formatted(id))
                                        .orElse("")));
    }

    /// Refuses raw rows that today's definition cannot take.
    ///
    /// @return where the rows are from, and what is left out of them or missing in them
    private String fit(Slice slice, LandReceipt receipt, String runId) {
        String place = "replay: %s, slice %s, as landed by run %s".formatted(sync.source(), slice, runId);
        checkSlicing(place, receipt);
        Map<String, Column> raw = new HashMap<>();
        receipt.columns().forEach(column -> raw.put(column.name(), column));
        List<String> missing = new ArrayList<>();
        for (Column column : today.definition().columns()) {
            Column old = raw.remove(column.name());
            if (old == null) {
                missing(place, column, receipt);
                missing.add(column.name());
            } else if (!old.type().equals(column.type())) {
                throw new InvalidRequest(
                        "%s: column %s was %s then and is %s now; leave it out with columns: [-%s], or name a newer run"
                                .formatted(place, column.name(), old.sourceType(), column.sourceType(), column.name()));
            }
        }
        StringBuilder reason = new StringBuilder("as landed by run ").append(runId);
        if (!missing.isEmpty()) {
            reason.append("; NULL in ").append(String.join(", ", missing));
        }
        if (!raw.isEmpty()) {
            List<String> left = receipt.columns().stream()
                    .map(Column::name)
                    .filter(raw::containsKey)
                    .toList();
            reason.append("; without ").append(String.join(", ", left));
        }
        return reason.toString();
    }

    private void missing(String place, Column column, LandReceipt receipt) {
        for (Column old : receipt.columns()) {
            boolean renamed = old.position() == column.position()
                    && today.definition().columns().stream()
                            .noneMatch(each -> each.name().equals(old.name()));
            if (renamed) {
                throw new InvalidRequest(
                        "%s: column %s was called %s then; leave it out with columns: [-%s], or name a newer run"
                                .formatted(place, column.name(), old.name(), column.name()));
            }
        }
        if (column.notNull()) {
            throw new InvalidRequest(
                    "%s: column %s, which is NOT NULL, did not arrive then; leave it out with columns: [-%s], or name a newer run"
                            .formatted(place, column.name(), column.name()));
        }
    }

    /// What a slice is must not have changed: slices of another kind are other slices.
    private void checkSlicing(String place, LandReceipt receipt) {
        PlanDocument then = wiring.documents().get(Keys.plan(receipt.runId(), sync.target()), PlanDocument.class);
        boolean same = then.definition().sliceBy().equals(sync.sliceBy())
                && identity(then.table()).equals(identity(today.table()));
        if (!same) {
            throw new InvalidRequest("%s: the table was sliced in another way then; name a newer run".formatted(place));
        }
    }

    private Optional<String> identity(SourceTable table) {
        return switch (sync.sliceBy()) {
            case SliceBy.Value value -> table.column(value.column()).map(Column::identity);
            case SliceBy.Time time -> table.column(time.column()).map(Column::identity);
            case SliceBy.Whole whole -> Optional.empty();
            case SliceBy.Expression expression -> Optional.empty();
        };
    }
}
