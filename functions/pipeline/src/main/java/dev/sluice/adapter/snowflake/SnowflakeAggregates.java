package dev.sluice.adapter.snowflake;

import dev.sluice.model.Column;
import dev.sluice.model.ColumnAggregate;
import dev.sluice.model.ColumnType;
import dev.sluice.model.Definition;
import dev.sluice.model.Slice;
import dev.sluice.model.TimeText;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Column aggregates of a target table in the spelling of [ColumnAggregate], computed from the table's
/// own rows.
final class SnowflakeAggregates {
    private static final int VALUES_PER_COLUMN = 4;
    private static final String NOTHING = "NULL";

    /// Of a column that the target lacks, or has with another type: count, min, max, sum.
    private static final String NO_VALUES = "0, NULL, NULL, NULL";

    /// A sum has 38 digits: of values this long it takes a hundred billion rows to overflow. Digits.
    private static final int ADDS_UP = 27;

    private SnowflakeAggregates() {}

    static Map<Slice, List<ColumnAggregate>> of(SnowflakeSession session, Definition definition) {
        Map<String, String> existing = SnowflakeLedger.columns(session, definition.target());
        StringBuilder sql = new StringBuilder("SELECT \"_SLUICE_SLICE\", COUNT(*)");
        SnowflakeNames.columns(definition).forEach((name, column) -> {
            boolean fits = SnowflakeTypes.ddl(column.type()).equals(existing.get(name));
            sql.append(", ").append(fits ? select(column, SnowflakeNames.quoted(name)) : NO_VALUES);
        });
        sql.append(" FROM ").append(SnowflakeNames.sql(definition.target())).append(" GROUP BY 1");
        Map<Slice, List<ColumnAggregate>> aggregates = new HashMap<>();
        session.doing(
                        definition.target() + ": aggregate the columns",
                        "GRANT SELECT ON TABLE %s TO ROLE …".formatted(definition.target()))
                .query(sql.toString(), row -> Map.entry(new Slice(row.getString(1)), columns(row, definition)))
                .forEach(slice -> aggregates.put(slice.getKey(), slice.getValue()));
        return aggregates;
    }

    private static String select(Column column, String name) {
        return "COUNT(" + name + "), "
                + switch (column.type()) {
                    case ColumnType.Int16 t -> number(name);
                    case ColumnType.Int32 t -> number(name);
                    case ColumnType.Int64 t -> number(name);
                    case ColumnType.Decimal t when t.precision() <= ADDS_UP -> number(name);
                    case ColumnType.Decimal t -> range(name);
                    case ColumnType.Float32 t -> range(notNan(name));
                    case ColumnType.Float64 t -> range(notNan(name));
                    case ColumnType.Text t ->
                        values(
                                "MIN(" + name + ")",
                                "MAX(" + name + ")",
                                "COALESCE(SUM(OCTET_LENGTH(" + name + ")), 0)");
                    case ColumnType.Date t -> numbered("DATEDIFF('day', '1970-01-01'::DATE, ", name, ")");
                    case ColumnType.Time t -> numbered("DATEDIFF('microsecond', '00:00:00'::TIME(6), ", name, ")");
                    case ColumnType.Timestamp t -> numbered("DATE_PART(EPOCH_MICROSECOND, ", name, ")");
                    case ColumnType.TimestampTz t -> numbered("DATE_PART(EPOCH_MICROSECOND, ", name, ")");
                    case ColumnType.Uuid t -> range(name);
                    case ColumnType.Bytes t -> values(NOTHING, NOTHING, "COALESCE(SUM(OCTET_LENGTH(" + name + ")), 0)");
                    case ColumnType.Bool t -> values(NOTHING, NOTHING, NOTHING);
                    case ColumnType.Json t -> values(NOTHING, NOTHING, NOTHING);
                    case ColumnType.ArrayAsJson t -> values(NOTHING, NOTHING, NOTHING);
                    case ColumnType.Unsupported t -> throw new IllegalArgumentException(column.name() + ": " + t.why());
                };
    }

    private static String notNan(String name) {
        return "CASE WHEN %1$s <> 'NaN'::FLOAT THEN %1$s END".formatted(name);
    }

    private static String number(String name) {
        return values("MIN(" + name + ")", "MAX(" + name + ")", "COALESCE(SUM(" + name + "), 0)");
    }

    private static String range(String value) {
        return values("MIN(" + value + ")", "MAX(" + value + ")", NOTHING);
    }

    private static String numbered(String before, String name, String after) {
        return values(before + "MIN(" + name + ")" + after, before + "MAX(" + name + ")" + after, NOTHING);
    }

    private static String values(String min, String max, String sum) {
        return min + ", " + max + ", " + sum;
    }

    private static List<ColumnAggregate> columns(ResultSet row, Definition definition) throws SQLException {
        long rows = row.getLong(2);
        List<ColumnAggregate> columns = new ArrayList<>();
        int first = 3;
        for (Column column : definition.columns()) {
            long count = row.getLong(first);
            columns.add(new ColumnAggregate(
                    column.name(),
                    count,
                    rows - count,
                    spelled(row, column.type(), first + 1),
                    spelled(row, column.type(), first + 2),
                    sum(column.type(), row.getString(first + 3))));
            first += VALUES_PER_COLUMN;
        }
        return columns;
    }

    private static @Nullable String sum(ColumnType type, @Nullable String text) {
        if (text == null) {
            return null;
        }
        int scale = type instanceof ColumnType.Decimal decimal ? decimal.scale() : 0;
        return scaled(text, scale);
    }

    private static String scaled(String text, int scale) {
        return new BigDecimal(text).setScale(scale, RoundingMode.UNNECESSARY).toPlainString();
    }

    private static @Nullable String spelled(ResultSet row, ColumnType type, int index) throws SQLException {
        String text = row.getString(index);
        if (text == null) {
            return null;
        }
        return switch (type) {
            case ColumnType.Int16 t -> scaled(text, 0);
            case ColumnType.Int32 t -> scaled(text, 0);
            case ColumnType.Int64 t -> scaled(text, 0);
            case ColumnType.Decimal t -> scaled(text, t.scale());
            case ColumnType.Float32 t -> Float.toString((float) (row.getDouble(index) + 0.0));
            case ColumnType.Float64 t -> Double.toString(row.getDouble(index) + 0.0);
            case ColumnType.Date t -> TimeText.date(row.getLong(index));
            case ColumnType.Time t -> TimeText.time(row.getLong(index));
            case ColumnType.Timestamp t -> TimeText.timestamp(row.getLong(index), "");
            case ColumnType.TimestampTz t -> TimeText.timestamp(row.getLong(index), "Z");
            case ColumnType.Text t -> text;
            case ColumnType.Uuid t -> text;
            case ColumnType.Bytes t -> null;
            case ColumnType.Bool t -> null;
            case ColumnType.Json t -> null;
            case ColumnType.ArrayAsJson t -> null;
            case ColumnType.Unsupported t -> null;
        };
    }
}
