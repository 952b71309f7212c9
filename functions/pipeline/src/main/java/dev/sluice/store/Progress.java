package dev.sluice.store;

import dev.sluice.model.TableName;

/// Told by the stages how far they are, for whoever shows it. Called from many threads; must not block.
public interface Progress {
    Progress NONE = new Progress() {};

    /// Slices by action; rows and bytes of those to replace, as predicted.
    default void planned(TableName target, int keep, int replace, int remove, long rows, long bytes) {}

    /// What a tree of old files holds, and how much of it is in the table already.
    default void found(TableName target, long files, long bytes, long filesDone, long bytesDone) {}

    /// A dropped file was read.
    default void readFile(TableName target, long rows, long bytes) {}

    /// A file of a tree was compared with the table.
    default void compared(TableName target, long rows, long bytes) {}

    /// More rows arrived from the source.
    default void read(TableName target, long rows, long bytes) {}

    /// So many slices more lie in the lake.
    default void converted(TableName target, int slices) {}

    default void published(TableName target, int slices, long rows) {}

    default void finished(TableName target, String status) {}
}
