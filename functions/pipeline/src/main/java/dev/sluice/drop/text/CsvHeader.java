package dev.sluice.drop.text;

import dev.sluice.model.ColumnType;
import dev.sluice.model.Feed;
import dev.sluice.model.Feed.FeedColumn;
import dev.sluice.model.Feed.OnNewColumn;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The names that a file has for its fields, against the columns of the feed: first line of a CSV, schema of a
/// Parquet file.
final class CsvHeader {
    private static final List<String> DELIMITERS = List.of(",", ";", "\t", "|");

    private CsvHeader() {}

    /// @throws RefusedFile a name is missing, empty or twice, or not among the columns
    static FeedColumns columns(Feed feed, List<String> names) {
        Set<String> wanted = feed.columns().stream()
                .filter(column -> column.part().isEmpty())
                .map(FeedColumn::name)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        if (names.stream().noneMatch(wanted::contains)) {
            // what stands there may be a row: nothing of it is shown
            throw new RefusedFile("line 1 names none of the columns %s%s".formatted(list(wanted), advice(names)));
        }
        Set<String> seen = new HashSet<>();
        Map<String, ColumnType> added = new LinkedHashMap<>();
        for (String name : names) {
            if (name.isBlank()) {
                throw new RefusedFile("line 1: field %d of the header has no name".formatted(seen.size() + 1));
            }
            if (!seen.add(name)) {
                throw new RefusedFile("line 1: the header has the name %s twice".formatted(Shown.name(name)));
            }
            if (!wanted.contains(name)) {
                added.put(name, new ColumnType.Text());
            }
        }
        List<String> missing =
                wanted.stream().filter(name -> !seen.contains(name)).toList();
        if (!missing.isEmpty()) {
            throw new RefusedFile("line 1: the header lacks %s".formatted(list(missing)));
        }
        if (!added.isEmpty() && feed.onNewColumn() == OnNewColumn.REFUSE) {
            throw new RefusedFile(unknown("line 1: the header has", added.keySet()));
        }
        return FeedColumns.of(feed).with(added);
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
