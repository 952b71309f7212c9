package dev.sluice.plan;

import dev.sluice.model.Slice;
import dev.sluice.model.SliceBy;
import dev.sluice.model.TableSync;
import dev.sluice.model.TimeSlice;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which slices of a time-sliced table are compared by fingerprint in a run; the others are compared by
/// count.
public final class Recheck {
    private Recheck() {}

    /// Recent grains (counted back from now, so that a row dated 2199 does not push them out of sight),
    /// the future, what is no time, and whatever was not proven for long enough.
    ///
    /// @param provenAt when each slice's fingerprint was last found equal, or the slice loaded
    public static Set<Slice> due(
            TableSync sync, SliceBy.Time by, Collection<Slice> slices, Map<Slice, Instant> provenAt, Instant now) {
        LocalDateTime oldestRecent = oldestRecent(by, sync.recentGrains(), now);
        Set<Slice> due = new HashSet<>();
        for (Slice slice : slices) {
            Optional<TimeSlice> time = TimeSlice.parse(slice, by.grain());
            boolean recent = time.isEmpty()
                    || time.get().infinite()
                    || !time.get().localStart().isBefore(oldestRecent);
            if (recent || stale(sync, slice, provenAt.get(slice), now)) {
                due.add(slice);
            }
        }
        return due;
    }

    /// Whether the source must be read although nobody wrote to it: a day before `audit_days` have passed
    /// since the oldest proof, so that daily runs keep the promise.
    ///
    /// @param oldest of the proofs
    public static boolean overdue(TableSync sync, Instant oldest, Instant now) {
        return ChronoUnit.DAYS.between(oldest, now) >= Math.max(0, sync.auditDays() - 1);
    }

    /// Where the oldest slice that counts as recent begins on the local clock: `recent - 1` grains before
    /// the one that holds `now`.
    private static LocalDateTime oldestRecent(SliceBy.Time by, int recent, Instant now) {
        LocalDateTime local = LocalDateTime.ofInstant(now, ZoneId.of(by.timezone()));
        LocalDate day = local.toLocalDate();
        int back = recent - 1;
        return switch (by.grain()) {
            // One hour more: the offset of the zone may have changed in between.
            case HOUR -> local.truncatedTo(ChronoUnit.HOURS).minusHours(back + 1L);
            case DAY -> day.minusDays(back).atStartOfDay();
            case WEEK -> day.with(java.time.DayOfWeek.MONDAY).minusWeeks(back).atStartOfDay();
            case MONTH -> day.withDayOfMonth(1).minusMonths(back).atStartOfDay();
            case YEAR -> day.withDayOfYear(1).minusYears(back).atStartOfDay();
        };
    }

    /// Slices that were loaded together come due spread over the second half of the period, not all on
    /// one day.
    private static boolean stale(TableSync sync, Slice slice, @Nullable Instant provenAt, Instant now) {
        if (provenAt == null) {
            return true;
        }
        long days = ChronoUnit.DAYS.between(provenAt, now);
        int spread = Math.floorMod(slice.encoded().hashCode(), Math.max(1, sync.auditDays() / 2));
        return days >= Math.max(0, sync.auditDays() - 1 - spread);
    }
}
