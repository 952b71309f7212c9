package dev.sluice.verify;

import dev.sluice.model.Action;
import dev.sluice.model.LedgerEntry;
import dev.sluice.model.Slice;
import dev.sluice.model.TableName;
import dev.sluice.plan.Pace;
import dev.sluice.plan.Pin;
import dev.sluice.plan.PlanDocument;
import dev.sluice.plan.PlannedSlice;
import dev.sluice.plan.Purpose;
import dev.sluice.raw.LandReceipt;
import dev.sluice.store.Documents;
import dev.sluice.store.Keys;
import dev.sluice.warehouse.LedgerMirror;
import dev.sluice.warehouse.LoadReceipt;
import dev.sluice.warehouse.Warehouse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The verify stage: what the receipts say was landed is what the warehouse holds and what the ledger
/// says. Nothing here looks at the source: what changed there since is the next run's business.
public record Verify(Warehouse warehouse, LedgerMirror mirror, Documents documents, Clock clock) {
    /// Algorithm of a fingerprint that is a row count alone.
    private static final String COUNT = "count";

    /// Closes a table that was planned: compares, refreshes the mirror, and says how the table ended.
    public TableResult run(PlanDocument document, int moving, Instant startedAt) {
        TableName target = document.sync().target();
        Optional<Warehouse.State> asleep = asleep(document);
        Warehouse.State state = asleep.orElseGet(() -> warehouse.read(target, false));
        if (document.plan().refused().isPresent()) {
            return result(document, List.of(), state, document.plan().refused(), moving, startedAt);
        }
        List<LoadReceipt> receipts = receipts(document);
        boolean release = document.purpose() == Purpose.RELEASE;
        Optional<String> gone =
                state.exists() || release || document.plan().actions().isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                target + ": the target table is gone from the warehouse; the next sync recreates it");
        Optional<String> mismatch = mismatch(document, receipts, state);
        Optional<String> held = receipts.stream()
                .flatMap(r -> r.held().stream())
                .map(LandReceipt.SliceFailure::message)
                .findFirst();
        TableResult result =
                result(document, receipts, state, held.or(() -> gone).or(() -> mismatch), moving, startedAt);
        boolean sync = document.purpose() == Purpose.SYNC;
        boolean inStep = sync && result.status() == TableResult.Status.SUCCEEDED;
        mirror.refresh(
                target,
                () -> asleep.orElseGet(() -> warehouse.read(target, false)),
                document.counted() || mismatch.isEmpty() && isLoadedWhole(document, receipts, state)
                        ? Optional.of(document.snapshotAt())
                        : Optional.empty(),
                inStep ? Optional.of(document.snapshotAt()) : Optional.empty(),
                proven(document));
        if (sync) {
            learn(document, receipts);
        }
        return result;
    }

    /// What the mirror says, where nothing was published and nobody wants to wake the warehouse.
    private Optional<Warehouse.State> asleep(PlanDocument document) {
        boolean quiet = document.plan().waves().isEmpty() && !document.counted();
        return warehouse.sleeps() && quiet
                ? mirror.trusted(document.sync().target()).map(LedgerMirror.Mirror::state)
                : Optional.empty();
    }

    /// Every row of the target is from this run, and was counted above: that is as good as counting it.
    private static boolean isLoadedWhole(PlanDocument document, List<LoadReceipt> receipts, Warehouse.State state) {
        return receipts.stream().anyMatch(r -> !r.replaced().isEmpty())
                && state.ledger().values().stream().allMatch(e -> e.runId().equals(document.runId()));
    }

    /// Bytes that were published, and the seconds from first read to publish, wave by wave.
    private static Pace.Sample moved(List<LoadReceipt> receipts) {
        double seconds = 0;
        for (LoadReceipt receipt : receipts) {
            Instant from = receipt.readFrom().orElse(receipt.endedAt());
            seconds += Duration.between(from, receipt.endedAt()).toMillis() / 1000.0;
        }
        return new Pace.Sample(receipts.stream().mapToLong(LoadReceipt::bytes).sum(), seconds);
    }

    /// Keeps what this run taught about the table's speed.
    private void learn(PlanDocument document, List<LoadReceipt> receipts) {
        String key = Keys.pace(document.sync().target());
        Pace.Sample slowest = receipts.stream()
                .flatMap(r -> r.slowestRead().stream())
                .max(Comparator.comparingDouble(Pace.Sample::seconds))
                .orElse(Pace.Sample.NONE);
        Pace.Sample look = document.leftAlone()
                ? Pace.Sample.NONE
                : new Pace.Sample(document.plan().rowsAfter(), document.lookSeconds());
        documents.put(
                key, Pace.after(documents.find(key, Pace.class), clock.instant(), look, moved(receipts), slowest));
    }

    /// Times of proof are those of comparisons: a table that was left alone gets no new ones.
    private static Map<Slice, Instant> proven(PlanDocument document) {
        Map<Slice, Instant> proven = new HashMap<>();
        if (document.leftAlone()) {
            return proven;
        }
        for (PlannedSlice planned : document.plan().of(Action.KEEP)) {
            if (planned.proven()) {
                proven.put(planned.slice(), document.snapshotAt());
            }
        }
        return proven;
    }

    private List<LoadReceipt> receipts(PlanDocument document) {
        List<LoadReceipt> receipts = new ArrayList<>();
        for (int wave = 0; wave < document.plan().waves().size(); wave++) {
            documents
                    .find(Keys.loadReceipt(document.runId(), document.sync().target(), wave), LoadReceipt.class)
                    .ifPresent(receipts::add);
        }
        return receipts;
    }

    private Optional<String> mismatch(PlanDocument document, List<LoadReceipt> receipts, Warehouse.State state) {
        Map<Slice, LoadReceipt.Loaded> loaded = new TreeMap<>();
        receipts.forEach(r -> r.replaced().forEach(l -> loaded.put(l.slice(), l)));
        if (loaded.isEmpty()) {
            return Optional.empty();
        }
        TableName target = document.sync().target();
        List<String> columns =
                document.definition().columns().stream().map(c -> c.name()).toList();
        Map<Slice, Warehouse.Counted> found = warehouse.written(target, document.runId(), columns);
        Map<Slice, LedgerEntry> ledger = state.ledger();
        for (LoadReceipt.Loaded expected : loaded.values()) {
            Warehouse.Counted counted = found.get(expected.slice());
            LedgerEntry entry = ledger.get(expected.slice());
            long rows = counted == null ? 0 : counted.rows();
            if (rows != expected.rows() || entry == null || entry.warehouseRows() != expected.rows()) {
                return Optional.of(
                        "%s, slice %s: receipts say %d rows, the warehouse holds %d, the ledger says %s; run sync again with --full if it stays"
                                .formatted(
                                        target,
                                        expected.slice(),
                                        expected.rows(),
                                        rows,
                                        entry == null ? "nothing" : String.valueOf(entry.warehouseRows())));
            }
            if (counted != null && !counted.nulls().equals(expected.nulls())) {
                return Optional.of(
                        "%s, slice %s: the number of NULLs in the warehouse is not the one that was converted"
                                .formatted(target, expected.slice()));
            }
        }
        return Optional.empty();
    }

    /// Slices that this run loaded together with their fingerprint.
    private static Set<Slice> hashed(PlanDocument document, Map<Slice, LedgerEntry> ledger) {
        Set<Slice> hashed = new HashSet<>();
        ledger.forEach((slice, entry) -> {
            boolean mine = entry.runId().equals(document.runId());
            if (mine && !entry.source().algorithm().equals(COUNT)) {
                hashed.add(slice);
            }
        });
        return hashed;
    }

    /// Slices that failed, and pinned ones that somebody changed in the warehouse: those are not repaired.
    private static List<TableResult.SliceNote> notes(
            PlanDocument document, Map<Slice, LandReceipt.SliceFailure> failed) {
        List<TableResult.SliceNote> notes = new ArrayList<>();
        failed.forEach((slice, why) -> notes.add(new TableResult.SliceNote(slice.toString(), why.message())));
        for (Pin pin : document.plan().pins()) {
            pin.damage()
                    .ifPresent(what -> notes.add(new TableResult.SliceNote(
                            pin.slice().toString(),
                            "%s, slice %s is pinned by a replay, but %s"
                                    .formatted(document.sync().target(), pin.slice(), what))));
        }
        return notes.subList(0, Math.min(TableResult.MAX_LISTED, notes.size()));
    }

    private TableResult result(
            PlanDocument document,
            List<LoadReceipt> receipts,
            Warehouse.State state,
            Optional<String> error,
            int moving,
            Instant startedAt) {
        Map<Slice, LandReceipt.SliceFailure> failed = new TreeMap<>();
        Set<Slice> done = new HashSet<>();
        long replaced = 0;
        long removed = 0;
        long rows = 0;
        long bytes = 0;
        for (LoadReceipt receipt : receipts) {
            failed.putAll(receipt.failed());
            receipt.replaced().forEach(l -> done.add(l.slice()));
            done.addAll(receipt.removed());
            replaced += receipt.replaced().size();
            removed += receipt.removed().size();
            rows += receipt.rows();
            bytes += receipt.bytes();
        }
        Set<Slice> open = new HashSet<>(failed.keySet());
        long kept = 0;
        for (PlannedSlice planned : document.plan().actions()) {
            if (done.contains(planned.slice()) || failed.containsKey(planned.slice())) {
                continue;
            }
            if (planned.action() == Action.KEEP || planned.action() == Action.RELEASE) {
                kept++;
            } else {
                open.add(planned.slice());
            }
        }
        List<TableResult.SliceNote> notes = notes(document, failed);
        Optional<String> firstFailure =
                notes.stream().map(TableResult.SliceNote::note).findFirst();
        TableResult.Status status;
        if (error.isPresent()) {
            status = done.isEmpty() ? TableResult.Status.FAILED : TableResult.Status.PARTIAL;
        } else {
            boolean nothing = done.isEmpty() && kept == 0;
            status = notes.isEmpty()
                    ? TableResult.Status.SUCCEEDED
                    : nothing ? TableResult.Status.FAILED : TableResult.Status.PARTIAL;
        }
        Map<Slice, LedgerEntry> ledger = state.ledger();
        Set<Slice> unknown = new HashSet<>(open);
        ledger.values().stream().filter(LedgerEntry::pinned).forEach(e -> unknown.add(e.slice()));
        TimeReach reach = TimeReach.of(
                document.definition().sliceBy(), document.plan().actions(), unknown, hashed(document, ledger));
        return new TableResult(
                document.sync().source(),
                document.sync().target(),
                document.sync().strategy(),
                status,
                new TableResult.Slices(kept, replaced, removed, failed.size()),
                rows,
                bytes,
                ledger.values().stream().mapToLong(LedgerEntry::rawBytes).sum(),
                ledger.values().stream().mapToLong(LedgerEntry::warehouseRows).sum(),
                reach.provenTo(),
                reach.countedTo(),
                open.size(),
                (int) ledger.values().stream().filter(LedgerEntry::pinned).count(),
                moving,
                Duration.between(startedAt, clock.instant()).toMillis() / 1000.0,
                Optional.of(new TableResult.Forecast(
                        document.predictedBytes(),
                        document.predictedSeconds(),
                        Optional.of(bytes),
                        Optional.of(document.lookSeconds() + moved(receipts).seconds()))),
                TableResult.Statements.of(
                        receipts.stream().flatMap(r -> r.statements().stream()).toList()),
                error.or(() -> firstFailure),
                notes,
                Optional.empty());
    }
}
