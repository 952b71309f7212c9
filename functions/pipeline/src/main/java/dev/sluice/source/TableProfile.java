package dev.sluice.source;

import dev.sluice.model.TableName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// How one table's rows are spread, and what the database knows to find them by.
///
/// @param columns     statistics by column name; a column without statistics is missing
/// @param indexes     valid indexes over all rows
/// @param references  columns that are a foreign key by themselves
/// @param ranges      of columns without statistics, read from an index
/// @param partitioned how the table is partitioned, if it is
public record TableProfile(
        TableName name,
        Map<String, ColumnProfile> columns,
        List<Index> indexes,
        List<String> references,
        Map<String, Range> ranges,
        Optional<Partitioning> partitioned) {
    public TableProfile {
        columns = Map.copyOf(columns);
        indexes = List.copyOf(indexes);
        references = List.copyOf(references);
        ranges = Map.copyOf(ranges);
    }

    /// What the last ANALYZE estimated of one column.
    ///
    /// @param distinct    different values, NULL left out
    /// @param nulls       fraction of rows without a value, 0 … 1
    /// @param greatest    fraction of rows that hold the most common value, 0 … 1; 0 if none stands out
    /// @param correlation between the column's order and that of the rows on disk, −1 … 1; empty where
    ///                    it is not known
    /// @param range       of whole numbers, dates and timestamps
    public record ColumnProfile(
            double distinct, double nulls, double greatest, OptionalDouble correlation, Optional<Range> range) {}

    /// Least and greatest value: numbers as they are, times as seconds since 1970 in UTC. Infinite times
    /// left out.
    public record Range(double low, double high) {
        public double span() {
            return high - low;
        }
    }

    /// @param columns in order; the empty text stands for an expression
    /// @param unique  no two rows have the same values
    public record Index(List<String> columns, boolean unique) {
        public Index {
            columns = List.copyOf(columns);
        }
    }

    /// How partitions divide a table.
    public enum Method {
        RANGE,
        LIST,
        HASH
    }

    /// @param columns of the key, in order; the empty text stands for an expression
    /// @param count   partitions directly below the table
    /// @param step    the usual length of a partition, where they are ranges of time
    public record Partitioning(Method method, List<String> columns, int count, Optional<Duration> step) {
        public Partitioning {
            columns = List.copyOf(columns);
        }
    }

    public TableProfile withRanges(Map<String, Range> read) {
        return new TableProfile(name, columns, indexes, references, read, partitioned);
    }

    /// Least and greatest value of a column, where they are known.
    public Optional<Range> range(String column) {
        return column(column).flatMap(ColumnProfile::range).or(() -> Optional.ofNullable(ranges.get(column)));
    }

    public Optional<ColumnProfile> column(String column) {
        return Optional.ofNullable(columns.get(column));
    }

    /// Whether an index begins with the column.
    public boolean indexed(String column) {
        return indexes.stream().anyMatch(index -> index.columns().getFirst().equals(column));
    }

    /// Whether no two rows share a value of the column.
    public boolean unique(String column) {
        return indexes.stream()
                .anyMatch(index -> index.unique() && index.columns().equals(List.of(column)));
    }
}
