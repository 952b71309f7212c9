package dev.sluice.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.TableName;
import org.junit.jupiter.api.Test;

class ShrinkGuardTest {
    private static final TableName TABLE = TableName.parse("public.sales");

    @Test
    void halfMayGoButNotOneRowMore() {
        assertThat(guard(0.5).check(10, 5)).isEmpty();
        assertThat(guard(0.5).check(10, 4).orElseThrow())
                .isEqualTo(
                        "public.sales would shrink from 10 to 4 rows, more than max_shrink: 0.5 allows; nothing of it was published. If that is right: sluice sync --select public.sales --allow-shrink public.sales");
    }

    @Test
    void growingAndStandingStillAreNeverRefused() {
        assertThat(guard(0).check(10, 10)).isEmpty();
        assertThat(guard(0).check(10, 11)).isEmpty();
        assertThat(guard(0).check(0, 0)).isEmpty();
        assertThat(guard(0).check(10, 9)).isPresent();
    }

    @Test
    void emptyingIsRefusedEvenWhereEverythingMayShrink() {
        assertThat(guard(1).check(10, 1)).isEmpty();
        assertThat(guard(1).check(10, 0).orElseThrow()).contains("would become empty (10 rows before)");
        assertThat(guard(1).check(1, 0)).isPresent();
    }

    @Test
    void whatIsAllowedIsNotRefused() {
        assertThat(ShrinkGuard.ofSync(TABLE, 0, true).check(10, 0)).isEmpty();
    }

    @Test
    void billionsOfRowsAreComparedExactlyEnough() {
        assertThat(guard(0.5).check(4_000_000_000L, 2_000_000_000L)).isEmpty();
        assertThat(guard(0.5).check(4_000_000_000L, 1_999_999_999L)).isPresent();
    }

    private static ShrinkGuard guard(double maxShrink) {
        return ShrinkGuard.ofSync(TABLE, maxShrink, false);
    }
}
