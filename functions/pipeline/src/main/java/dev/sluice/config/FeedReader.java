package dev.sluice.config;

import dev.sluice.model.ColumnType;
import dev.sluice.model.Feed;
import dev.sluice.model.Feed.BadRows;
import dev.sluice.model.Feed.FeedColumn;
import dev.sluice.model.Feed.Mode;
import dev.sluice.model.Feed.OnNewColumn;
import dev.sluice.model.FileFormat;
import dev.sluice.model.Grain;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.KeyPattern;
import dev.sluice.model.SliceBy;
import dev.sluice.model.TableName;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One entry under `drops:`.
final class FeedReader {
    static final String EXPECTED = "a mapping from feed to its settings";

    /// Where tables of feeds go unless they say otherwise.
    private static final String SCHEMA = "drops";

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");
    private static final String NAME_EXPECTED =
            "a name in lower case letters, digits and _, at most 63, beginning with a letter";
    private static final String MATCH_EXPECTED =
            "keys of the lake, such as \"drops/pos/{store}/{date:yyyy-MM-dd}/*.jsonl.gz\"";
    private static final String ALLOW_EXPECTED = "a part of a file's rows, such as \"0.1 %\" or 0.001";
    private static final Pattern PERCENT = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,6})?) ?%");
    private static final Map<String, OnNewColumn> ON_NEW = Map.of("refuse", OnNewColumn.REFUSE, "add", OnNewColumn.ADD);
    private static final List<String> MODES = List.of("append", "replace", "upsert");

    private final Value.Entry entry;
    private final Section own;

    private FeedReader(Value.Entry entry) {
        this.entry = entry;
        this.own = Section.open(entry.value(), entry.keyAt(), Keys.DROP);
    }

    static Optional<Feed> read(Value.Entry entry) {
        return new FeedReader(entry).feed();
    }

    private Optional<Feed> feed() {
        boolean named = NAME.matcher(entry.key()).matches();
        if (!named) {
            entry.value().problem("found a name that no table can have here; expected " + NAME_EXPECTED);
        }
        Optional<KeyPattern> match = own.required("match", MATCH_EXPECTED).flatMap(FeedReader::match);
        Optional<FileFormat> format =
                own.required("format", "csv, jsonl or parquet").flatMap(FeedFormats::read);
        List<FeedColumn> columns = own.required("columns", FeedColumns.EXPECTED)
                .map(value -> FeedColumns.read(value, match))
                .orElse(List.of());
        Optional<Mode> mode = mode(columns);
        Optional<OnNewColumn> onNew = own.has("on_new_column")
                ? own.value("on_new_column").flatMap(value -> value.word(ON_NEW, Set.of()))
                : Optional.of(OnNewColumn.REFUSE);
        Optional<TableName> target =
                own.has("target") ? own.value("target").flatMap(TableKeys::target) : defaultTarget(named);
        BadRows badRows = badRows(own.section("bad_rows", Keys.BAD_ROWS));
        Optional<Duration> expectEvery = own.value("expect_every").flatMap(FeedReader::duration);
        checkHeaderless(format, onNew);
        if (match.isEmpty() || format.isEmpty() || mode.isEmpty() || target.isEmpty() || onNew.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Feed(
                entry.key(),
                match.get(),
                format.get(),
                target.get(),
                columns,
                mode.get(),
                onNew.get(),
                badRows,
                expectEvery));
    }

    private Optional<TableName> defaultTarget(boolean named) {
        return named ? Optional.of(new TableName(SCHEMA, entry.key())) : Optional.empty();
    }

    private static Optional<KeyPattern> match(Value value) {
        Optional<String> text = value.text(MATCH_EXPECTED);
        try {
            return text.map(KeyPattern::new);
        } catch (InvalidRequest e) {
            value.problem(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private Optional<Mode> mode(List<FeedColumn> columns) {
        Optional<String> mode = own.required("mode", Words.oneOf(MODES)).flatMap(FeedReader::modeWord);
        only(mode, "replace", List.of("slice_by", "grain", "timezone"));
        only(mode, "upsert", List.of("key", "order_by"));
        Optional<SliceBy> sliceBy = own.value("slice_by").flatMap(value -> sliceBy(value, columns));
        List<String> key = own.value("key").map(value -> key(value, columns)).orElse(List.of());
        Optional<String> orderBy =
                own.value("order_by").flatMap(value -> column(value, columns)).map(FeedColumn::name);
        return mode.flatMap(word -> switch (word) {
            case "append" -> Optional.of(new Mode.Append());
            case "replace" -> {
                own.required("slice_by", "a column, because slices are replaced");
                yield sliceBy.map(Mode.Replace::new);
            }
            default -> {
                own.required("key", "a list of columns, because rows are upserted by key");
                yield key.isEmpty() ? Optional.empty() : Optional.of(new Mode.Upsert(key, orderBy));
            }
        });
    }

    private static Optional<String> modeWord(Value value) {
        String expected = Words.oneOf(MODES);
        Optional<String> word = value.text(expected);
        return word.isEmpty() || MODES.contains(word.get())
                ? word
                : value.refuse(value.shown(), expected + Words.suggestion(word.get(), MODES, ""));
    }

    private void only(Optional<String> mode, String needed, List<String> keys) {
        if (mode.isEmpty() || mode.get().equals(needed)) {
            return;
        }
        keys.stream()
                .filter(own::has)
                .forEach(key -> own.refuse(
                        key, "`%s` belongs to mode %s; this feed has mode %s".formatted(key, needed, mode.get())));
    }

    private Optional<SliceBy> sliceBy(Value value, List<FeedColumn> columns) {
        Optional<FeedColumn> column = column(value, columns);
        Optional<Grain> grain = own.value("grain").flatMap(TableKeys::grain);
        Optional<String> timezone = own.value("timezone").flatMap(TableKeys::timezone);
        boolean time = column.map(FeedColumn::type)
                .filter(type -> type instanceof ColumnType.Date
                        || type instanceof ColumnType.Timestamp
                        || type instanceof ColumnType.TimestampTz)
                .isPresent();
        if (column.isPresent() && !time) {
            for (String key : List.of("grain", "timezone")) {
                if (own.has(key)) {
                    own.refuse(
                            key,
                            "`%s` belongs to a column of type date, timestamp or timestamptz under `slice_by`"
                                    .formatted(key));
                }
            }
        }
        return column.map(known -> time && (own.has("grain") || own.has("timezone"))
                ? new SliceBy.Time(known.name(), grain.orElse(Grain.DAY), timezone.orElse("UTC"))
                : new SliceBy.Value(known.name()));
    }

    private static List<String> key(Value value, List<FeedColumn> columns) {
        List<String> key = new ArrayList<>();
        for (Value item : value.items("a list of columns").orElse(List.of())) {
            column(item, columns).map(FeedColumn::name).ifPresent(name -> {
                if (key.contains(name)) {
                    item.problem("found the column twice");
                } else {
                    key.add(name);
                }
            });
        }
        return key;
    }

    /// A column of the feed whose values have an order and an equality.
    private static Optional<FeedColumn> column(Value value, List<FeedColumn> columns) {
        List<String> names = columns.stream().map(FeedColumn::name).toList();
        String expected = "a column of the feed";
        Optional<String> name = value.text(expected);
        if (name.isEmpty() || columns.isEmpty()) {
            return Optional.empty();
        }
        Optional<FeedColumn> column = columns.stream()
                .filter(known -> known.name().equals(name.get()))
                .findFirst();
        if (column.isEmpty()) {
            return value.refuse(value.shown(), expected + Words.suggestion(name.get(), names, ""));
        }
        if (column.get().type() instanceof ColumnType.Json) {
            return value.refuse("a column of type json", expected + " whose values can be compared");
        }
        return column;
    }

    private static BadRows badRows(Section own) {
        double allow = own.value("allow").flatMap(FeedReader::allow).orElse(0.0);
        Optional<Boolean> unused =
                own.value("action").flatMap(value -> value.word(Map.of("quarantine", true), Set.of()));
        return new BadRows(allow);
    }

    private static Optional<Double> allow(Value value) {
        if (value.isNumber()) {
            return value.fraction();
        }
        Optional<String> text = value.text(ALLOW_EXPECTED);
        Optional<Double> fraction = text.map(PERCENT::matcher)
                .filter(Matcher::matches)
                .map(percent ->
                        new BigDecimal(percent.group(1)).movePointLeft(2).doubleValue())
                .filter(known -> known <= 1);
        return text.isEmpty() || fraction.isPresent() ? fraction : value.refuse(value.shown(), ALLOW_EXPECTED);
    }

    private static Optional<Duration> duration(Value value) {
        Optional<String> text = value.text(Units.DURATION_EXPECTED);
        Optional<Duration> duration = text.flatMap(Units::duration);
        return text.isEmpty() || duration.isPresent() ? duration : value.refuse(value.shown(), Units.DURATION_EXPECTED);
    }

    private void checkHeaderless(Optional<FileFormat> format, Optional<OnNewColumn> onNew) {
        if (own.has("on_new_column")
                && onNew.equals(Optional.of(OnNewColumn.ADD))
                && format.isPresent()
                && format.get() instanceof FileFormat.Csv csv
                && !csv.header()) {
            own.refuse("on_new_column", "a CSV without a header cannot name new columns; expected refuse");
        }
    }
}
