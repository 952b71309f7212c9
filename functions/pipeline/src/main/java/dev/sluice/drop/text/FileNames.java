package dev.sluice.drop.text;

import dev.sluice.model.ColumnType;
import dev.sluice.model.Feed;
import dev.sluice.model.Feed.FeedColumn;
import dev.sluice.model.Feed.OnNewColumn;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The names that a file has for its fields, against the columns of the feed: first line of a CSV, schema of a
/// Parquet file.
public enum FileNames {
    CSV("line 1", "the header"),
    PARQUET("the schema", "it");

    private static final List<String> DELIMITERS = List.of(",", ";", "\t", "|");

    private final String where;
    private final String what;

    FileNames(String where, String what) {
        this.where = where;
        this.what = what;
    }

    /// @throws RefusedFile a name is missing, empty or twice, or not among the columns
    FeedColumns columns(Feed feed, List<String> names) {
        if (names.stream().anyMatch(name -> name.indexOf('\r') >= 0)) {
            throw new RefusedFile("lines end with a carriage return alone; write them with \\n or \\r\\n");
        }
        Map<String, ColumnType> types = new LinkedHashMap<>();
        for (String name : names) {
            if (name.isBlank()) {
                checkAnyKnown(wanted(feed), names);
                throw new RefusedFile("%s: field %d of %s has no name".formatted(where, names.indexOf(name) + 1, what));
            }
            if (types.put(name, new ColumnType.Text()) != null) {
                checkAnyKnown(wanted(feed), names);
                throw new RefusedFile("%s: %s has the name %s twice".formatted(where, what, Shown.name(name)));
            }
        }
        return columns(feed, types);
    }

    /// @param types what a column becomes if it is new
    public FeedColumns columns(Feed feed, Map<String, ColumnType> types) {
        Set<String> wanted = wanted(feed);
        checkAnyKnown(wanted, List.copyOf(types.keySet()));
        List<String> missing =
                wanted.stream().filter(name -> !types.containsKey(name)).toList();
        if (!missing.isEmpty()) {
            throw new RefusedFile("%s: %s lacks %s".formatted(where, what, list(missing)));
        }
        Map<String, ColumnType> added = new LinkedHashMap<>(types);
        added.keySet().removeAll(wanted);
        if (!added.isEmpty() && feed.onNewColumn() == OnNewColumn.REFUSE) {
            throw new RefusedFile(unknown("%s: %s has".formatted(where, what), added.keySet()));
        }
        return FeedColumns.of(feed).with(added);
    }

    private static Set<String> wanted(Feed feed) {
        return feed.columns().stream()
                .filter(column -> column.part().isEmpty())
                .map(FeedColumn::name)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /// What stands where the names should may be a row: nothing of it is shown.
    private void checkAnyKnown(Set<String> wanted, List<String> names) {
        if (names.stream().noneMatch(wanted::contains)) {
            throw new RefusedFile("%s names none of the columns %s%s"
                    .formatted(where, list(wanted), this == CSV ? advice(names) : ""));
        }
    }

    static String unknown(String where, Iterable<String> names) {
        return "%s %s, which `columns` does not name; name it there, or take new columns with on_new_column: add"
                .formatted(where, list(names));
    }

    private static String list(Iterable<String> names) {
        StringBuilder list = new StringBuilder();
        int count = 0;
        for (String name : names) {
            if (count++ == 20) {
                return list + " …";
            }
            list.append(list.isEmpty() ? "" : ", ").append(Shown.name(name));
        }
        return list.toString();
    }

    private static String advice(List<String> names) {
        if (names.size() == 1) {
            for (String delimiter : DELIMITERS) {
                if (names.getFirst().contains(delimiter)) {
                    return "; it looks as if fields were delimited by %s: say so with format: {type: csv, delimiter: …}"
                            .formatted(delimiter.equals("\t") ? "tabs" : Shown.name(delimiter));
                }
            }
        }
        return "; if the file has no header, say so with format: {type: csv, header: false}";
    }
}
