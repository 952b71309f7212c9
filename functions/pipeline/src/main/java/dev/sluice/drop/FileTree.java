package dev.sluice.drop;

import dev.sluice.store.ObjectStore;
import java.util.List;
import java.util.Optional;

/// Files that lie elsewhere than under a drop prefix of the lake: years of them, to be loaded by a run that was
/// asked to. They are only ever read. Thread-safe.
///
/// Their keys begin with a slash, as no key of the lake that a feed matches does, and say the whole address:
/// `/s3://bucket/history/year=2024/a.csv`, or the absolute path of a file of this machine. So one file is the
/// same file whichever way its tree was spelled. A slash is less than letters and digits: where `upsert` finds
/// keys with equal `order_by`, what was dropped since wins over history.
public interface FileTree extends AutoCloseable {
    /// What the keys of all files begin with; ends in a slash.
    String root();

    /// Every file with its whole key.
    ///
    /// @throws dev.sluice.model.InvalidRequest it is not there, or may not be listed
    List<ObjectStore.Stat> list();

    /// Opens a file that was listed, unless it changed or went away since.
    Optional<ObjectStore.Opened> openUnchanged(ObjectStore.Stat listed);

    /// Whether a file that was read to its end is still what was listed. Where opening is by entity tag,
    /// nothing else can have been read.
    default boolean isStill(ObjectStore.Stat listed) {
        return true;
    }

    @Override
    default void close() {}
}
