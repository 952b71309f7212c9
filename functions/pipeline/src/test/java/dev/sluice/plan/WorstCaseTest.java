package dev.sluice.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Fingerprint;
import dev.sluice.model.Grain;
import dev.sluice.model.Slice;
import dev.sluice.testing.SampleSync;
import java.time.LocalDate;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Waves and batches of a first load: what the arithmetic of statemachine/README.md stands on.
class WorstCaseTest {
    @ParameterizedTest
    @CsvSource({"1, 1, 1", "10000, 1, 1", "1000000, 1, 100"})
    void aSlicedTableIsOneWaveOfBatchesOfTenThousandSlices(int slices, int waves, int batches) {
        Facts facts = new Facts(SampleSync.sliced("postal_code"));
        for (int i = 0; i < slices; i++) {
            facts.source("P" + i, 1, i);
        }
        assertThat(count(facts.noTarget().plan())).isEqualTo(new Count(waves, batches));
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "10000, 11, 11", "1000000, 17, 113"})
    void theWavesOfATimeSlicedTableDouble(int slices, int waves, int batches) {
        Facts facts = new Facts(SampleSync.time("sold_at", Grain.DAY));
        LocalDate first = LocalDate.of(-1000, 1, 1);
        LongStream.range(0, slices)
                .forEach(i -> facts.source(
                        Slice.ofText(first.plusDays(i).toString()), new Fingerprint(1, i, Facts.ALGORITHM)));
        assertThat(count(facts.noTarget().plan())).isEqualTo(new Count(waves, batches));
    }

    private record Count(int waves, int batches) {}

    private static Count count(TablePlan plan) {
        int batches = 0;
        for (int wave = 0; wave < plan.waves().size(); wave++) {
            Reading.Facts facts = new Reading.Facts(
                    plan.wave(wave), plan.waves().size() == 1, plan.actions().size(), 5, 0, 4, 1L << 30);
            batches += Reading.choose(facts, Reading.Costs.NOT_ASKED).groups().stream()
                    .mapToInt(Reading.Group::chunks)
                    .sum();
        }
        return new Count(plan.waves().size(), batches);
    }
}
