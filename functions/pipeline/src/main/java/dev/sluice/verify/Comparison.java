package dev.sluice.verify;

import dev.sluice.model.ColumnAggregate;
import dev.sluice.model.Definition;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.LedgerEntry;
import dev.sluice.model.Slice;
import dev.sluice.model.TableSync;
import dev.sluice.plan.TableFacts;
import dev.sluice.source.Rows;
import dev.sluice.source.Snapshot;
import dev.sluice.warehouse.Warehouse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The two ends compared as they are now, slice by slice. Changes nothing.
public record Comparison(Warehouse warehouse, Clock clock) {
    /// @param deep compare per column count, nulls, min, max and sum too, each end computed by itself
    public TableResult run(TableSync sync, Snapshot snapshot, boolean deep) {
        Instant startedAt = clock.instant();
        Definition definition = snapshot.definition();
        Warehouse.State state = warehouse.read(sync.target(), true);
        Map<Slice, Fingerprint> source = snapshot.fingerprints(Rows.all(), true);
        List<TableResult.SliceNote> notes = new ArrayList<>();
        int different = 0;
        int same = 0;
        if (!state.exists()) {
            notes.add(new TableResult.SliceNote("", "the target table does not exist yet; run sluice sync"));
        } else {
            Map<Slice, List<ColumnAggregate>> here = deep ? snapshot.aggregates(Rows.all()) : Map.of();
            Map<Slice, List<ColumnAggregate>> there = deep ? warehouse.aggregates(definition) : Map.of();
            Map<Slice, TableFacts.WarehouseSlice> counted = state.counted().orElse(Map.of());
            TreeSet<Slice> all = new TreeSet<>(source.keySet());
            all.addAll(counted.keySet());
            all.addAll(state.ledger().keySet());
            for (Slice slice : all) {
                Optional<String> difference = difference(
                                source.get(slice), state.ledger().get(slice), counted.get(slice), definition)
                        .or(() -> deep ? columns(here.get(slice), there.get(slice)) : Optional.empty())
                        .map(what -> pinned(state.ledger().get(slice)) + what);
                if (difference.isPresent()) {
                    different++;
                    if (notes.size() < TableResult.MAX_LISTED) {
                        notes.add(new TableResult.SliceNote(slice.toString(), difference.get()));
                    }
                } else {
                    same++;
                }
            }
        }
        long rows = state.counted().orElse(Map.of()).values().stream()
                .mapToLong(TableFacts.WarehouseSlice::rows)
                .sum();
        return new TableResult(
                sync.source(),
                sync.target(),
                sync.strategy(),
                TableResult.Status.SUCCEEDED,
                new TableResult.Slices(same, 0, 0, 0),
                0,
                0,
                0,
                rows,
                Optional.empty(),
                Optional.empty(),
                different,
                (int) state.ledger().values().stream()
                        .filter(LedgerEntry::pinned)
                        .count(),
                0,
                Duration.between(startedAt, clock.instant()).toMillis() / 1000.0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.of(notes));
    }

    private static String pinned(@Nullable LedgerEntry entry) {
        return entry != null && entry.pinned() ? "pinned by replay run %s: ".formatted(entry.runId()) : "";
    }

    private static Optional<String> difference(
            @Nullable Fingerprint source,
            @Nullable LedgerEntry entry,
            TableFacts.@Nullable WarehouseSlice counted,
            Definition definition) {
        long here = source == null ? 0 : source.rows();
        long there = counted == null ? 0 : counted.rows();
        if (here != there) {
            return Optional.of("%d rows at the source, %d in the warehouse".formatted(here, there));
        }
        if (source == null) {
            return Optional.empty();
        }
        if (entry == null) {
            return here == 0 ? Optional.empty() : Optional.of("not in the ledger");
        }
        if (there != entry.warehouseRows()) {
            return Optional.of("%d rows in the warehouse, %d in the ledger".formatted(there, entry.warehouseRows()));
        }
        if (!entry.definitionHash().equals(definition.hash())) {
            return Optional.of("loaded under another definition of the table");
        }
        boolean comparable = source.algorithm().equals(entry.source().algorithm());
        if (comparable && source.hash() != entry.source().hash()) {
            return Optional.of("same row count, other contents");
        }
        return Optional.empty();
    }

    private static Optional<String> columns(
            @Nullable List<ColumnAggregate> here, @Nullable List<ColumnAggregate> there) {
        if (here == null || there == null) {
            return holdsRows(here) || holdsRows(there) ? Optional.of("one end has no rows of it") : Optional.empty();
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < here.size(); i++) {
            if (!here.get(i).agreesWith(there.get(i))) {
                names.add(here.get(i).column());
            }
        }
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of("count, nulls, min, max or sum differ in " + String.join(", ", names));
    }

    private static boolean holdsRows(@Nullable List<ColumnAggregate> columns) {
        return columns != null && columns.stream().anyMatch(c -> c.count() + c.nulls() > 0);
    }
}
