package dev.sluice.config;

import dev.sluice.model.Consistency;
import dev.sluice.model.Detect;
import dev.sluice.model.Grain;
import dev.sluice.model.OnFailedSlice;
import dev.sluice.model.SliceBy;
import dev.sluice.model.Strategy;
import dev.sluice.model.TableSync;
import dev.sluice.model.WarehouseRecheck;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Settles one entry against the defaults. A key of the entry that its strategy does not know is refused;
/// a default that the strategy does not know is left aside, because defaults serve tables of every
/// strategy.
final class TableReader {
    private static final String COLUMN_EXPECTED = "a column of type date, timestamp or timestamptz";

    private final Section own;
    private final Section defaults;
    private final Common common;

    /// Defaults that depend on where tables are kept, and where the stages run.
    record Common(WarehouseRecheck recheck, Consistency consistency) {}

    TableReader(Section own, Section defaults, Common common) {
        this.own = own;
        this.defaults = defaults;
        this.common = common;
    }

    /// Reads every value that is there, so that each mistake is reported whatever the strategy.
    static void check(Section section, Keys keys) {
        for (String key : keys.known()) {
            section.value(key).ifPresent(value -> check(section, key, value));
        }
    }

    private static void check(Section section, String key, Value value) {
        Optional<?> ignored = switch (key) {
            case "strategy" -> TableKeys.strategy(value);
            case "slice_by" -> TableKeys.sliceBy(value);
            case "grain" -> TableKeys.grain(value);
            case "timezone" -> TableKeys.timezone(value);
            case "detect" -> TableKeys.detect(value);
            case "consistency" -> TableKeys.consistency(value);
            case "on_failed_slice" -> TableKeys.onFailedSlice(value);
            case "columns" -> TableKeys.columns(value);
            case "types" -> TableKeys.types(value);
            case "target" -> TableKeys.target(value);
            case "max_rows" -> TableKeys.maxRows(value);
            case "skip_unchanged", "untouched", "skip" -> value.flag();
            case "max_shrink" -> value.fraction();
            case "recheck" -> {
                Section recheck = section.section(key, Keys.RECHECK);
                recheck.value("recent").ifPresent(TableKeys::recent);
                recheck.value("audit_days").ifPresent(TableKeys::auditDays);
                yield recheck.value("warehouse").flatMap(TableKeys::warehouseRecheck);
            }
            case "budget" -> {
                Section budget = section.section(key, Keys.BUDGET);
                if (budget.isEmptyMapping()) {
                    section.refuse(key, "found no limit; expected minutes, bytes or both");
                }
                budget.value("minutes").ifPresent(TableKeys::minutes);
                yield budget.value("bytes").flatMap(TableKeys::bytes);
            }
            case "chunk_bytes" -> TableKeys.bytes(value);
            case "group" -> TableKeys.group(value);
            case "fresh_within" -> TableKeys.duration(value);
            default -> throw new IllegalArgumentException("no reader for " + key);
        };
    }

    /// Empty when a problem was reported that leaves no settings.
    Optional<TableSettings> settings() {
        check(own, Keys.TABLE);
        if (!own.has("strategy") && !defaults.has("strategy")) {
            own.missing("strategy", TableKeys.strategies());
        }
        Optional<Strategy> strategy = find("strategy", TableKeys::strategy);
        return strategy.flatMap(this::settings);
    }

    private Optional<TableSettings> settings(Strategy strategy) {
        checkStrategy(strategy);
        boolean wholesale = strategy == Strategy.WHOLESALE;
        boolean timeSliced = strategy == Strategy.TIME_SLICED;
        TableKeys.Columns columns =
                own.value("columns").flatMap(TableKeys::columns).orElse(TableKeys.Columns.ALL);
        return sliceBy(strategy)
                .map(sliceBy -> new TableSettings(
                        strategy,
                        sliceBy,
                        find("detect", TableKeys::detect).orElse(Detect.FINGERPRINT),
                        find("consistency", TableKeys::consistency).orElse(common.consistency()),
                        find("on_failed_slice", TableKeys::onFailedSlice)
                                .orElse(timeSliced ? OnFailedSlice.PUBLISH_REST : OnFailedSlice.HOLD),
                        columns.include(),
                        columns.exclude(),
                        own.value("types").flatMap(TableKeys::types).orElse(Map.of()),
                        when(wholesale, find("max_rows", TableKeys::maxRows)).orElse(TableSync.DEFAULT_MAX_ROWS),
                        when(wholesale, find("skip_unchanged", Value::flag)).orElse(false),
                        find("max_shrink", Value::fraction).orElse(TableSync.DEFAULT_MAX_SHRINK),
                        when(timeSliced, recheck("recent", TableKeys::recent)).orElse(TableSync.DEFAULT_RECENT_GRAINS),
                        when(timeSliced, recheck("audit_days", TableKeys::auditDays))
                                .orElse(TableSync.DEFAULT_AUDIT_DAYS),
                        recheck("warehouse", TableKeys::warehouseRecheck).orElse(common.recheck()),
                        find("untouched", Value::flag).orElse(true),
                        when(timeSliced, budget("minutes", TableKeys::minutes)).map(Duration::ofMinutes),
                        when(timeSliced, budget("bytes", TableKeys::bytes)),
                        find("chunk_bytes", TableKeys::bytes).orElse(TableSync.DEFAULT_CHUNK_BYTES),
                        find("group", TableKeys::group),
                        find("fresh_within", TableKeys::duration)));
    }

    private void checkStrategy(Strategy strategy) {
        only(own, strategy, List.of("slice_by"), Strategy.SLICED, Strategy.TIME_SLICED);
        only(own, strategy, List.of("grain", "timezone", "budget"), Strategy.TIME_SLICED);
        only(own, strategy, List.of("max_rows", "skip_unchanged"), Strategy.WHOLESALE);
        only(own.section("recheck", Keys.RECHECK), strategy, List.of("recent", "audit_days"), Strategy.TIME_SLICED);
    }

    private static void only(Section section, Strategy actual, List<String> keys, Strategy... strategies) {
        if (List.of(strategies).contains(actual)) {
            return;
        }
        List<String> words = List.of(strategies).stream().map(Strategy::word).toList();
        keys.stream()
                .filter(section::has)
                .forEach(key -> section.refuse(key, Words.belongsTo(key, words, actual.word())));
    }

    private Optional<SliceBy> sliceBy(Strategy strategy) {
        return switch (strategy) {
            case WHOLESALE -> Optional.of(new SliceBy.Whole());
            case SLICED ->
                own.required("slice_by", "a column or an SQL expression, because the table is sliced")
                        .flatMap(TableKeys::sliceBy);
            case TIME_SLICED ->
                own.required("slice_by", COLUMN_EXPECTED + ", because the table is time-sliced")
                        .flatMap(this::time);
        };
    }

    private Optional<SliceBy> time(Value value) {
        Optional<SliceBy> sliceBy = TableKeys.sliceBy(value);
        if (sliceBy.isEmpty()) {
            return Optional.empty();
        }
        if (sliceBy.get() instanceof SliceBy.Value(String column)) {
            return Optional.of(new SliceBy.Time(
                    column,
                    find("grain", TableKeys::grain).orElse(Grain.DAY),
                    find("timezone", TableKeys::timezone).orElse("UTC")));
        }
        return value.refuse("the expression " + value.shown(), COLUMN_EXPECTED);
    }

    private <T> Optional<T> find(String key, Function<Value, Optional<T>> read) {
        return own.value(key).or(() -> defaults.value(key)).flatMap(read);
    }

    private <T> Optional<T> recheck(String key, Function<Value, Optional<T>> read) {
        return nested("recheck", Keys.RECHECK, key, read);
    }

    private <T> Optional<T> budget(String key, Function<Value, Optional<T>> read) {
        return nested("budget", Keys.BUDGET, key, read);
    }

    private <T> Optional<T> nested(String section, Keys keys, String key, Function<Value, Optional<T>> read) {
        return own.section(section, keys)
                .value(key)
                .or(() -> defaults.section(section, keys).value(key))
                .flatMap(read);
    }

    private static <T> Optional<T> when(boolean applies, Optional<T> value) {
        return applies ? value : Optional.empty();
    }
}
