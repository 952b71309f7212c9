package dev.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.DataMismatch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConveyorTest {
    private static final List<Integer> ITEMS = IntStream.range(0, 50).boxed().toList();

    @Test
    void everyItemTakesAllStepsInOrder() {
        List<Integer> worked = Collections.synchronizedList(new ArrayList<>());
        List<String> done = Conveyor.run(
                ITEMS,
                i -> i * 10,
                tens -> {
                    worked.add(tens);
                    return tens + 1;
                },
                i -> "item " + i);
        assertThat(worked).isSorted().hasSize(ITEMS.size());
        assertThat(done).hasSize(ITEMS.size()).startsWith("item 1", "item 11").endsWith("item 491");
        assertThat(Conveyor.run(List.<Integer>of(), i -> i, i -> i, i -> i)).isEmpty();
    }

    @Test
    void theNextIsFetchedAndTheOneBeforePutWhileOneIsWorkedOn() {
        CountDownLatch threeAtOnce = new CountDownLatch(3);
        Function<Integer, Integer> meets = i -> {
            threeAtOnce.countDown();
            return met(threeAtOnce, i);
        };
        List<Integer> done = Conveyor.run(
                List.of(0, 1, 2),
                i -> i == 2 ? meets.apply(i) : i,
                i -> i == 1 ? meets.apply(i) : i,
                i -> i == 0 ? meets.apply(i) : i);
        assertThat(done).containsExactly(0, 1, 2);
    }

    @Test
    void noMoreItemsAreOnTheWayThanAllowed() {
        AtomicInteger onTheWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Conveyor.run(
                ITEMS,
                i -> {
                    most.accumulateAndGet(onTheWay.incrementAndGet(), Math::max);
                    return i;
                },
                i -> i,
                i -> {
                    onTheWay.decrementAndGet();
                    return i;
                });
        assertThat(most).hasValueBetween(1, Conveyor.ON_THE_WAY);
        assertThat(onTheWay).hasValue(0);
    }

    @Test
    void aFailureOfAnyStepIsThrownAsItIsAndEndsTheRest() {
        for (int step = 0; step < 3; step++) {
            int failing = step;
            AtomicInteger begun = new AtomicInteger();
            assertThatThrownBy(() -> Conveyor.run(
                            ITEMS,
                            i -> {
                                begun.incrementAndGet();
                                return failed(failing == 0 && i == 5, i);
                            },
                            i -> failed(failing == 1 && i == 5, i),
                            i -> failed(failing == 2 && i == 5, i)))
                    .isInstanceOf(DataMismatch.class)
                    .hasMessage("item 5");
            assertThat(begun).hasValueLessThan(5 + 2 * Conveyor.ON_THE_WAY);
        }
    }

    /// What is no failure of ours, such as too little memory, is not dressed up as one.
    @Test
    void anErrorStaysWhatItIs() {
        assertThatThrownBy(() -> Conveyor.run(ITEMS, ConveyorTest::breaks, i -> i, i -> i))
                .isInstanceOf(OutOfMemoryError.class)
                .hasMessage("said so");
        assertThatThrownBy(() -> InParallel.map(ITEMS, ConveyorTest::breaks))
                .isInstanceOf(OutOfMemoryError.class)
                .hasMessage("said so");
    }

    private static Integer breaks(Integer item) {
        if (item == 3) {
            throw new OutOfMemoryError("said so");
        }
        return item;
    }

    private static Integer failed(boolean now, Integer item) {
        if (now) {
            throw new DataMismatch("item " + item);
        }
        return item;
    }

    private static Integer met(CountDownLatch others, Integer item) {
        try {
            assertThat(others.await(30, TimeUnit.SECONDS)).isTrue();
            return item;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
