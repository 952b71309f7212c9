package dev.sluice.run;

import dev.sluice.model.Action;
import dev.sluice.model.DataMismatch;
import dev.sluice.model.Detect;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.LedgerEntry;
import dev.sluice.model.Slice;
import dev.sluice.model.Strategy;
import dev.sluice.plan.Batch;
import dev.sluice.plan.PlanDocument;
import dev.sluice.plan.PlannedSlice;
import dev.sluice.raw.LandReceipt;
import dev.sluice.source.Rows;
import dev.sluice.source.Snapshot;
import dev.sluice.store.Keys;
import dev.sluice.warehouse.Load;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Proves what was landed against the source where every slice was read at an instant of its own: one
/// fingerprint pass must equal the ledger for slices that are kept and the receipts for slices that were
/// landed. Slices that differ are landed again, at most [#ROUNDS] times; a source that moves on even so
/// is published as it was read, and reported.
record Settle(Wiring wiring) {
    static final int ROUNDS = 3;

    /// What the settling of a wave came to, kept for the report.
    record Settled(int moving) {}

    static String key(PlanDocument document, int wave) {
        return Keys.wave(document.runId(), document.sync().target(), wave) + "settled.json";
    }

    Messages.Step run(PlanDocument document, int wave, int round) {
        wiring.locks().renew(document.sync().target(), document.runId(), document.epoch());
        Map<Slice, Fingerprint> landed = new HashMap<>();
        int batches = landed(document, wave, round, landed);
        Map<Slice, Fingerprint> expected = expected(document, wave, landed);
        boolean hashed = document.sync().detect() == Detect.FINGERPRINT;
        Map<Slice, Fingerprint> now = new HashMap<>();
        try (Snapshot snapshot = wiring.snapshots().fresh(document.sync(), document.runId())) {
            checkDefinition(document, snapshot);
            boolean waveOnly = document.sync().strategy() == Strategy.TIME_SLICED;
            now.putAll(
                    waveOnly
                            ? snapshot.fingerprints(Rows.of(expected.keySet()), hashed)
                            : snapshot.fingerprints(Rows.all(), hashed));
        }
        document.plan().pins().forEach(pin -> {
            expected.remove(pin.slice());
            now.remove(pin.slice());
        });
        List<PlannedSlice> moved = moved(expected, now);
        if (moved.isEmpty() || round > ROUNDS) {
            wiring.documents().put(key(document, wave), new Settled(moved.size()));
            return Messages.Step.to("load", wave, round);
        }
        new Batches(wiring).again(document, wave, round, batches, moved);
        return new Batches(wiring).step(document, wave, round);
    }

    /// Landing refuses rows of another definition as well, but a batch without a receipt cannot say why.
    private static void checkDefinition(PlanDocument document, Snapshot snapshot) {
        if (!snapshot.definition().hash().equals(document.definition().hash())) {
            throw new DataMismatch(
                    "%s: its columns or types changed while it was being read; nothing of that was published, sync again"
                            .formatted(document.sync().source()));
        }
    }

    /// Newest receipts of the wave's slices; returns how many batches there are so far.
    private int landed(PlanDocument document, int wave, int rounds, Map<Slice, Fingerprint> landed) {
        int batches = 0;
        for (int round = 0; round < rounds; round++) {
            Load.BatchItem[] items = wiring.documents()
                    .get(Keys.batches(document.runId(), document.sync().target(), wave, round), Load.BatchItem[].class);
            List<LandReceipt> found = new ArrayList<>();
            for (Load.BatchItem item : items) {
                batches = Math.max(batches, item.batch() + 1);
                wiring.documents()
                        .find(
                                Keys.receipt(
                                        document.runId(),
                                        document.sync().target(),
                                        wave,
                                        item.batch(),
                                        LandReceipt.STAGE),
                                LandReceipt.class)
                        .ifPresent(found::add);
            }
            sum(found, landed);
        }
        return batches;
    }

    /// Fingerprints of disjoint rows add up, so those of all chunks of a group must be the slice's: a row
    /// that moved between two chunks while they were read shows. A group with a missing chunk proves
    /// nothing.
    private static void sum(List<LandReceipt> round, Map<Slice, Fingerprint> landed) {
        Map<Integer, List<LandReceipt>> groups = new TreeMap<>();
        for (LandReceipt receipt : round) {
            int first =
                    receipt.batch() - receipt.chunk().map(Batch.Chunk::index).orElse(0);
            groups.computeIfAbsent(first, number -> new ArrayList<>()).add(receipt);
        }
        for (List<LandReceipt> group : groups.values()) {
            int all = group.getFirst().chunk().map(Batch.Chunk::of).orElse(1);
            if (group.size() == all) {
                LandReceipt.join(group, Map.of()).slices().forEach(s -> landed.put(s.slice(), s.fingerprint()));
            } else {
                group.getFirst().slices().forEach(s -> landed.remove(s.slice()));
            }
        }
    }

    private Map<Slice, Fingerprint> expected(PlanDocument document, int wave, Map<Slice, Fingerprint> landed) {
        Map<Slice, Fingerprint> expected = new HashMap<>();
        if (document.sync().strategy() != Strategy.TIME_SLICED) {
            Map<Slice, LedgerEntry> ledger =
                    wiring.warehouse().read(document.sync().target(), false).ledger();
            for (PlannedSlice kept : document.plan().of(Action.KEEP)) {
                LedgerEntry entry = ledger.get(kept.slice());
                expected.put(kept.slice(), entry == null ? kept.source() : entry.source());
            }
        }
        for (PlannedSlice planned : document.plan().wave(wave)) {
            expected.put(planned.slice(), Fingerprint.empty("none"));
        }
        expected.putAll(landed);
        return expected;
    }

    private static List<PlannedSlice> moved(Map<Slice, Fingerprint> expected, Map<Slice, Fingerprint> now) {
        Set<Slice> all = new HashSet<>(expected.keySet());
        all.addAll(now.keySet());
        List<PlannedSlice> moved = new ArrayList<>();
        for (Slice slice : new TreeSet<>(all)) {
            Fingerprint then = expected.getOrDefault(slice, Fingerprint.empty("none"));
            Fingerprint found = now.getOrDefault(slice, Fingerprint.empty("none"));
            boolean same = then.rows() == found.rows() && (then.rows() == 0 || then.equals(found));
            if (!same) {
                moved.add(Batches.again(slice, "changed while it was being read", found, 0));
            }
        }
        return moved;
    }

    /// Slices that were still moving when the table was published.
    static int moving(Wiring wiring, PlanDocument document) {
        int moving = 0;
        for (int wave = 0; wave < document.plan().waves().size(); wave++) {
            moving += wiring.documents()
                    .find(key(document, wave), Settled.class)
                    .map(Settled::moving)
                    .orElse(0);
        }
        return moving;
    }
}
