package dev.sluice.snowflake;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What Snowflake takes a column of a Parquet file for, from the type that DuckDB finds in it.
final class ParquetTypes {
    private static final Pattern DECIMAL = Pattern.compile("DECIMAL\\((\\d+),\\s*(\\d+)\\)");

    private ParquetTypes() {}

    /// Without USE_LOGICAL_TYPE a time is the number that the file holds.
    static Typed natural(String sql, String duck, FileFormat format, Run run) {
        Matcher decimal = DECIMAL.matcher(duck);
        if (decimal.matches()) {
            return new Typed(
                    sql, SfType.number(Integer.parseInt(decimal.group(1)), Integer.parseInt(decimal.group(2))));
        }
        boolean logical = format.logicalTypes();
        return switch (duck) {
            case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT" ->
                whole(sql);
            case "FLOAT", "DOUBLE" -> new Typed("CAST(" + sql + " AS DOUBLE)", SfType.REAL);
            case "BOOLEAN" -> new Typed(sql, SfType.BOOLEAN);
            case "VARCHAR", "ENUM" -> new Typed(sql, SfType.TEXT);
            case "JSON" -> new Typed("CAST(" + sql + " AS VARCHAR)", SfType.TEXT);
            case "DATE" -> new Typed(sql, SfType.DATE);
            case "BLOB" -> new Typed(sql, SfType.BINARY);
            case "UUID" -> new Typed("from_hex(replace(CAST(%s AS VARCHAR), '-', ''))".formatted(sql), SfType.BINARY);
            case "TIME" ->
                logical
                        ? new Typed(sql, new SfType(SfType.Kind.TIME, 0, 6))
                        : whole("datediff('microsecond', TIME '00:00:00', %s)".formatted(sql));
            case "TIMESTAMP", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP_S" ->
                logical
                        ? new Typed("CAST(" + sql + " AS TIMESTAMP)", new SfType(SfType.Kind.TIMESTAMP_NTZ, 0, 6))
                        : whole("epoch_us(" + sql + ")");
            case "TIMESTAMP WITH TIME ZONE" -> logical ? zoned(sql, run) : whole("epoch_us(" + sql + ")");
            default -> new Typed("CAST(to_json(%s) AS VARCHAR)".formatted(sql), SfType.VARIANT);
        };
    }

    private static Typed whole(String sql) {
        return new Typed("CAST(%s AS DECIMAL(38,0))".formatted(sql), SfType.number(38, 0));
    }

    /// An instant gets the offset of the session's time zone.
    private static Typed zoned(String sql, Run run) {
        Typed utc = new Typed(
                "CASE WHEN %1$s IS NULL THEN NULL ELSE {'utc': make_timestamp(epoch_us(%1$s)), 'off': 0} END"
                        .formatted(sql),
                new SfType(SfType.Kind.TIMESTAMP_TZ, 0, 6));
        return Conversions.cast(
                utc,
                new SfType(SfType.Kind.TIMESTAMP_LTZ, 0, 6),
                false,
                run.session().parameter("TIMEZONE"));
    }
}
