package dev.sluice.warehouse;

import dev.sluice.model.LedgerEntry;
import dev.sluice.model.Slice;
import dev.sluice.model.TableName;
import dev.sluice.store.Documents;
import dev.sluice.store.Json;
import dev.sluice.store.Keys;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// A copy of a table's ledger in the lake, so that a run that finds nothing changed leaves the warehouse
/// asleep. It is only believed if no publish began after it was written: a publish puts a marker before
/// it commits and takes it away when the mirror agrees again.
public record LedgerMirror(Documents documents) {
    /// @param newestEpoch as in the ledger
    /// @param countedAt   when the warehouse's own rows were last compared with the ledger
    /// @param checkedAt   when a run last brought the table in step, whether it had something to do or
    ///                    not
    /// @param provenAt    when each slice was last loaded, or found equal by fingerprint
    public record Mirror(
            TableName table,
            long newestEpoch,
            List<LedgerEntry> entries,
            Optional<Instant> countedAt,
            Optional<Instant> checkedAt,
            Map<Slice, Instant> provenAt) {
        public Map<Slice, LedgerEntry> bySlice() {
            Map<Slice, LedgerEntry> map = new LinkedHashMap<>();
            entries.forEach(e -> map.put(e.slice(), e));
            return map;
        }

        /// What the ledger says, without asking it.
        public Warehouse.State state() {
            return new Warehouse.State(true, true, bySlice(), Optional.empty(), newestEpoch);
        }
    }

    /// The mirror, whether it may be believed or not: for times of proof, which only ever age.
    public Optional<Mirror> any(TableName table) {
        return copy(table).any();
    }

    /// The mirror, if no publish was interrupted since.
    public Optional<Mirror> trusted(TableName table) {
        return copy(table).trusted();
    }

    /// Announces that the ledger is about to change.
    public void beforePublish(TableName table, String runId) {
        copy(table).beforePublish(runId);
    }

    private dev.sluice.store.Mirror<Mirror> copy(TableName table) {
        String key = Keys.ledger(table);
        return new dev.sluice.store.Mirror<>(
                documents,
                key,
                Keys.publishMarker(table),
                text -> Json.read(text, Mirror.class, key),
                (Mirror mirror) -> Json.write(mirror));
    }

    /// Writes what the ledger says now and withdraws the announcement, unless another run did either
    /// since the ledger was read: what it says is newer.
    ///
    /// @param ledger reads the ledger
    public void refresh(
            TableName table,
            Supplier<Warehouse.State> ledger,
            Optional<Instant> countedAt,
            Optional<Instant> checkedAt,
            Map<Slice, Instant> proven) {
        copy(table).refresh(before -> now(table, ledger.get(), countedAt, checkedAt, proven, before));
    }

    private static Mirror now(
            TableName table,
            Warehouse.State state,
            Optional<Instant> countedAt,
            Optional<Instant> checkedAt,
            Map<Slice, Instant> proven,
            Optional<Mirror> before) {
        Map<Slice, Instant> provenAt =
                new HashMap<>(before.map(Mirror::provenAt).orElse(Map.of()));
        provenAt.putAll(proven);
        state.ledger().forEach((slice, entry) -> {
            switch (entry.action()) {
                case REPLACE, REMOVE, KEEP -> provenAt.merge(slice, entry.loadedAt(), (a, b) -> a.isAfter(b) ? a : b);
                // Nobody knows how a pinned slice compares with the source.
                case REPLAY -> provenAt.remove(slice);
                // Proven only when it was found equal after its release.
                case RELEASE -> provenAt.computeIfPresent(slice, (any, at) -> at.isAfter(entry.loadedAt()) ? at : null);
            }
        });
        provenAt.keySet().retainAll(state.ledger().keySet());
        return new Mirror(
                table,
                state.newestEpoch(),
                List.copyOf(state.ledger().values()),
                countedAt.or(() -> before.flatMap(Mirror::countedAt)),
                checkedAt.or(() -> before.flatMap(Mirror::checkedAt)),
                provenAt);
    }
}
