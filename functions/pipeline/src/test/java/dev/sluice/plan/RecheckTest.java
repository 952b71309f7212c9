package dev.sluice.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Grain;
import dev.sluice.model.Slice;
import dev.sluice.model.SliceBy;
import dev.sluice.model.TableSync;
import dev.sluice.testing.SampleSync;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.data.Index;
import org.junit.jupiter.api.Test;

class RecheckTest {
    private static final Instant NOW = Instant.parse("2024-03-15T12:30:00Z");

    @Test
    void recentGrainsAreCountedBackFromTodayNotFromTheNewestSlice() {
        assertThat(due(Grain.DAY, "UTC", 3, "2199-01-01", "2024-03-16", "2024-03-15", "2024-03-13", "2024-03-12"))
                .containsExactly("2024-03-13", "2024-03-15", "2024-03-16", "2199-01-01");
        assertThat(due(Grain.WEEK, "UTC", 2, "2024-03-11", "2024-03-04", "2024-02-26"))
                .containsExactly("2024-03-04", "2024-03-11");
        assertThat(due(Grain.MONTH, "UTC", 3, "2024-03", "2024-01", "2023-12")).containsExactly("2024-01", "2024-03");
        assertThat(due(Grain.YEAR, "UTC", 2, "2024", "2023", "2022")).containsExactly("2023", "2024");
        assertThat(due(Grain.DAY, "UTC", 1, "2024-03-15", "2024-03-14")).containsExactly("2024-03-15");
    }

    @Test
    void aProofIsOverdueADayBeforeTheAuditPeriodEnds() {
        TableSync sync = SampleSync.sliced("k").build();
        assertThat(Recheck.overdue(sync, NOW.minus(Duration.ofDays(29)), NOW)).isTrue();
        assertThat(Recheck.overdue(sync, NOW.minus(Duration.ofDays(29)).plusSeconds(1), NOW))
                .isFalse();
    }

    @Test
    void recentReachesFromNothingToTheBeginningOfTime() {
        assertThat(due(Grain.DAY, "UTC", 0, "2024-03-16", "2024-03-15")).containsExactly("2024-03-16");
        for (Grain grain : Grain.values()) {
            String oldest = grain == Grain.YEAR ? "4713 BC" : "no slice of this grain";
            assertThat(due(grain, "UTC", 100_000, oldest)).hasSize(1);
        }
    }

    @Test
    void todayIsTodayInTheZoneOfTheTable() {
        assertThat(due(Grain.DAY, "Pacific/Kiritimati", 1, "2024-03-16", "2024-03-15"))
                .containsExactly("2024-03-16");
        assertThat(due(Grain.DAY, "Pacific/Niue", 1, "2024-03-16", "2024-03-15", "2024-03-14"))
                .containsExactly("2024-03-15", "2024-03-16");
    }

    /// One hour more than asked for: the offset of the zone may have changed in between.
    @Test
    void hoursAreCountedOnTheClockOfTheZone() {
        assertThat(due(Grain.HOUR, "UTC", 2, "2024-03-15 12", "2024-03-15 11", "2024-03-15 10", "2024-03-15 09"))
                .containsExactly("2024-03-15 10", "2024-03-15 11", "2024-03-15 12");
        assertThat(due(Grain.HOUR, "Asia/Tokyo", 1, hour("21+09:00"), hour("20+09:00"), hour("19+09:00")))
                .containsExactly(hour("20+09:00"), hour("21+09:00"));
        assertThat(due(Grain.HOUR, "America/Los_Angeles", 1, hour("05-07:00"), hour("04-07:00"), hour("03-07:00")))
                .containsExactly(hour("04-07:00"), hour("05-07:00"));
    }

    private static String hour(String rest) {
        return "2024-03-15 " + rest;
    }

    @Test
    void whatIsNoTimeAndWhatIsInfiniteIsAlwaysLookedAt() {
        assertThat(due(Grain.DAY, "UTC", 0, "\\N", "infinity", "-infinity", "no day", "2024-03", "2024-03-01"))
                .containsExactly("-infinity", "2024-03", "\\N", "infinity", "no day");
    }

    @Test
    void aSliceThatWasNeverProvenIsDue() {
        Set<Slice> due =
                Recheck.due(sync(0, 30), by(Grain.DAY, "UTC"), List.of(Slice.ofText("2020-01-01")), Map.of(), NOW);
        assertThat(due).hasSize(1);
    }

    @Test
    void everySliceIsDueOnceWithinTheAuditPeriodAndTheyAreSpread() {
        List<Slice> slices = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            slices.add(
                    Slice.ofText(NOW.minus(Duration.ofDays(100 + i)).toString().substring(0, 10)));
        }
        List<Integer> dueOnDay = new ArrayList<>();
        for (int day = 0; day < 30; day++) {
            Map<Slice, Instant> proven = new HashMap<>();
            Instant then = NOW.minus(Duration.ofDays(day));
            slices.forEach(slice -> proven.put(slice, then));
            dueOnDay.add(Recheck.due(sync(7, 30), by(Grain.DAY, "UTC"), slices, proven, NOW)
                    .size());
        }
        assertThat(dueOnDay).startsWith(0).contains(0, Index.atIndex(14)).endsWith(400);
        for (int day = 15; day < 30; day++) {
            assertThat(dueOnDay.get(day) - dueOnDay.get(day - 1))
                    .as("newly due on day %d", day)
                    .isBetween(5, 60);
        }
    }

    @Test
    void anAuditEveryDayHashesEverySlice() {
        Slice slice = Slice.ofText("2020-01-01");
        assertThat(Recheck.due(sync(0, 1), by(Grain.DAY, "UTC"), List.of(slice), Map.of(slice, NOW), NOW))
                .containsExactly(slice);
    }

    private static Set<String> due(Grain grain, String zone, int recent, String... encoded) {
        Map<Slice, Instant> proven = new HashMap<>();
        for (String text : encoded) {
            proven.put(new Slice(text), NOW);
        }
        TreeSet<String> due = new TreeSet<>();
        Recheck.due(sync(recent, 30), by(grain, zone), proven.keySet(), proven, NOW)
                .forEach(slice -> due.add(slice.encoded()));
        return due;
    }

    private static TableSync sync(int recent, int auditDays) {
        return SampleSync.time("sold_at", Grain.DAY).recheck(recent, auditDays).build();
    }

    private static SliceBy.Time by(Grain grain, String zone) {
        return new SliceBy.Time("sold_at", grain, zone);
    }
}
