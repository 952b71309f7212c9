package dev.sluice.raw;

import dev.sluice.model.DataMismatch;
import dev.sluice.model.Definition;
import dev.sluice.model.Detect;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.LimitExceeded;
import dev.sluice.model.PageRange;
import dev.sluice.model.Slice;
import dev.sluice.model.SliceBy;
import dev.sluice.model.TableSync;
import dev.sluice.plan.Batch;
import dev.sluice.plan.Reading;
import dev.sluice.source.Rows;
import dev.sluice.source.SharedSnapshots;
import dev.sluice.source.Snapshot;
import dev.sluice.store.Checkpoint;
import dev.sluice.store.Documents;
import dev.sluice.store.InParallel;
import dev.sluice.store.Keys;
import dev.sluice.store.Part;
import dev.sluice.store.Progress;
import dev.sluice.store.TableLocks;
import dev.sluice.store.Ulid;
import dev.sluice.store.WorkDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The land stage: the rows of a batch become one raw object per slice, and a receipt that says in which
/// state of the source they were read.
public record Land(
        SharedSnapshots snapshots,
        Documents documents,
        TableLocks locks,
        WorkDirectory work,
        Clock clock,
        Progress progress) {
    private static final long PROGRESS_ROWS = 4096;

    /// Lands a batch, or returns the receipt of the attempt that already did.
    ///
    /// @throws DataMismatch the table's definition changed since the plan, or the lock was taken over
    public LandReceipt run(TableSync sync, Batch batch) {
        String key = Keys.receipt(batch.runId(), batch.target(), batch.wave(), batch.number(), LandReceipt.STAGE);
        Optional<LandReceipt> done = documents.find(key, LandReceipt.class);
        if (done.isPresent()) {
            return done.get();
        }
        locks.renew(batch.target(), batch.runId(), batch.epoch());
        try (Snapshot snapshot = snapshots.forRows(sync, batch.runId());
                WorkDirectory.Room room = work.room("land")) {
            checkAge(batch);
            Instant startedAt = clock.instant();
            Instant snapshotAt = startedAt.minus(snapshot.age());
            Definition definition = snapshot.definition();
            if (!definition.hash().equals(batch.definitionHash())) {
                throw new DataMismatch(
                        "%s: its columns or types changed between plan and land; nothing was published, sync again"
                                .formatted(batch.source()));
            }
            String attempt = Ulid.at(clock.instant());
            List<LandReceipt.Landed> landed = land(sync, batch, definition, snapshot, room, attempt);
            Checkpoint.reach("land.objects-without-receipt");
            LandReceipt mine = new LandReceipt(
                    LandReceipt.FORMAT,
                    batch.runId(),
                    batch.source(),
                    batch.target(),
                    batch.wave(),
                    batch.number(),
                    batch.round(),
                    attempt,
                    batch.chunk(),
                    definition.hash(),
                    definition.columns(),
                    Optional.empty(),
                    snapshotAt,
                    clock.instant(),
                    Duration.between(startedAt, clock.instant()).toMillis() / 1000.0,
                    landed);
            LandReceipt winner = documents.commit(key, mine, LandReceipt.class);
            Checkpoint.reach("land.receipt-written");
            if (!winner.attempt().equals(attempt)) {
                documents
                        .store()
                        .delete(landed.stream()
                                .flatMap(l -> l.parts().stream().map(Part::key))
                                .toList());
            }
            return winner;
        }
    }

    private void checkAge(Batch batch) {
        snapshots.age(batch.target(), batch.runId()).ifPresent(age -> {
            if (age.compareTo(SharedSnapshots.MAX_AGE) > 0) {
                throw new LimitExceeded(
                        "%s: its snapshot is %d minutes old and keeps the source from cleaning up; more than %d are not allowed. Use consistency: slice, or smaller slices and a budget"
                                .formatted(batch.source(), age.toMinutes(), SharedSnapshots.MAX_AGE.toMinutes()));
            }
        });
    }

    private List<LandReceipt.Landed> land(
            TableSync sync,
            Batch batch,
            Definition definition,
            Snapshot snapshot,
            WorkDirectory.Room room,
            String attempt) {
        Optional<Map<Slice, Fingerprint>> read = fingerprints(sync, batch, snapshot);
        try (Spools spools = new Spools(slices(batch), definition.columns(), room.path(), SpoolMemory.OF_PROCESS)) {
            Counter counter = new Counter(batch, progress);
            for (Rows rows : reads(batch, definition)) {
                snapshot.copy(rows, (slice, buffer, offset, length) -> {
                    if (spools.row(slice, buffer, offset, length)) {
                        counter.row(length);
                    }
                });
            }
            counter.tell();
            Checkpoint.reach("land.read");
            return InParallel.map(
                    batch.slices().stream()
                            .map(item -> new Finished(item, spools.finish(item.slice())))
                            .toList(),
                    finished -> upload(batch, finished.item(), finished.spool(), read, attempt));
        }
    }

    /// One statement each.
    private static List<Rows> reads(Batch batch, Definition definition) {
        Optional<PageRange> pages = batch.chunk().map(Batch.Chunk::pages);
        if (definition.sliceBy() instanceof SliceBy.Whole) {
            return List.of(Rows.all().within(pages));
        }
        return switch (batch.way()) {
            case EACH ->
                slices(batch).stream()
                        .map(slice -> Rows.of(List.of(slice)).within(pages))
                        .toList();
            case LIST -> List.of(Rows.of(slices(batch)).within(pages));
            case PASS -> List.of(Rows.all().within(pages));
        };
    }

    /// Rows on their way, told now and then: a call per row would cost more than the row.
    private static final class Counter {
        private final Batch batch;
        private final Progress progress;
        private long rows;
        private long bytes;

        Counter(Batch batch, Progress progress) {
            this.batch = batch;
            this.progress = progress;
        }

        void row(int length) {
            rows++;
            bytes += length;
            if (rows >= PROGRESS_ROWS) {
                tell();
            }
        }

        void tell() {
            progress.read(batch.target(), rows, bytes);
            rows = 0;
            bytes = 0;
        }
    }

    private record Finished(Batch.Item item, SliceSpool spool) {}

    /// The fingerprints of the snapshot that the rows are read in: the plan's own if that snapshot is
    /// shared, otherwise taken anew, because rows may have come and gone since the plan. Empty for a
    /// chunk where the plan knows the sum of all chunks.
    private Optional<Map<Slice, Fingerprint>> fingerprints(TableSync sync, Batch batch, Snapshot snapshot) {
        boolean hashed = sync.detect() == Detect.FINGERPRINT;
        boolean planned = snapshots.held(batch.target(), batch.runId())
                && batch.round() == 0
                && batch.slices().stream()
                        .allMatch(i -> !hashed || !i.planned().algorithm().equals("count"));
        if (planned && batch.chunk().isPresent()) {
            return Optional.empty();
        }
        Map<Slice, Fingerprint> fingerprints = new HashMap<>();
        if (planned) {
            batch.slices().forEach(item -> fingerprints.put(item.slice(), item.planned()));
            return Optional.of(fingerprints);
        }
        Fingerprint none = Fingerprint.empty(hashed ? snapshot.algorithm() : "count");
        batch.slices().forEach(item -> fingerprints.put(item.slice(), none));
        Rows all = batch.way() == Reading.Way.PASS ? Rows.all() : Rows.of(slices(batch));
        fingerprints.putAll(snapshot.fingerprints(all.within(batch.chunk().map(Batch.Chunk::pages)), hashed));
        return Optional.of(fingerprints);
    }

    private static Fingerprint fingerprint(Batch.Item item, SliceSpool spool, Optional<Map<Slice, Fingerprint>> read) {
        return read.map(all -> all.getOrDefault(item.slice(), Fingerprint.empty("none")))
                .orElseGet(() -> new Fingerprint(spool.rows(), 0, LandReceipt.PLANNED));
    }

    private LandReceipt.Landed upload(
            Batch batch, Batch.Item item, SliceSpool spool, Optional<Map<Slice, Fingerprint>> read, String attempt) {
        Fingerprint fingerprint = fingerprint(item, spool, read);
        if (fingerprint.rows() != spool.rows()) {
            throw LandReceipt.miscounted(batch.source(), item.slice(), fingerprint.rows(), spool.rows());
        }
        if (spool.rows() == 0) {
            return new LandReceipt.Landed(item.slice(), item.segment(), fingerprint, 0, List.of(), Optional.empty());
        }
        String key = Keys.rawTable(batch.target())
                + Keys.attempt(item.segment(), batch.runId(), attempt)
                + "part-00000.csv.zst";
        try {
            Part part = Part.upload(documents.store(), key, spool);
            Checkpoint.reach("land.object-written");
            return new LandReceipt.Landed(
                    item.slice(), item.segment(), fingerprint, spool.rowBytes(), List.of(part), Optional.empty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Slice> slices(Batch batch) {
        return batch.slices().stream().map(Batch.Item::slice).toList();
    }
}
