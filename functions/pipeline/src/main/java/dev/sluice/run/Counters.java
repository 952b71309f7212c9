package dev.sluice.run;

import dev.sluice.model.Detect;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.RunRequest;
import dev.sluice.model.Slice;
import dev.sluice.model.Strategy;
import dev.sluice.model.TableSync;
import dev.sluice.plan.PlanDocument;
import dev.sluice.plan.Recheck;
import dev.sluice.plan.Untouched;
import dev.sluice.source.Look;
import dev.sluice.source.Sight;
import dev.sluice.source.Snapshot;
import dev.sluice.store.Keys;
import dev.sluice.verify.TableResult;
import dev.sluice.warehouse.LedgerMirror;
import dev.sluice.warehouse.Warehouse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Tier 0: asks the source's own counters whether anybody wrote to a table since it was last in step. The
/// look that is taken for the question becomes the next baseline if the run brings the table in step.
record Counters(Wiring wiring, LedgerMirror mirror) {
    /// How long a wait goes on beyond [Look#COUNTED_AFTER] while a transaction of somebody's ends.
    private static final Duration MORE_PATIENCE = Duration.ofSeconds(30);

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);

    /// @param sight    empty where the source was not asked
    /// @param baseline the one that was compared with
    record Answer(Untouched untouched, Optional<Sight.Seen> sight, Optional<Baseline> baseline) {
        static Answer unasked(String why) {
            return new Answer(new Untouched(false, why), Optional.empty(), Optional.empty());
        }

        /// The slice expression was judged by this very server for this very definition; it uses nothing
        /// but what is built in, or there would be no baseline.
        boolean judged() {
            return sight.isPresent()
                    && baseline.isPresent()
                    && sight.get().look().sameServer(baseline.get().look())
                    && sight.get().definition().hash().equals(baseline.get().definitionHash());
        }
    }

    Optional<Baseline> baseline(TableSync sync) {
        return sync.untouched()
                ? wiring.documents().find(Keys.baseline(sync.target()), Baseline.class)
                : Optional.empty();
    }

    /// @param state of ledger and warehouse
    Answer ask(TableSync sync, String runId, RunRequest request, Optional<Baseline> baseline, Warehouse.State state) {
        if (!sync.untouched()) {
            return Answer.unasked("untouched: false");
        }
        if (sync.strategy() == Strategy.WHOLESALE && !sync.skipUnchanged()) {
            return Answer.unasked("recreated on every sync");
        }
        return switch (look(sync, runId, Optional.empty())) {
            case Sight.Blind(String why) -> Answer.unasked(why);
            case Sight.Seen seen ->
                new Answer(compare(sync, runId, request, baseline, state, seen), Optional.of(seen), baseline);
        };
    }

    /// A server that does not answer these questions is read as ever.
    private Sight look(TableSync sync, String runId, Optional<Instant> since) {
        try {
            return wiring.source().look(sync, runId, since);
        } catch (InvalidRequest refused) {
            return new Sight.Blind(String.valueOf(refused.getMessage()));
        }
    }

    private Untouched compare(
            TableSync sync,
            String runId,
            RunRequest request,
            Optional<Baseline> baseline,
            Warehouse.State state,
            Sight.Seen seen) {
        Look now = seen.look();
        Optional<String> useless = request.full()
                ? Optional.of("asked for with --full")
                : baseline.map(b -> useless(b, sync, seen, state))
                        .orElse(Optional.of("no run has brought the table in step since counters are kept"));
        if (useless.isPresent()) {
            return new Untouched(false, useless.get());
        }
        Baseline then = baseline.orElseThrow();
        String since = "nobody wrote to it since " + then.look().at();
        if (now.nothingEndedSince(then.look())) {
            return new Untouched(true, since);
        }
        if (!now.sameCounts(then.look())) {
            return new Untouched(
                    false, "somebody wrote to it since " + then.look().at());
        }
        Optional<String> uncounted = seen.uncounted();
        if (uncounted.isPresent() && then.compareSeconds() > Look.COUNTED_AFTER.toSeconds()) {
            uncounted = wait(sync, runId, now);
        }
        return new Untouched(uncounted.isEmpty(), uncounted.orElse(since));
    }

    private Optional<String> useless(Baseline then, TableSync sync, Sight.Seen seen, Warehouse.State state) {
        if (then.ledgerEpoch() != state.newestEpoch()
                || then.detect() != sync.detect()
                || !then.definitionHash().equals(seen.definition().hash())) {
            return Optional.of("the table was not brought in step since it was last published or defined anew");
        }
        if (!seen.look().sameServer(then.look())) {
            return Optional.of("the server was started anew, or crashed, since the last run");
        }
        return Recheck.overdue(
                        sync, oldestProof(then, sync, state), wiring.clock().instant())
                ? Optional.of("every slice is compared within %d days".formatted(sync.auditDays()))
                : Optional.empty();
    }

    private Instant oldestProof(Baseline then, TableSync sync, Warehouse.State state) {
        if (sync.detect() == Detect.CARDINALITY) {
            return then.comparedAt();
        }
        Map<Slice, Instant> provenAt = provenAt(sync);
        return state.ledger().keySet().stream()
                .map(slice -> provenAt.getOrDefault(slice, Instant.EPOCH))
                .min(Instant::compareTo)
                .filter(oldest -> oldest.isBefore(then.comparedAt()))
                .orElse(then.comparedAt());
    }

    private Map<Slice, Instant> provenAt(TableSync sync) {
        return mirror.any(sync.target()).map(LedgerMirror.Mirror::provenAt).orElse(Map.of());
    }

    /// Looks again when everything that was committed before the first look must have been counted.
    ///
    /// @return why that is still not sure
    private Optional<String> wait(TableSync sync, String runId, Look first) {
        Duration waited = Look.COUNTED_AFTER.plus(BETWEEN_LOOKS);
        wiring.pause().sleep(waited);
        while (true) {
            switch (look(sync, runId, Optional.of(first.at()))) {
                case Sight.Blind(String why) -> {
                    return Optional.of(why);
                }
                case Sight.Seen(Look again, var table, var definition, Optional<String> uncounted) -> {
                    if (!again.sameCounts(first)) {
                        return Optional.of("somebody wrote to it a moment ago");
                    }
                    if (uncounted.isEmpty() || waited.compareTo(Look.COUNTED_AFTER.plus(MORE_PATIENCE)) >= 0) {
                        return uncounted;
                    }
                }
            }
            wiring.pause().sleep(BETWEEN_LOOKS);
            waited = waited.plus(BETWEEN_LOOKS);
        }
    }

    /// Slices that were proven when the table was last compared, or later: nobody wrote since.
    Predicate<Slice> provenSince(TableSync sync, Baseline then) {
        Map<Slice, Instant> provenAt = provenAt(sync);
        return slice -> sync.detect() == Detect.FINGERPRINT
                && !provenAt.getOrDefault(slice, Instant.EPOCH).isBefore(then.comparedAt());
    }

    /// Nobody wrote up to this look, so whoever compares with it need not look further back.
    void renew(Answer answer) {
        Baseline then = answer.baseline().orElseThrow();
        Look now = answer.sight().orElseThrow().look();
        if (now.sameCounts(then.look()) && !now.instant().equals(then.look().instant())) {
            wiring.documents().put(Keys.baseline(then.table()), then.seenAgain(now));
        }
    }

    /// Keeps the look for the end of the run. Taken before the snapshot, so what came in between is in
    /// the comparison and, at worst, counted once more.
    void remember(PlanDocument document, Sight.Seen seen, Snapshot snapshot, Duration compared) {
        Look look = seen.look();
        boolean elsewhere = !snapshot.server().equals(look.server());
        boolean rowsElsewhere = document.plan().rowsAfter() > 0 && look.bytes() == 0;
        if (elsewhere || rowsElsewhere) {
            return;
        }
        Baseline candidate = new Baseline(
                Baseline.FORMAT,
                document.sync().target(),
                seen.definition().hash(),
                document.sync().detect(),
                document.snapshotAt(),
                compared.toMillis() / 1000.0,
                -1,
                look);
        wiring.documents()
                .put(Keys.baselineOfRun(document.runId(), document.sync().target()), candidate);
    }

    /// At the end of a run, while its lock is held: the run's look becomes the baseline if the table is in
    /// step, and there is none otherwise. Slices that were read at instants of their own, perhaps from
    /// several servers behind one address, leave none either.
    void settle(PlanDocument document, TableResult result) {
        if (document.leftAlone()) {
            return;
        }
        boolean oneInstant = !document.settle() || document.plan().waves().isEmpty();
        boolean inStep = result.status() == TableResult.Status.SUCCEEDED
                && result.stale() == 0
                && result.moving() == 0
                && document.plan().refused().isEmpty();
        Optional<LedgerMirror.Mirror> ledger = mirror.trusted(document.sync().target());
        Optional<Baseline> candidate = oneInstant && inStep && ledger.isPresent()
                ? wiring.documents()
                        .find(
                                Keys.baselineOfRun(
                                        document.runId(), document.sync().target()),
                                Baseline.class)
                : Optional.empty();
        String key = Keys.baseline(document.sync().target());
        if (candidate.isPresent()) {
            wiring.documents()
                    .put(key, candidate.get().ofLedger(ledger.orElseThrow().newestEpoch()));
        } else {
            wiring.documents().store().delete(List.of(key));
        }
    }
}
