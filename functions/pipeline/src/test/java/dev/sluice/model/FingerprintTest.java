package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;

class FingerprintTest {
    @Test
    void addsUpModulo2To64InAnyOrder() {
        Fingerprint a = new Fingerprint(2, -1, "record-pg14");
        Fingerprint b = new Fingerprint(3, 5, "record-pg14");
        assertThat(a.plus(b)).isEqualTo(new Fingerprint(5, 4, "record-pg14")).isEqualTo(b.plus(a));
        assertThat(a.plus(Fingerprint.empty("record-pg14"))).isEqualTo(a);
    }

    @Test
    void theHashIsWrittenWithoutASign() {
        assertThat(new Fingerprint(1, -1, "x").unsignedHash()).isEqualTo(new BigInteger("18446744073709551615"));
        assertThat(Fingerprint.parseHash("18446744073709551615")).isEqualTo(-1);
        assertThat(Fingerprint.parseHash("0")).isZero();
        assertThatThrownBy(() -> Fingerprint.parseHash("18446744073709551616"))
                .isInstanceOf(NumberFormatException.class);
    }

    @Test
    void hashesOfTwoAlgorithmsAreNeverMixed() {
        Fingerprint a = new Fingerprint(1, 1, "record-pg14");
        Fingerprint b = new Fingerprint(1, 1, "record-pg16");
        assertThat(a).isNotEqualTo(b);
        assertThatThrownBy(() -> a.plus(b)).hasMessageContaining("record-pg14 and record-pg16");
    }

    @Test
    void negativeCountsAndNamelessHashesDoNotExist() {
        assertThatThrownBy(() -> new Fingerprint(-1, 0, "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Fingerprint(0, 0, "")).isInstanceOf(IllegalArgumentException.class);
    }
}
