package dev.sluice.config;

import dev.sluice.model.ColumnType;
import dev.sluice.model.Feed.FeedColumn;
import dev.sluice.model.KeyPattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `columns:` of a feed: name → type as PostgreSQL spells it, or → `{part: …, type: …}` for a value that comes
/// from the key of the file.
final class FeedColumns {
    static final String EXPECTED = "a mapping from column to type, such as {id: bigint, total: \"numeric(12,2)\"}";
    static final String TYPE_EXPECTED =
            "smallint, integer, bigint, numeric(p,s), real, double precision, boolean, text, date, time, timestamp, timestamptz, uuid, bytea or json";

    /// What the tables of the warehouse call their own columns.
    private static final String RESERVED = "_sluice_";

    private static final Pattern NUMERIC = Pattern.compile("(?:numeric|decimal)\\(([0-9]{1,2})(?:, ?([0-9]{1,2}))?\\)");
    private static final Map<String, ColumnType> TYPES = types();

    private FeedColumns() {}

    /// @param match empty if it could not be read: then parts are not checked
    static List<FeedColumn> read(Value value, Optional<KeyPattern> match) {
        List<FeedColumn> columns = new ArrayList<>();
        Map<String, String> seen = new HashMap<>();
        Optional<List<Value.Entry>> entries = value.entries(EXPECTED);
        if (entries.isPresent() && entries.get().isEmpty()) {
            value.problem("found no column; expected " + EXPECTED);
        }
        for (Value.Entry entry : entries.orElse(List.of())) {
            if (isGoodName(entry, seen)) {
                column(entry, match).ifPresent(columns::add);
            }
        }
        if (!columns.isEmpty()
                && columns.stream().noneMatch(column -> column.part().isEmpty())) {
            value.problem("found only parts of the key; expected at least one column of the file");
        }
        List<FeedColumn> ordered = new ArrayList<>(
                columns.stream().filter(column -> column.part().isEmpty()).toList());
        columns.stream().filter(column -> column.part().isPresent()).forEach(ordered::add);
        return ordered;
    }

    private static boolean isGoodName(Value.Entry entry, Map<String, String> seen) {
        String lower = entry.key().toLowerCase(Locale.ROOT);
        String twin = seen.putIfAbsent(lower, entry.key());
        if (entry.key().isBlank() || lower.startsWith(RESERVED)) {
            entry.value().problem("found a name that is empty or begins with _sluice_; expected another one");
            return false;
        }
        if (twin != null && !twin.equals(entry.key())) {
            entry.value()
                    .problem("differs only in case from %s, and warehouses hold such names for one"
                            .formatted(Words.quoted(twin)));
            return false;
        }
        return true;
    }

    private static Optional<FeedColumn> column(Value.Entry entry, Optional<KeyPattern> match) {
        if (entry.value().isMapping()) {
            Section own = Section.open(entry.value(), entry.keyAt(), Keys.DROP_COLUMN);
            Optional<ColumnType> type = own.required("type", TYPE_EXPECTED).flatMap(FeedColumns::type);
            Optional<String> part = own.value("part").flatMap(value -> part(value, match));
            if (own.has("part") && part.isEmpty()) {
                return Optional.empty();
            }
            return type.map(known -> new FeedColumn(entry.key(), known, part));
        }
        return type(entry.value()).map(type -> new FeedColumn(entry.key(), type, Optional.empty()));
    }

    private static Optional<String> part(Value value, Optional<KeyPattern> match) {
        List<String> names = match.map(KeyPattern::names).orElse(List.of());
        String expected = names.isEmpty() ? "a name in braces under `match`, which has none" : Words.oneOf(names);
        Optional<String> part = value.text(expected);
        if (part.isEmpty() || match.isEmpty() || names.contains(part.get())) {
            return part;
        }
        return value.refuse(value.shown(), expected + Words.suggestion(part.get(), names, ""));
    }

    static Optional<ColumnType> type(Value value) {
        Optional<String> text = value.text(TYPE_EXPECTED);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        ColumnType plain = TYPES.get(text.get());
        if (plain != null) {
            return Optional.of(plain);
        }
        Matcher numeric = NUMERIC.matcher(text.get());
        if (numeric.matches()) {
            int precision = Integer.parseInt(numeric.group(1));
            int scale = numeric.group(2) == null ? 0 : Integer.parseInt(numeric.group(2));
            if (precision >= 1 && precision <= ColumnType.Decimal.MAX_PRECISION && scale <= precision) {
                return Optional.of(new ColumnType.Decimal(precision, scale));
            }
            return value.refuse(value.shown(), "numeric(p,s) with 1 ≤ p ≤ 38 and 0 ≤ s ≤ p");
        }
        return value.refuse(value.shown(), TYPE_EXPECTED + Words.suggestion(text.get(), TYPES.keySet(), ""));
    }

    private static Map<String, ColumnType> types() {
        Map<String, ColumnType> types = new LinkedHashMap<>();
        types.put("smallint", new ColumnType.Int16());
        types.put("integer", new ColumnType.Int32());
        types.put("int", new ColumnType.Int32());
        types.put("bigint", new ColumnType.Int64());
        types.put("real", new ColumnType.Float32());
        types.put("double precision", new ColumnType.Float64());
        types.put("boolean", new ColumnType.Bool());
        types.put("text", new ColumnType.Text());
        types.put("varchar", new ColumnType.Text());
        types.put("date", new ColumnType.Date());
        types.put("time", new ColumnType.Time());
        types.put("timestamp", new ColumnType.Timestamp());
        types.put("timestamptz", new ColumnType.TimestampTz());
        types.put("uuid", new ColumnType.Uuid());
        types.put("bytea", new ColumnType.Bytes());
        types.put("json", new ColumnType.Json());
        types.put("jsonb", new ColumnType.Json());
        return types;
    }
}
