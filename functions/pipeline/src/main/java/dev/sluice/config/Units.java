package dev.sluice.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `30 days` and `20 GB`: a whole number and a unit, with one blank or none between them.
final class Units {
    static final String DURATION_EXPECTED = "a duration in minutes, hours or days, such as 30 days";
    static final String BYTES_EXPECTED =
            "a size in B, kB, MB, GB, TB (powers of 1000) or KiB, MiB, GiB, TiB (powers of 1024), such as 20 GB";

    private static final Pattern DURATION = Pattern.compile("([1-9][0-9]{0,5}) ?(minute|hour|day)s?");
    private static final Pattern BYTES = Pattern.compile("([1-9][0-9]{0,5}) ?(B|kB|MB|GB|TB|KiB|MiB|GiB|TiB)");
    private static final Map<String, Long> BYTES_OF = bytesOf();

    private Units() {}

    static Optional<Duration> duration(String text) {
        Matcher parts = DURATION.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        long count = Long.parseLong(parts.group(1));
        return Optional.of(
                switch (parts.group(2)) {
                    case "minute" -> Duration.ofMinutes(count);
                    case "hour" -> Duration.ofHours(count);
                    default -> Duration.ofDays(count);
                });
    }

    static Optional<Long> bytes(String text) {
        Matcher parts = BYTES.matcher(text);
        return parts.matches()
                ? Optional.ofNullable(BYTES_OF.get(parts.group(2))).map(unit -> unit * Long.parseLong(parts.group(1)))
                : Optional.empty();
    }

    private static Map<String, Long> bytesOf() {
        Map<String, Long> units = new LinkedHashMap<>();
        units.put("B", 1L);
        units.put("kB", 1_000L);
        units.put("MB", 1_000_000L);
        units.put("GB", 1_000_000_000L);
        units.put("TB", 1_000_000_000_000L);
        units.put("KiB", 1L << 10);
        units.put("MiB", 1L << 20);
        units.put("GiB", 1L << 30);
        units.put("TiB", 1L << 40);
        return units;
    }
}
