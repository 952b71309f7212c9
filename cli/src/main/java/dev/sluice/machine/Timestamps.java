package dev.sluice.machine;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Points in time as the language writes them: the RFC 3339 profile of ISO 8601, with an uppercase T and Z. */
final class Timestamps {
    static final String NEEDED = "a timestamp such as 2026-11-01T12:00:00Z is needed";

    private Timestamps() {}

    static @Nullable Instant parse(JsonNode node) {
        String text = node.asText();
        if (!node.isTextual() || text.contains("t") || text.contains("z")) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text, DateTimeFormatter.ISO_OFFSET_DATE_TIME)
                    .toInstant();
        } catch (DateTimeException notATimestamp) {
            return null;
        }
    }

    /** Milliseconds, as in the context object. */
    static String format(Instant instant) {
        return DateTimeFormatter.ISO_INSTANT.format(instant.truncatedTo(ChronoUnit.MILLIS));
    }
}
