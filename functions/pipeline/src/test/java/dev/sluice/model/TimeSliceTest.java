package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TimeSliceTest {
    @ParameterizedTest
    @CsvSource({
        "2024, YEAR, 2024-01-01T00:00, 2025-01-01T00:00, 0",
        "2024-02, MONTH, 2024-02-01T00:00, 2024-03-01T00:00, 0",
        "2024-03-25, WEEK, 2024-03-25T00:00, 2024-04-01T00:00, 0",
        "2024-03-31, DAY, 2024-03-31T00:00, 2024-04-01T00:00, 0",
        "2024-03-31 02, HOUR, 2024-03-31T02:00, 2024-03-31T03:00, 0",
        "2024-10-27 02+02:00, HOUR, 2024-10-27T02:00, 2024-10-27T03:00, 7200",
        "1880-01-01 00-03:30:52, HOUR, 1880-01-01T00:00, 1880-01-01T01:00, -12652",
        "0001 BC, YEAR, 0000-01-01T00:00, 0001-01-01T00:00, 0",
        "0044-03-15 BC, DAY, -0043-03-15T00:00, -0043-03-16T00:00, 0",
        "12024-03, MONTH, +12024-03-01T00:00, +12024-04-01T00:00, 0",
    })
    void aTextSaysWhereTheSliceBeginsAndEnds(
            String text, Grain grain, LocalDateTime start, LocalDateTime end, long offsetSeconds) {
        TimeSlice slice = TimeSlice.parse(Slice.ofText(text), grain).orElseThrow();
        assertThat(slice.localStart()).isEqualTo(start);
        assertThat(slice.localEnd()).isEqualTo(end);
        assertThat(slice.offset()).isEqualTo(Duration.ofSeconds(offsetSeconds));
        assertThat(slice.start()).isEqualTo(start.minusSeconds(offsetSeconds));
        assertThat(slice.from()).isEqualTo(start.minusDays(1));
        assertThat(slice.to()).isEqualTo(end.plusDays(1));
    }

    @Test
    void slicesSortByInstantWithTheInfiniteOnesAtTheEnds() {
        List<String> ordered = List.of(
                "-infinity",
                "0044-03-15 00 BC",
                "2024-10-27 01+02:00",
                "2024-10-27 02+02:00",
                "2024-10-27 02+01:00",
                "2024-10-27 03+01:00",
                "12024-01-01 00+00:00",
                "infinity");
        List<String> sorted = Stream.of(7, 3, 0, 4, 6, 1, 2, 5)
                .map(i -> TimeSlice.parse(Slice.ofText(ordered.get(i)), Grain.HOUR)
                        .orElseThrow())
                .sorted()
                .map(s -> s.slice().encoded())
                .toList();
        assertThat(sorted).isEqualTo(ordered);
    }

    @Test
    void nullTheWholeAndOtherTextsHaveNoTime() {
        for (Slice slice : List.of(
                Slice.NULL,
                Slice.ALL,
                Slice.ofText(""),
                Slice.ofText("2024-13-01"),
                Slice.ofText("2024-02-30"),
                Slice.ofText("2024-02"),
                Slice.ofText("2024-02-01 10"),
                Slice.ofText("\\N"))) {
            assertThat(TimeSlice.parse(slice, Grain.DAY)).as(slice.encoded()).isEmpty();
        }
    }
}
