package dev.sluice.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.plan.Pace.Sample;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final Instant NOW = Instant.parse("2024-03-31T12:00:00Z");
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    private static Pace first(Sample moved, Sample slowest) {
        return Pace.after(Optional.empty(), NOW, new Sample(1_000, 2), moved, slowest);
    }

    @Test
    void aRunThatMovesNothingTakesTheLookAlone() {
        Pace pace = first(Sample.NONE, Sample.NONE);
        assertThat(pace.predict(500, 0)).hasValue(1.0);
        assertThat(pace.predict(500, MIB))
                .as("nothing of the kind was measured")
                .isEmpty();
    }

    @Test
    void betweenLittleAndMuchTimeGrowsWithTheBytes() {
        Pace little = first(new Sample(2 * MIB, 1), Sample.NONE);
        assertThat(little.predict(0, MIB)).hasValue(1.0);
        assertThat(little.predict(0, 4 * MIB)).hasValue(2.0);
        Pace both = Pace.after(Optional.of(little), NOW, new Sample(1_000, 2), new Sample(202 * MIB, 21), Sample.NONE);
        assertThat(both.predict(0, 102 * MIB).orElseThrow()).isCloseTo(11, within(0.001));
        assertThat(both.predict(0, 402 * MIB).orElseThrow()).isCloseTo(41, within(0.001));
        assertThat(both.predict(1_000, 2 * MIB).orElseThrow()).isCloseTo(3, within(0.001));
    }

    @Test
    void aRunWithoutRowsForgetsNothing() {
        Pace before = first(new Sample(2 * MIB, 1), new Sample(MIB, 1));
        assertThat(Pace.after(Optional.of(before), NOW, Sample.NONE, Sample.NONE, Sample.NONE))
                .isEqualTo(before);
    }

    @Test
    void chunksAreCutSoThatASlowSourceReadsThemInFiveMinutes() {
        assertThat(first(Sample.NONE, Sample.NONE).chunkBytes(GIB))
                .as("nothing known")
                .isEqualTo(GIB);
        assertThat(first(Sample.NONE, new Sample(100 * MIB, 1)).chunkBytes(GIB)).isEqualTo(GIB);
        assertThat(first(Sample.NONE, new Sample(100 * MIB, 100)).chunkBytes(GIB))
                .isEqualTo(300 * MIB);
        assertThat(first(Sample.NONE, new Sample(400 * MIB, 310)).chunkBytes(GIB))
                .as("an overrun halves it")
                .isEqualTo(200 * MIB);
        assertThat(first(Sample.NONE, new Sample(400 * MIB, 3_000)).chunkBytes(GIB))
                .isEqualTo(40 * MIB);
        assertThat(first(Sample.NONE, new Sample(1, 3_000)).chunkBytes(GIB)).isEqualTo(Pace.LEAST_CHUNK);
        assertThat(first(Sample.NONE, new Sample(400 * MIB, 310)).chunkBytes(64 * MIB))
                .as("never more than configured")
                .isEqualTo(64 * MIB);
        assertThat(first(Sample.NONE, new Sample(400 * MIB, 310)).chunkBytes(1_000))
                .isEqualTo(1_000);
    }
}
