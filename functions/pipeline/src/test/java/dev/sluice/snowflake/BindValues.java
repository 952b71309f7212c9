package dev.sluice.snowflake;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The `bindings` of a request: `{"1": {"type": "TEXT", "value": "a" | ["a", "b"]}}`.
final class BindValues {
    private static final long MILLIS_PER_DAY = 86_400_000L;

    private BindValues() {}

    static Engine.Binds of(JsonNode bindings) {
        if (bindings == null || !bindings.isObject() || bindings.isEmpty()) {
            return Engine.Binds.NONE;
        }
        int rows = 1;
        for (Map.Entry<String, JsonNode> bind : bindings.properties()) {
            JsonNode value = bind.getValue().path("value");
            rows = value.isArray() ? value.size() : rows;
        }
        List<Map<Integer, Typed>> all = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            Map<Integer, Typed> row = new HashMap<>();
            for (Map.Entry<String, JsonNode> bind : bindings.properties()) {
                JsonNode value = bind.getValue().path("value");
                row.put(
                        Integer.valueOf(bind.getKey()),
                        typed(bind.getValue().path("type").asText(), value.isArray() ? value.get(i) : value));
            }
            all.add(row);
        }
        return new Engine.Binds(all);
    }

    private static Typed typed(String type, JsonNode node) {
        if (node.isNull() || node.isMissingNode() || type.equals("ANY")) {
            return Typed.none();
        }
        String value = node.asText();
        return switch (type) {
            case "TEXT" -> Typed.text(value);
            case "FIXED" -> number(value);
            case "REAL" -> literal(value.toLowerCase(java.util.Locale.ROOT), SfType.REAL);
            case "BOOLEAN" -> literal(value.toLowerCase(java.util.Locale.ROOT), SfType.BOOLEAN);
            case "DATE" ->
                value.matches("-?\\d+")
                        ? literal(
                                LocalDate.ofEpochDay(Math.floorDiv(Long.parseLong(value), MILLIS_PER_DAY))
                                        .toString(),
                                SfType.DATE)
                        : literal(value, SfType.DATE);
            case "TIME" ->
                value.matches("\\d+")
                        ? literal(LocalTime.ofNanoOfDay(Long.parseLong(value)).toString(), SfType.TIME)
                        : literal(value, SfType.TIME);
            case "TIMESTAMP_NTZ" -> instant(value, SfType.NTZ);
            case "TIMESTAMP_LTZ" -> instant(value, SfType.LTZ);
            case "TIMESTAMP_TZ" -> instant(value, SfType.TZ);
            case "BINARY" -> new Typed("from_hex(" + Typed.literal(value) + ")", SfType.BINARY);
            default -> throw SqlFailure.unsupported("a bind of type " + type);
        };
    }

    private static Typed number(String value) {
        java.math.BigDecimal number = new java.math.BigDecimal(value);
        int scale = Math.max(0, number.scale());
        return literal(
                number.toPlainString(),
                SfType.number(Math.max(Math.max(number.precision() - number.scale(), 1) + scale, 1), scale));
    }

    private static Typed literal(String value, SfType type) {
        return new Typed("CAST(%s AS %s)".formatted(Typed.literal(value), type.duck()), type);
    }

    /// Nanoseconds since 1970, of TZ with the offset plus 1440 behind.
    private static Typed instant(String value, SfType type) {
        String[] parts = value.split(" ");
        if (!parts[0].matches("-?\\d+")) {
            return Conversions.cast(Typed.text(value), type, false, "UTC");
        }
        long micros = Math.floorDiv(new java.math.BigInteger(parts[0]).longValueExact(), 1000L);
        String raw =
                type.kind().isZoned() ? micros + " " + (parts.length > 1 ? parts[1] : "1440") : Long.toString(micros);
        return new Typed(Wire.literal(raw, type), type);
    }
}
