package dev.sluice.adapter.duckdb;

import dev.sluice.drop.DropPublication;
import dev.sluice.model.Feed;
import dev.sluice.model.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;

/// How the table of a feed follows from the rows of its current files, within the transaction that replaces
/// them. What is to be derived anew is what the old and the new rows of the published files speak of.
final class DuckDbDerivation {
    private final TableName target;
    private final TableName rows;
    private final Rule rule;

    /// @param slice    SQL: `_sluice_slice` of a row of the target
    /// @param affected SQL select list: names what a row speaks of
    /// @param join     SQL over `x` (rows or target) and `a` (what is affected)
    /// @param winners  SQL that leaves of the joined rows those of the target; may be empty
    private record Rule(String slice, String affected, String join, String joinTarget, String winners) {}

    private DuckDbDerivation(TableName target, TableName rows, Rule rule) {
        this.target = target;
        this.rows = rows;
        this.rule = rule;
    }

    static DuckDbDerivation of(Feed feed) {
        Rule rule = switch (feed.mode()) {
            case Feed.Mode.Append ignored -> new Rule("x._sluice_slice", "1", "true", "true", "");
            case Feed.Mode.Replace replace -> {
                String slice = DuckDbSliceText.of(feed, replace.sliceBy());
                yield new Rule(slice, slice + " AS slice", slice + " = a.slice", "x._sluice_slice = a.slice", "");
            }
            case Feed.Mode.Upsert upsert -> {
                String join = upsert.key().stream()
                        .map(k -> "x.%1$s IS NOT DISTINCT FROM a.%1$s".formatted(Sql.name(k)))
                        .collect(Collectors.joining(" AND "));
                String order = upsert.orderBy()
                        .map(column -> "x.%s DESC NULLS LAST, ".formatted(Sql.name(column)))
                        .orElse("");
                yield new Rule(
                        "x._sluice_slice",
                        Sql.names(upsert.key()),
                        join,
                        join,
                        "QUALIFY row_number() OVER (PARTITION BY %s ORDER BY %s x._sluice_file DESC, x._sluice_line DESC) = 1"
                                .formatted(
                                        upsert.key().stream()
                                                .map(k -> "x." + Sql.name(k))
                                                .collect(Collectors.joining(", ")),
                                        order));
            }
        };
        return new DuckDbDerivation(feed.target(), DropPublication.rowsTable(feed), rule);
    }

    /// Before the rows of the published files are replaced: what their old rows speak of.
    ///
    /// @param everything the whole target is to be derived anew
    void begin(Connection connection, boolean everything) throws SQLException {
        String which = everything ? "" : "WHERE x._sluice_slice IN (SELECT slice FROM sluice_dropped)";
        execute(
                connection,
                "CREATE OR REPLACE TEMPORARY TABLE sluice_affected AS SELECT DISTINCT %s FROM %s x %s"
                        .formatted(rule.affected(), Sql.name(rows), which));
        if (everything) {
            execute(connection, "DELETE FROM " + Sql.name(target));
        }
    }

    /// After they were replaced: what their new rows speak of as well, and all of that derived anew.
    void end(Connection connection, List<String> columns, DropPublication publication) throws SQLException {
        execute(connection, """
                INSERT INTO sluice_affected
                SELECT DISTINCT %s FROM %s x WHERE x._sluice_slice IN (SELECT slice FROM sluice_dropped)
                """.formatted(rule.affected(), Sql.name(rows)));
        execute(
                connection,
                "DELETE FROM %s x USING (SELECT DISTINCT * FROM sluice_affected) a WHERE %s"
                        .formatted(Sql.name(target), rule.joinTarget()));
        String sql = """
                INSERT INTO %s (%s, _sluice_slice, _sluice_file, _sluice_version, _sluice_line, _sluice_run, _sluice_synced_at)
                SELECT %s, %s, x._sluice_file, x._sluice_version, x._sluice_line, ?, ?
                FROM %s x JOIN (SELECT DISTINCT * FROM sluice_affected) a ON %s %s
                """.formatted(
                        Sql.name(target),
                        Sql.names(columns),
                        columns.stream().map(c -> "x." + Sql.name(c)).collect(Collectors.joining(", ")),
                        rule.slice(),
                        Sql.name(rows),
                        rule.join(),
                        rule.winners());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, publication.runId());
            statement.setObject(2, DuckDbLedger.utc(publication.publishedAt()));
            statement.execute();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
