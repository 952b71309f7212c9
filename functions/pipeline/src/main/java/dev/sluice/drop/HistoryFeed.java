package dev.sluice.drop;

import dev.sluice.model.Feed;
import dev.sluice.model.Feed.FeedColumn;
import dev.sluice.model.FileFormat;
import dev.sluice.model.InvalidRequest;
import dev.sluice.store.ObjectStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A feed that takes files of a tree: partitions are what the named parts of `match` are for dropped files.
///
/// A column with `part:` takes its value from the partition of that name, or of its own name. Any other column
/// that a partition is called after comes from the partition too.
public record HistoryFeed(Feed feed, List<String> ignored) {
    /// Endings by format, in lower case and without the compression's. A name without any of these is read as
    /// what the feed says: `part-00000`, `000000_0`.
    private static final Map<String, List<String>> ENDINGS = Map.of(
            "csv", List.of("csv", "tsv"),
            "jsonl", List.of("json", "jsonl", "ndjson"),
            "parquet", List.of("parquet", "parq", "pq"),
            "ORC", List.of("orc"),
            "Avro", List.of("avro"),
            "Excel", List.of("xls", "xlsx"));

    private static final Pattern COMPRESSION = Pattern.compile("\\.(gz|zst|zip)$");

    public HistoryFeed {
        ignored = List.copyOf(ignored);
    }

    /// The feed as it reads a file with these partitions: columns that come from them have a part, and stand
    /// last.
    Feed reading(Set<String> partitions) {
        List<FeedColumn> ofFile = new ArrayList<>();
        List<FeedColumn> ofPath = new ArrayList<>();
        for (FeedColumn column : feed.columns()) {
            Optional<String> part = partOf(column, partitions);
            FeedColumn read = new FeedColumn(column.name(), column.type(), part.or(column::part));
            (read.part().isPresent() ? ofPath : ofFile).add(read);
        }
        ofFile.addAll(ofPath);
        return with(feed, ofFile);
    }

    /// The feed as it reads a file that has its own values of columns that partitions are called after.
    Feed readingWhole(Set<String> partitions) {
        Set<String> both = called(partitions).stream().map(FeedColumn::name).collect(Collectors.toSet());
        Feed reading = reading(partitions);
        List<FeedColumn> columns = new ArrayList<>(feed.columns().stream()
                .filter(column -> column.part().isEmpty() || both.contains(column.name()))
                .map(column -> new FeedColumn(column.name(), column.type(), Optional.empty()))
                .toList());
        reading.columns().stream()
                .filter(column -> column.part().isPresent() && !both.contains(column.name()))
                .forEach(columns::add);
        return with(feed, columns);
    }

    /// Columns that come from a partition of their own name.
    List<FeedColumn> called(Set<String> partitions) {
        return reading(partitions).columns().stream()
                .filter(column -> column.part().map(column.name()::equals).orElse(false))
                .toList();
    }

    private static Feed with(Feed feed, List<FeedColumn> columns) {
        return new Feed(
                feed.name(),
                feed.match(),
                feed.format(),
                feed.target(),
                columns,
                feed.mode(),
                feed.onNewColumn(),
                feed.badRows(),
                feed.expectEvery());
    }

    private static Optional<String> partOf(FeedColumn column, Set<String> partitions) {
        return column.part()
                .filter(partitions::contains)
                .or(() -> Optional.of(column.name()).filter(partitions::contains));
    }

    /// The files that are to be read with their partitions; others of the tree are hidden.
    ///
    /// @throws InvalidRequest there is none, or the tree is not one of this feed
    Map<String, Map<String, String>> partitions(String root, List<ObjectStore.Stat> listed) {
        Map<String, Map<String, String>> found = new LinkedHashMap<>();
        Map<Set<String>, Optional<String>> judged = new HashMap<>();
        Mistakes mistakes = new Mistakes(root);
        for (ObjectStore.Stat stat : listed) {
            HivePath path;
            try {
                path = HivePath.of(root, stat.key());
            } catch (HivePath.AmbiguousPartition e) {
                throw new InvalidRequest(String.valueOf(e.getMessage()), e);
            }
            if (path.hidden()) {
                continue;
            }
            otherFormat(stat.key()).ifPresent(format -> mistakes.otherFormat(stat.key(), format));
            Map<String, String> parts = path.without(ignored);
            judged.computeIfAbsent(Set.copyOf(parts.keySet()), this::mistake)
                    .ifPresent(why -> mistakes.partition(stat.key(), why));
            found.put(stat.key(), parts);
        }
        mistakes.raise(feed, found.size());
        return found;
    }

    private Optional<String> mistake(Set<String> partitions) {
        Set<String> known = new HashSet<>();
        for (FeedColumn column : feed.columns()) {
            known.add(column.name());
            column.part().ifPresent(known::add);
            if (column.part().isPresent() && partOf(column, partitions).isEmpty()) {
                return Optional.of("column %s comes from {%s} of `match`, and the path has no partition %s="
                        .formatted(
                                column.name(),
                                column.part().get(),
                                column.part().get()));
            }
        }
        return partitions.stream()
                .filter(name -> !known.contains(name))
                .sorted()
                .findFirst()
                .map(name ->
                        "the path has the partition %s, which is no column of the feed; name it under `columns`, or leave it out with --ignore-partition %s"
                                .formatted(name, name));
    }

    private Optional<String> otherFormat(String key) {
        String name = COMPRESSION
                .matcher(key.substring(key.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT))
                .replaceFirst("");
        String ending = name.substring(name.lastIndexOf('.') + 1);
        return ENDINGS.entrySet().stream()
                .filter(entry -> entry.getValue().contains(ending) && name.indexOf('.') >= 0)
                .map(Map.Entry::getKey)
                .filter(format -> !format.equals(word(feed.format())))
                .findFirst();
    }

    private static String word(FileFormat format) {
        return switch (format) {
            case FileFormat.Csv ignoredCsv -> "csv";
            case FileFormat.JsonLines ignoredJson -> "jsonl";
            case FileFormat.Parquet ignoredParquet -> "parquet";
        };
    }

    /// What is wrong with a tree, told by its first file and how many more there are.
    private static final class Mistakes {
        private final String root;
        private Optional<String> first = Optional.empty();
        private int files;

        Mistakes(String root) {
            this.root = root;
        }

        void otherFormat(String key, String format) {
            note(key, "a file of another format (%s) than the feed's".formatted(format));
        }

        void partition(String key, String why) {
            note(key, why);
        }

        private void note(String key, String why) {
            files++;
            first = first.or(() -> Optional.of("%s: %s".formatted(key, why)));
        }

        void raise(Feed feed, int found) {
            if (first.isPresent()) {
                throw new InvalidRequest("feed %s: %s%s; nothing was loaded"
                        .formatted(
                                feed.name(),
                                first.get(),
                                files == 1 ? "" : " (and %d more files of this tree do not fit)".formatted(files - 1)));
            }
            if (found == 0) {
                throw new InvalidRequest("feed %s: there are no files below %s".formatted(feed.name(), root));
            }
        }
    }
}
