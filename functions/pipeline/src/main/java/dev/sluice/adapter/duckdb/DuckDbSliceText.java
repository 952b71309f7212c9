package dev.sluice.adapter.duckdb;

import dev.sluice.model.ColumnType;
import dev.sluice.model.Feed;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.SliceBy;

/// The slice of a dropped row as SQL over `x`, encoded as [dev.sluice.model.Slice] says.
final class DuckDbSliceText {
    private DuckDbSliceText() {}

    static String of(Feed feed, SliceBy sliceBy) {
        return switch (sliceBy) {
            case SliceBy.Whole ignored -> "'\\all'";
            case SliceBy.Value(String column) -> encoded("x." + Sql.name(column) + "::VARCHAR");
            case SliceBy.Time time -> encoded(time(feed, time));
            case SliceBy.Expression ignored ->
                throw new InvalidRequest(
                        "drops.%s: slice_by must be a column for files; SQL expressions are for tables of the source"
                                .formatted(feed.name()));
        };
    }

    private static String encoded(String text) {
        return "CASE WHEN %1$s IS NULL THEN '\\N' WHEN starts_with(%1$s, '\\') THEN '\\' || %1$s ELSE %1$s END"
                .formatted("(" + text + ")");
    }

    /// As [dev.sluice.model.TimeSlice] reads it.
    private static String time(Feed feed, SliceBy.Time time) {
        String column = "x." + Sql.name(time.column());
        boolean instant = feed.columns().stream()
                .anyMatch(c -> c.name().equals(time.column()) && c.type() instanceof ColumnType.TimestampTz);
        String local = instant ? "timezone(%s, %s)".formatted(Sql.text(time.timezone()), column) : column;
        return switch (time.grain()) {
            case YEAR -> "strftime(%s, '%%Y')".formatted(local);
            case MONTH -> "strftime(%s, '%%Y-%%m')".formatted(local);
            case WEEK -> "strftime(date_trunc('week', %s), '%%Y-%%m-%%d')".formatted(local);
            case DAY -> "strftime(%s, '%%Y-%%m-%%d')".formatted(local);
            case HOUR -> "strftime(%s, '%%Y-%%m-%%d %%H')".formatted(local) + (instant ? offset(local, column) : "");
        };
    }

    private static String offset(String local, String column) {
        String minutes = "(datediff('minute', timezone('UTC', %s), %s))".formatted(column, local);
        return " || printf('%%s%%02d:%%02d', CASE WHEN %1$s < 0 THEN '-' ELSE '+' END, abs(%1$s) // 60, abs(%1$s) %% 60)"
                .formatted(minutes);
    }
}
