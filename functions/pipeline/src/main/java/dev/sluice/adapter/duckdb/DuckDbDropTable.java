package dev.sluice.adapter.duckdb;

import dev.sluice.drop.DropPublication;
import dev.sluice.model.Column;
import dev.sluice.model.ColumnType;
import dev.sluice.model.Feed;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Makes a table fit a feed and the files that are about to be published.
final class DuckDbDropTable {
    private final Connection connection;
    private final Feed feed;
    private final Map<String, String> wanted = new LinkedHashMap<>();

    /// A column that the configuration does not name is text, whichever file came first and whatever it held.
    DuckDbDropTable(Connection connection, Feed feed, List<DropPublication.Published> files) {
        this.connection = connection;
        this.feed = feed;
        feed.columns().forEach(column -> wanted.put(column.name(), DuckDbTypes.ddl(column.type())));
        String text = DuckDbTypes.ddl(new ColumnType.Text());
        files.stream()
                .flatMap(each -> each.file().columns().stream().map(Column::name))
                .sorted()
                .forEach(name -> wanted.putIfAbsent(name, text));
    }

    /// Creates what is missing: the table, or columns that are new.
    ///
    /// @return the table's columns without those that Sluice adds
    /// @throws InvalidRequest a column has another type, or the table is somebody else's
    List<String> evolve(TableName table) throws SQLException {
        Map<String, String> existing = DuckDbLedger.columns(connection, table);
        if (existing.isEmpty()) {
            create(table);
            return List.copyOf(wanted.keySet());
        }
        if (!existing.containsKey("_sluice_line")) {
            throw new InvalidRequest(
                    "the warehouse already has a table %s that no feed made; name another one with target:, or drop it"
                            .formatted(table));
        }
        List<String> columns = new ArrayList<>(existing.keySet().stream()
                .filter(name -> !name.startsWith("_sluice_"))
                .toList());
        for (Map.Entry<String, String> column : wanted.entrySet()) {
            String has = existing.get(column.getKey());
            if (has == null) {
                execute("ALTER TABLE %s ADD COLUMN %s %s"
                        .formatted(Sql.name(table), Sql.name(column.getKey()), column.getValue()));
                columns.add(column.getKey());
            } else if (!has.equals(column.getValue())) {
                throw new InvalidRequest(
                        "%s: column %s is %s in the warehouse and would be %s. Name another table with target:, which is filled from every file under the prefix"
                                .formatted(feed.target(), column.getKey(), has, column.getValue()));
            }
        }
        return columns;
    }

    private void create(TableName table) throws SQLException {
        execute("CREATE SCHEMA IF NOT EXISTS " + Sql.name(table.schema()));
        StringBuilder ddl =
                new StringBuilder("CREATE TABLE ").append(Sql.name(table)).append(" (");
        wanted.forEach((name, type) ->
                ddl.append(Sql.name(name)).append(' ').append(type).append(", "));
        ddl.append(
                "_sluice_slice VARCHAR NOT NULL, _sluice_file VARCHAR NOT NULL, _sluice_version VARCHAR NOT NULL, _sluice_line BIGINT NOT NULL, _sluice_run VARCHAR NOT NULL, _sluice_synced_at TIMESTAMPTZ NOT NULL)");
        execute(ddl.toString());
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
