package dev.sluice.model;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/// What a column holds, independent of source and target. Source → model, model → Parquet and
/// model → warehouse are three exhaustive switches, so that a new type breaks the compile in exactly the
/// places that must decide.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ColumnType.Int16.class, name = "int16"),
    @JsonSubTypes.Type(value = ColumnType.Int32.class, name = "int32"),
    @JsonSubTypes.Type(value = ColumnType.Int64.class, name = "int64"),
    @JsonSubTypes.Type(value = ColumnType.Decimal.class, name = "decimal"),
    @JsonSubTypes.Type(value = ColumnType.Float32.class, name = "float32"),
    @JsonSubTypes.Type(value = ColumnType.Float64.class, name = "float64"),
    @JsonSubTypes.Type(value = ColumnType.Bool.class, name = "boolean"),
    @JsonSubTypes.Type(value = ColumnType.Text.class, name = "text"),
    @JsonSubTypes.Type(value = ColumnType.Date.class, name = "date"),
    @JsonSubTypes.Type(value = ColumnType.Time.class, name = "time"),
    @JsonSubTypes.Type(value = ColumnType.Timestamp.class, name = "timestamp"),
    @JsonSubTypes.Type(value = ColumnType.TimestampTz.class, name = "timestamptz"),
    @JsonSubTypes.Type(value = ColumnType.Uuid.class, name = "uuid"),
    @JsonSubTypes.Type(value = ColumnType.Bytes.class, name = "bytes"),
    @JsonSubTypes.Type(value = ColumnType.Json.class, name = "json"),
    @JsonSubTypes.Type(value = ColumnType.ArrayAsJson.class, name = "array"),
    @JsonSubTypes.Type(value = ColumnType.Unsupported.class, name = "unsupported")
})
public sealed interface ColumnType {
    /// −32 768 … 32 767.
    record Int16() implements ColumnType {}

    /// −2^31 … 2^31−1.
    record Int32() implements ColumnType {}

    /// −2^63 … 2^63−1.
    record Int64() implements ColumnType {}

    /// An exact decimal.
    ///
    /// @param precision digits in all, 1 … 38 (the most that Parquet readers, DuckDB and Snowflake share)
    /// @param scale     digits behind the point, 0 … precision
    record Decimal(int precision, int scale) implements ColumnType {
        public static final int MAX_PRECISION = 38;

        public Decimal {
            if (precision < 1 || precision > MAX_PRECISION || scale < 0 || scale > precision) {
                throw new InvalidRequest("decimal(%d,%d): expected 1 <= precision <= 38 and 0 <= scale <= precision"
                        .formatted(precision, scale));
            }
        }
    }

    /// IEEE 754 single precision, with NaN, infinities and −0.
    record Float32() implements ColumnType {}

    /// IEEE 754 double precision, with NaN, infinities and −0.
    record Float64() implements ColumnType {}

    record Bool() implements ColumnType {}

    /// Unicode text of any length. `char(n)` keeps its padding.
    record Text() implements ColumnType {}

    /// A day in the proleptic Gregorian calendar; not infinite.
    record Date() implements ColumnType {}

    /// Microseconds since midnight, below 24:00:00.
    record Time() implements ColumnType {}

    /// Microseconds, without zone; not infinite.
    record Timestamp() implements ColumnType {}

    /// An instant in microseconds; not infinite.
    record TimestampTz() implements ColumnType {}

    record Uuid() implements ColumnType {}

    record Bytes() implements ColumnType {}

    /// A JSON document in the text form of the source.
    record Json() implements ColumnType {}

    /// An array of the source, carried as a JSON array.
    ///
    /// @param element the element's type; only for documentation of the file, the values are JSON
    record ArrayAsJson(ColumnType element) implements ColumnType {}

    /// A type that is not carried; a table that has one is refused with the ways out, unless the column
    /// is excluded or read under a named policy.
    ///
    /// @param why one clause, such as `interval has no exact Parquet type`
    record Unsupported(String why) implements ColumnType {}
}
