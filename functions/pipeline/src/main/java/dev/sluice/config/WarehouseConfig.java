package dev.sluice.config;

import java.nio.file.Path;

/// Where the tables are kept in step.
public sealed interface WarehouseConfig {
    /// A DuckDB file.
    ///
    /// @param path absolute
    record DuckDb(Path path) implements WarehouseConfig {}
}
