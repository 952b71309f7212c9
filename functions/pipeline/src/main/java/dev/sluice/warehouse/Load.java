package dev.sluice.warehouse;

import dev.sluice.model.Action;
import dev.sluice.model.DataMismatch;
import dev.sluice.model.Definition;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.LimitExceeded;
import dev.sluice.model.OnFailedSlice;
import dev.sluice.model.Slice;
import dev.sluice.model.SourceTable;
import dev.sluice.model.TableSync;
import dev.sluice.parquet.ConvertReceipt;
import dev.sluice.plan.Batch;
import dev.sluice.plan.Pace;
import dev.sluice.plan.PlannedSlice;
import dev.sluice.plan.Purpose;
import dev.sluice.plan.ShrinkGuard;
import dev.sluice.plan.TablePlan;
import dev.sluice.raw.LandReceipt;
import dev.sluice.store.Checkpoint;
import dev.sluice.store.Documents;
import dev.sluice.store.InParallel;
import dev.sluice.store.Keys;
import dev.sluice.store.Progress;
import dev.sluice.store.TableLocks;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The load stage: a wave of converted slices becomes visible in one transaction, or not at all.
///
/// It reads the keys that the plan foresaw, never what a map returned: a batch without a receipt is a
/// failed batch.
public record Load(
        Warehouse warehouse,
        LedgerMirror mirror,
        Documents documents,
        TableLocks locks,
        Clock clock,
        Progress progress) {
    private static final LandReceipt.SliceFailure NO_RECEIPT = new LandReceipt.SliceFailure(
            DataMismatch.class.getName(), "the batch left no receipt; its function failed or was stopped");

    /// One wave as it was planned.
    ///
    /// @param sourceTable the catalogue's word at plan time
    /// @param epoch       of the lock that the plan took
    public record Wave(
            Purpose purpose,
            TableSync sync,
            Definition definition,
            SourceTable sourceTable,
            TablePlan plan,
            String runId,
            long epoch,
            int number,
            boolean full,
            ShrinkGuard guard) {
        public Wave {
            if (number >= plan.waves().size()) {
                throw new IllegalArgumentException("no wave " + number);
            }
        }
    }

    /// Publishes the wave, or returns the receipt of the attempt that already did.
    public LoadReceipt run(Wave wave) {
        String key = Keys.loadReceipt(wave.runId(), wave.sync().target(), wave.number());
        Optional<LoadReceipt> done = documents.find(key, LoadReceipt.class);
        if (done.isPresent()) {
            return done.get();
        }
        locks.renew(wave.sync().target(), wave.runId(), wave.epoch());
        Landings landings = landings(wave);
        LoadReceipt receipt;
        if (holds(wave, landings)) {
            receipt = held(wave, landings);
        } else if (nothingToPublish(wave, landings)) {
            receipt = nothing(wave, landings, Optional.empty());
        } else {
            receipt = publish(wave, landings);
        }
        Checkpoint.reach("load.committed-without-receipt");
        LoadReceipt committed = documents.commit(key, receipt, LoadReceipt.class);
        Checkpoint.reach("load.receipt-written");
        return committed;
    }

    /// What the batches of a wave came to: the newest landing of each slice. The receipts themselves are
    /// not kept: of many slices they fill the memory.
    private record Landings(
            Map<Slice, Landing> good,
            Map<Slice, LandReceipt.SliceFailure> failed,
            Optional<Instant> readFrom,
            Optional<Pace.Sample> slowestRead) {}

    private static Optional<Instant> readFrom(List<LandReceipt> reads) {
        return reads.stream()
                .map(r -> r.endedAt().minusMillis((long) (r.seconds() * 1000)))
                .min(Comparator.naturalOrder());
    }

    private static Optional<Pace.Sample> slowestRead(List<LandReceipt> reads) {
        return reads.stream()
                .max(Comparator.comparingDouble(LandReceipt::seconds))
                .map(r -> new Pace.Sample(
                        r.slices().stream().mapToLong(LandReceipt.Landed::bytes).sum(), r.seconds()));
    }

    /// @param bytes of rows as CSV
    private record Landing(
            Fingerprint fingerprint,
            long bytes,
            ConvertReceipt.ConvertedSlice converted,
            String rawReceipt,
            String lakeReceipt) {}

    /// @param failure what the newest attempt said, if it could still say anything
    private record BatchOutcome(
            Batch batch,
            Optional<LandReceipt> land,
            Optional<ConvertReceipt> convert,
            Optional<LandReceipt.SliceFailure> failure) {}

    private BatchOutcome outcome(Batch batch) {
        Optional<ConvertReceipt> convert =
                documents.find(receiptKey(batch, ConvertReceipt.STAGE), ConvertReceipt.class);
        String failure = Keys.batchFailure(batch.runId(), batch.target(), batch.wave(), batch.number());
        return new BatchOutcome(
                batch,
                documents.find(receiptKey(batch, LandReceipt.STAGE), LandReceipt.class),
                convert,
                convert.isPresent() ? Optional.empty() : documents.find(failure, LandReceipt.SliceFailure.class));
    }

    private Landings landings(Wave wave) {
        List<BatchOutcome> batches = InParallel.map(batches(wave), this::outcome);
        List<LandReceipt> reads =
                batches.stream().flatMap(o -> o.land().stream()).toList();
        List<BatchOutcome> outcomes = whole(batches);
        Map<Slice, Landing> good = new HashMap<>();
        Map<Slice, LandReceipt.SliceFailure> failed = new HashMap<>();
        for (BatchOutcome outcome : outcomes) {
            boolean whole = outcome.batch().chunk().isPresent();
            String rawReceipt = receiptKey(outcome.batch(), whole ? LandReceipt.WHOLE_STAGE : LandReceipt.STAGE);
            String lakeReceipt = receiptKey(outcome.batch(), whole ? ConvertReceipt.WHOLE_STAGE : ConvertReceipt.STAGE);
            Map<Slice, LandReceipt.Landed> landed = new HashMap<>();
            outcome.land().ifPresent(r -> r.slices().forEach(s -> landed.put(s.slice(), s)));
            Map<Slice, ConvertReceipt.ConvertedSlice> converted = new HashMap<>();
            outcome.convert().ifPresent(r -> r.slices().forEach(s -> converted.put(s.slice(), s)));
            for (Batch.Item item : outcome.batch().slices()) {
                Slice slice = item.slice();
                good.remove(slice);
                failed.remove(slice);
                LandReceipt.Landed raw = landed.get(slice);
                ConvertReceipt.ConvertedSlice parquet = converted.get(slice);
                if (raw == null || parquet == null) {
                    failed.put(slice, outcome.failure().orElse(NO_RECEIPT));
                } else if (raw.failure().or(parquet::failure).isPresent()) {
                    failed.put(slice, raw.failure().or(parquet::failure).get());
                } else {
                    good.put(slice, new Landing(raw.fingerprint(), raw.bytes(), parquet, rawReceipt, lakeReceipt));
                }
            }
        }
        return new Landings(good, failed, readFrom(reads), slowestRead(reads));
    }

    /// The chunks of a group become one outcome, with receipts that speak for all of them. One that
    /// failed fails all: what the others read is no state of the source.
    private List<BatchOutcome> whole(List<BatchOutcome> outcomes) {
        Map<Integer, List<BatchOutcome>> groups = new LinkedHashMap<>();
        for (BatchOutcome outcome : outcomes) {
            groups.computeIfAbsent(outcome.batch().firstOfGroup(), first -> new ArrayList<>())
                    .add(outcome);
        }
        return groups.values().stream().map(this::oneOf).toList();
    }

    private BatchOutcome oneOf(List<BatchOutcome> group) {
        BatchOutcome first = group.getFirst();
        if (first.batch().chunk().isEmpty()) {
            return first;
        }
        Optional<LandReceipt.SliceFailure> failure =
                group.stream().flatMap(o -> o.failure().stream()).findFirst();
        List<LandReceipt> landed =
                group.stream().flatMap(o -> o.land().stream()).toList();
        List<ConvertReceipt> converted =
                group.stream().flatMap(o -> o.convert().stream()).toList();
        int chunks = first.batch().chunk().get().of();
        if (landed.size() < chunks || converted.size() < chunks) {
            return new BatchOutcome(first.batch(), Optional.empty(), Optional.empty(), failure);
        }
        Map<Slice, Fingerprint> planned = new HashMap<>();
        first.batch().slices().forEach(item -> planned.put(item.slice(), item.planned()));
        LandReceipt land = documents.commit(
                receiptKey(first.batch(), LandReceipt.WHOLE_STAGE),
                LandReceipt.join(landed, planned),
                LandReceipt.class);
        ConvertReceipt convert = documents.commit(
                receiptKey(first.batch(), ConvertReceipt.WHOLE_STAGE),
                ConvertReceipt.join(converted),
                ConvertReceipt.class);
        return new BatchOutcome(first.batch(), Optional.of(land), Optional.of(convert), Optional.empty());
    }

    private static String receiptKey(Batch batch, String stage) {
        return Keys.receipt(batch.runId(), batch.target(), batch.wave(), batch.number(), stage);
    }

    /// Batches of every round, earlier rounds first, so that a later landing of a slice wins.
    private List<Batch> batches(Wave wave) {
        List<Batch> batches = new ArrayList<>();
        for (int round = 0; ; round++) {
            String key = Keys.batches(wave.runId(), wave.sync().target(), wave.number(), round);
            Optional<BatchItem[]> items = documents.find(key, BatchItem[].class);
            if (items.isEmpty()) {
                return batches;
            }
            batches.addAll(InParallel.map(
                    List.of(items.get()),
                    item -> documents.get(
                            Keys.batch(wave.runId(), wave.sync().target(), wave.number(), item.batch()), Batch.class)));
        }
    }

    /// One element of the item list that the state machine maps over.
    public record BatchItem(String runId, String table, int wave, int batch) {}

    private static boolean allOrNothing(Wave wave) {
        return wave.sync().onFailedSlice() == OnFailedSlice.HOLD
                || wave.plan().replaceTarget() && wave.plan().rowsBefore() > 0;
    }

    private static boolean holds(Wave wave, Landings landings) {
        return !landings.failed().isEmpty() && allOrNothing(wave);
    }

    /// A wave of failed slices alone leaves the waves after it, and the table's other slices, as they
    /// are.
    private static boolean nothingToPublish(Wave wave, Landings landings) {
        return landings.good().isEmpty()
                && !landings.failed().isEmpty()
                && wave.plan().wave(wave.number()).stream().noneMatch(p -> p.action() == Action.REMOVE);
    }

    private LoadReceipt held(Wave wave, Landings landings) {
        LandReceipt.SliceFailure first = landings.failed().entrySet().stream()
                .min(Map.Entry.comparingByKey())
                .orElseThrow()
                .getValue();
        String why = wave.sync().onFailedSlice() == OnFailedSlice.HOLD
                ? "on_failed_slice: hold"
                : "a table is replaced whole or not at all";
        return nothing(
                wave,
                landings,
                Optional.of(new LandReceipt.SliceFailure(
                        first.type(),
                        "%s: %d of %d slices failed, so nothing of it was published (%s). First: %s"
                                .formatted(
                                        wave.sync().source(),
                                        landings.failed().size(),
                                        landings.failed().size()
                                                + landings.good().size(),
                                        why,
                                        first.message()))));
    }

    private LoadReceipt nothing(Wave wave, Landings landings, Optional<LandReceipt.SliceFailure> held) {
        return new LoadReceipt(
                LoadReceipt.FORMAT,
                wave.runId(),
                wave.number(),
                landings.readFrom(),
                landings.slowestRead(),
                clock.instant(),
                List.of(),
                List.of(),
                0,
                0,
                landings.failed(),
                held,
                List.of());
    }

    private LoadReceipt publish(Wave wave, Landings landings) {
        List<Publication.Published> published = new ArrayList<>();
        Set<Slice> removals = new HashSet<>();
        List<Slice> released = new ArrayList<>();
        for (PlannedSlice planned : wave.plan().wave(wave.number())) {
            if (planned.action() == Action.REMOVE) {
                removals.add(planned.slice());
            } else if (planned.action() == Action.RELEASE) {
                released.add(planned.slice());
            }
        }
        long rows = 0;
        long bytes = 0;
        List<LoadReceipt.Loaded> loaded = new ArrayList<>();
        for (Map.Entry<Slice, Landing> entry : new java.util.TreeMap<>(landings.good()).entrySet()) {
            Landing landing = entry.getValue();
            Fingerprint source = landing.fingerprint();
            if (source.rows() == 0 && !entry.getKey().equals(Slice.ALL)) {
                removals.add(entry.getKey());
                continue;
            }
            rows += source.rows();
            bytes += landing.bytes();
            loaded.add(new LoadReceipt.Loaded(
                    entry.getKey(), source.rows(), landing.converted().nulls()));
            published.add(new Publication.Published(
                    entry.getKey(),
                    source,
                    landing.bytes(),
                    landing.converted().bytes(),
                    landing.rawReceipt(),
                    landing.lakeReceipt(),
                    landing.converted().parts()));
        }
        published.forEach(p -> removals.remove(p.slice()));
        // what is published has all of it that is needed
        landings.good().clear();
        if (wave.purpose() == Purpose.REPLAY) {
            removals.forEach(slice -> published.add(Publication.Published.absent(slice)));
        }
        mirror.beforePublish(wave.sync().target(), wave.runId());
        Publication publication = new Publication(
                wave.purpose(),
                wave.definition(),
                new HashSet<>(
                        wave.sourceTable().columns().stream().map(c -> c.name()).toList()),
                wave.full(),
                wave.plan().replaceTarget() && wave.number() == 0,
                wave.runId(),
                wave.epoch(),
                wave.number(),
                clock.instant(),
                published,
                wave.purpose() == Purpose.REPLAY ? List.of() : List.copyOf(removals),
                released,
                wave.plan().rowsBefore(),
                wave.guard(),
                () -> locks.renew(wave.sync().target(), wave.runId(), wave.epoch()));
        Optional<LandReceipt.SliceFailure> refused = Optional.empty();
        List<String> statements = List.of();
        try {
            statements = warehouse.publish(publication);
        } catch (LimitExceeded guard) {
            refused = Optional.of(LandReceipt.SliceFailure.of(guard));
        }
        Checkpoint.reach("load.committed-without-mirror");
        mirror.refresh(
                wave.sync().target(),
                () -> warehouse.read(wave.sync().target(), false),
                Optional.empty(),
                Optional.empty(),
                Map.of());
        boolean done = refused.isEmpty();
        if (done) {
            progress.published(wave.sync().target(), loaded.size() + removals.size(), rows);
        }
        return new LoadReceipt(
                LoadReceipt.FORMAT,
                wave.runId(),
                wave.number(),
                landings.readFrom(),
                landings.slowestRead(),
                clock.instant(),
                done ? loaded : List.of(),
                done ? List.copyOf(new java.util.TreeSet<>(removals)) : List.of(),
                done ? rows : 0,
                done ? bytes : 0,
                landings.failed(),
                refused,
                statements);
    }
}
