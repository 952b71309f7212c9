package dev.sluice.adapter.snowflake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.InvalidRequest;
import dev.sluice.model.UnsupportedValue;
import dev.sluice.model.WarehouseUnavailable;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SnowflakeProblemTest {
    private static RuntimeException of(String text, String state, int code) {
        return SnowflakeProblem.of("stage the wave's files", "GRANT …", new SQLException(text, state, code));
    }

    @Test
    void aValueThatDoesNotFitIsPlacedByFileAndRowAndNotShown() {
        RuntimeException failure = of("""
                Numeric value 'secret' is not recognized
                  File 'sluice/lake/public.t/slice=1/part-00000.parquet', line 3, character 1
                  Row 7, column "T"["A":1]""", "22018", 100038);
        assertThat(failure)
                .isInstanceOf(UnsupportedValue.class)
                .hasMessageContaining(
                        "in file sluice/lake/public.t/slice=1/part-00000.parquet, row 7, a value does not fit")
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @CsvSource({"390100", "390144", "390189", "390422"})
    void aRefusedLoginIsNotTriedAgainThoughTheDriverCallsItABrokenConnection(int code) {
        assertThat(of("any", "08001", code))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("the login is refused");
    }

    @ParameterizedTest
    @CsvSource({"390112, 08001", "390114, 08001", "200015, 58030", "200002, 08001"})
    void aSessionThatEndedOrAServerThatDoesNotAnswerIsTriedAgain(int code, String state) {
        assertThat(of("any", state, code)).isInstanceOf(WarehouseUnavailable.class);
    }

    @Test
    void aKeyThatCannotBeReadIsAMistake() {
        assertThat(of("any", "42601", 200045))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("private_key_passphrase");
    }
}
