package dev.sluice.adapter.snowflake;

import dev.sluice.drop.DropPublication;
import dev.sluice.drop.Sums;
import dev.sluice.model.ColumnType;
import dev.sluice.model.Feed;
import dev.sluice.model.Feed.FeedColumn;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/// What the rows of each file of a feed add up to, for `DropWarehouse.sums`.
final class SnowflakeSums {
    /// Of each column: values, sum, sum of magnitudes, values that have none.
    private static final int EXPRESSIONS_PER_COLUMN = 4;

    private static final String NOTHING = "NULL, NULL, NULL";

    /// A sum has 38 digits: of values this long it takes a hundred billion rows to overflow. Of longer ones
    /// only the number is compared. Digits.
    private static final int ADDS_UP = 27;

    private SnowflakeSums() {}

    static void of(SnowflakeSession session, Feed feed, String keyPrefix, BiConsumer<String, Sums> each) {
        String rows = SnowflakeNames.sql(DropPublication.rowsTable(feed));
        session.doing(feed.target() + ": add up the files", "GRANT SELECT ON TABLE %s TO ROLE …".formatted(rows))
                .query(sql(feed, keyPrefix), row -> Map.entry(row.getString(1), read(row, feed)))
                .forEach(file -> each.accept(file.getKey(), file.getValue()));
    }

    static String sql(Feed feed, String keyPrefix) {
        StringBuilder sql = new StringBuilder("SELECT \"_SLUICE_FILE\", COUNT(*)");
        for (FeedColumn column : feed.columns()) {
            String name = SnowflakeNames.sql(column.name());
            sql.append(", COUNT(%s), ".formatted(name)).append(total(column.type(), name));
        }
        return sql.append(" FROM %s WHERE STARTSWITH(\"_SLUICE_FILE\", %s) GROUP BY 1"
                        .formatted(SnowflakeNames.sql(DropPublication.rowsTable(feed)), SnowflakeSql.text(keyPrefix)))
                .toString();
    }

    private static String total(ColumnType type, String name) {
        if (addsUp(type)) {
            return "COALESCE(SUM(%s), 0), NULL, NULL".formatted(name);
        }
        if (isFloating(type)) {
            String finite =
                    "CASE WHEN %1$s NOT IN ('NaN'::FLOAT, 'inf'::FLOAT, '-inf'::FLOAT) THEN %1$s END".formatted(name);
            return "COALESCE(SUM(%2$s), 0), COALESCE(SUM(ABS(%2$s)), 0), COUNT(%1$s) - COUNT(%2$s)"
                    .formatted(name, finite);
        }
        return NOTHING;
    }

    private static boolean addsUp(ColumnType type) {
        return type instanceof ColumnType.Int16
                || type instanceof ColumnType.Int32
                || type instanceof ColumnType.Int64
                || type instanceof ColumnType.Decimal decimal && decimal.precision() <= ADDS_UP;
    }

    private static boolean isFloating(ColumnType type) {
        return type instanceof ColumnType.Float32 || type instanceof ColumnType.Float64;
    }

    private static Sums read(ResultSet row, Feed feed) throws SQLException {
        List<Sums.OfColumn> columns = new ArrayList<>();
        int at = 3;
        for (FeedColumn column : feed.columns()) {
            columns.add(new Sums.OfColumn(row.getLong(at), total(row, at + 1, column.type())));
            at += EXPRESSIONS_PER_COLUMN;
        }
        return new Sums(row.getLong(2), columns);
    }

    private static Sums.Total total(ResultSet row, int at, ColumnType type) throws SQLException {
        if (addsUp(type)) {
            return new Sums.Total.Exact(new BigDecimal(row.getString(at)));
        }
        return isFloating(type)
                ? new Sums.Total.Floating(row.getDouble(at), row.getDouble(at + 1), row.getLong(at + 2))
                : new Sums.Total.Counted();
    }
}
