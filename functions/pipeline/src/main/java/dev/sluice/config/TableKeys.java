package dev.sluice.config;

import dev.sluice.model.ColumnType;
import dev.sluice.model.Consistency;
import dev.sluice.model.Detect;
import dev.sluice.model.Grain;
import dev.sluice.model.OnFailedSlice;
import dev.sluice.model.SliceBy;
import dev.sluice.model.Strategy;
import dev.sluice.model.TableName;
import dev.sluice.model.WarehouseRecheck;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What each key of a table may hold, one method per key. Each answers, or reports a problem and answers
/// empty.
final class TableKeys {
    static final int GREATEST_RECENT_GRAINS = 100_000;
    static final int GREATEST_AUDIT_DAYS = 3650;
    static final int GREATEST_BUDGET_MINUTES = 525_600;

    /// The warehouse's schema of the ledger.
    /// Of the ledger, and of the rows that tables of feeds are derived from.
    private static final List<String> OUR_SCHEMAS = List.of("sluice", "sluice_drops");

    private static final Pattern PLAIN_COLUMN = Pattern.compile("[A-Za-z_][A-Za-z0-9_$]*");
    private static final Pattern QUOTED_COLUMN = Pattern.compile("\"((?:[^\"]|\"\")+)\"");
    private static final Pattern NUMERIC = Pattern.compile("numeric\\(([0-9]{1,2}), ?([0-9]{1,2})\\)");
    private static final String COLUMNS_EXPECTED =
            "a list of columns, all to be left out ([-name]) or all to be carried";

    private static final Map<String, Strategy> STRATEGIES = words(Strategy.values(), Strategy::word);
    private static final Map<String, Grain> GRAINS = words(Grain.values(), Grain::word);
    private static final Map<String, Detect> DETECTS = words(Detect.values(), Detect::word);
    private static final Map<String, Consistency> CONSISTENCIES = words(Consistency.values(), Consistency::word);
    private static final Map<String, OnFailedSlice> ON_FAILED = words(OnFailedSlice.values(), TableKeys::lowerCase);
    private static final Map<String, WarehouseRecheck> RECHECKS =
            words(WarehouseRecheck.values(), TableKeys::lowerCase);

    /// `columns:`, settled.
    record Columns(List<String> include, List<String> exclude) {
        static final Columns ALL = new Columns(List.of(), List.of());
    }

    private TableKeys() {}

    static Optional<Strategy> strategy(Value value) {
        return value.word(STRATEGIES, Set.of());
    }

    static String strategies() {
        return Words.oneOf(STRATEGIES.keySet());
    }

    /// A column ([SliceBy.Value]) or anything else, which is an expression that the source judges.
    static Optional<SliceBy> sliceBy(Value value) {
        return value.text("a column or an SQL expression").map(text -> {
            String trimmed = text.strip();
            Matcher quoted = QUOTED_COLUMN.matcher(trimmed);
            if (quoted.matches()) {
                return new SliceBy.Value(quoted.group(1).replace("\"\"", "\""));
            }
            return PLAIN_COLUMN.matcher(trimmed).matches()
                    ? new SliceBy.Value(trimmed)
                    : new SliceBy.Expression(trimmed);
        });
    }

    static Optional<Grain> grain(Value value) {
        return value.word(GRAINS, Set.of());
    }

    static Optional<String> timezone(Value value) {
        String expected = "an IANA time zone such as America/Toronto";
        Optional<String> zone = value.text(expected);
        Set<String> known = ZoneId.getAvailableZoneIds();
        if (zone.isEmpty() || known.contains(zone.get())) {
            return zone;
        }
        return value.refuse(value.shown(), expected + Words.suggestion(zone.get(), known, ""));
    }

    static Optional<String> group(Value value) {
        return GroupConfig.named(value, value.reading().groups());
    }

    static Optional<Duration> duration(Value value) {
        Optional<String> text = value.text(Units.DURATION_EXPECTED);
        Optional<Duration> duration = text.flatMap(Units::duration);
        return text.isEmpty() || duration.isPresent() ? duration : value.refuse(value.shown(), Units.DURATION_EXPECTED);
    }

    static Optional<Detect> detect(Value value) {
        return value.word(DETECTS, Set.of("audit", "untouched"));
    }

    static Optional<Consistency> consistency(Value value) {
        return value.word(CONSISTENCIES, Set.of());
    }

    static Optional<OnFailedSlice> onFailedSlice(Value value) {
        return value.word(ON_FAILED, Set.of());
    }

    static Optional<WarehouseRecheck> warehouseRecheck(Value value) {
        return value.word(RECHECKS, Set.of());
    }

    static Optional<Columns> columns(Value value) {
        Set<String> include = new LinkedHashSet<>();
        Set<String> exclude = new LinkedHashSet<>();
        for (Value item : value.items(COLUMNS_EXPECTED).orElse(List.of())) {
            boolean out = item.written().orElse("").startsWith("-");
            String name = item.text("a column's name, or -name").orElse("");
            if (out && name.substring(1).isBlank()) {
                item.problem("found `-` without a name; expected -name");
            } else if (!name.isEmpty() && !(out ? exclude.add(name.substring(1)) : include.add(name))) {
                item.problem("found the column twice");
            }
        }
        if (!include.isEmpty() && !exclude.isEmpty()) {
            return value.refuse("columns to be carried and columns to be left out", COLUMNS_EXPECTED);
        }
        return Optional.of(new Columns(new ArrayList<>(include), new ArrayList<>(exclude)));
    }

    static Optional<Map<String, String>> types(Value value) {
        Map<String, String> policies = new LinkedHashMap<>();
        for (Value.Entry entry :
                value.entries("a mapping from column to text or numeric(p,s)").orElse(List.of())) {
            if (entry.key().isBlank()) {
                entry.value().problem("found an empty column name; expected a column");
            }
            type(entry.value()).ifPresent(policy -> policies.put(entry.key(), policy));
        }
        return Optional.of(policies);
    }

    private static Optional<String> type(Value value) {
        String expected = "text, or numeric(p,s) with 1 ≤ p ≤ 38 and 0 ≤ s ≤ p";
        Optional<String> policy = value.text(expected);
        if (policy.isEmpty() || policy.get().equals("text")) {
            return policy;
        }
        Matcher numeric = NUMERIC.matcher(policy.get());
        if (numeric.matches()) {
            int precision = Integer.parseInt(numeric.group(1));
            int scale = Integer.parseInt(numeric.group(2));
            if (precision >= 1 && precision <= ColumnType.Decimal.MAX_PRECISION && scale <= precision) {
                return Optional.of("numeric(%s,%s)".formatted(precision, scale));
            }
        }
        return value.refuse(value.shown(), expected);
    }

    static Optional<TableName> target(Value value) {
        Optional<String> text = value.text(TablePattern.EXPECTED);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Optional<TableName> target = TablePattern.parse(text.get()).flatMap(TablePattern::exact);
        return target.isPresent() ? target : value.refuse(value.shown(), TablePattern.EXPECTED);
    }

    static String lower(String schema) {
        return schema.toLowerCase(Locale.ROOT);
    }

    static boolean isOurs(TableName target) {
        return OUR_SCHEMAS.stream().anyMatch(target.schema()::equalsIgnoreCase);
    }

    static Optional<Long> maxRows(Value value) {
        return value.wholeNumber(1, Long.MAX_VALUE);
    }

    static Optional<Integer> upTo(int min, int max, Value value) {
        return value.wholeNumber(min, max).map(Math::toIntExact);
    }

    static Optional<Integer> recent(Value value) {
        return upTo(0, GREATEST_RECENT_GRAINS, value);
    }

    static Optional<Integer> auditDays(Value value) {
        return upTo(1, GREATEST_AUDIT_DAYS, value);
    }

    static Optional<Integer> minutes(Value value) {
        return upTo(1, GREATEST_BUDGET_MINUTES, value);
    }

    /// A size with its unit, or a whole number of bytes.
    static Optional<Long> bytes(Value value) {
        if (value.isNumber()) {
            return value.wholeNumber(1, Long.MAX_VALUE);
        }
        Optional<String> text = value.text(Units.BYTES_EXPECTED);
        Optional<Long> bytes = text.flatMap(Units::bytes);
        return text.isEmpty() || bytes.isPresent() ? bytes : value.refuse(value.shown(), Units.BYTES_EXPECTED);
    }

    private static <T> Map<String, T> words(T[] values, Function<T, String> word) {
        return List.of(values).stream()
                .collect(Collectors.toMap(word, Function.identity(), (a, b) -> a, LinkedHashMap::new));
    }

    private static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
