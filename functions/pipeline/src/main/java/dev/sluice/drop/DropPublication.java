package dev.sluice.drop;

import dev.sluice.model.Feed;
import dev.sluice.model.TableName;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// Files of one feed, ready to be published together.
///
/// @param wave  number within the run
/// @param files loaded, same or refused; no key twice
/// @param fence called inside the transaction just before the commit; throws if the run must not publish any
///              more
public record DropPublication(
        Feed feed, String runId, long epoch, int wave, Instant publishedAt, List<Published> files, Runnable fence) {
    public DropPublication {
        files = List.copyOf(files);
    }

    /// @param receipt key of the receipt that lists its objects
    public record Published(FileReceipt.ReadFile file, String receipt) {}

    /// All current rows of a feed whose table is derived stand here, apart from the table.
    public static TableName rowsTable(Feed feed) {
        return switch (feed.mode()) {
            case Feed.Mode.Append ignored -> feed.target();
            case Feed.Mode.Replace ignored -> apart(feed);
            case Feed.Mode.Upsert ignored -> apart(feed);
        };
    }

    /// Where the rows of the feed would stand if its table were derived from them.
    public static TableName apart(Feed feed) {
        return new TableName("sluice_drops", feed.target().toString());
    }

    /// Without some files.
    public DropPublication without(Set<String> keys) {
        List<Published> rest = files.stream()
                .filter(f -> !keys.contains(f.file().file().key()))
                .toList();
        return new DropPublication(feed, runId, epoch, wave, publishedAt, rest, fence);
    }

    /// The files whose rows change.
    public List<Published> loaded() {
        return files.stream().filter(f -> f.file().state() == FileState.LOADED).toList();
    }
}
