package dev.sluice.plan;

import dev.sluice.model.Action;
import dev.sluice.model.Detect;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.LedgerEntry;
import dev.sluice.model.Slice;
import dev.sluice.model.SliceBy;
import dev.sluice.model.Strategy;
import dev.sluice.model.TableName;
import dev.sluice.model.TableSync;
import dev.sluice.model.TimeSlice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// From facts to actions. Pure: same facts, same plan.
public final class Planner {
    /// Slices in the first wave of a time-sliced table; every further wave is twice as large. A week of
    /// days and tomorrow are queryable after the first.
    static final int FIRST_WAVE_SLICES = 8;

    /// Slices that a message names one by one.
    private static final int EXAMPLES = 5;

    private Planner() {}

    public static TablePlan plan(TableFacts facts, ShrinkGuard guard) {
        TableSync sync = facts.sync();
        boolean redefined = facts.ledger().values().stream()
                .anyMatch(e -> !e.definitionHash().equals(facts.definition().hash()));
        boolean replaceTarget = facts.full() || redefined || !facts.targetFits();
        List<PlannedSlice> actions = actions(facts, redefined);
        long rowsAfter = rowsAfter(facts);
        long rowsBefore = rowsBefore(facts);
        Optional<String> refused = replaceTarget ? wouldLosePins(facts, redefined) : Optional.<String>empty();
        if (refused.isEmpty()) {
            refused = tooLarge(sync, rowsAfter);
        }
        if (refused.isEmpty()) {
            refused = guard.check(rowsBefore, rowsAfter);
        }
        return new TablePlan(
                sync.source(),
                sync.target(),
                facts.definition().hash(),
                replaceTarget,
                actions,
                refused.isPresent() ? List.of() : waves(facts, actions, replaceTarget && rowsBefore > 0),
                rowsBefore,
                rowsAfter,
                pins(facts),
                refused);
    }

    /// What is replaced as a whole would take the pins with it, and what is pinned would keep what a new
    /// definition leaves out.
    private static Optional<String> wouldLosePins(TableFacts facts, boolean redefined) {
        if (facts.pinned().isEmpty()) {
            return Optional.empty();
        }
        TableName source = facts.sync().source();
        String why = !facts.targetFits()
                ? "the target table does not exist any more"
                : redefined ? "the definition of the table changed" : "--full was asked for";
        String rebuild = facts.targetFits() ? "" : "; or rebuild it from the lake: sluice replay " + source;
        return Optional.of(
                "%s: %s, and a sync would replace the %d slices that a replay pinned (%s); nothing of it was done. Release them first: sluice replay %s --release%s"
                        .formatted(source, why, facts.pinned().size(), examples(facts.pinned()), source, rebuild));
    }

    private static String examples(Set<Slice> slices) {
        String some =
                slices.stream().sorted().limit(EXAMPLES).map(Slice::toString).collect(Collectors.joining(", "));
        return slices.size() > EXAMPLES ? some + ", …" : some;
    }

    private static List<Pin> pins(TableFacts facts) {
        List<Pin> pins = new ArrayList<>();
        for (Slice slice : new TreeSet<>(facts.pinned())) {
            LedgerEntry entry = facts.ledger().get(slice);
            Optional<String> damage = entry == null || facts.warehouse().isEmpty()
                    ? Optional.empty()
                    : tampered(facts.warehouse().get().get(slice), entry);
            pins.add(new Pin(
                    slice,
                    damage.map(what -> "%s; put it back with: sluice replay %s%s"
                            .formatted(what, facts.sync().source(), option(slice)))));
        }
        return pins;
    }

    /// The slice on a command line: encoded, because NULL in words may also be a text.
    private static String option(Slice slice) {
        return slice.equals(Slice.ALL) ? "" : " --slice " + quoted(slice.encoded());
    }

    private static String quoted(String text) {
        return text.matches("[\\p{L}\\p{N}_:.+][\\p{L}\\p{N}_:.+-]*") ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    /// If the source stands still: what is pinned stays as it is.
    private static long rowsAfter(TableFacts facts) {
        long rows = 0;
        for (Map.Entry<Slice, Fingerprint> each : facts.source().entrySet()) {
            rows += facts.pinned().contains(each.getKey()) ? 0 : each.getValue().rows();
        }
        for (Slice slice : facts.pinned()) {
            rows += held(facts, slice);
        }
        return rows;
    }

    /// Rows of a slice in the warehouse.
    private static long held(TableFacts facts, Slice slice) {
        LedgerEntry entry = facts.ledger().get(slice);
        return facts.warehouse()
                .map(counted -> counted.get(slice))
                .map(TableFacts.WarehouseSlice::rows)
                .orElse(entry == null || facts.warehouse().isPresent() ? 0 : entry.warehouseRows());
    }

    private static Optional<String> tooLarge(TableSync sync, long rows) {
        if (sync.strategy() != Strategy.WHOLESALE || rows <= sync.maxRows()) {
            return Optional.empty();
        }
        return Optional.of(
                "%s has %d rows, more than max_rows: %d of a wholesale table; use strategy: sliced with slice_by, or time-sliced"
                        .formatted(sync.source(), rows, sync.maxRows()));
    }

    private static long rowsBefore(TableFacts facts) {
        if (!facts.targetFits()) {
            return 0;
        }
        return facts.warehouse().isPresent()
                ? facts.warehouse().get().values().stream()
                        .mapToLong(TableFacts.WarehouseSlice::rows)
                        .sum()
                : facts.ledger().values().stream()
                        .mapToLong(LedgerEntry::warehouseRows)
                        .sum();
    }

    private static List<PlannedSlice> actions(TableFacts facts, boolean redefined) {
        Set<Slice> known = new HashSet<>(facts.ledger().keySet());
        facts.warehouse().ifPresent(w -> known.addAll(w.keySet()));
        Set<Slice> all = new TreeSet<>(facts.source().keySet());
        all.addAll(known);
        if (facts.sync().sliceBy() instanceof SliceBy.Whole) {
            all.add(Slice.ALL);
        }
        double bytesPerRow = bytesPerRow(facts);
        List<PlannedSlice> actions = new ArrayList<>();
        for (Slice slice : all) {
            actions.add(action(facts, slice, redefined, bytesPerRow));
        }
        if (facts.sync().sliceBy() instanceof SliceBy.Time time) {
            actions.sort(newestFirst(time));
        }
        return actions;
    }

    /// NULL and texts that are no time come first: they are few, and nobody would look for them in the
    /// tail.
    private static Comparator<PlannedSlice> newestFirst(SliceBy.Time time) {
        Comparator<Optional<TimeSlice>> byTime = (a, b) -> {
            if (a.isEmpty() || b.isEmpty()) {
                return Boolean.compare(a.isPresent(), b.isPresent());
            }
            return b.get().compareTo(a.get());
        };
        return Comparator.comparing((PlannedSlice p) -> TimeSlice.parse(p.slice(), time.grain()), byTime)
                .thenComparing(PlannedSlice::slice);
    }

    private static PlannedSlice action(TableFacts facts, Slice slice, boolean redefined, double bytesPerRow) {
        Fingerprint source = facts.source().get(slice);
        LedgerEntry entry = facts.ledger().get(slice);
        Optional<TableFacts.WarehouseSlice> counted = facts.warehouse().map(w -> w.get(slice));
        long before = counted.map(TableFacts.WarehouseSlice::rows).orElse(entry == null ? 0 : entry.warehouseRows());
        if (entry != null && entry.pinned()) {
            return pinned(facts, slice, entry, before, bytesPerRow);
        }
        boolean whole = slice.equals(Slice.ALL) && facts.sync().sliceBy() instanceof SliceBy.Whole;
        if (source == null && !whole) {
            String reason = entry == null
                    ? "in the warehouse, but neither at the source nor in the ledger"
                    : "vanished at the source";
            return new PlannedSlice(slice, Action.REMOVE, reason, Fingerprint.empty("none"), 0, before, true);
        }
        Fingerprint now = source == null ? Fingerprint.empty("none") : source;
        boolean hashed = !now.algorithm().equals("count");
        Optional<String> drift = drift(facts, slice, now, entry, redefined);
        long bytes = (long) (now.rows() * bytesPerRow);
        return drift.isPresent()
                ? new PlannedSlice(slice, Action.REPLACE, drift.get(), now, bytes, before, hashed)
                : new PlannedSlice(
                        slice, Action.KEEP, hashed ? "same fingerprint" : "same row count", now, bytes, before, hashed);
    }

    private static PlannedSlice pinned(
            TableFacts facts, Slice slice, LedgerEntry entry, long before, double bytesPerRow) {
        Fingerprint now = facts.source().getOrDefault(slice, Fingerprint.empty("none"));
        String reason = "pinned by replay run %s; release it with: sluice replay %s%s --release"
                .formatted(entry.runId(), facts.sync().source(), option(slice));
        return new PlannedSlice(slice, Action.KEEP, reason, now, (long) (now.rows() * bytesPerRow), before, false);
    }

    private static Optional<String> drift(
            TableFacts facts, Slice slice, Fingerprint source, @Nullable LedgerEntry entry, boolean redefined) {
        if (!facts.targetFits()) {
            return Optional.of("the target table does not exist");
        }
        if (facts.full()) {
            return Optional.of("asked for with --full");
        }
        if (redefined) {
            return Optional.of("the definition changed: columns, types, policies, or what a slice is");
        }
        if (entry == null) {
            return Optional.of("new slice");
        }
        if (facts.warehouse().isPresent()) {
            Optional<String> tampered = tampered(facts.warehouse().get().get(slice), entry);
            if (tampered.isPresent()) {
                return tampered;
            }
        }
        if (facts.sync().strategy() == Strategy.WHOLESALE && !facts.sync().skipUnchanged()) {
            return Optional.of("wholesale: recreated on every sync");
        }
        return changed(facts.sync(), source, entry.source());
    }

    private static Optional<String> tampered(TableFacts.@Nullable WarehouseSlice found, LedgerEntry entry) {
        long rows = found == null ? 0 : found.rows();
        if (rows != entry.warehouseRows()) {
            return Optional.of(
                    "the warehouse holds %d rows, the ledger says %d".formatted(rows, entry.warehouseRows()));
        }
        if (found != null && (found.runs() != 1 || !found.lastRun().equals(entry.runId()))) {
            return Optional.of("the warehouse holds rows of another run than the ledger says");
        }
        return Optional.empty();
    }

    private static Optional<String> changed(TableSync sync, Fingerprint now, Fingerprint then) {
        if (now.rows() != then.rows()) {
            return Optional.of("rows %d → %d".formatted(then.rows(), now.rows()));
        }
        if (sync.detect() == Detect.CARDINALITY || now.algorithm().equals("count")) {
            return Optional.empty();
        }
        if (!now.algorithm().equals(then.algorithm())) {
            return Optional.of("last compared by %s, now by %s".formatted(then.algorithm(), now.algorithm()));
        }
        return now.hash() == then.hash() ? Optional.empty() : Optional.of("same row count, another hash");
    }

    private static double bytesPerRow(TableFacts facts) {
        long rows = 0;
        long bytes = 0;
        for (LedgerEntry entry : facts.ledger().values()) {
            rows += entry.source().rows();
            bytes += entry.rawBytes();
        }
        if (rows > 0 && bytes > 0) {
            return (double) bytes / rows;
        }
        long sourceRows =
                facts.source().values().stream().mapToLong(Fingerprint::rows).sum();
        return sourceRows == 0 ? 0 : (double) facts.tableBytes() / sourceRows;
    }

    /// One wave, unless the table is time-sliced and its old rows may stay beside the new ones meanwhile.
    /// A table without rows still wants its target: that is a wave without slices.
    private static List<List<Integer>> waves(TableFacts facts, List<PlannedSlice> actions, boolean atOnce) {
        List<Integer> changed = new ArrayList<>();
        for (int i = 0; i < actions.size(); i++) {
            if (actions.get(i).action() != Action.KEEP) {
                changed.add(i);
            }
        }
        if (changed.isEmpty()) {
            return facts.targetFits() ? List.of() : List.of(List.of());
        }
        if (facts.sync().strategy() != Strategy.TIME_SLICED || atOnce) {
            return List.of(changed);
        }
        List<List<Integer>> waves = new ArrayList<>();
        int size = FIRST_WAVE_SLICES;
        int from = 0;
        while (from < changed.size()) {
            waves.add(List.copyOf(changed.subList(from, Math.min(changed.size(), from + size))));
            from += size;
            size *= 2;
        }
        return waves;
    }
}
