package dev.sluice.adapter.snowflake;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/// Literals, and statements that are files.
final class SnowflakeSql {
    private static final DateTimeFormatter INSTANT = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private SnowflakeSql() {}

    /// A text literal; in Snowflake a backslash escapes.
    static String text(String value) {
        return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    static String instant(Instant value) {
        return "'%s +00:00'::TIMESTAMP_TZ(6)".formatted(INSTANT.format(value.truncatedTo(ChronoUnit.MICROS)));
    }

    /// The statements of a resource beside this class, comments left out; `;` ends each of them.
    static List<String> statements(String resource) {
        try (InputStream in = SnowflakeSql.class.getResourceAsStream(resource)) {
            String text = new String(Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8);
            String bare =
                    text.lines().filter(line -> !line.startsWith("--")).reduce("", (all, line) -> all + line + "\n");
            return Arrays.stream(bare.split(";", -1))
                    .map(String::strip)
                    .filter(sql -> !sql.isEmpty())
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(resource, e);
        }
    }
}
