package dev.sluice.adapter.duckdb;

import dev.sluice.drop.Sums;
import dev.sluice.model.ColumnType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// What rows add up to, as a list of expressions and the reading of their values.
final class DuckDbSums {
    /// Of each column: values, sum, sum of magnitudes, values that have none.
    private static final int EXPRESSIONS_PER_COLUMN = 4;

    /// Sums of decimals are held in 128 bits; of values this long it takes a hundred billion rows to overflow
    /// them. Digits.
    private static final int ADDS_UP_IN_128_BITS = 27;

    private static final String NOTHING = "NULL, NULL, NULL";

    /// @param value expression of the column's type
    record Value(ColumnType type, String value) {}

    private DuckDbSums() {}

    /// `count(*)` and what every column takes, separated by commas.
    static String select(List<Value> columns) {
        StringBuilder sql = new StringBuilder("count(*)");
        for (Value column : columns) {
            sql.append(", count(%s), ".formatted(column.value())).append(total(column.type(), column.value()));
        }
        return sql.toString();
    }

    private static String total(ColumnType type, String value) {
        return switch (type) {
            case ColumnType.Int16 ignored -> exact(value);
            case ColumnType.Int32 ignored -> exact(value);
            case ColumnType.Int64 ignored -> exact(value);
            case ColumnType.Decimal decimal when decimal.precision() <= ADDS_UP_IN_128_BITS -> exact(value);
            // without the point, which Java puts back: whole numbers of any length
            case ColumnType.Decimal ignored -> exact("replace(CAST(%s AS VARCHAR), '.', '')::BIGNUM".formatted(value));
            case ColumnType.Float32 ignored -> floating(value);
            case ColumnType.Float64 ignored -> floating(value);
            case ColumnType.Text ignored -> NOTHING;
            case ColumnType.Bool ignored -> NOTHING;
            case ColumnType.Date ignored -> NOTHING;
            case ColumnType.Time ignored -> NOTHING;
            case ColumnType.Timestamp ignored -> NOTHING;
            case ColumnType.TimestampTz ignored -> NOTHING;
            case ColumnType.Uuid ignored -> NOTHING;
            case ColumnType.Bytes ignored -> NOTHING;
            case ColumnType.Json ignored -> NOTHING;
            case ColumnType.ArrayAsJson ignored -> NOTHING;
            case ColumnType.Unsupported unsupported -> throw new IllegalArgumentException(unsupported.why());
        };
    }

    private static String exact(String value) {
        return "coalesce(CAST(sum(%s) AS VARCHAR), '0'), NULL, NULL".formatted(value);
    }

    private static String floating(String value) {
        String number = "CAST(%s AS DOUBLE)".formatted(value);
        return "coalesce(sum(%1$s) FILTER (isfinite(%1$s)), 0), coalesce(sum(abs(%1$s)) FILTER (isfinite(%1$s)), 0), count(*) FILTER (NOT isfinite(%1$s))"
                .formatted(number);
    }

    /// Whether only the number of a type's values is compared.
    static boolean isCounted(ColumnType type) {
        return total(type, "x").equals(NOTHING);
    }

    /// @param first place of the `count(*)`
    static Sums read(ResultSet row, int first, List<ColumnType> types) throws SQLException {
        List<Sums.OfColumn> columns = new ArrayList<>();
        int at = first + 1;
        for (ColumnType type : types) {
            columns.add(new Sums.OfColumn(row.getLong(at), total(row, at + 1, type)));
            at += EXPRESSIONS_PER_COLUMN;
        }
        return new Sums(row.getLong(first), columns);
    }

    private static Sums.Total total(ResultSet row, int at, ColumnType type) throws SQLException {
        if (isCounted(type)) {
            return new Sums.Total.Counted();
        }
        if (type instanceof ColumnType.Float32 || type instanceof ColumnType.Float64) {
            return new Sums.Total.Floating(row.getDouble(at), row.getDouble(at + 1), row.getLong(at + 2));
        }
        String digits = row.getString(at);
        boolean pointless = type instanceof ColumnType.Decimal decimal && decimal.precision() > ADDS_UP_IN_128_BITS;
        return new Sums.Total.Exact(
                pointless
                        ? new BigDecimal(new BigInteger(digits), ((ColumnType.Decimal) type).scale())
                        : new BigDecimal(digits));
    }
}
