package dev.sluice.drop;

import dev.sluice.model.Feed;
import dev.sluice.model.Feed.FeedColumn;
import dev.sluice.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A tree of old files that a run takes instead of what lies under the feed's prefix.
public record OpenHistory(History history, FileTree tree) implements AutoCloseable {
    Map<String, Map<String, String>> partitions(Feed feed, List<ObjectStore.Stat> listed) {
        return new HistoryFeed(feed, history.ignore()).partitions(tree.root(), listed);
    }

    /// Reads a file whose path says the values of some columns. A file that has such a column as well must
    /// have the path's value in every row.
    DropReader.Outcome read(DropReader reader, DropReader.Request request) {
        HistoryFeed feed = new HistoryFeed(request.feed(), history.ignore());
        Set<String> names = request.parts().keySet();
        DropReader.Outcome first = reader.read(with(request, feed.reading(names), request.out()));
        List<FeedColumn> called = feed.called(names);
        if (called.isEmpty() || !(first instanceof DropReader.Outcome.Refused refused)) {
            return first;
        }
        DropReader.Request whole = with(request, feed.readingWhole(names), room(request.out()));
        return switch (reader.read(whole)) {
            // whichever came further knows what is wrong
            case DropReader.Outcome.Refused again -> refused.badRows() == 0 && again.badRows() > 0 ? again : refused;
            case DropReader.Outcome.Taken taken ->
                called.stream()
                        .flatMap(column -> contradiction(reader, request, taken, column).stream())
                        .findFirst()
                        .orElse(taken);
        };
    }

    private static Optional<DropReader.Outcome> contradiction(
            DropReader reader, DropReader.Request request, DropReader.Outcome.Taken taken, FeedColumn column) {
        return reader.lineOfOther(taken.files(), column, request.parts())
                .map(line -> new DropReader.Outcome.Refused(
                        "%s: line %d: column %s is not what the partition %s of the path says. Correct one of them; with --ignore-partition %s the file's own value counts"
                                .formatted(request.name(), line, column.name(), column.name(), column.name()),
                        0,
                        Optional.empty()));
    }

    private static Path room(Path out) {
        try {
            return Files.createDirectories(out.resolve("whole"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static DropReader.Request with(DropReader.Request request, Feed feed, Path out) {
        return new DropReader.Request(feed, request.original(), request.name(), request.parts(), out);
    }

    @Override
    public void close() {
        tree.close();
    }
}
