package dev.sluice.run;

import dev.sluice.drop.DropReader;
import dev.sluice.drop.DropWarehouse;
import dev.sluice.model.Feed;
import dev.sluice.store.Documents;
import dev.sluice.store.Progress;
import dev.sluice.store.TableLocks;
import dev.sluice.store.WorkDirectory;
import dev.sluice.warehouse.Warehouse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/// Everything that the stages of dropped files stand on. Whoever builds it owns it and closes what must be
/// closed.
///
/// @param settle  how long a file must have been left alone before it is read
/// @param keep    how long objects of superseded versions stay in the lake
/// @param history for trees of old files
public record DropWiring(
        List<Feed> feeds,
        Documents documents,
        Warehouse warehouse,
        DropWarehouse drops,
        Function<Path, DropReader> readers,
        TableLocks locks,
        WorkDirectory work,
        Clock clock,
        Progress progress,
        Duration settle,
        Duration keep,
        HistoryWiring history) {
    /// An upload through the S3 protocol appears whole; a file that is copied into the directory of a local
    /// lake grows before our eyes.
    public static final Duration USUAL_SETTLE = Duration.ofSeconds(2);

    /// Without trees of old files.
    public DropWiring(
            List<Feed> feeds,
            Documents documents,
            Warehouse warehouse,
            DropWarehouse drops,
            Function<Path, DropReader> readers,
            TableLocks locks,
            WorkDirectory work,
            Clock clock,
            Progress progress,
            Duration settle,
            Duration keep) {
        this(
                feeds,
                documents,
                warehouse,
                drops,
                readers,
                locks,
                work,
                clock,
                progress,
                settle,
                keep,
                HistoryWiring.NONE);
    }

    public DropWiring {
        feeds = List.copyOf(feeds);
    }
}
