package dev.sluice.model;

import java.util.List;
import java.util.Optional;

/// What the source's catalogue says of one table.
///
/// @param columns       in the order of `attnum`; dropped and generated-but-hidden columns left out
/// @param estimatedRows the planner's estimate; −1 when the table was never analysed
/// @param bytes         on-disk size of the table (all leaf partitions), without indexes; TOAST included
/// @param partitioned   a partitioned or inherited table with children
/// @param rowSecurity   row-level security applies to the connected role
public record SourceTable(
        TableName name,
        List<Column> columns,
        double estimatedRows,
        long bytes,
        boolean partitioned,
        boolean rowSecurity) {
    public SourceTable {
        columns = List.copyOf(columns);
    }

    public Optional<Column> column(String columnName) {
        return columns.stream().filter(c -> c.name().equals(columnName)).findFirst();
    }
}
