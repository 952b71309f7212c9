package dev.sluice.adapter.snowflake;

import dev.sluice.model.Column;
import dev.sluice.model.TableName;
import dev.sluice.store.Part;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// What is staged before a transaction, whether it came from a source or was dropped as files.
///
/// @param number   of the wave within its run
/// @param columns  of the staging table → as they are called and typed in Parquet
/// @param landed   what must arrive
/// @param manifest the wave in words
/// @param words    for messages about its values
record SnowflakeWave(
        TableName target,
        String runId,
        long epoch,
        int number,
        Map<String, Column> columns,
        List<Landed> landed,
        Manifest manifest,
        Words words) {
    SnowflakeWave {
        columns = new LinkedHashMap<>(columns);
        landed = List.copyOf(landed);
    }

    /// Parquet objects of one slice or one dropped file.
    ///
    /// @param what such as `slice 2024-03`
    record Landed(String what, long rows, List<Part> parts) {
        Landed {
            parts = List.copyOf(parts);
        }
    }

    /// JSON Lines that Snowflake reads from the stage into a table, with which the number of statements does
    /// not grow with the wave. It has the columns KIND, FILE and SLICE; a line of kind `file` says which slice
    /// the rows of a Parquet object belong to.
    record Manifest(String ddl, String select, Supplier<String> lines) {}

    /// @param unit   what rows are told apart by: slice or file
    /// @param remedy what to do about values that Snowflake does not hold, `%1$s` is the column
    record Words(String unit, String remedy) {}

    /// The objects that have rows.
    List<Part> parts() {
        return landed.stream()
                .filter(each -> each.rows() > 0)
                .flatMap(each -> each.parts().stream())
                .toList();
    }
}
