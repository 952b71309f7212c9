package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

/// Numbers, tables and time spans, whatever language the JVM speaks.
class PrintedWordsTest {
    private static final Instant NOW = Instant.parse("2024-03-15T12:00:00Z");

    @Test
    void countsAreGroupedByThousands() {
        assertThat(List.of(0L, 999L, 1_000L, 1_234_567L, -12_345L))
                .extracting(Numbers::count)
                .containsExactly("0", "999", "1 000", "1 234 567", "-12 345");
    }

    @Test
    void bytesArePowersOfTenWithAPoint() {
        assertThat(List.of(0L, 999L, 1_000L, 1_250_000L, 999_900_000L, 7_000_000_000_000_000L, Long.MAX_VALUE))
                .extracting(Numbers::bytes)
                .containsExactly("0 B", "999 B", "1.0 kB", "1.3 MB", "999.9 MB", "7.0 PB", "9223.4 PB");
    }

    @Test
    void spansAreInTheirLargestUnit() {
        assertThat(List.of(-5L, 0L, 89L, 90L, 5_399L, 5_400L, 172_799L, 172_800L, 8_640_000L))
                .extracting(seconds -> Numbers.ago(NOW.minus(Duration.ofSeconds(seconds)), NOW))
                .containsExactly("0 s", "0 s", "89 s", "1 min", "89 min", "1 h", "47 h", "2 days", "100 days");
    }

    @Test
    void sharesOfNothingAreADash() {
        assertThat(Numbers.percent(1, 3)).isEqualTo("33.3 %");
        assertThat(Numbers.percent(0, 0)).isEqualTo("–");
        assertThat(Numbers.seconds(1.25)).matches("1\\.[23] s");
    }

    @Test
    void columnsLineUpWhateverTheAlphabet() {
        TextTable table = new TextTable(List.of("table", "rows", "note"), Set.of(1));
        table.row(List.of("ünï🧀", "5", ""));
        table.row(List.of("a", "12 345", "late"));
        StringWriter text = new StringWriter();
        table.print(new PrintWriter(text, true));
        assertThat(text.toString().lines())
                .containsExactly("table    rows  note", "ünï🧀        5", "a      12 345  late");
    }

    @Test
    void aTableWithoutRowsIsItsHeader() {
        StringWriter text = new StringWriter();
        new TextTable(List.of("a", "b"), Set.of()).print(new PrintWriter(text, true));
        assertThat(text.toString().strip()).isEqualTo("a  b");
    }

    @Test
    void budgetsAreSpansInMinutes() {
        Budgets budgets = new Budgets();
        assertThat(List.of("30s", "10m", "10 min", " 2h ", "0m"))
                .extracting(budgets::convert)
                .containsExactly(0.5, 10.0, 10.0, 120.0, 0.0);
        for (String wrong : List.of("", "10", "1d", "-1m", "1.5h", "10M", "1e3s", "m", "1234567890s")) {
            assertThatThrownBy(() -> budgets.convert(wrong))
                    .as(wrong)
                    .isInstanceOf(TypeConversionException.class)
                    .hasMessageContaining("expected 30s, 10m or 2h");
        }
    }
}
