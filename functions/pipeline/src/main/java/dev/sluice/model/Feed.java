package dev.sluice.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// One entry under `drops:`: files that somebody else puts under a prefix, and the table that is derived
/// from them.
///
/// @param name          of the feed, as the configuration spells it
/// @param match         which keys of the lake belong to it
/// @param format        what the files are
/// @param target        the table that is derived
/// @param columns       in the order of the configuration; named parts of the key that are asked for come
///                      last
/// @param mode          how the table follows from the files
/// @param onNewColumn   what happens to a field that the configuration does not name
/// @param badRows       what happens to rows that cannot be read
/// @param expectEvery   a feed without a new file for longer is late
public record Feed(
        String name,
        KeyPattern match,
        FileFormat format,
        TableName target,
        List<FeedColumn> columns,
        Mode mode,
        OnNewColumn onNewColumn,
        BadRows badRows,
        Optional<Duration> expectEvery) {
    public Feed {
        columns = List.copyOf(columns);
    }

    /// @param part the named part of the key that the value comes from; empty if it comes from the file
    public record FeedColumn(String name, ColumnType type, Optional<String> part) {}

    /// Every order of arrival ends in the same table, whatever the mode.
    public sealed interface Mode {
        /// The table holds all rows of the newest version of every file.
        record Append() implements Mode {}

        /// As append, but sliced: files that hold rows of one slice are published together.
        record Replace(SliceBy sliceBy) implements Mode {}

        /// One row per key: the greatest by (`orderBy`, key of the file, line).
        ///
        /// @param orderBy a column; empty: by file and line alone
        record Upsert(List<String> key, Optional<String> orderBy) implements Mode {
            public Upsert {
                key = List.copyOf(key);
            }
        }
    }

    public enum OnNewColumn {
        REFUSE,
        ADD
    }

    /// @param allow fraction of a file's rows, 0 … 1, that may be bad; beyond it the file is refused whole.
    ///              Bad rows that are allowed are quarantined
    public record BadRows(double allow) {}
}
