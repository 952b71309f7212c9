package dev.sluice.model;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the text of a time slice says. Sorted oldest first; `-infinity` before and `infinity` after
/// everything.
///
/// | grain | text | of an instant (timestamptz) |
/// |---|---|---|
/// | year | `2024` | the same, cut in the configured zone |
/// | month | `2024-03` | |
/// | week | `2024-03-25`, its Monday | |
/// | day | `2024-03-31` | |
/// | hour | `2024-03-31 02` | `2024-03-31 02+01:00`, with `:ss` where the offset has seconds |
///
/// Years have four digits or more and count from 1; ` BC` at the end marks those before. Infinite times
/// are the slices `infinity` and `-infinity` in every grain.
///
/// @param localStart where the slice begins on the local clock; [LocalDateTime#MIN] and
///                   [LocalDateTime#MAX] for the infinite ones
/// @param offset     of the local clock to UTC; zero unless the text says it
public record TimeSlice(Slice slice, Grain grain, LocalDateTime localStart, Duration offset)
        implements Comparable<TimeSlice> {
    private static final Pattern TEXT = Pattern.compile("(\\d{4,6})(?:-(\\d\\d)(?:-(\\d\\d)(?: (\\d\\d)"
            + "(?:([+-])(\\d\\d):(\\d\\d)(?::(\\d\\d))?)?)?)?)?( BC)?");
    private static final Comparator<TimeSlice> BY_START =
            Comparator.comparing(TimeSlice::start).thenComparing(TimeSlice::slice);

    /// Wider than any offset of a time zone, now or in history.
    private static final Duration MARGIN = Duration.ofDays(1);

    /// Empty for NULL and for a text that is not of this grain.
    public static Optional<TimeSlice> parse(Slice slice, Grain grain) {
        return slice.text().flatMap(text -> switch (text) {
            case "-infinity" -> Optional.of(new TimeSlice(slice, grain, LocalDateTime.MIN, Duration.ZERO));
            case "infinity" -> Optional.of(new TimeSlice(slice, grain, LocalDateTime.MAX, Duration.ZERO));
            default -> parseFinite(slice, text, grain);
        });
    }

    private static Optional<TimeSlice> parseFinite(Slice slice, String text, Grain grain) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches() || !grainFits(matcher, grain)) {
            return Optional.empty();
        }
        int year = Integer.parseInt(matcher.group(1));
        try {
            LocalDateTime start = LocalDateTime.of(
                    matcher.group(9) == null ? year : 1 - year,
                    number(matcher, 2, 1),
                    number(matcher, 3, 1),
                    number(matcher, 4, 0),
                    0);
            return Optional.of(new TimeSlice(slice, grain, start, offset(matcher)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static boolean grainFits(Matcher matcher, Grain grain) {
        int parts = matcher.group(2) == null ? 1 : matcher.group(3) == null ? 2 : matcher.group(4) == null ? 3 : 4;
        return parts
                == switch (grain) {
                    case YEAR -> 1;
                    case MONTH -> 2;
                    case WEEK, DAY -> 3;
                    case HOUR -> 4;
                };
    }

    private static int number(Matcher matcher, int group, int otherwise) {
        return matcher.group(group) == null ? otherwise : Integer.parseInt(matcher.group(group));
    }

    private static Duration offset(Matcher matcher) {
        Duration size = Duration.ofHours(number(matcher, 6, 0))
                .plusMinutes(number(matcher, 7, 0))
                .plusSeconds(number(matcher, 8, 0));
        return "-".equals(matcher.group(5)) ? size.negated() : size;
    }

    public boolean infinite() {
        return localStart.equals(LocalDateTime.MIN) || localStart.equals(LocalDateTime.MAX);
    }

    /// Where the slice begins in UTC, if its text says the offset; else on the local clock.
    public LocalDateTime start() {
        return infinite() ? localStart : localStart.minus(offset);
    }

    /// Where the next slice begins on the local clock.
    public LocalDateTime localEnd() {
        if (infinite()) {
            return localStart;
        }
        return switch (grain) {
            case HOUR -> localStart.plusHours(1);
            case DAY -> localStart.plusDays(1);
            case WEEK -> localStart.plusWeeks(1);
            case MONTH -> localStart.plusMonths(1);
            case YEAR -> localStart.plusYears(1);
        };
    }

    /// No row of the slice lies before this, whatever the time zone; a day of margin.
    public LocalDateTime from() {
        return infinite() ? localStart : localStart.minus(MARGIN);
    }

    /// No row of the slice lies at or after this, whatever the time zone; a day of margin.
    public LocalDateTime to() {
        return infinite() ? localStart : localEnd().plus(MARGIN);
    }

    @Override
    public int compareTo(TimeSlice other) {
        return BY_START.compare(this, other);
    }
}
