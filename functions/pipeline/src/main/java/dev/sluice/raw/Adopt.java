package dev.sluice.raw;

import dev.sluice.model.Column;
import dev.sluice.model.DataMismatch;
import dev.sluice.model.Slice;
import dev.sluice.plan.Batch;
import dev.sluice.store.Checkpoint;
import dev.sluice.store.Documents;
import dev.sluice.store.InParallel;
import dev.sluice.store.Keys;
import dev.sluice.store.ObjectStore;
import dev.sluice.store.Part;
import dev.sluice.store.Progress;
import dev.sluice.store.TableLocks;
import dev.sluice.store.Ulid;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The land stage of a replay: no row is read; the raw objects of earlier runs become this run's own by
/// standing in its receipt.
public record Adopt(Documents documents, TableLocks locks, Clock clock, Progress progress) {
    /// Adopts a batch, or returns the receipt of the attempt that already did.
    ///
    /// @param carried the columns of today's definition
    /// @throws DataMismatch a raw object went away since the plan, or the lock was taken over
    public LandReceipt run(Batch batch, List<Column> carried) {
        String key = Keys.receipt(batch.runId(), batch.target(), batch.wave(), batch.number(), LandReceipt.STAGE);
        Optional<LandReceipt> done = documents.find(key, LandReceipt.class);
        if (done.isPresent()) {
            return done.get();
        }
        locks.renew(batch.target(), batch.runId(), batch.epoch());
        Instant startedAt = clock.instant();
        Map<String, LandReceipt> receipts = receipts(batch);
        LandReceipt first = receipts.values().iterator().next();
        List<LandReceipt.Landed> landed = landed(batch, receipts);
        checkObjects(batch, landed);
        LandReceipt mine = new LandReceipt(
                LandReceipt.FORMAT,
                batch.runId(),
                batch.source(),
                batch.target(),
                batch.wave(),
                batch.number(),
                batch.round(),
                Ulid.at(startedAt),
                Optional.empty(),
                batch.definitionHash(),
                first.columns(),
                Optional.of(carried),
                receipts.values().stream()
                        .map(LandReceipt::snapshotAt)
                        .min(Comparator.naturalOrder())
                        .orElseThrow(),
                clock.instant(),
                Duration.between(startedAt, clock.instant()).toMillis() / 1000.0,
                landed);
        Checkpoint.reach("land.adopted-without-receipt");
        // An attempt that loses has nothing to delete: the objects are not its own.
        LandReceipt winner = documents.commit(key, mine, LandReceipt.class);
        Checkpoint.reach("land.receipt-written");
        progress.read(
                batch.target(),
                landed.stream().mapToLong(l -> l.fingerprint().rows()).sum(),
                landed.stream().mapToLong(LandReceipt.Landed::bytes).sum());
        return winner;
    }

    private Map<String, LandReceipt> receipts(Batch batch) {
        List<String> keys = batch.slices().stream()
                .flatMap(item -> item.receipt().stream())
                .distinct()
                .toList();
        List<LandReceipt> found = InParallel.map(keys, key -> documents.get(key, LandReceipt.class));
        Map<String, LandReceipt> receipts = new HashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            receipts.put(keys.get(i), found.get(i));
        }
        return receipts;
    }

    private static List<LandReceipt.Landed> landed(Batch batch, Map<String, LandReceipt> receipts) {
        Map<String, Map<Slice, LandReceipt.Landed>> bySlice = new HashMap<>();
        receipts.forEach((key, receipt) -> bySlice.put(key, receipt.bySlice()));
        List<LandReceipt.Landed> landed = new ArrayList<>();
        for (Batch.Item item : batch.slices()) {
            LandReceipt.Landed old = item.receipt()
                    .flatMap(key -> Optional.ofNullable(bySlice.get(key)))
                    .flatMap(slices -> Optional.ofNullable(slices.get(item.slice())))
                    .orElseThrow(() -> new DataMismatch("%s, slice %s: its land receipt %s does not speak of it"
                            .formatted(
                                    batch.target(), item.slice(), item.receipt().orElse(""))));
            landed.add(new LandReceipt.Landed(
                    item.slice(), item.segment(), old.fingerprint(), old.bytes(), old.parts(), Optional.empty()));
        }
        return landed;
    }

    private void checkObjects(Batch batch, List<LandReceipt.Landed> landed) {
        ObjectStore store = documents.store();
        InParallel.map(landed, slice -> {
            for (Part part : slice.parts()) {
                if (store.stat(part.key()).isEmpty()) {
                    throw new DataMismatch(
                            "%s, slice %s: its raw object %s went away while it was being replayed; nothing was published"
                                    .formatted(batch.target(), slice.slice(), part.key()));
                }
            }
            return slice;
        });
    }
}
