package dev.sluice.adapter.postgres;

import dev.sluice.model.Column;
import dev.sluice.model.ColumnAggregate;
import dev.sluice.model.ColumnType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Count, min, max and sum of columns as SQL, in the spelling of [ColumnAggregate].
final class Aggregates {
    /// count, min, max, sum.
    static final int VALUES_PER_COLUMN = 4;

    /// A SELECT list holds 1664 entries at most; columns.
    static final int MAX_COLUMNS_PER_STATEMENT = 300;

    private static final String NOTHING = "NULL::text";

    private Aggregates() {}

    /// The four values of every column, each as text.
    static String sql(List<Column> columns, boolean utf8) {
        return columns.stream().map(column -> of(column, utf8)).collect(Collectors.joining(",\n       "));
    }

    private static String of(Column column, boolean utf8) {
        String name = Sql.identifier(column.name());
        String count = "count(" + name + "), ";
        return count
                + switch (column.type()) {
                    case ColumnType.Int16 t -> number(name, "%s::text");
                    case ColumnType.Int32 t -> number(name, "%s::text");
                    case ColumnType.Int64 t -> number(name, "%s::text");
                    case ColumnType.Decimal t -> number(name, "round((%s)::numeric, " + t.scale() + ")::text");
                    case ColumnType.Float32 t -> range(finite(name, "float4"), "(%s)::text");
                    case ColumnType.Float64 t -> range(finite(name, "float8"), "(%s)::text");
                    case ColumnType.Text t -> text(RowExpressions.carriedText(column), utf8);
                    case ColumnType.Date t -> range(name, "(%s)::text");
                    case ColumnType.Time t -> range(name, "to_char((%s)::interval, 'HH24:MI:SS.US')");
                    case ColumnType.Timestamp t -> range(name, time("(%s)", ""));
                    case ColumnType.TimestampTz t -> range(name, time("timezone('UTC', %s)", "Z"));
                    case ColumnType.Uuid t -> range("(" + name + ")::text COLLATE \"C\"", "%s");
                    case ColumnType.Bytes t ->
                        values(NOTHING, NOTHING, "coalesce(sum(octet_length(%s)), 0)::text".formatted(name));
                    case ColumnType.Bool t -> values(NOTHING, NOTHING, NOTHING);
                    case ColumnType.Json t -> values(NOTHING, NOTHING, NOTHING);
                    case ColumnType.ArrayAsJson t -> values(NOTHING, NOTHING, NOTHING);
                    case ColumnType.Unsupported t -> throw new IllegalArgumentException(column.name() + ": " + t.why());
                };
    }

    private static String number(String value, String format) {
        return values(
                format.formatted("min(" + value + ")"),
                format.formatted("max(" + value + ")"),
                format.formatted("coalesce(sum(" + value + "), 0)"));
    }

    private static String range(String value, String format) {
        return values(format.replace("%s", "min(" + value + ")"), format.replace("%s", "max(" + value + ")"), NOTHING);
    }

    /// Order and length of text are those of UTF-8; another encoding has another order.
    private static String text(String value, boolean utf8) {
        String octets = utf8 ? "octet_length(" + value + ")" : "length(convert_to(" + value + ", 'UTF8'))";
        String sum = "coalesce(sum(" + octets + "), 0)::text";
        return utf8
                ? values("min(" + value + " COLLATE \"C\")", "max(" + value + " COLLATE \"C\")", sum)
                : values(NOTHING, NOTHING, sum);
    }

    /// NaN has no place in an order that every warehouse shares.
    private static String finite(String name, String type) {
        return "nullif(" + name + ", 'NaN'::" + type + ")";
    }

    private static String time(String value, String zone) {
        return "CASE WHEN NOT isfinite(%s) THEN (%s)::text ELSE to_char(" + value + ", 'YYYY-MM-DD HH24:MI:SS.US') || '"
                + zone + "' || CASE WHEN " + value + " < timestamp '0001-01-01' THEN ' BC' ELSE '' END END";
    }

    private static String values(String min, String max, String sum) {
        return min + ", " + max + ", " + sum;
    }

    /// Reads what [#sql] selects.
    ///
    /// @param rows  rows of the slice
    /// @param first index of the column's count
    static ColumnAggregate read(ResultSet row, Column column, long rows, int first) throws SQLException {
        long count = row.getLong(first);
        @Nullable String min = row.getString(first + 1);
        @Nullable String max = row.getString(first + 2);
        @Nullable String sum = row.getString(first + 3);
        return new ColumnAggregate(
                column.name(), count, rows - count, spelled(column.type(), min), spelled(column.type(), max), sum);
    }

    /// Floats are spelled as Java does, so that every end can do the same without knowing PostgreSQL; −0
    /// as 0, because which of the two is the smallest is chance.
    private static @Nullable String spelled(ColumnType type, @Nullable String value) {
        if (value == null) {
            return null;
        }
        if (type instanceof ColumnType.Float32) {
            return Float.toString(
                    Float.parseFloat(value.toLowerCase(Locale.ROOT).replace("infinity", "Infinity")) + 0.0f);
        }
        if (type instanceof ColumnType.Float64) {
            return Double.toString(
                    Double.parseDouble(value.toLowerCase(Locale.ROOT).replace("infinity", "Infinity")) + 0.0);
        }
        return value;
    }
}
