package dev.sluice.parquet;

import dev.sluice.model.Column;
import dev.sluice.model.Failure;
import dev.sluice.model.Slice;
import dev.sluice.model.TableName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Turns raw files into Parquet, exactly or not at all. Opened once per batch; not thread-safe.
public interface Converter extends AutoCloseable {
    /// Raw files of one slice: zstd-compressed CSV with a header line, NULL as an unquoted empty field.
    ///
    /// @param columns of the raw files, in order
    /// @param carried what goes into the Parquet, taken by name: a column that the raw files do not have is
    ///                NULL, one that is not carried is left out. Types of one name are equal
    /// @param out     where the Parquet files go; named `part-00000.parquet` and so on
    record Request(TableName table, Slice slice, List<Column> columns, List<Column> carried, List<Path> raw, Path out) {
        /// Every column goes on as it is.
        public Request(TableName table, Slice slice, List<Column> columns, List<Path> raw, Path out) {
            this(table, slice, columns, columns, raw, out);
        }

        public Request {
            carried = List.copyOf(carried);
            columns = List.copyOf(columns);
            raw = List.copyOf(raw);
        }
    }

    /// @param files the Parquet files, in order; at least one, even for no rows
    /// @param nulls per column, rows without a value
    record Converted(List<Path> files, long rows, Map<String, Long> nulls) {
        public Converted {
            files = List.copyOf(files);
            nulls = Map.copyOf(nulls);
        }
    }

    /// What became of one slice among several.
    sealed interface Outcome {
        record Done(Converted converted) implements Outcome {}

        /// @param why what [#convert(Request)] throws: `UnsupportedValue` or `DataMismatch`
        record Refused(Failure why) implements Outcome {}
    }

    /// @throws dev.sluice.model.UnsupportedValue a value that Parquet cannot hold exactly, with table,
    ///     column, slice and the ways out
    /// @throws dev.sluice.model.DataMismatch     a raw file that is not what land writes (damaged, other
    ///     columns)
    Converted convert(Request request);

    /// Several slices, in their order; each comes to what it would come to alone, but together they may
    /// cost less. A slice that is refused leaves the others as they are.
    ///
    /// @param requests no two with the same [Request#out]
    List<Outcome> convert(List<Request> requests);

    @Override
    void close();
}
