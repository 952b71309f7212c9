package dev.sluice.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Action;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.Grain;
import dev.sluice.model.Slice;
import dev.sluice.model.SliceBy;
import dev.sluice.plan.PlannedSlice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TimeReachTest {
    private static final SliceBy BY_DAY = new SliceBy.Time("sold_at", Grain.DAY, "UTC");

    private final List<PlannedSlice> actions = new ArrayList<>();

    @Test
    void provenEndsWhereOnlyACountIsKnownAndCountedGoesOn() {
        kept("2024-01-05", true)
                .replaced("2024-01-04", true)
                .kept("2024-01-03", false)
                .kept("2024-01-02", true);
        assertThat(reach()).isEqualTo(reached("2024-01-04", "2024-01-02"));
    }

    @Test
    void bothEndAtTheFirstSliceThatIsStillOpen() {
        kept("2024-01-05", true).replaced("2024-01-04", true).kept("2024-01-03", true);
        assertThat(reach("2024-01-04")).isEqualTo(reached("2024-01-05", "2024-01-05"));
        assertThat(reach("2024-01-05")).isEqualTo(TimeReach.NONE);
        assertThat(reach("2024-01-03")).isEqualTo(reached("2024-01-04", "2024-01-04"));
    }

    @Test
    void whatIsNoTimeOrInfiniteOrRemovedDoesNotCount() {
        add(Slice.NULL, Action.KEEP, true);
        replaced("infinity", true).kept("2024-01-05", true);
        add(Slice.ofText("2024-01-04"), Action.REMOVE, true);
        kept("2024-01-03", true).kept("-infinity", true);
        assertThat(reach("2024-01-04")).isEqualTo(reached("2024-01-03", "2024-01-03"));
    }

    @Test
    void aTableThatIsNotCutByTimeReachesNowhere() {
        kept("2024-01-05", true);
        assertThat(TimeReach.of(new SliceBy.Value("sold_at"), actions, Set.of(), Set.of()))
                .isEqualTo(TimeReach.NONE);
        assertThat(TimeReach.of(new SliceBy.Whole(), actions, Set.of(), Set.of()))
                .isEqualTo(TimeReach.NONE);
    }

    @Test
    void anEmptyTableReachesNowhere() {
        assertThat(reach()).isEqualTo(TimeReach.NONE);
    }

    private TimeReachTest kept(String slice, boolean proven) {
        return add(Slice.ofText(slice), Action.KEEP, proven);
    }

    private TimeReachTest replaced(String slice, boolean proven) {
        return add(Slice.ofText(slice), Action.REPLACE, proven);
    }

    private TimeReachTest add(Slice slice, Action action, boolean proven) {
        actions.add(new PlannedSlice(slice, action, "", Fingerprint.empty("x"), 0, 0, proven));
        return this;
    }

    private TimeReach reach(String... open) {
        return TimeReach.of(
                BY_DAY,
                actions,
                Set.copyOf(List.of(open).stream().map(Slice::ofText).toList()),
                Set.of());
    }

    private static TimeReach reached(String proven, String counted) {
        return new TimeReach(Optional.of(proven), Optional.of(counted));
    }
}
