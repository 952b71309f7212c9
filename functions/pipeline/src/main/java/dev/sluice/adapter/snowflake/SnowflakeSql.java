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
import java.util.stream.Collectors;

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
        return "'%s'::TIMESTAMP_TZ(6)".formatted(spelled(value));
    }

    /// As Snowflake reads an instant whatever its formats are set to.
    static String spelled(Instant value) {
        return INSTANT.format(value.truncatedTo(ChronoUnit.MICROS)) + " +00:00";
    }

    /// The statements of a resource beside this class.
    static List<String> statements(String resource) {
        return split(resource(resource));
    }

    static String resource(String name) {
        try (InputStream in = SnowflakeSql.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(name, e);
        }
    }

    /// The statements of a script, each ended by `;`. Comments stand on lines of their own.
    static List<String> split(String script) {
        String bare = script.lines().filter(line -> !line.startsWith("--")).collect(Collectors.joining("\n"));
        return Arrays.stream(bare.split(";", -1))
                .map(String::strip)
                .filter(sql -> !sql.isEmpty())
                .toList();
    }
}
