package dev.sluice.run;

import dev.sluice.model.Action;
import dev.sluice.model.Column;
import dev.sluice.model.Definition;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.LedgerEntry;
import dev.sluice.model.RunRequest;
import dev.sluice.model.Slice;
import dev.sluice.model.SourceTable;
import dev.sluice.model.TableSync;
import dev.sluice.plan.Batch;
import dev.sluice.plan.PlanDocument;
import dev.sluice.plan.PlannedSlice;
import dev.sluice.plan.Purpose;
import dev.sluice.plan.Reading;
import dev.sluice.plan.ShrinkGuard;
import dev.sluice.plan.TableFacts;
import dev.sluice.plan.TablePlan;
import dev.sluice.store.Keys;
import dev.sluice.warehouse.RunHistory;
import dev.sluice.warehouse.Warehouse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Plans a replay: which slices are rebuilt from which raw objects, or released. Asks lake and warehouse
/// only; the source may be gone.
record PlanReplay(Wiring wiring) {
    /// Refuses slices and runs that nobody knows before a lock is taken, as the mistakes in usage that they
    /// are.
    void check(TableSync sync, RunRequest.Replay asked) {
        ReplayRequest request = request(sync, asked, wiring.warehouse().read(sync.target(), false));
        if (asked.release()) {
            request.release();
        } else {
            request.rebuild();
        }
    }

    Drafted draft(String runId, TableSync sync, RunRequest asked, long epoch, boolean unswept) {
        RunRequest.Replay replay = asked.replay().orElse(RunRequest.Replay.WHOLE);
        Warehouse.State state = wiring.warehouse().read(sync.target(), !replay.release());
        if (state.exists() && !state.ours()) {
            throw new InvalidRequest(
                    "the warehouse already has a table %s that Sluice did not make; name another one with target:, or drop it"
                            .formatted(sync.target()));
        }
        ReplayRequest request = request(sync, replay, state);
        Today today = today(sync, request);
        boolean lakeForgot = state.newestEpoch() >= epoch;
        long held = lakeForgot ? wiring.locks().lift(sync.target(), runId, epoch, state.newestEpoch()) : epoch;
        Frame frame = new Frame(runId, sync, today, state, held, unswept);
        return replay.release() ? release(frame, request) : rebuild(frame, asked, request);
    }

    private ReplayRequest request(TableSync sync, RunRequest.Replay asked, Warehouse.State state) {
        return new ReplayRequest(
                sync,
                asked,
                state.ledger(),
                wiring.warehouse().history(sync.target()),
                asked.run().isPresent()
                        ? new RunHistory(wiring.warehouse(), wiring.documents()).newest(Integer.MAX_VALUE)
                        : List.of());
    }

    /// What all plans of a replay have in common.
    private record Frame(
            String runId, TableSync sync, Today today, Warehouse.State state, long epoch, boolean unswept) {}

    /// Today's definition, as far as it can be known without the source.
    ///
    /// @param table the catalogue's word when a run last changed the table
    record Today(Definition definition, SourceTable table) {}

    private Today today(TableSync sync, ReplayRequest request) {
        String newest = request.history().stream()
                .filter(entry -> entry.action() != Action.RELEASE)
                .max(Comparator.comparingLong(Warehouse.History::epoch))
                .orElseThrow()
                .runId();
        SourceTable table = wiring.documents()
                .get(Keys.plan(newest, sync.target()), PlanDocument.class)
                .table();
        return new Today(Definition.of(sync, table), table);
    }

    // ---- release

    private Drafted release(Frame frame, ReplayRequest request) {
        Map<Slice, PlannedSlice> changes = new HashMap<>();
        for (LedgerEntry entry : request.release()) {
            // A slice that is pinned as absent leaves nothing but the word that it is gone.
            Action action = entry.rawReceipt().isEmpty() ? Action.REMOVE : Action.RELEASE;
            changes.put(
                    entry.slice(),
                    new PlannedSlice(
                            entry.slice(),
                            action,
                            "released; the next sync compares it with the source",
                            entry.source(),
                            0,
                            entry.warehouseRows(),
                            false));
        }
        List<PlannedSlice> actions = actions(frame.state().ledger(), changes);
        long rows = frame.state().ledger().values().stream()
                .mapToLong(LedgerEntry::warehouseRows)
                .sum();
        ShrinkGuard guard = new ShrinkGuard(frame.sync().source(), frame.sync().maxShrink(), true, "");
        TablePlan plan = plan(frame, actions, false, rows, rows, Optional.empty());
        return new Drafted(
                document(frame, Purpose.RELEASE, plan, guard, false, "nothing to read"),
                List.of(new Reading(List.of(), "nothing to read")),
                0,
                Map.of());
    }

    // ---- rebuild

    private Drafted rebuild(Frame frame, RunRequest asked, ReplayRequest request) {
        ReplayRequest.Rebuild rebuild = request.rebuild();
        boolean whole = checkReach(frame, rebuild.wanted());
        List<OldRows.Found> found = new OldRows(wiring, frame.sync(), frame.today())
                .find(rebuild.then(), asked.replay().flatMap(RunRequest.Replay::run));
        Map<Slice, TableFacts.WarehouseSlice> counted = frame.state().counted().orElse(Map.of());
        Map<Slice, PlannedSlice> changes = new HashMap<>();
        for (OldRows.Found each : found) {
            changes.put(
                    each.slice(),
                    new PlannedSlice(
                            each.slice(),
                            Action.REPLACE,
                            each.reason(),
                            each.landed().fingerprint(),
                            each.landed().bytes(),
                            before(counted, each.slice()),
                            false));
        }
        for (Slice slice : rebuild.absent()) {
            changes.put(
                    slice,
                    new PlannedSlice(
                            slice,
                            Action.REMOVE,
                            "it did not exist then",
                            Fingerprint.empty("none"),
                            0,
                            before(counted, slice),
                            false));
        }
        List<PlannedSlice> actions = actions(frame.state().ledger(), changes);
        long rowsBefore = counted.values().stream()
                .mapToLong(TableFacts.WarehouseSlice::rows)
                .sum();
        long rowsAfter = whole ? 0 : rowsBefore;
        for (PlannedSlice change : changes.values()) {
            rowsAfter += change.source().rows() - (whole ? 0 : change.before());
        }
        ShrinkGuard guard = guard(frame.sync(), asked);
        Optional<String> refused = guard.check(rowsBefore, rowsAfter);
        TablePlan plan = plan(frame, actions, whole, rowsBefore, rowsAfter, refused);
        Map<Slice, String> receipts = new HashMap<>();
        found.forEach(each -> receipts.put(each.slice(), each.key()));
        Reading reading = reading(frame.sync(), found, changes);
        return new Drafted(
                document(frame, Purpose.REPLAY, plan, guard, whole, reading.reason()),
                refused.isPresent() ? List.of() : List.of(reading),
                0,
                receipts);
    }

    private static long before(Map<Slice, TableFacts.WarehouseSlice> counted, Slice slice) {
        TableFacts.WarehouseSlice found = counted.get(slice);
        return found == null ? 0 : found.rows();
    }

    /// Some slices can be rebuilt only beside others of the same definition.
    ///
    /// @return every slice is rebuilt, so that the target can be made anew in the same transaction
    private static boolean checkReach(Frame frame, Set<Slice> wanted) {
        Map<Slice, LedgerEntry> ledger = frame.state().ledger();
        if (wanted.containsAll(ledger.keySet())) {
            return true;
        }
        String source = frame.sync().source().toString();
        if (!frame.state().exists()) {
            throw new InvalidRequest(
                    "replay: the target table %s does not exist any more, so some slices alone cannot be rebuilt; rebuild it whole: sluice replay %s"
                            .formatted(frame.sync().target(), source));
        }
        boolean redefined = ledger.values().stream()
                .filter(entry -> !wanted.contains(entry.slice()))
                .anyMatch(entry -> !entry.definitionHash()
                        .equals(frame.today().definition().hash()));
        if (redefined) {
            throw new InvalidRequest(
                    "replay: the definition of %s changed since its slices were loaded, so some of them alone cannot be rebuilt; bring the table in step first (sluice sync --select %s), or replay it whole (sluice replay %s)"
                            .formatted(source, source, source));
        }
        return false;
    }

    private static ShrinkGuard guard(TableSync sync, RunRequest asked) {
        boolean mayShrink = asked.allowShrink().stream().anyMatch(word -> PlanRun.matches(word, sync));
        return new ShrinkGuard(
                sync.source(),
                sync.maxShrink(),
                mayShrink,
                "the same sluice replay %s … with --allow-shrink".formatted(sync.source()));
    }

    /// One batch holds slices of the same raw columns only, because its receipt names them once.
    private static Reading reading(TableSync sync, List<OldRows.Found> found, Map<Slice, PlannedSlice> changes) {
        Map<List<Column>, List<PlannedSlice>> alike = new LinkedHashMap<>();
        for (OldRows.Found each : found) {
            alike.computeIfAbsent(each.receipt().columns(), columns -> new ArrayList<>())
                    .add(changes.get(each.slice()));
        }
        List<Reading.Group> groups = new ArrayList<>();
        for (List<PlannedSlice> slices : alike.values()) {
            Batch.group(slices, sync.chunkBytes())
                    .forEach(group -> groups.add(new Reading.Group(group, Reading.Way.LIST, 1)));
        }
        return new Reading(groups, "raw objects of earlier runs");
    }

    // ---- both

    private static List<PlannedSlice> actions(Map<Slice, LedgerEntry> ledger, Map<Slice, PlannedSlice> changes) {
        Map<Slice, PlannedSlice> actions = new TreeMap<>();
        ledger.forEach((slice, entry) -> actions.put(
                slice,
                new PlannedSlice(
                        slice,
                        Action.KEEP,
                        "not asked for",
                        entry.source(),
                        entry.rawBytes(),
                        entry.warehouseRows(),
                        false)));
        actions.putAll(changes);
        return List.copyOf(actions.values());
    }

    /// One wave: what is replayed is one state.
    private static TablePlan plan(
            Frame frame,
            List<PlannedSlice> actions,
            boolean replaceTarget,
            long rowsBefore,
            long rowsAfter,
            Optional<String> refused) {
        List<Integer> wave = new ArrayList<>();
        for (int i = 0; i < actions.size(); i++) {
            if (actions.get(i).action() != Action.KEEP) {
                wave.add(i);
            }
        }
        return new TablePlan(
                frame.sync().source(),
                frame.sync().target(),
                frame.today().definition().hash(),
                replaceTarget,
                actions,
                refused.isPresent() ? List.of() : List.of(wave),
                rowsBefore,
                rowsAfter,
                List.of(),
                refused);
    }

    private PlanDocument document(
            Frame frame, Purpose purpose, TablePlan plan, ShrinkGuard guard, boolean full, String reading) {
        return new PlanDocument(
                PlanDocument.FORMAT,
                frame.runId(),
                purpose,
                frame.sync(),
                frame.today().definition(),
                frame.today().table(),
                plan,
                guard,
                frame.epoch(),
                full,
                false,
                frame.unswept(),
                false,
                wiring.clock().instant(),
                0,
                List.of(reading),
                Optional.empty(),
                Optional.empty());
    }
}
