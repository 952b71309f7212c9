package dev.sluice.adapter.snowflake;

import dev.sluice.model.ColumnType;
import dev.sluice.model.Feed;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.SliceBy;

/// The slice of a dropped row as SQL over `x`, encoded as [dev.sluice.model.Slice] says.
final class SnowflakeSliceText {
    /// A Monday on or before every date that is kept.
    private static final String MONDAY = "'0001-01-01'::DATE";

    private SnowflakeSliceText() {}

    static String of(Feed feed, SliceBy sliceBy) {
        return switch (sliceBy) {
            case SliceBy.Whole ignored -> SnowflakeSql.text("\\all");
            case SliceBy.Value(String column) -> encoded(value(type(feed, column), "x." + SnowflakeNames.sql(column)));
            case SliceBy.Time time -> encoded(time(feed, time));
            case SliceBy.Expression ignored ->
                throw new InvalidRequest(
                        "drops.%s: slice_by must be a column for files; SQL expressions are for tables of the source"
                                .formatted(feed.name()));
        };
    }

    private static ColumnType type(Feed feed, String column) {
        return feed.columns().stream()
                .filter(known -> known.name().equals(column))
                .map(Feed.FeedColumn::type)
                .findFirst()
                .orElseThrow(() ->
                        new InvalidRequest("drops.%s: slice_by: there is no column %s".formatted(feed.name(), column)));
    }

    private static String encoded(String text) {
        return "CASE WHEN (%1$s) IS NULL THEN %2$s WHEN STARTSWITH((%1$s), %3$s) THEN %3$s || (%1$s) ELSE (%1$s) END"
                .formatted(text, SnowflakeSql.text("\\N"), SnowflakeSql.text("\\"));
    }

    /// Written out for each type: how Snowflake spells a value by itself depends on parameters of the account.
    private static String value(ColumnType type, String column) {
        return switch (type) {
            case ColumnType.Date date -> "TO_VARCHAR(%s, 'YYYY-MM-DD')".formatted(column);
            case ColumnType.Time time -> "TO_VARCHAR(%s, 'HH24:MI:SS.FF6')".formatted(column);
            case ColumnType.Timestamp at -> "TO_VARCHAR(%s, 'YYYY-MM-DD HH24:MI:SS.FF6')".formatted(column);
            case ColumnType.TimestampTz at ->
                "TO_VARCHAR(CONVERT_TIMEZONE('UTC', %s), 'YYYY-MM-DD HH24:MI:SS.FF6') || '+00'".formatted(column);
            case ColumnType.Bytes bytes -> "HEX_ENCODE(%s)".formatted(column);
            default -> column + "::VARCHAR";
        };
    }

    /// As [dev.sluice.model.TimeSlice] reads it.
    private static String time(Feed feed, SliceBy.Time time) {
        String column = "x." + SnowflakeNames.sql(time.column());
        boolean instant = type(feed, time.column()) instanceof ColumnType.TimestampTz;
        String local =
                instant ? "CONVERT_TIMEZONE(%s, %s)".formatted(SnowflakeSql.text(time.timezone()), column) : column;
        return switch (time.grain()) {
            case YEAR -> "TO_VARCHAR(%s, 'YYYY')".formatted(local);
            case MONTH -> "TO_VARCHAR(%s, 'YYYY-MM')".formatted(local);
            case WEEK -> "TO_VARCHAR(%s, 'YYYY-MM-DD')".formatted(monday(local + "::DATE"));
            case DAY -> "TO_VARCHAR(%s, 'YYYY-MM-DD')".formatted(local);
            case HOUR ->
                "TO_VARCHAR(%s, 'YYYY-MM-DD HH24%s')"
                        .formatted(
                                type(feed, time.column()) instanceof ColumnType.Date
                                        ? local + "::TIMESTAMP_NTZ"
                                        : local,
                                instant ? "TZH:TZM" : "");
        };
    }

    /// DATE_TRUNC('week') would depend on the parameter WEEK_START.
    private static String monday(String date) {
        return "DATEADD('day', -MOD(DATEDIFF('day', %1$s, %2$s), 7), %2$s)".formatted(MONDAY, date);
    }
}
