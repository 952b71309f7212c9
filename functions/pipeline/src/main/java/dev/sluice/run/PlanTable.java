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
import dev.sluice.store.Checkpoint;
import dev.sluice.store.Keys;
import dev.sluice.store.TableLocks;
import dev.sluice.verify.TableResult;
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

/// The plan-table stage: takes the table's lock, looks at source, ledger and warehouse, and writes down
/// what will be done. Called again after landing where readers do not share a snapshot, see [Settle].
record PlanTable(Wiring wiring, LedgerMirror mirror) {
    private static final Duration COUNT_AGAIN_AFTER = Duration.ofHours(20);
    private static final Untouched DRIFT = new Untouched(false, "the warehouse is not what the ledger says");

    Messages.Step run(Messages.PlanTableInput input) {
        String runId = input.runId();
        PlanRun.Stored stored = wiring.documents().get(Keys.request(runId), PlanRun.Stored.class);
        if (stored.request().mode() == RunRequest.Mode.VERIFY) {
            return Messages.Step.to("verify", 0, 0);
        }
        TableSync sync = wiring.documents().get(Keys.sync(runId, input.table()), TableSync.class);
        Optional<PlanDocument> planned = wiring.documents().find(Keys.plan(runId, input.table()), PlanDocument.class);
        if (input.round() > 0) {
            return new Settle(wiring).run(planned.orElseThrow(), input.wave(), input.round());
        }
        if (planned.isPresent()) {
            // An attempt before this one died after its plan: go on with that plan.
            return first(planned.get());
        }
        boolean looksOnly = stored.request().mode() == RunRequest.Mode.PLAN;
        long epoch = 0;
        boolean unswept = false;
        if (!looksOnly) {
            long known = mirror.any(sync.target())
                    .map(LedgerMirror.Mirror::newestEpoch)
                    .orElse(0L);
            switch (wiring.locks().take(sync.target(), runId, known)) {
                case TableLocks.Taken.Held held -> {
                    epoch = held.epoch();
                    unswept = held.unswept();
                }
                case TableLocks.Taken.Busy busy -> {
                    return deferred(runId, sync, busy, stored.request().mode());
                }
            }
        }
        Checkpoint.reach("plan.locked");
        Drafted drafted = stored.request().mode() == RunRequest.Mode.REPLAY
                ? new PlanReplay(wiring).draft(runId, sync, stored.request(), epoch, unswept)
                : draft(runId, sync, stored.request(), epoch, unswept);
        PlanDocument document = drafted.document();
        new Batches(wiring).write(document, drafted.readings(), drafted.pages(), drafted.receipts());
        wiring.documents().put(Keys.plan(runId, sync.target()), document);
        Checkpoint.reach("plan.written");
        TablePlan plan = document.plan();
        wiring.progress()
                .planned(
                        sync.target(),
                        (int) plan.count(Action.KEEP),
                        (int) plan.count(Action.REPLACE),
                        (int) plan.count(Action.REMOVE),
                        plan.of(Action.REPLACE).stream()
                                .mapToLong(p -> p.source().rows())
                                .sum(),
                        plan.of(Action.REPLACE).stream()
                                .mapToLong(p -> p.bytes())
                                .sum());
        return looksOnly ? Messages.Step.to("done", 0, 0) : first(document);
    }

    private Messages.Step first(PlanDocument document) {
        return document.plan().waves().isEmpty()
                ? Messages.Step.to("verify", 0, 0)
                : new Batches(wiring).step(document, 0, 0);
    }

    /// A sync may leave the work to the other run; a replay was asked for something that run does not do.
    private Messages.Step deferred(String runId, TableSync sync, TableLocks.Taken.Busy busy, RunRequest.Mode mode) {
        TableResult.Status status =
                mode == RunRequest.Mode.REPLAY ? TableResult.Status.FAILED : TableResult.Status.DEFERRED;
        String why = "%s is in the hands of run %s (its lock expires at %s)"
                .formatted(sync.target(), busy.runId(), busy.expiresAt());
        wiring.documents()
                .put(
                        Keys.result(runId, sync.target()),
                        TableResult.bare(sync.source(), sync.target(), sync.strategy(), status, why, 0));
        wiring.progress().finished(sync.target(), status.name());
        return Messages.Step.to("done", 0, 0);
    }

    /// A plan, and what its batches are made from.
    ///
    /// @param pages    of the table
    /// @param receipts replay only: keys of the land receipts that say where the rows of each slice are
    record Drafted(PlanDocument document, List<Reading> readings, long pages, Map<Slice, String> receipts) {}

    private Drafted draft(String runId, TableSync sync, RunRequest request, long epoch, boolean unswept) {
        Optional<LedgerMirror.Mirror> trusted = mirror.trusted(sync.target());
        boolean count = countsWarehouse(sync, trusted);
        Warehouse.State state = count || trusted.isEmpty()
                ? wiring.warehouse().read(sync.target(), count)
                : trusted.get().state();
        if (state.exists() && !state.ours()) {
            throw new InvalidRequest(
                    "the warehouse already has a table %s that Sluice did not make; name another one with target:, or drop it"
                            .formatted(sync.target()));
        }
        Counters counters = new Counters(wiring, mirror);
        Optional<Baseline> baseline = counters.baseline(sync);
        if (baseline.isEmpty()) {
            judge(sync);
        }
        Counters.Answer answer = counters.ask(sync, runId, request, baseline, state);
        if (baseline.isPresent() && !answer.judged()) {
            judge(sync);
        }
        boolean mayShrink = request.allowShrink().stream().anyMatch(word -> PlanRun.matches(word, sync));
        ShrinkGuard guard = ShrinkGuard.ofSync(sync.source(), sync.maxShrink(), mayShrink);
        boolean lakeForgot = epoch > 0 && state.newestEpoch() >= epoch;
        long held = lakeForgot ? wiring.locks().lift(sync.target(), runId, epoch, state.newestEpoch()) : epoch;
        if (answer.untouched().holds()) {
            Optional<TablePlan> leftAlone = leftAlone(sync, guard, counters, answer, state);
            if (leftAlone.isPresent()) {
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
                        leftAlone.get(),
                        guard,
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
        }
        Instant begin = wiring.clock().instant();
        try (Snapshot snapshot = request.mode() == RunRequest.Mode.PLAN
                ? wiring.snapshots().fresh(sync, runId)
                : wiring.snapshots().forPlan(sync, runId)) {
            Instant snapshotAt = wiring.clock().instant().minus(snapshot.age());
            Map<Slice, Fingerprint> source = fingerprints(sync, snapshot, state, request.full());
            Duration compared = Duration.between(begin, wiring.clock().instant());
            TableFacts facts = facts(sync, snapshot.definition(), snapshot.table(), source, state, request.full());
            TablePlan plan = Planner.plan(facts, guard);
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
                    guard,
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
    private void judge(TableSync sync) {
        if (sync.sliceBy() instanceof SliceBy.Expression) {
            wiring.source().checkSliceBy(sync);
        }
    }

    private static TableFacts facts(
            TableSync sync,
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
    private static Optional<TablePlan> leftAlone(
            TableSync sync, ShrinkGuard guard, Counters counters, Counters.Answer answer, Warehouse.State state) {
        Map<Slice, Fingerprint> source = new HashMap<>();
        state.ledger().forEach((slice, entry) -> source.put(slice, entry.source()));
        Sight.Seen seen = answer.sight().orElseThrow();
        TablePlan plan = Planner.plan(facts(sync, seen.definition(), seen.table(), source, state, false), guard);
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

    private boolean countsWarehouse(TableSync sync, Optional<LedgerMirror.Mirror> trusted) {
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
    private Map<Slice, Fingerprint> fingerprints(
            TableSync sync, Snapshot snapshot, Warehouse.State state, boolean full) {
        boolean hash = sync.detect() == Detect.FINGERPRINT;
        boolean rotates = hash
                && !full
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
