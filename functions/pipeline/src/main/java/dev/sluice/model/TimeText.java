package dev.sluice.model;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/// Dates and times in the spelling of [ColumnAggregate].
public final class TimeText {
    private static final long MICROS_PER_SECOND = 1_000_000;

    private TimeText() {}

    /// @param epochDay days since 1970-01-01
    public static String date(long epochDay) {
        LocalDate date = LocalDate.ofEpochDay(epochDay);
        return day(date) + era(date);
    }

    /// @param micros since midnight
    public static String time(long micros) {
        return time(LocalTime.MIDNIGHT.plus(micros, ChronoUnit.MICROS));
    }

    /// @param micros since 1970-01-01 00:00:00
    /// @param zone   what stands behind the time: `Z` for an instant, nothing for a local time
    public static String timestamp(long micros, String zone) {
        LocalDateTime at = LocalDateTime.ofEpochSecond(
                Math.floorDiv(micros, MICROS_PER_SECOND),
                (int) Math.floorMod(micros, MICROS_PER_SECOND) * 1000,
                ZoneOffset.UTC);
        return day(at.toLocalDate()) + " " + time(at.toLocalTime()) + zone + era(at.toLocalDate());
    }

    private static String day(LocalDate date) {
        return String.format(
                Locale.ROOT,
                "%04d-%02d-%02d",
                date.get(ChronoField.YEAR_OF_ERA),
                date.getMonthValue(),
                date.getDayOfMonth());
    }

    private static String time(LocalTime time) {
        return String.format(
                Locale.ROOT,
                "%02d:%02d:%02d.%06d",
                time.getHour(),
                time.getMinute(),
                time.getSecond(),
                time.getNano() / 1000);
    }

    private static String era(LocalDate date) {
        return date.getYear() > 0 ? "" : " BC";
    }
}
