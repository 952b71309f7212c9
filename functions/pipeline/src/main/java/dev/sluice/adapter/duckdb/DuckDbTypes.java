package dev.sluice.adapter.duckdb;

import dev.sluice.model.ColumnType;
import dev.sluice.model.UnsupportedValue;

/// Model → column type of a table in DuckDB. docs/types.md is the table for people.
final class DuckDbTypes {
    private DuckDbTypes() {}

    static String ddl(ColumnType type) {
        return switch (type) {
            case ColumnType.Int16 ignored -> "SMALLINT";
            case ColumnType.Int32 ignored -> "INTEGER";
            case ColumnType.Int64 ignored -> "BIGINT";
            case ColumnType.Decimal decimal -> "DECIMAL(%d,%d)".formatted(decimal.precision(), decimal.scale());
            case ColumnType.Float32 ignored -> "FLOAT";
            case ColumnType.Float64 ignored -> "DOUBLE";
            case ColumnType.Bool ignored -> "BOOLEAN";
            case ColumnType.Text ignored -> "VARCHAR";
            case ColumnType.Date ignored -> "DATE";
            case ColumnType.Time ignored -> "TIME";
            case ColumnType.Timestamp ignored -> "TIMESTAMP";
            case ColumnType.TimestampTz ignored -> "TIMESTAMP WITH TIME ZONE";
            case ColumnType.Uuid ignored -> "UUID";
            case ColumnType.Bytes ignored -> "BLOB";
            case ColumnType.Json ignored -> "JSON";
            case ColumnType.ArrayAsJson ignored -> "JSON";
            case ColumnType.Unsupported unsupported -> throw new UnsupportedValue(unsupported.why());
        };
    }
}
