package dev.sluice.adapter.snowflake;

import dev.sluice.drop.DropPublication;
import dev.sluice.model.Feed;
import dev.sluice.model.TableName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// How the table of a feed follows from the rows of its current files, within the transaction that replaced
/// them. What is derived anew is what the published files spoke of before, which the target still tells, and
/// what their new rows speak of.
///
/// @param target  table
/// @param rows    table
/// @param ofRow   SQL over a row `x` of the rows: what it speaks of, a slice or the values of a key
/// @param kept    the same in the target, names of columns
/// @param types   of what a row speaks of
/// @param slice   SQL over `x`: `_SLUICE_SLICE` in the target
/// @param winners SQL that leaves of the rows those of the target; may be empty
record SnowflakeDerivation(
        TableName target,
        TableName rows,
        List<String> ofRow,
        List<String> kept,
        List<String> types,
        String slice,
        String winners) {
    static SnowflakeDerivation of(Feed feed) {
        TableName rows = DropPublication.rowsTable(feed);
        return switch (feed.mode()) {
            case Feed.Mode.Append ignored ->
                throw new IllegalArgumentException(feed.name() + ": its rows are its table");
            case Feed.Mode.Replace replace -> {
                String slice = SnowflakeSliceText.of(feed, replace.sliceBy());
                yield new SnowflakeDerivation(
                        feed.target(),
                        rows,
                        List.of(slice),
                        List.of(SnowflakeNames.quoted(SnowflakeNames.SLICE)),
                        List.of("VARCHAR"),
                        slice,
                        "");
            }
            case Feed.Mode.Upsert upsert -> {
                List<String> key =
                        upsert.key().stream().map(SnowflakeNames::sql).toList();
                List<String> ofRow = key.stream().map(name -> "x." + name).toList();
                yield new SnowflakeDerivation(
                        feed.target(),
                        rows,
                        ofRow,
                        key,
                        types(feed, upsert.key()),
                        "x.\"_SLUICE_SLICE\"",
                        """
                        QUALIFY ROW_NUMBER() OVER (
                            PARTITION BY %s ORDER BY %sx."_SLUICE_FILE" DESC, x."_SLUICE_LINE" DESC) = 1""".formatted(
                                String.join(", ", ofRow),
                                upsert.orderBy()
                                        .map(column -> "x.%s DESC NULLS LAST, ".formatted(SnowflakeNames.sql(column)))
                                        .orElse("")));
            }
        };
    }

    private static List<String> types(Feed feed, List<String> columns) {
        List<String> types = new ArrayList<>();
        for (String name : columns) {
            feed.columns().stream()
                    .filter(column -> column.name().equals(name))
                    .forEach(column -> types.add(SnowflakeTypes.ddl(column.type())));
        }
        return types;
    }

    /// Columns of the table of what is affected.
    String affectedDdl() {
        return numbered().map(i -> affected(i) + " " + types.get(i)).collect(Collectors.joining(", "));
    }

    private Stream<Integer> numbered() {
        return IntStream.range(0, kept.size()).boxed();
    }

    private static String affected(int number) {
        return "\"_SLUICE_A%d\"".formatted(number);
    }

    /// Derives what the files of a wave spoke of and speak of now.
    ///
    /// @param columns    of the rows, without those that Sluice adds
    /// @param manifest   table with the files
    /// @param into       empty table for what is affected
    /// @param runAndTime SQL: the last two values of a row
    List<String> anew(Collection<String> columns, String manifest, String into, String runAndTime) {
        String files = "(SELECT \"%s\" FROM " + manifest + " WHERE \"KIND\" = 'entry' AND \"STATE\" = 'loaded')";
        String same = numbered()
                .map(i -> "EQUAL_NULL(%s, a.%s)".formatted("%s", affected(i)))
                .collect(Collectors.joining(" AND "));
        return List.of(
                """
                INSERT INTO %s
                SELECT DISTINCT * FROM (
                    SELECT %s FROM %s x WHERE x."_SLUICE_FILE" IN %s
                    UNION ALL
                    SELECT %s FROM %s x WHERE x."_SLUICE_SLICE" IN %s) u
                """.formatted(
                                into,
                                kept.stream().map(name -> "x." + name).collect(Collectors.joining(", ")),
                                SnowflakeNames.sql(target),
                                files.formatted("KEY"),
                                String.join(", ", ofRow),
                                SnowflakeNames.sql(rows),
                                files.formatted("SLICE")),
                "DELETE FROM %s USING %s a WHERE %s"
                        .formatted(SnowflakeNames.sql(target), into, same.formatted(kept.toArray())),
                "%s JOIN %s a ON %s %s"
                        .formatted(insert(columns, runAndTime), into, same.formatted(ofRow.toArray()), winners));
    }

    /// Derives the whole target.
    List<String> whole(Collection<String> columns, String runAndTime) {
        return List.of("DELETE FROM " + SnowflakeNames.sql(target), insert(columns, runAndTime) + " " + winners);
    }

    private String insert(Collection<String> columns, String runAndTime) {
        List<String> names = columns.stream().map(SnowflakeNames::quoted).toList();
        return """
                INSERT INTO %s (%s, "_SLUICE_SLICE", "_SLUICE_FILE", "_SLUICE_VERSION", "_SLUICE_LINE", "_SLUICE_RUN", "_SLUICE_SYNCED_AT")
                SELECT %s, %s, x."_SLUICE_FILE", x."_SLUICE_VERSION", x."_SLUICE_LINE", %s
                FROM %s x""".formatted(
                        SnowflakeNames.sql(target),
                        String.join(", ", names),
                        names.stream().map(name -> "x." + name).collect(Collectors.joining(", ")),
                        slice,
                        runAndTime,
                        SnowflakeNames.sql(rows));
    }
}
