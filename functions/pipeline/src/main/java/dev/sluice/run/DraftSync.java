package dev.sluice.run;

import dev.sluice.model.Action;
import dev.sluice.model.Definition;
import dev.sluice.model.Detect;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.LedgerEntry;
import dev.sluice.model.RunRequest;
import dev.sluice.model.Slice;
import dev.sluice.model.SliceBy;
import dev.sluice.model.SourceTable;
import dev.sluice.model.TableSync;
import dev.sluice.plan.Pace;
import dev.sluice.plan.PlanDocument;
import dev.sluice.plan.PlannedSlice;
import dev.sluice.plan.Planner;
import dev.sluice.plan.Purpose;
import dev.sluice.plan.Reading;
import dev.sluice.plan.Recheck;
import dev.sluice.plan.ShrinkGuard;
import dev.sluice.plan.TableFacts;
import dev.sluice.plan.TablePlan;
import dev.sluice.plan.Untouched;
import dev.sluice.source.Rows;
import dev.sluice.source.Sight;
import dev.sluice.source.Snapshot;
import dev.sluice.store.Keys;
import dev.sluice.warehouse.LedgerMirror;
import dev.sluice.warehouse.Warehouse;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a sync of one table will do: looks at ledger, warehouse and source, cheapest first.
///
/// @param epoch   of the table's lock; 0 where nothing is locked because nothing will be done
/// @param unswept a run before this one left objects behind
record DraftSync(
        Wiring wiring,
        LedgerMirror mirror,
        String runId,
        TableSync sync,
        RunRequest request,
        long epoch,
        boolean unswept) {
    private static final Duration COUNT_AGAIN_AFTER = Duration.ofHours(20);
    private static final Untouched DRIFT = new Untouched(false, "the warehouse is not what the ledger says");

    /// @throws InvalidRequest the target is not ours
    Drafted draft() {
        Warehouse.State state = state();
        Counters counters = new Counters(wiring, mirror);
        Counters.Answer answer = ask(counters, state);
        boolean lakeForgot = epoch > 0 && state.newestEpoch() >= epoch;
        long held = lakeForgot ? wiring.locks().lift(sync.target(), runId, epoch, state.newestEpoch()) : epoch;
        if (answer.untouched().holds()) {
            Optional<TablePlan> leftAlone = leftAlone(counters, answer, state);
            if (leftAlone.isPresent()) {
                return leftAlone(leftAlone.get(), counters, answer, state, held);
            }
        }
        return compared(counters, answer, state, held);
    }

    private Warehouse.State state() {
        Optional<LedgerMirror.Mirror> trusted = mirror.trusted(sync.target());
        boolean count = countsWarehouse(trusted);
        Warehouse.State state = count || trusted.isEmpty()
                ? wiring.warehouse().read(sync.target(), count)
                : trusted.get().state();
        if (state.exists() && !state.ours()) {
            throw new InvalidRequest(
                    "the warehouse already has a table %s that Sluice did not make; name another one with target:, or drop it"
                            .formatted(sync.target()));
        }
        return state;
    }

    private Counters.Answer ask(Counters counters, Warehouse.State state) {
        Optional<Baseline> baseline = counters.baseline(sync);
        if (baseline.isEmpty()) {
            judge();
        }
        Counters.Answer answer = counters.ask(sync, runId, request, baseline, state);
        if (baseline.isPresent() && !answer.judged()) {
            judge();
        }
        return answer;
    }

    private ShrinkGuard guard() {
        boolean mayShrink = request.allowShrink().stream().anyMatch(word -> PlanRun.matches(word, sync));
        return ShrinkGuard.ofSync(sync.source(), sync.maxShrink(), mayShrink);
    }

    /// The source's own counters say that nobody wrote: nothing of it is read.
    private Drafted leftAlone(
            TablePlan plan, Counters counters, Counters.Answer answer, Warehouse.State state, long held) {
        if (epoch > 0) {
            counters.renew(answer);
        }
        Sight.Seen seen = answer.sight().orElseThrow();
        PlanDocument document = new PlanDocument(
                PlanDocument.FORMAT,
                runId,
                Purpose.SYNC,
                sync,
                seen.definition(),
                seen.table(),
                plan,
                guard(),
                held,
                false,
                false,
                unswept,
                state.counted().isPresent(),
                wiring.clock().instant(),
                0,
                List.of(),
                Optional.of(0.0),
                Optional.of(answer.untouched()));
        return new Drafted(document, List.of(), 0, Map.of());
    }

    /// The source's slices are compared with the ledger's.
    private Drafted compared(Counters counters, Counters.Answer answer, Warehouse.State state, long held) {
        Instant begin = wiring.clock().instant();
        try (Snapshot snapshot = request.mode() == RunRequest.Mode.PLAN
                ? wiring.snapshots().fresh(sync, runId)
                : wiring.snapshots().forPlan(sync, runId)) {
            Instant snapshotAt = wiring.clock().instant().minus(snapshot.age());
            Map<Slice, Fingerprint> source = fingerprints(snapshot, state);
            Duration compared = Duration.between(begin, wiring.clock().instant());
            TableFacts facts = facts(snapshot.definition(), snapshot.table(), source, state, request.full());
            TablePlan plan = Planner.plan(facts, guard());
            Optional<Pace> pace = wiring.documents().find(Keys.pace(sync.target()), Pace.class);
            long chunkBytes = pace.map(p -> p.chunkBytes(sync.chunkBytes())).orElse(sync.chunkBytes());
            Readings.Made made = new Readings(wiring).of(runId, sync, facts.definition(), plan, chunkBytes, snapshot);
            long moving = plan.of(Action.REPLACE).stream()
                    .mapToLong(PlannedSlice::bytes)
                    .sum();
            PlanDocument document = new PlanDocument(
                    PlanDocument.FORMAT,
                    runId,
                    Purpose.SYNC,
                    sync,
                    facts.definition(),
                    snapshot.table(),
                    plan,
                    guard(),
                    held,
                    request.full(),
                    !wiring.snapshots().sharedFor(sync),
                    unswept,
                    state.counted().isPresent(),
                    snapshotAt,
                    compared.toMillis() / 1000.0,
                    made.readings().stream().map(Reading::reason).toList(),
                    pace.flatMap(p -> p.predict(plan.rowsAfter(), moving)),
                    Optional.of(answer.untouched().holds() ? DRIFT : answer.untouched()));
            if (epoch > 0 && answer.sight().isPresent()) {
                counters.remember(document, answer.sight().get(), snapshot, compared);
            }
            return new Drafted(document, made.readings(), made.pages(), Map.of());
        }
    }

    /// An expression that is judged by the server takes a transaction id.
    private void judge() {
        if (sync.sliceBy() instanceof SliceBy.Expression) {
            wiring.source().checkSliceBy(sync);
        }
    }

    private TableFacts facts(
            Definition definition,
            SourceTable table,
            Map<Slice, Fingerprint> source,
            Warehouse.State state,
            boolean full) {
        return new TableFacts(
                sync,
                definition,
                source,
                state.exists() ? state.ledger() : Map.of(),
                pinned(state),
                state.counted(),
                state.exists(),
                table.bytes(),
                full);
    }

    /// The source is what the ledger says; empty if something is to be done even so, such as for drift in
    /// the warehouse.
    private Optional<TablePlan> leftAlone(Counters counters, Counters.Answer answer, Warehouse.State state) {
        Map<Slice, Fingerprint> source = new HashMap<>();
        state.ledger().forEach((slice, entry) -> source.put(slice, entry.source()));
        Sight.Seen seen = answer.sight().orElseThrow();
        TablePlan plan = Planner.plan(facts(seen.definition(), seen.table(), source, state, false), guard());
        return plan.nothingToDo()
                ? Optional.of(plan.leftAlone(
                        counters.provenSince(sync, answer.baseline().orElseThrow())))
                : Optional.empty();
    }

    private static Set<Slice> pinned(Warehouse.State state) {
        Set<Slice> pinned = new HashSet<>();
        state.ledger().values().stream().filter(LedgerEntry::pinned).forEach(entry -> pinned.add(entry.slice()));
        return pinned;
    }

    private boolean countsWarehouse(Optional<LedgerMirror.Mirror> trusted) {
        return switch (sync.warehouseRecheck()) {
            case ALWAYS -> true;
            case NEVER -> false;
            case DAILY ->
                trusted.flatMap(LedgerMirror.Mirror::countedAt)
                        .map(at -> at.plus(COUNT_AGAIN_AFTER)
                                .isBefore(wiring.clock().instant()))
                        .orElse(true);
        };
    }

    /// Time-sliced tables are counted whole and hashed where it is due; the others are hashed whole.
    private Map<Slice, Fingerprint> fingerprints(Snapshot snapshot, Warehouse.State state) {
        boolean hash = sync.detect() == Detect.FINGERPRINT;
        boolean rotates = hash
                && !request.full()
                && sync.sliceBy() instanceof SliceBy.Time
                && !state.ledger().isEmpty();
        if (!rotates) {
            return snapshot.fingerprints(Rows.all(), hash);
        }
        SliceBy.Time by = (SliceBy.Time) sync.sliceBy();
        Map<Slice, Fingerprint> counts = new HashMap<>(snapshot.fingerprints(Rows.all(), false));
        Map<Slice, Instant> provenAt =
                mirror.any(sync.target()).map(LedgerMirror.Mirror::provenAt).orElse(Map.of());
        Set<Slice> due =
                Recheck.due(sync, by, counts.keySet(), provenAt, wiring.clock().instant());
        // A slice whose count moved will be read anyway, and its fingerprint belongs into the ledger then.
        counts.forEach((slice, now) -> {
            LedgerEntry entry = state.ledger().get(slice);
            if (entry == null || entry.source().rows() != now.rows()) {
                due.add(slice);
            }
        });
        due.removeAll(pinned(state));
        if (due.size() == counts.size()) {
            return snapshot.fingerprints(Rows.all(), true);
        }
        if (!due.isEmpty()) {
            counts.putAll(snapshot.fingerprints(Rows.of(due), true));
        }
        return counts;
    }
}
