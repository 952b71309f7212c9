package dev.sluice.adapter.postgres;

import dev.sluice.model.Column;
import dev.sluice.model.Grain;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.Slice;
import dev.sluice.model.SliceBy;
import dev.sluice.model.SourceTable;
import dev.sluice.model.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The slice key as SQL: one expression of type text, collation C, for grouping, for predicates and for
/// COPY alike. SQL NULL is the slice `NULL`; [Slice#ofText] encodes the rest.
///
/// @param sql         NULL constant for a table that is one slice
/// @param prefilter   a condition that every row of these slices meets, for the sake of an index
/// @param setBased    true before PostgreSQL 14, whose `= ANY(array)` looks through the array once per
///                    row
record SliceKey(TableName table, String sql, Prefilter prefilter, boolean whole, boolean setBased) {
    /// Above it `IN (SELECT unnest(…))`, which builds a hash table, beats `= ANY` before PostgreSQL 14;
    /// values.
    private static final int MAX_LINEAR_SEARCH = 16;

    static SliceKey of(SliceBy sliceBy, SourceTable table, ServerVersion version) {
        boolean setBased = !version.atLeast(14);
        return switch (sliceBy) {
            case SliceBy.Whole whole -> new SliceKey(table.name(), "NULL::text", Prefilter.none(), true, setBased);
            case SliceBy.Value value -> {
                Column column = column(table, value.column());
                yield new SliceKey(
                        table.name(),
                        collated("(" + Sql.identifier(column.name()) + ")::text"),
                        Prefilter.ofValues(column),
                        false,
                        setBased);
            }
            case SliceBy.Expression expression ->
                new SliceKey(
                        table.name(), collated("(" + expression.sql() + ")::text"), Prefilter.none(), false, setBased);
            case SliceBy.Time time -> {
                Column column = column(table, time.column());
                yield new SliceKey(
                        table.name(),
                        collated("(" + timeText(column, time) + ")"),
                        Prefilter.ofTimes(column, time.grain()),
                        false,
                        setBased);
            }
        };
    }

    /// Condition for the rows of these slices; `true` for all.
    String where(Optional<List<Slice>> only) {
        if (only.isEmpty()) {
            return "true";
        }
        if (whole) {
            return wholeWhere(only.get());
        }
        List<String> texts = new ArrayList<>();
        boolean nulls = false;
        for (Slice slice : only.get()) {
            if (slice.equals(Slice.NULL)) {
                nulls = true;
            } else {
                texts.add(slice.text()
                        .orElseThrow(() -> new InvalidRequest(
                                "%s has slices; there is no slice %s".formatted(table, slice.encoded()))));
            }
        }
        String exact = exact(texts, nulls);
        return prefilter
                .condition(texts, nulls)
                .map(wide -> wide + " AND " + exact)
                .orElse(exact);
    }

    private String wholeWhere(List<Slice> only) {
        for (Slice slice : only) {
            if (!slice.equals(Slice.ALL)) {
                throw new InvalidRequest("%s is one slice; there is no slice %s".formatted(table, slice.encoded()));
            }
        }
        return only.isEmpty() ? "false" : "true";
    }

    private String exact(List<String> texts, boolean nulls) {
        List<String> alternatives = new ArrayList<>();
        if (!texts.isEmpty()) {
            String array = Sql.arrayLiteral(texts) + "::text[]";
            alternatives.add(
                    setBased && texts.size() > MAX_LINEAR_SEARCH
                            ? sql + " IN (SELECT unnest(" + array + "))"
                            : sql + " = ANY(" + array + ")");
        }
        if (nulls) {
            alternatives.add(sql + " IS NULL");
        }
        return alternatives.isEmpty() ? "false" : "(" + String.join(" OR ", alternatives) + ")";
    }

    private static String collated(String expression) {
        return expression + " COLLATE \"C\"";
    }

    private static Column column(SourceTable table, String name) {
        return table.column(name)
                .orElseThrow(
                        () -> new InvalidRequest("%s: the source has no column '%s'".formatted(table.name(), name)));
    }

    /// Text of the hour, day, week, month or year, as [dev.sluice.model.TimeSlice] reads it.
    private static String timeText(Column column, SliceBy.Time time) {
        String name = Sql.identifier(column.name());
        String local = switch (column.baseType()) {
            case "timestamptz" -> "timezone(" + Sql.literal(time.timezone()) + ", " + name + ")";
            case "timestamp" -> "(" + name + ")";
            case "date" -> "(" + name + ")::timestamp";
            default ->
                throw new InvalidRequest("slice_by column %s is %s; time slices need a date or timestamp"
                        .formatted(column.name(), column.sourceType()));
        };
        if (time.grain() == Grain.DAY) {
            return (column.baseType().equals("date") ? "(" + name + ")" : local) + "::date::text";
        }
        String start = "date_trunc('" + time.grain().word() + "', " + local + ")";
        return switch (time.grain()) {
            case DAY, WEEK -> start + "::date::text";
            case MONTH -> shortened(start, start + "::date::text", "-01".length(), "");
            case YEAR -> shortened(start, start + "::date::text", "-01-01".length(), "");
            case HOUR ->
                shortened(
                        start,
                        start + "::text",
                        ":00:00".length(),
                        column.baseType().equals("timestamptz") ? " || " + offset(name, local) : "");
        };
    }

    /// Cuts what every start of the grain has in common off the end, before the era.
    private static String shortened(String start, String text, int cut, String offset) {
        return "CASE WHEN NOT isfinite(%s) THEN %s WHEN %s < timestamp '0001-01-01' THEN left(%s, -%d)%s || ' BC' ELSE left(%s, -%d)%s END"
                .formatted(start, text, start, text, cut + " BC".length(), offset, text, cut, offset);
    }

    /// Offset of the zone at that instant: `+01:00`, with seconds only where history has them.
    private static String offset(String instant, String local) {
        String seconds = "extract(epoch FROM %s - timezone('UTC', %s))::int".formatted(local, instant);
        String size = "abs(" + seconds + ")";
        return "CASE WHEN %s < 0 THEN '-' ELSE '+' END".formatted(seconds)
                + " || lpad((%s / 3600)::text, 2, '0') || ':' || lpad((%s / 60 %% 60)::text, 2, '0')"
                        .formatted(size, size)
                + " || CASE WHEN %s %% 60 = 0 THEN '' ELSE ':' || lpad((%s %% 60)::text, 2, '0') END"
                        .formatted(size, size);
    }
}
