package dev.sluice.adapter.duckdb;

import dev.sluice.model.Column;
import dev.sluice.model.ColumnAggregate;
import dev.sluice.model.ColumnType;
import dev.sluice.model.Definition;
import dev.sluice.model.Slice;
import dev.sluice.model.TimeText;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Column aggregates of a target table in the spelling of [ColumnAggregate], computed from the table's
/// own rows.
final class DuckDbAggregates {
    private static final int VALUES_PER_COLUMN = 4;
    private static final String NOTHING = "NULL";

    /// Of a column that the target lacks, or has with another type: count, min, max, sum.
    private static final String NO_VALUES = "0, NULL, NULL, NULL";

    /// Sums of decimals are held in 128 bits: a few values of 38 digits overflow them; of values this
    /// long it takes a hundred billion rows. Digits.
    private static final int ADDS_UP_IN_128_BITS = 27;

    private DuckDbAggregates() {}

    static Map<Slice, List<ColumnAggregate>> of(Connection connection, Definition definition) throws SQLException {
        Map<String, String> existing = DuckDbLedger.columns(connection, definition.target());
        StringBuilder sql = new StringBuilder("SELECT _sluice_slice, count(*)");
        for (Column column : definition.columns()) {
            boolean fits = DuckDbTypes.ddl(column.type()).equals(existing.get(column.name()));
            sql.append(", ").append(fits ? select(column) : NO_VALUES);
        }
        sql.append(" FROM ").append(Sql.name(definition.target())).append(" GROUP BY 1");
        Map<Slice, List<ColumnAggregate>> aggregates = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql.toString())) {
            while (rows.next()) {
                List<ColumnAggregate> columns = new ArrayList<>();
                int first = 3;
                for (Column column : definition.columns()) {
                    columns.add(read(rows, column, rows.getLong(2), first));
                    first += VALUES_PER_COLUMN;
                }
                aggregates.put(new Slice(rows.getString(1)), columns);
            }
        }
        return aggregates;
    }

    private static String select(Column column) {
        String name = Sql.name(column.name());
        return "count(" + name + "), "
                + switch (column.type()) {
                    case ColumnType.Int16 t -> number(name, "HUGEINT");
                    case ColumnType.Int32 t -> number(name, "HUGEINT");
                    case ColumnType.Int64 t -> number(name, "HUGEINT");
                    case ColumnType.Decimal t when addsUp(t) -> number(name, "DECIMAL(38,%d)".formatted(t.scale()));
                    case ColumnType.Decimal t ->
                        values(
                                "min(" + name + ")::VARCHAR",
                                "max(" + name + ")::VARCHAR",
                                "coalesce(sum(replace(" + name + "::VARCHAR, '.', '')::BIGNUM)::VARCHAR, '0')");
                    case ColumnType.Float32 t -> range("CASE WHEN NOT isnan(%1$s) THEN %1$s END".formatted(name));
                    case ColumnType.Float64 t -> range("CASE WHEN NOT isnan(%1$s) THEN %1$s END".formatted(name));
                    case ColumnType.Text t ->
                        values("min(" + name + ")", "max(" + name + ")", "coalesce(sum(strlen(" + name + ")), 0)");
                    case ColumnType.Date t -> range("(" + name + " - DATE '1970-01-01')");
                    case ColumnType.Time t -> range("datediff('microsecond', TIME '00:00:00', " + name + ")");
                    case ColumnType.Timestamp t -> range("epoch_us(" + name + ")");
                    case ColumnType.TimestampTz t -> range("epoch_us(" + name + ")");
                    case ColumnType.Uuid t -> range(name + "::VARCHAR");
                    case ColumnType.Bytes t -> values(NOTHING, NOTHING, "coalesce(sum(octet_length(" + name + ")), 0)");
                    case ColumnType.Bool t -> values(NOTHING, NOTHING, NOTHING);
                    case ColumnType.Json t -> values(NOTHING, NOTHING, NOTHING);
                    case ColumnType.ArrayAsJson t -> values(NOTHING, NOTHING, NOTHING);
                    case ColumnType.Unsupported t -> throw new IllegalArgumentException(column.name() + ": " + t.why());
                };
    }

    private static boolean addsUp(ColumnType.Decimal type) {
        return type.precision() <= ADDS_UP_IN_128_BITS;
    }

    private static String number(String name, String sumType) {
        return values(
                "min(" + name + ")::VARCHAR",
                "max(" + name + ")::VARCHAR",
                "coalesce(sum(%s), 0)::%s::VARCHAR".formatted(name, sumType));
    }

    private static String range(String value) {
        return values("min(" + value + ")", "max(" + value + ")", NOTHING);
    }

    private static String values(String min, String max, String sum) {
        return min + ", " + max + ", (" + sum + ")::VARCHAR";
    }

    private static ColumnAggregate read(ResultSet row, Column column, long rows, int first) throws SQLException {
        long count = row.getLong(first);
        return new ColumnAggregate(
                column.name(),
                count,
                rows - count,
                spelled(row, column.type(), first + 1),
                spelled(row, column.type(), first + 2),
                sum(column.type(), row.getString(first + 3)));
    }

    /// What was summed without its point gets it back.
    private static @Nullable String sum(ColumnType type, @Nullable String text) {
        return text != null && type instanceof ColumnType.Decimal decimal && !addsUp(decimal)
                ? new BigDecimal(new BigInteger(text), decimal.scale()).toPlainString()
                : text;
    }

    private static @Nullable String spelled(ResultSet row, ColumnType type, int index) throws SQLException {
        if (row.getObject(index) == null) {
            return null;
        }
        return switch (type) {
            case ColumnType.Float32 t -> Float.toString(row.getFloat(index) + 0.0f);
            case ColumnType.Float64 t -> Double.toString(row.getDouble(index) + 0.0);
            case ColumnType.Date t -> TimeText.date(row.getLong(index));
            case ColumnType.Time t -> TimeText.time(row.getLong(index));
            case ColumnType.Timestamp t -> TimeText.timestamp(row.getLong(index), "");
            case ColumnType.TimestampTz t -> TimeText.timestamp(row.getLong(index), "Z");
            case ColumnType.Int16 t -> integer(row.getString(index));
            case ColumnType.Int32 t -> integer(row.getString(index));
            case ColumnType.Int64 t -> integer(row.getString(index));
            // DuckDB leaves out the zero before the point where all digits stand behind it.
            case ColumnType.Decimal t -> new BigDecimal(row.getString(index)).toPlainString();
            case ColumnType.Text t -> row.getString(index);
            case ColumnType.Uuid t -> row.getString(index);
            case ColumnType.Bytes t -> null;
            case ColumnType.Bool t -> null;
            case ColumnType.Json t -> null;
            case ColumnType.ArrayAsJson t -> null;
            case ColumnType.Unsupported t -> null;
        };
    }

    private static String integer(String text) {
        return new BigInteger(text).toString();
    }
}
