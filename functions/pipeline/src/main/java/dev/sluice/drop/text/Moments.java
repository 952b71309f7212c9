package dev.sluice.drop.text;

import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;

/// Dates and times in the spelling of PostgreSQL, from ISO 8601: `2024-03-31` or `20240331`, `T` or a blank
/// before the time, seconds and their fraction if there are any. Years are 0001 … 9999.
final class Moments {
    private static final String NO_DATE = "no date of the form yyyy-MM-dd";
    private static final String IMPOSSIBLE = "a date that the calendar does not have";
    private static final String NO_TIME = "no time of the form HH:mm:ss";
    private static final String NO_TIMESTAMP = "no timestamp of the form yyyy-MM-dd HH:mm:ss";
    private static final String TOO_FINE = "a time finer than microseconds";
    private static final String HAS_OFFSET =
            "a timestamp with an offset from UTC; a column of type timestamptz takes it";
    private static final String NO_OFFSET =
            "a timestamp without Z or an offset from UTC; a column of type timestamp takes it";
    private static final String NO_SUCH_OFFSET = "an offset from UTC that is not ±HH:mm";
    private static final int MICROS_DIGITS = 6;

    private Moments() {}

    static @Nullable String date(byte[] text, int from, int to, RowText out) {
        Scan scan = new Scan(text, from, to);
        String problem = scan.date();
        if (problem != null) {
            return problem;
        }
        if (scan.at != to) {
            return NO_DATE;
        }
        scan.writeDate(out);
        return null;
    }

    static @Nullable String time(byte[] text, int from, int to, RowText out) {
        Scan scan = new Scan(text, from, to);
        String problem = scan.time();
        if (problem != null) {
            return problem;
        }
        if (scan.at != to) {
            return NO_TIME;
        }
        scan.writeTime(out);
        return null;
    }

    static @Nullable String timestamp(byte[] text, int from, int to, RowText out) {
        Scan scan = new Scan(text, from, to);
        String problem = scan.dateAndTime();
        if (problem != null) {
            return problem;
        }
        if (scan.at != to) {
            return scan.offset() == null ? HAS_OFFSET : NO_TIMESTAMP;
        }
        scan.writeDate(out);
        out.add((byte) ' ');
        scan.writeTime(out);
        return null;
    }

    static @Nullable String instant(byte[] text, int from, int to, RowText out) {
        Scan scan = new Scan(text, from, to);
        String problem = scan.dateAndTime();
        if (problem != null) {
            return problem;
        }
        if (scan.at == to) {
            return NO_OFFSET;
        }
        problem = scan.offset();
        if (problem != null) {
            return problem;
        }
        problem = scan.toUtc();
        if (problem != null) {
            return problem;
        }
        scan.writeDate(out);
        out.add((byte) ' ');
        scan.writeTime(out);
        out.add("+00");
        return null;
    }

    private static final class Scan {
        private final byte[] text;
        private final int to;
        private int at;
        private int year;
        private int month;
        private int day;
        private int hour;
        private int minute;
        private int second;
        private int fractionFrom;
        private int fractionTo;
        private int offsetSeconds;

        Scan(byte[] text, int from, int to) {
            this.text = text;
            this.at = from;
            this.to = to;
        }

        @Nullable
        String date() {
            year = digits(4);
            boolean hyphens = take('-');
            month = digits(2);
            if (hyphens && !take('-')) {
                return NO_DATE;
            }
            day = digits(2);
            if (year < 0 || month < 0 || day < 0) {
                return NO_DATE;
            }
            return year < 1 || month < 1 || month > 12 || day < 1 || day > days(year, month) ? IMPOSSIBLE : null;
        }

        @Nullable
        String dateAndTime() {
            String problem = date();
            if (problem != null) {
                return problem.equals(NO_DATE) ? NO_TIMESTAMP : problem;
            }
            if (!take('T') && !take(' ') && !take('t')) {
                return NO_TIMESTAMP;
            }
            return time();
        }

        @Nullable
        String time() {
            hour = digits(2);
            if (!take(':')) {
                return NO_TIME;
            }
            minute = digits(2);
            if (take(':')) {
                second = digits(2);
                if (second >= 0 && take('.')) {
                    String problem = fraction();
                    if (problem != null) {
                        return problem;
                    }
                }
            }
            if (hour < 0 || minute < 0 || second < 0) {
                return NO_TIME;
            }
            return hour > 23 || minute > 59 || second > 59 ? "a time that a day does not have" : null;
        }

        private @Nullable String fraction() {
            fractionFrom = at;
            while (at < to && text[at] >= '0' && text[at] <= '9') {
                at++;
            }
            if (at == fractionFrom) {
                return NO_TIME;
            }
            fractionTo = at;
            while (fractionTo > fractionFrom && text[fractionTo - 1] == '0') {
                fractionTo--;
            }
            return fractionTo - fractionFrom > MICROS_DIGITS ? TOO_FINE : null;
        }

        /// `Z`, `±HH`, `±HH:mm` or `±HHmm`, up to the end of the text.
        @Nullable
        String offset() {
            if (take('Z') || take('z')) {
                return at == to ? null : NO_SUCH_OFFSET;
            }
            boolean west = at < to && text[at] == '-';
            if (!west && !(at < to && text[at] == '+')) {
                return NO_TIMESTAMP;
            }
            at++;
            int hours = digits(2);
            int minutes = 0;
            if (at < to) {
                take(':');
                minutes = digits(2);
            }
            if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59 || at != to) {
                return NO_SUCH_OFFSET;
            }
            offsetSeconds = (west ? -1 : 1) * (hours * 3600 + minutes * 60);
            return null;
        }

        @Nullable
        String toUtc() {
            if (offsetSeconds == 0) {
                return null;
            }
            LocalDateTime utc =
                    LocalDateTime.of(year, month, day, hour, minute, second).minusSeconds(offsetSeconds);
            if (utc.getYear() < 1 || utc.getYear() > 9999) {
                return "an instant outside the years 0001 to 9999";
            }
            year = utc.getYear();
            month = utc.getMonthValue();
            day = utc.getDayOfMonth();
            hour = utc.getHour();
            minute = utc.getMinute();
            second = utc.getSecond();
            return null;
        }

        private static int days(int year, int month) {
            return switch (month) {
                case 4, 6, 9, 11 -> 30;
                case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
                default -> 31;
            };
        }

        private boolean take(char wanted) {
            if (at < to && text[at] == wanted) {
                at++;
                return true;
            }
            return false;
        }

        /// @return -1 if there are not so many digits
        private int digits(int count) {
            int value = 0;
            for (int i = 0; i < count; i++, at++) {
                if (at >= to || text[at] < '0' || text[at] > '9') {
                    return -1;
                }
                value = value * 10 + (text[at] - '0');
            }
            return value;
        }

        void writeDate(RowText out) {
            two(out, year / 100);
            two(out, year % 100);
            out.add((byte) '-');
            two(out, month);
            out.add((byte) '-');
            two(out, day);
        }

        void writeTime(RowText out) {
            two(out, hour);
            out.add((byte) ':');
            two(out, minute);
            out.add((byte) ':');
            two(out, second);
            if (fractionTo > fractionFrom) {
                out.add((byte) '.');
                out.add(text, fractionFrom, fractionTo);
            }
        }

        private static void two(RowText out, int value) {
            out.add((byte) ('0' + value / 10));
            out.add((byte) ('0' + value % 10));
        }
    }
}
