package dev.sluice.drop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.drop.Sums.Total;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class SumsTest {
    private static Total exact(String sum) {
        return new Total.Exact(new BigDecimal(sum));
    }

    @Test
    void integersAndDecimalsAgreeExactlyHoweverTheyAreSpelled() {
        assertThat(exact("1.50").agreesWith(exact("1.5"))).isTrue();
        assertThat(exact("100000000000000000000000000000000000000.01")
                        .agreesWith(exact("100000000000000000000000000000000000000.02")))
                .isFalse();
    }

    @Test
    void floatingPointAgreesWhateverTheOrderOfAdditionAndNoFurther() {
        Total forward = new Total.Floating(0.1 + 0.2 + 0.3, 0.6, 1);
        assertThat(forward.agreesWith(new Total.Floating(0.3 + 0.2 + 0.1, 0.6, 1)))
                .isTrue();
        assertThat(forward.agreesWith(new Total.Floating(0.6, 0.6, 0))).isFalse();
        assertThat(forward.agreesWith(new Total.Floating(0.600001, 0.6, 1))).isFalse();
        // great values that take each other away leave an error of their size
        assertThat(new Total.Floating(1e-3, 2e9, 0).agreesWith(new Total.Floating(2e-3, 2e9, 0)))
                .isTrue();
        assertThat(new Total.Floating(0, 0, 0).agreesWith(new Total.Floating(0, 0, 0)))
                .isTrue();
    }

    @Test
    void whatOneEndCannotAddUpIsNotHeldAgainstTheOther() {
        assertThat(exact("7").agreesWith(new Total.Counted())).isTrue();
        assertThat(new Total.Counted().agreesWith(exact("7"))).isTrue();
    }
}
