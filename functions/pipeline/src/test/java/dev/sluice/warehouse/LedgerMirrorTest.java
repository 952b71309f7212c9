package dev.sluice.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Action;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.LedgerEntry;
import dev.sluice.model.Slice;
import dev.sluice.model.TableName;
import dev.sluice.store.Documents;
import dev.sluice.store.Keys;
import dev.sluice.store.ObjectsInMemory;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LedgerMirrorTest {
    private static final TableName TABLE = TableName.parse("public.sales");
    private static final Slice A = Slice.ofText("A");
    private static final Slice B = Slice.ofText("B");
    private static final Instant T0 = Instant.parse("2024-03-01T00:00:00Z");
    private static final Instant T1 = T0.plus(Duration.ofDays(1));
    private static final Instant T2 = T0.plus(Duration.ofDays(2));

    private final ObjectsInMemory store = new ObjectsInMemory();
    private final LedgerMirror mirror = new LedgerMirror(new Documents(store));

    @Test
    void withoutARunThereIsNothingToBelieve() {
        assertThat(mirror.any(TABLE)).isEmpty();
        assertThat(mirror.trusted(TABLE)).isEmpty();
    }

    @Test
    void itSaysWhatTheLedgerSaid() {
        refresh(ledger(A, T0, B, T1), Optional.empty(), Optional.empty(), Map.of());
        LedgerMirror.Mirror found = mirror.trusted(TABLE).orElseThrow();
        assertThat(found.table()).isEqualTo(TABLE);
        assertThat(found.newestEpoch()).isEqualTo(7);
        assertThat(found.bySlice()).isEqualTo(ledger(A, T0, B, T1));
        assertThat(found.countedAt()).isEmpty();
        assertThat(found.checkedAt()).isEmpty();
    }

    @Test
    void aPublishThatBeganAndDidNotEndMakesItDoubtful() {
        refresh(ledger(A, T0), Optional.empty(), Optional.empty(), Map.of());
        mirror.beforePublish(TABLE, "R");
        assertThat(mirror.trusted(TABLE)).isEmpty();
        assertThat(mirror.any(TABLE)).isPresent();
        refresh(ledger(A, T1), Optional.empty(), Optional.empty(), Map.of());
        assertThat(mirror.trusted(TABLE).orElseThrow().bySlice()).isEqualTo(ledger(A, T1));
        assertThat(store.stat(Keys.publishMarker(TABLE))).isEmpty();
    }

    @Test
    void oneTablesPublishDoesNotCastDoubtOnAnother() {
        refresh(ledger(A, T0), Optional.empty(), Optional.empty(), Map.of());
        mirror.beforePublish(TableName.parse("public.sale"), "R");
        mirror.beforePublish(TableName.parse("public.sales.publishing"), "R");
        assertThat(mirror.trusted(TABLE)).isPresent();
    }

    @Test
    void timesOfCountAndCheckStayUntilThereAreNewerOnes() {
        refresh(ledger(A, T0), Optional.of(T0), Optional.of(T1), Map.of());
        refresh(ledger(A, T0), Optional.empty(), Optional.empty(), Map.of());
        assertThat(mirror.any(TABLE).orElseThrow().countedAt()).contains(T0);
        assertThat(mirror.any(TABLE).orElseThrow().checkedAt()).contains(T1);
        refresh(ledger(A, T0), Optional.of(T2), Optional.of(T2), Map.of());
        assertThat(mirror.any(TABLE).orElseThrow().countedAt()).contains(T2);
        assertThat(mirror.any(TABLE).orElseThrow().checkedAt()).contains(T2);
    }

    @Test
    void aSliceIsProvenByItsLoadOrByALaterComparison() {
        refresh(ledger(A, T0, B, T0), Optional.empty(), Optional.empty(), Map.of(A, T1));
        assertThat(mirror.any(TABLE).orElseThrow().provenAt()).isEqualTo(Map.of(A, T1, B, T0));
        refresh(ledger(A, T0, B, T2), Optional.empty(), Optional.empty(), Map.of());
        assertThat(mirror.any(TABLE).orElseThrow().provenAt()).isEqualTo(Map.of(A, T1, B, T2));
    }

    @Test
    void aSliceThatIsGoneIsForgotten() {
        refresh(ledger(A, T0, B, T0), Optional.empty(), Optional.empty(), Map.of());
        refresh(ledger(B, T0), Optional.empty(), Optional.empty(), Map.of(A, T2));
        assertThat(mirror.any(TABLE).orElseThrow().provenAt()).isEqualTo(Map.of(B, T0));
    }

    /// What a replay made says nothing about the source; after its release only a comparison does.
    @Test
    void aPinnedSliceIsNotProvenAndAReleasedOneOnlyOnceItIsCompared() {
        refresh(ledger(A, T0, B, T0), Optional.empty(), Optional.empty(), Map.of());
        refresh(Map.of(A, entry(A, T1, Action.REPLAY)), Optional.empty(), Optional.empty(), Map.of());
        assertThat(mirror.any(TABLE).orElseThrow().provenAt()).isEmpty();
        Map<Slice, LedgerEntry> released = Map.of(A, entry(A, T1, Action.RELEASE));
        refresh(released, Optional.empty(), Optional.empty(), Map.of());
        assertThat(mirror.any(TABLE).orElseThrow().provenAt()).isEmpty();
        refresh(released, Optional.empty(), Optional.empty(), Map.of(A, T2));
        assertThat(mirror.any(TABLE).orElseThrow().provenAt()).isEqualTo(Map.of(A, T2));
        refresh(released, Optional.empty(), Optional.empty(), Map.of());
        assertThat(mirror.any(TABLE).orElseThrow().provenAt()).isEqualTo(Map.of(A, T2));
    }

    private void refresh(
            Map<Slice, LedgerEntry> ledger,
            Optional<Instant> countedAt,
            Optional<Instant> checkedAt,
            Map<Slice, Instant> proven) {
        mirror.refresh(
                TABLE,
                () -> new Warehouse.State(true, true, ledger, Optional.empty(), 7),
                countedAt,
                checkedAt,
                proven);
    }

    private static Map<Slice, LedgerEntry> ledger(Slice slice, Instant loadedAt) {
        Map<Slice, LedgerEntry> ledger = new LinkedHashMap<>();
        ledger.put(slice, entry(slice, loadedAt));
        return ledger;
    }

    private static Map<Slice, LedgerEntry> ledger(Slice first, Instant firstAt, Slice second, Instant secondAt) {
        Map<Slice, LedgerEntry> ledger = ledger(first, firstAt);
        ledger.put(second, entry(second, secondAt));
        return ledger;
    }

    private static LedgerEntry entry(Slice slice, Instant loadedAt) {
        return entry(slice, loadedAt, Action.REPLACE);
    }

    private static LedgerEntry entry(Slice slice, Instant loadedAt, Action action) {
        Fingerprint fingerprint = new Fingerprint(3, -1, "record-pg14");
        return new LedgerEntry(slice, 7, "R", action, "hash", fingerprint, 3, 9, 8, "raw", "lake", loadedAt);
    }
}
