package dev.sluice.plan;

import dev.sluice.model.Action;
import dev.sluice.model.Definition;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.LedgerEntry;
import dev.sluice.model.Slice;
import dev.sluice.model.TableSync;
import dev.sluice.testing.SampleSync;
import dev.sluice.testing.SampleTable;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Facts put together slice by slice, for tests of the planner.
final class Facts {
    static final String ALGORITHM = "record-pg14";
    static final String RUN = "20240101T000000Z-00000001";

    private final TableSync sync;
    private final Definition definition;
    private final Map<Slice, Fingerprint> source = new LinkedHashMap<>();
    private final Map<Slice, LedgerEntry> ledger = new LinkedHashMap<>();
    private @Nullable Map<Slice, TableFacts.WarehouseSlice> warehouse;
    private boolean targetFits = true;
    private boolean full;
    private long tableBytes;

    Facts(SampleSync sync) {
        this.sync = sync.build();
        this.definition = Definition.of(this.sync, SampleTable.sales());
    }

    Facts source(String slice, long rows, long hash) {
        return source(Slice.ofText(slice), new Fingerprint(rows, hash, ALGORITHM));
    }

    Facts source(Slice slice, Fingerprint fingerprint) {
        source.put(slice, fingerprint);
        return this;
    }

    Facts ledger(String slice, long rows, long hash) {
        return ledger(Slice.ofText(slice), new Fingerprint(rows, hash, ALGORITHM), 10 * rows, definition.hash());
    }

    Facts ledger(Slice slice, Fingerprint fingerprint, long rawBytes, String definitionHash) {
        ledger.put(
                slice,
                new LedgerEntry(
                        slice,
                        1,
                        RUN,
                        Action.REPLACE,
                        definitionHash,
                        fingerprint,
                        fingerprint.rows(),
                        rawBytes,
                        rawBytes / 3,
                        "raw",
                        "lake",
                        Instant.EPOCH));
        return this;
    }

    /// Known to both ends alike.
    Facts kept(String slice, long rows, long hash) {
        return source(slice, rows, hash).ledger(slice, rows, hash);
    }

    Facts warehouse(String slice, long rows, String lastRun, long runs) {
        Map<Slice, TableFacts.WarehouseSlice> counted = warehouse == null ? new LinkedHashMap<>() : warehouse;
        counted.put(Slice.ofText(slice), new TableFacts.WarehouseSlice(rows, lastRun, runs));
        warehouse = counted;
        return this;
    }

    /// The warehouse was counted and holds nothing.
    Facts emptyWarehouse() {
        warehouse = new LinkedHashMap<>();
        return this;
    }

    Facts noTarget() {
        targetFits = false;
        return this;
    }

    Facts full() {
        full = true;
        return this;
    }

    Facts tableBytes(long bytes) {
        tableBytes = bytes;
        return this;
    }

    /// A replay pinned the slice, whatever stands in the ledger so far.
    Facts pin(String slice) {
        return pin(Slice.ofText(slice));
    }

    Facts pin(Slice slice) {
        LedgerEntry e = java.util.Objects.requireNonNull(ledger.get(slice));
        ledger.put(
                slice,
                new LedgerEntry(
                        slice,
                        2,
                        e.runId(),
                        Action.REPLAY,
                        e.definitionHash(),
                        e.source(),
                        e.warehouseRows(),
                        e.rawBytes(),
                        e.parquetBytes(),
                        e.rawReceipt(),
                        e.lakeReceipt(),
                        e.loadedAt()));
        return this;
    }

    private Set<Slice> pinned() {
        return ledger.values().stream()
                .filter(LedgerEntry::pinned)
                .map(LedgerEntry::slice)
                .collect(Collectors.toSet());
    }

    TableFacts build() {
        return new TableFacts(
                sync,
                definition,
                source,
                ledger,
                pinned(),
                Optional.ofNullable(warehouse),
                targetFits,
                tableBytes,
                full);
    }

    TablePlan plan() {
        return Planner.plan(build(), ShrinkGuard.ofSync(sync.source(), sync.maxShrink(), false));
    }

    TablePlan planAllowingShrink() {
        return Planner.plan(build(), ShrinkGuard.ofSync(sync.source(), sync.maxShrink(), true));
    }
}
