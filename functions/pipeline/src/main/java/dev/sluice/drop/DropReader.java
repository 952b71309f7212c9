package dev.sluice.drop;

import dev.sluice.model.Column;
import dev.sluice.model.Feed;
import dev.sluice.model.Feed.FeedColumn;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Turns a dropped file into Parquet: every row that can be read exactly, the others apart, or nothing.
/// Opened once per batch of files. Thread-safe: several files may be read at once, and share the memory; a
/// caller waits where no more can be.
public interface DropReader extends AutoCloseable {
    /// Column of the Parquet files beside those of the feed: number of the row's line (CSV, JSON Lines) or
    /// row (Parquet) within the file, from 1; bigint. Rows stand in its order.
    String LINE = "_sluice_line";

    /// @param original the file as it was dropped, on this machine
    /// @param name     what messages call the file: its key
    /// @param parts    values of the named parts of the key
    /// @param out      an empty directory, where the Parquet files go: `part-00000.parquet` and so on
    record Request(Feed feed, Path original, String name, Map<String, String> parts, Path out) {
        public Request {
            parts = Map.copyOf(parts);
        }
    }

    sealed interface Outcome {
        /// @param files      the Parquet files, in order; at least one, even for no rows
        /// @param columns    of the Parquet files without [#LINE]: those of the feed, then new ones, which are
        ///                   text or JSON
        /// @param rows       in the Parquet files
        /// @param badRows    in the quarantine
        /// @param quarantine CSV with the header `line,column,reason,text`; empty if no row is bad
        record Taken(List<Path> files, List<Column> columns, long rows, long badRows, Optional<Path> quarantine)
                implements Outcome {
            public Taken {
                files = List.copyOf(files);
                columns = List.copyOf(columns);
            }
        }

        /// The file as a whole is refused.
        ///
        /// @param why names file, line or byte and column, and says what to do; no content of a row
        /// @param badRows  rows that were found bad until it was refused; 0 if it could not be read at all
        /// @param quarantine as in [Taken], for a file with more bad rows than the feed allows
        record Refused(String why, long badRows, Optional<Path> quarantine) implements Outcome {}
    }

    /// @throws dev.sluice.model.LimitExceeded this machine has not the room that the file needs
    Outcome read(Request request);

    /// Looks whether all rows of Parquet files that [#read] wrote have one value in a column.
    ///
    /// @param column has a part, whose value among the parts is the one expected
    /// @return the least line of a row with another value
    Optional<Long> lineOfOther(List<Path> files, FeedColumn column, Map<String, String> parts);

    @Override
    void close();
}
