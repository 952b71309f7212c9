package dev.sluice.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.DataMismatch;
import dev.sluice.model.LimitExceeded;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DeadlineTest {
    @Test
    void aStatementEndsBeforeTheStageAndTheStageBeforeTheFunction() {
        Deadline deadline = Deadline.in(900_000);
        assertThat(deadline.forStage()).isBetween(Duration.ofSeconds(869), Duration.ofSeconds(870));
        assertThat(deadline.forStatement()).isBetween(Duration.ofSeconds(839), Duration.ofSeconds(840));
        Deadline hurried = Deadline.in(10_000);
        assertThat(hurried.forStage()).isBetween(Duration.ofMillis(8_500), Duration.ofSeconds(9));
        assertThat(hurried.forStatement()).isBetween(Duration.ofMillis(7_500), Duration.ofSeconds(8));
        assertThat(Deadline.in(1).forStatement()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void withTooLittleTimeNothingBegins() {
        Deadline.in(5_000).check("land");
        assertThatThrownBy(() -> Deadline.in(4_900).check("plan-table"))
                .isInstanceOf(LimitExceeded.class)
                .hasMessage(
                        "plan-table: the function has 4.9 s left and needs at least 5 to begin: raise functions[\"plan-table\"].timeout_seconds (at most 900)");
    }

    @Test
    @Timeout(20)
    void aStageThatDoesNotEndIsGivenUpAndKnownToBeBusyUntilItDoes() throws InterruptedException {
        CountDownLatch stubborn = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Watch watch = new Watch();
        assertThatThrownBy(() -> watch.within(
                        Duration.ofMillis(50),
                        () -> {
                            uninterruptibly(stubborn);
                            ended.countDown();
                            return 1;
                        },
                        () -> Deadline.in(60_000).passed("convert")))
                .isInstanceOf(LimitExceeded.class)
                .hasMessageContaining("convert: not done within the 60 s that the function has");
        assertThat(watch.busy()).isTrue();
        stubborn.countDown();
        ended.await();
        while (watch.busy()) {
            Thread.onSpinWait();
        }
        assertThat(watch.<Integer>within(Duration.ofSeconds(9), () -> 2, () -> new LimitExceeded("")))
                .isEqualTo(2);
    }

    @Test
    void aFailureOfTheStagePassesThroughAsItIs() {
        DataMismatch failure = new DataMismatch("x");
        assertThatThrownBy(() -> new Watch()
                        .within(
                                Duration.ofSeconds(9),
                                () -> {
                                    throw failure;
                                },
                                () -> new LimitExceeded("")))
                .isSameAs(failure);
    }

    private static void uninterruptibly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            Thread.onSpinWait();
        }
    }
}
