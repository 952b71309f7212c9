package dev.sluice.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/// Numbers for people, always in English notation.
final class Numbers {
    private Numbers() {}

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number).replace(',', ' ');
    }

    /// Powers of ten, as disks and networks are sold: `1.2 MB`.
    static String bytes(long bytes) {
        String[] units = {"B", "kB", "MB", "GB", "TB", "PB"};
        double value = bytes;
        int unit = 0;
        while (value >= 1000 && unit < units.length - 1) {
            value /= 1000;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
    }

    static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.1f s", seconds);
    }

    /// A time span in its largest unit: `3 h`.
    static String ago(Instant then, Instant now) {
        Duration span = Duration.between(then, now);
        if (span.toSeconds() < 90) {
            return Math.max(0, span.toSeconds()) + " s";
        }
        if (span.toMinutes() < 90) {
            return span.toMinutes() + " min";
        }
        return span.toHours() < 48 ? span.toHours() + " h" : span.toDays() + " days";
    }

    static String percent(long part, long whole) {
        return whole == 0 ? "–" : String.format(Locale.ROOT, "%.1f %%", 100.0 * part / whole);
    }
}
