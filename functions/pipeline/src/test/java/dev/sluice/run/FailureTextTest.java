package dev.sluice.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FailureTextTest {
    @Test
    void aFailureOfOursIsItsMessage() {
        assertThat(text(
                        "dev.sluice.model.InvalidRequest",
                        "{\"errorMessage\":\"no table \\\"x\\\"\",\"errorType\":\"dev.sluice.model.InvalidRequest\"}"))
                .isEqualTo("no table \"x\"");
        assertThat(text("dev.sluice.model.DataMismatch", "plain words")).isEqualTo("plain words");
    }

    @Test
    void anyOtherFailureIsNamed() {
        assertThat(text("java.lang.IllegalStateException", "{\"errorMessage\":\"oops\"}"))
                .isEqualTo("java.lang.IllegalStateException: oops");
        assertThat(text("States.Timeout", "")).isEqualTo("States.Timeout: ");
    }

    @Test
    void aCauseThatIsNoObjectWithAMessageIsTakenAsItIs() {
        assertThat(text("States.DataLimitExceeded", "{\"other\": 1}"))
                .isEqualTo("States.DataLimitExceeded: {\"other\": 1}");
        assertThat(text("X", "{broken")).isEqualTo("X: {broken");
        assertThat(text("X", "[1]")).isEqualTo("X: [1]");
        assertThat(text("X", "\"text\"")).isEqualTo("X: \"text\"");
    }

    private static String text(String error, String cause) {
        return FailureText.of(new Messages.ErrorOutput(error, cause));
    }

    @Test
    void tooLittleMemorySaysHowToGiveMore() {
        assertThat(FailureText.of("java.lang.OutOfMemoryError", "{\"errorMessage\": \"Java heap space\"}"))
                .isEqualTo(
                        "not enough memory (Java heap space); give the program more, such as SLUICE_JAVA_OPTS=-Xmx1g, or the function, memory_mb in Terraform");
    }
}
