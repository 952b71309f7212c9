package dev.sluice.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SqlTest {
    @Test
    void aStatementTakesExactlyTheParametersItNames() {
        assertThat(Sql.statement("lock.sql", Map.of("table", "\"a:b\".\"$1\\\"")))
                .isEqualTo("LOCK TABLE \"a:b\".\"$1\\\" IN ACCESS SHARE MODE");
        assertThatThrownBy(() -> Sql.statement("lock.sql", Map.of())).hasMessageContaining(":table");
        assertThatThrownBy(() -> Sql.statement("lock.sql", Map.of("table", "t", "other", "x")))
                .hasMessageContaining("other");
    }

    @Test
    void quotingLeavesNothingToInterpretation() {
        assertThat(Sql.identifier("a\"b")).isEqualTo("\"a\"\"b\"");
        assertThat(Sql.literal("it's \\")).isEqualTo("'it''s \\'");
        assertThat(Sql.arrayLiteral(List.of("", "NULL", "a,b", "{}", "\"", "\\", "'")))
                .isEqualTo("'{\"\",\"NULL\",\"a,b\",\"{}\",\"\\\"\",\"\\\\\",\"''\"}'");
    }

    @Test
    void versionsAreReadInEveryForm() {
        assertThat(ServerVersion.parse("14.22 (Debian 14.22-1)")).isEqualTo(new ServerVersion(140_022));
        assertThat(ServerVersion.parse("18beta1").major()).isEqualTo("18");
        assertThat(ServerVersion.parse("9.6.24").major()).isEqualTo("9.6");
        assertThat(ServerVersion.parse("9.6.24").atLeast(10)).isFalse();
    }

    @Test
    void settingsThatAnOldServerDoesNotKnowAreLeftOut() {
        Map<String, String> parameters = Map.of("application", "'x'", "statement_timeout", "1", "lock_timeout", "1");
        assertThat(Sql.pins(new ServerVersion(90_400), parameters))
                .doesNotContain("row_security")
                .doesNotContain("transaction_session");
        assertThat(Sql.pins(new ServerVersion(160_000), parameters))
                .contains("row_security")
                .doesNotContain("transaction_timeout");
        assertThat(Sql.pins(new ServerVersion(180_000), parameters)).contains("transaction_timeout");
    }

    @Test
    void anApplicationNameIsCutBetweenCharacters() {
        assertThat(Session.cut("x".repeat(62) + "ä")).isEqualTo("x".repeat(62));
        assertThat(Session.cut("x".repeat(61) + "ä")).isEqualTo("x".repeat(61) + "ä");
        assertThat(Session.cut("short")).isEqualTo("short");
    }
}
