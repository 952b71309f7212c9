package dev.sluice.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.model.Action;
import dev.sluice.model.Detect;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.Grain;
import dev.sluice.model.Slice;
import dev.sluice.testing.SampleSync;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlannerTest {
    @Test
    void aSliceWithTheSameFingerprintIsKept() {
        TablePlan plan = sliced().kept("A", 3, 77).plan();
        assertThat(plan.actions()).singleElement().satisfies(a -> {
            assertThat(a.action()).isEqualTo(Action.KEEP);
            assertThat(a.reason()).isEqualTo("same fingerprint");
            assertThat(a.proven()).isTrue();
            assertThat(a.before()).isEqualTo(3);
        });
        assertThat(plan.nothingToDo()).isTrue();
        assertThat(plan.waves()).isEmpty();
        assertThat(plan.replaceTarget()).isFalse();
    }

    @Test
    void everyReasonToReplaceIsSaid() {
        assertThat(reason(sliced().kept("A", 3, 1).source("B", 1, 1), "B")).isEqualTo("new slice");
        assertThat(reason(sliced().ledger("A", 3, 1).source("A", 4, 1), "A")).isEqualTo("rows 3 → 4");
        assertThat(reason(sliced().ledger("A", 3, 1).source("A", 3, 2), "A")).isEqualTo("same row count, another hash");
        assertThat(reason(sliced().source("A", 3, 1).noTarget(), "A")).isEqualTo("the target table does not exist");
        assertThat(reason(sliced().kept("A", 3, 1).full(), "A")).isEqualTo("asked for with --full");
        assertThat(reason(
                        sliced().source("A", 3, 1)
                                .ledger(Slice.ofText("A"), new Fingerprint(3, 1, "record-pg16"), 9, hash()),
                        "A"))
                .isEqualTo("last compared by record-pg16, now by record-pg14");
        assertThat(reason(sliced().kept("A", 3, 1).warehouse("A", 2, Facts.RUN, 1), "A"))
                .isEqualTo("the warehouse holds 2 rows, the ledger says 3");
        assertThat(reason(sliced().kept("A", 3, 1).emptyWarehouse(), "A"))
                .isEqualTo("the warehouse holds 0 rows, the ledger says 3");
        assertThat(reason(sliced().kept("A", 3, 1).warehouse("A", 3, Facts.RUN, 2), "A"))
                .isEqualTo("the warehouse holds rows of another run than the ledger says");
        assertThat(reason(sliced().kept("A", 3, 1).warehouse("A", 3, "another", 1), "A"))
                .isEqualTo("the warehouse holds rows of another run than the ledger says");
    }

    @Test
    void aWarehouseThatHoldsWhatTheLedgerSaysChangesNothing() {
        assertThat(sliced().kept("A", 3, 1)
                        .warehouse("A", 3, Facts.RUN, 1)
                        .plan()
                        .nothingToDo())
                .isTrue();
    }

    @Test
    void whatTheSourceDoesNotHaveIsRemoved() {
        TablePlan plan = sliced().kept("A", 30, 1)
                .ledger("B", 2, 2)
                .warehouse("A", 30, Facts.RUN, 1)
                .warehouse("B", 2, Facts.RUN, 1)
                .warehouse("C", 4, "somebody", 1)
                .plan();
        assertThat(plan.of(Action.REMOVE))
                .extracting(p -> p.slice().encoded(), PlannedSlice::reason, PlannedSlice::before, PlannedSlice::bytes)
                .containsExactly(
                        tuple("B", "vanished at the source", 2L, 0L),
                        tuple("C", "in the warehouse, but neither at the source nor in the ledger", 4L, 0L));
        assertThat(plan.waves()).containsExactly(List.of(1, 2));
        assertThat(plan.rowsBefore()).isEqualTo(36);
        assertThat(plan.rowsAfter()).isEqualTo(30);
    }

    @Test
    void oneOtherDefinitionReplacesEverySliceInOneWave() {
        TablePlan plan = time().kept("2024-01-01", 1, 1)
                .ledger(Slice.ofText("2024-01-02"), new Fingerprint(1, 1, Facts.ALGORITHM), 10, "another")
                .source("2024-01-02", 1, 1)
                .plan();
        assertThat(plan.replaceTarget()).isTrue();
        assertThat(plan.actions()).allSatisfy(a -> {
            assertThat(a.action()).isEqualTo(Action.REPLACE);
            assertThat(a.reason()).startsWith("the definition changed");
        });
        assertThat(plan.waves()).hasSize(1);
    }

    @Test
    void aSlicedTableIsOneWaveInTheOrderOfItsSlices() {
        Facts facts = sliced();
        for (int i = 99; i >= 10; i--) {
            facts.source("S" + i, 1, i);
        }
        facts.source(Slice.NULL, new Fingerprint(1, 1, Facts.ALGORITHM));
        TablePlan plan = facts.plan();
        assertThat(plan.actions()).extracting(PlannedSlice::slice).isSorted();
        assertThat(plan.waves()).hasSize(1);
        assertThat(plan.wave(0)).hasSize(91);
    }

    @Test
    void timeSlicesComeNewestFirstInWavesThatDouble() {
        Facts facts = time().kept("2030-01-01", 100, 1).source(Slice.NULL, new Fingerprint(1, 1, Facts.ALGORITHM));
        facts.source("infinity", 1, 1).source("-infinity", 1, 1).source("0044-03-15 BC", 1, 1);
        for (int day = 1; day <= 28; day++) {
            facts.source("2024-02-%02d".formatted(day), 1, day);
        }
        TablePlan plan = facts.plan();
        assertThat(plan.actions().subList(0, 5))
                .extracting(p -> p.slice().encoded())
                .containsExactly("\\N", "infinity", "2030-01-01", "2024-02-28", "2024-02-27");
        assertThat(plan.actions().subList(31, 33))
                .extracting(p -> p.slice().encoded())
                .containsExactly("0044-03-15 BC", "-infinity");
        assertThat(plan.waves()).extracting(List::size).containsExactly(8, 16, 8);
        assertThat(plan.waves().stream().flatMap(List::stream)).isSorted().doesNotContain(2);
        assertThat(plan.wave(0)).extracting(p -> p.slice().encoded()).startsWith("\\N", "infinity", "2024-02-28");
    }

    @Test
    void theFirstLoadOfATimeSlicedTableIsInWavesButAFullReplacementIsNot() {
        Facts first = time().noTarget();
        Facts again = time().full();
        for (int day = 1; day <= 20; day++) {
            first.source("2024-02-%02d".formatted(day), 1, day);
            again.kept("2024-02-%02d".formatted(day), 1, day);
        }
        assertThat(first.plan().replaceTarget()).isTrue();
        assertThat(first.plan().waves()).extracting(List::size).containsExactly(8, 12);
        assertThat(again.plan().waves()).extracting(List::size).containsExactly(20);
    }

    @Test
    void cardinalityLooksAtCountsAlone() {
        TablePlan plan = new Facts(SampleSync.sliced("postal_code").detect(Detect.CARDINALITY))
                .source(Slice.ofText("A"), new Fingerprint(3, 0, "count"))
                .source(Slice.ofText("B"), new Fingerprint(4, 0, "count"))
                .ledger("A", 3, 99)
                .ledger("B", 3, 99)
                .plan();
        assertThat(plan.actions())
                .extracting(PlannedSlice::action, PlannedSlice::reason, PlannedSlice::proven)
                .containsExactly(
                        tuple(Action.KEEP, "same row count", false), tuple(Action.REPLACE, "rows 3 → 4", false));
    }

    @Test
    void aTimeSliceThatWasOnlyCountedIsKeptButNotProven() {
        TablePlan plan = time().source(Slice.ofText("2020-01-01"), new Fingerprint(3, 0, "count"))
                .ledger("2020-01-01", 3, 99)
                .plan();
        assertThat(plan.actions()).singleElement().satisfies(a -> {
            assertThat(a.action()).isEqualTo(Action.KEEP);
            assertThat(a.proven()).isFalse();
        });
    }

    @Test
    void aWholesaleTableIsRecreatedUnlessItMayBeSkipped() {
        Fingerprint same = new Fingerprint(3, 1, Facts.ALGORITHM);
        Facts always = new Facts(SampleSync.wholesale()).source(Slice.ALL, same);
        assertThat(always.ledger(Slice.ALL, same, 9, hash(SampleSync.wholesale()))
                        .plan()
                        .of(Action.REPLACE))
                .extracting(PlannedSlice::reason)
                .containsExactly("wholesale: recreated on every sync");
        SampleSync skipping = SampleSync.wholesale().skipUnchanged();
        Facts unchanged = new Facts(skipping).source(Slice.ALL, same).ledger(Slice.ALL, same, 9, hash(skipping));
        assertThat(unchanged.plan().nothingToDo()).isTrue();
    }

    @Test
    void anEmptyWholesaleTableIsStillOneSlice() {
        TablePlan plan = new Facts(SampleSync.wholesale()).noTarget().plan();
        assertThat(plan.of(Action.REPLACE)).extracting(PlannedSlice::slice).containsExactly(Slice.ALL);
        assertThat(plan.waves()).containsExactly(List.of(0));
    }

    @Test
    void anEmptyTableThatIsCutWantsItsTargetOnce() {
        assertThat(sliced().noTarget().plan().waves()).containsExactly(List.of());
        assertThat(sliced().noTarget().plan().nothingToDo()).isFalse();
        assertThat(sliced().plan().waves()).isEmpty();
        assertThat(sliced().plan().nothingToDo()).isTrue();
    }

    @Test
    void aWholesaleTableAboveMaxRowsIsRefusedWithTheWayOut() {
        SampleSync sync = SampleSync.wholesale().maxRows(10);
        Facts atTheLimit = new Facts(sync).noTarget().source(Slice.ALL, new Fingerprint(10, 1, Facts.ALGORITHM));
        assertThat(atTheLimit.plan().refused()).isEmpty();
        TablePlan plan = new Facts(sync)
                .noTarget()
                .source(Slice.ALL, new Fingerprint(11, 1, Facts.ALGORITHM))
                .plan();
        assertThat(plan.refused().orElseThrow()).contains("public.sales has 11 rows", "max_rows: 10", "slice_by");
        assertThat(plan.waves()).isEmpty();
        assertThat(plan.nothingToDo()).isFalse();
    }

    @Test
    void aTableThatShrinksTooMuchIsRefusedUnlessAllowed() {
        Facts facts = sliced().kept("A", 4, 1).ledger("B", 6, 2);
        assertThat(facts.plan().refused().orElseThrow()).contains("from 10 to 4 rows", "--allow-shrink public.sales");
        assertThat(facts.plan().waves()).isEmpty();
        assertThat(facts.plan().of(Action.REMOVE)).hasSize(1);
        assertThat(facts.planAllowingShrink().waves()).hasSize(1);
    }

    @Test
    void theGuardCountsWhatTheWarehouseHoldsNotWhatTheLedgerSays() {
        Facts facts = sliced().kept("A", 4, 1).warehouse("A", 4, Facts.RUN, 1).warehouse("X", 6, "somebody", 1);
        assertThat(facts.plan().refused()).isPresent();
        assertThat(sliced().kept("A", 4, 1)
                        .ledger("B", 600, 1)
                        .warehouse("A", 4, Facts.RUN, 1)
                        .plan()
                        .refused())
                .isEmpty();
    }

    @Test
    void aMissingTargetHasNothingToLose() {
        TablePlan plan =
                sliced().source("A", 1, 1).ledger("A", 500, 1).noTarget().plan();
        assertThat(plan.rowsBefore()).isZero();
        assertThat(plan.refused()).isEmpty();
    }

    @Test
    void bytesArePredictedFromTheLedgerOrElseFromTheTablesSize() {
        Facts known = sliced().ledger("A", 10, 1).source("A", 20, 2).source("B", 5, 1);
        assertThat(known.plan().actions()).extracting(PlannedSlice::bytes).containsExactly(200L, 50L);
        Facts first = sliced().noTarget().source("A", 20, 2).source("B", 5, 1).tableBytes(2500);
        assertThat(first.plan().actions()).extracting(PlannedSlice::bytes).containsExactly(2000L, 500L);
        assertThat(first.plan().rowsAfter()).isEqualTo(25);
        assertThat(sliced().noTarget().source("A", 0, 0).plan().actions())
                .extracting(PlannedSlice::bytes)
                .containsExactly(0L);
    }

    @Test
    void aPinnedSliceIsKeptWhateverTheSourceHolds() {
        for (Facts facts : List.of(
                sliced().kept("A", 3, 1).pin("A"),
                sliced().ledger("A", 3, 1).source("A", 4, 2).pin("A"),
                sliced().ledger("A", 3, 1).pin("A"))) {
            TablePlan plan = facts.plan();
            assertThat(plan.actions()).singleElement().satisfies(a -> {
                assertThat(a.action()).isEqualTo(Action.KEEP);
                assertThat(a.proven()).as("nobody compared it").isFalse();
                assertThat(a.reason())
                        .isEqualTo("pinned by replay run " + Facts.RUN
                                + "; release it with: sluice replay public.sales --slice A --release");
            });
            assertThat(plan.nothingToDo()).isTrue();
            assertThat(plan.rowsAfter()).isEqualTo(3);
            assertThat(plan.pins()).containsExactly(new Pin(Slice.ofText("A"), Optional.empty()));
        }
    }

    @Test
    void rowsOfAPinnedSliceThatSomebodyChangedAreToldAndLeftAlone() {
        TablePlan plan = sliced().kept("it's", 3, 1)
                .pin("it's")
                .warehouse("it's", 2, Facts.RUN, 1)
                .plan();
        assertThat(plan.count(Action.KEEP)).isEqualTo(1);
        assertThat(plan.pins())
                .extracting(pin -> pin.damage().orElse(""))
                .containsExactly(
                        "the warehouse holds 2 rows, the ledger says 3; put it back with: sluice replay public.sales --slice 'it'\\''s'");
    }

    @Test
    void whatReplacesEverySliceIsRefusedWhereOneIsPinned() {
        assertThat(sliced().kept("A", 3, 1).pin("A").full().plan().refused().orElseThrow())
                .contains("--full was asked for", "(A)", "sluice replay public.sales --release");
        assertThat(sliced().kept("A", 3, 1).pin("A").noTarget().plan().refused().orElseThrow())
                .contains("the target table does not exist any more", "rebuild it from the lake");
        Facts other = sliced().kept("A", 3, 1)
                .pin("A")
                .source("B", 1, 1)
                .ledger(Slice.ofText("B"), new Fingerprint(1, 1, Facts.ALGORITHM), 9, "another definition");
        assertThat(other.plan().refused().orElseThrow()).contains("the definition of the table changed");
        Facts itself = sliced().source("A", 1, 1)
                .ledger(Slice.ofText("A"), new Fingerprint(1, 1, Facts.ALGORITHM), 9, "another definition")
                .pin("A");
        assertThat(itself.plan().refused().orElseThrow()).contains("the definition of the table changed");
        assertThat(itself.plan().waves()).isEmpty();
    }

    @Test
    void theSameFactsInAnotherOrderGiveTheSamePlan() {
        Facts facts = time().warehouse("nothing to find", 1, Facts.RUN, 1);
        IntStream.range(0, 60).forEach(i -> facts.kept("2024-01-%02d".formatted(i % 28 + 1), i, i / 2));
        IntStream.range(0, 30).forEach(i -> facts.source("2023-01-%02d".formatted(i % 28 + 1), i, i));
        TableFacts ordered = facts.build();
        TablePlan plan = facts.planAllowingShrink();
        Random random = new Random(1);
        for (int i = 0; i < 20; i++) {
            TableFacts shuffled = new TableFacts(
                    ordered.sync(),
                    ordered.definition(),
                    shuffled(ordered.source(), random),
                    new HashMap<>(shuffled(ordered.ledger(), random)),
                    ordered.pinned(),
                    Optional.of(shuffled(ordered.warehouse().orElseThrow(), random)),
                    ordered.targetFits(),
                    ordered.tableBytes(),
                    ordered.full());
            ShrinkGuard guard = ShrinkGuard.ofSync(ordered.sync().source(), 0.5, true);
            assertThat(Planner.plan(shuffled, guard)).isEqualTo(plan);
        }
    }

    private static <V> Map<Slice, V> shuffled(Map<Slice, V> map, Random random) {
        List<Slice> keys = new ArrayList<>(map.keySet());
        Collections.shuffle(keys, random);
        Map<Slice, V> shuffled = new LinkedHashMap<>();
        keys.forEach(key -> shuffled.put(key, java.util.Objects.requireNonNull(map.get(key))));
        return shuffled;
    }

    private static Facts sliced() {
        return new Facts(SampleSync.sliced("postal_code"));
    }

    private static Facts time() {
        return new Facts(SampleSync.time("sold_at", Grain.DAY));
    }

    private static String hash() {
        return hash(SampleSync.sliced("postal_code"));
    }

    private static String hash(SampleSync sync) {
        return new Facts(sync).build().definition().hash();
    }

    private static String reason(Facts facts, String slice) {
        PlannedSlice found = facts.planAllowingShrink().actions().stream()
                .filter(a -> a.slice().equals(Slice.ofText(slice)))
                .findFirst()
                .orElseThrow();
        assertThat(found.action()).isEqualTo(Action.REPLACE);
        return found.reason();
    }
}
