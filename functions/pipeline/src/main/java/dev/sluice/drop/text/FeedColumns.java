package dev.sluice.drop.text;

import dev.sluice.model.Column;
import dev.sluice.model.ColumnType;
import dev.sluice.model.Feed;
import dev.sluice.model.Feed.FeedColumn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The columns of one file: those of the feed, then those that the feed does not know yet.
///
/// @param added what the file has and the feed does not name: text, or JSON in Parquet
public record FeedColumns(List<FeedColumn> known, List<FeedColumn> added) {
    /// What the warehouse's tables call their own columns.
    private static final String RESERVED = "_sluice_";
    /// More are no columns but keys that are data.
    private static final int MOST_ADDED = 200;

    public FeedColumns {
        known = List.copyOf(known);
        added = List.copyOf(added);
    }

    public static FeedColumns of(Feed feed) {
        return new FeedColumns(feed.columns(), List.of());
    }

    /// @param fields names that the feed does not know, in order
    /// @throws RefusedFile the target cannot have such columns
    public FeedColumns with(Map<String, ColumnType> fields) {
        Map<String, String> lower = new HashMap<>();
        known.forEach(column -> lower.put(column.name().toLowerCase(Locale.ROOT), column.name()));
        List<FeedColumn> more = new ArrayList<>();
        fields.forEach((name, type) -> {
            String twin = lower.putIfAbsent(name.toLowerCase(Locale.ROOT), name);
            if (twin != null) {
                throw new RefusedFile(
                        "the new column %s differs from %s at most in case, and warehouses hold such names for one"
                                .formatted(Shown.name(name), Shown.name(twin)));
            }
            if (name.isBlank() || name.toLowerCase(Locale.ROOT).startsWith(RESERVED)) {
                throw new RefusedFile(
                        "the new column %s has a name that no column of a target may have".formatted(Shown.name(name)));
            }
            more.add(new FeedColumn(name, type, Optional.empty()));
        });
        if (more.size() > MOST_ADDED) {
            throw new RefusedFile(
                    "the file has %d new columns, more than %d; are the keys data? Make them one column of type json"
                            .formatted(more.size(), MOST_ADDED));
        }
        return new FeedColumns(known, more);
    }

    /// What is read from the file, in order.
    public List<FeedColumn> ofFile() {
        List<FeedColumn> columns = new ArrayList<>(
                known.stream().filter(column -> column.part().isEmpty()).toList());
        columns.addAll(added);
        return columns;
    }

    /// All columns, in the order of the Parquet files.
    public List<FeedColumn> all() {
        List<FeedColumn> columns = new ArrayList<>(known);
        columns.addAll(added);
        return columns;
    }

    /// As [#all], as columns of a table.
    public List<Column> columns() {
        List<Column> columns = new ArrayList<>();
        for (FeedColumn column : all()) {
            columns.add(column(columns.size() + 1, column.name(), column.type()));
        }
        return columns;
    }

    public static Column column(int position, String name, ColumnType type) {
        String word = word(type);
        return new Column(position, name, type, word, word.replaceFirst("\\(.*", ""), false, true, name + " " + word);
    }

    private static String word(ColumnType type) {
        return switch (type) {
            case ColumnType.Int16 ignored -> "int2";
            case ColumnType.Int32 ignored -> "int4";
            case ColumnType.Int64 ignored -> "int8";
            case ColumnType.Decimal decimal -> "numeric(%d,%d)".formatted(decimal.precision(), decimal.scale());
            case ColumnType.Float32 ignored -> "float4";
            case ColumnType.Float64 ignored -> "float8";
            case ColumnType.Bool ignored -> "bool";
            case ColumnType.Text ignored -> "text";
            case ColumnType.Date ignored -> "date";
            case ColumnType.Time ignored -> "time";
            case ColumnType.Timestamp ignored -> "timestamp";
            case ColumnType.TimestampTz ignored -> "timestamptz";
            case ColumnType.Uuid ignored -> "uuid";
            case ColumnType.Bytes ignored -> "bytea";
            case ColumnType.Json ignored -> "json";
            case ColumnType.ArrayAsJson ignored -> "json";
            case ColumnType.Unsupported unsupported -> throw new IllegalArgumentException(unsupported.why());
        };
    }
}
