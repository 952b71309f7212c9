package dev.sluice.adapter.snowflake;

import dev.sluice.drop.DropPublication;
import dev.sluice.model.ColumnType;
import dev.sluice.model.Feed;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.TableName;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Makes the tables of a feed fit the files that are about to be published, with statements that each commit by
/// themselves: a reader sees new columns without values until the files are published.
final class SnowflakeDropTables {
    private static final String ADDED = """
            "_SLUICE_SLICE" VARCHAR NOT NULL, "_SLUICE_FILE" VARCHAR NOT NULL, "_SLUICE_VERSION" VARCHAR NOT NULL, "_SLUICE_LINE" NUMBER(19,0) NOT NULL, "_SLUICE_RUN" VARCHAR NOT NULL, "_SLUICE_SYNCED_AT" TIMESTAMP_TZ(6) NOT NULL""";

    private final SnowflakeSession session;
    private final Feed feed;
    private final SnowflakeWave wave;

    SnowflakeDropTables(SnowflakeSession session, Feed feed, SnowflakeWave wave) {
        this.session = session;
        this.feed = feed;
        this.wave = wave;
    }

    /// Creates what is missing: tables, or columns that are new. The rows come first: a target without them is
    /// somebody else's.
    ///
    /// @return columns of the rows without those that Sluice adds, as Snowflake spells them
    /// @throws InvalidRequest a column has another type, or a table is somebody else's
    Set<String> evolve() {
        TableName target = feed.target();
        TableName rows = DropPublication.rowsTable(feed);
        Map<String, String> ofRows = SnowflakeLedger.columns(session, rows);
        if (rows.equals(target)) {
            if (!ofRows.isEmpty()
                    && !SnowflakeLedger.columns(session, DropPublication.apart(feed))
                            .isEmpty()) {
                throw new InvalidRequest(
                        "%s was derived from the rows in %s, and with mode: append it would hold them itself. Name another table with target:, which is filled from every file under the prefix"
                                .formatted(target, DropPublication.apart(feed)));
            }
            return evolve(rows, ofRows, wanted()).keySet();
        }
        Map<String, String> ofTarget = SnowflakeLedger.columns(session, target);
        if (ofRows.isEmpty() && !ofTarget.isEmpty()) {
            throw new InvalidRequest(
                    "%s exists, but the rows that it would follow from do not: it was made by somebody else, or by this feed with mode: append. Name another table with target:, which is filled from every file under the prefix"
                            .formatted(target));
        }
        Map<String, String> columns = evolve(rows, ofRows, wanted());
        evolve(target, ofTarget, columns);
        return columns.keySet();
    }

    /// Folded name → type. A column that the configuration does not name is text, whichever file came first.
    private Map<String, String> wanted() {
        Map<String, String> wanted = new LinkedHashMap<>();
        feed.columns()
                .forEach(column -> wanted.put(SnowflakeNames.fold(column.name()), SnowflakeTypes.ddl(column.type())));
        new TreeSet<>(wave.columns().keySet())
                .stream()
                        .filter(name -> !name.equals(SnowflakeNames.LINE))
                        .forEach(name -> wanted.putIfAbsent(
                                SnowflakeNames.fold(name), SnowflakeTypes.ddl(new ColumnType.Text())));
        return wanted;
    }

    private Map<String, String> evolve(TableName table, Map<String, String> existing, Map<String, String> wanted) {
        if (existing.isEmpty()) {
            StringBuilder ddl = new StringBuilder();
            wanted.forEach((name, type) -> ddl.append(SnowflakeNames.quoted(name))
                    .append(' ')
                    .append(type)
                    .append(", "));
            SnowflakeTarget.create(session, table, ddl + ADDED);
            return wanted;
        }
        if (!existing.containsKey(SnowflakeNames.LINE)) {
            throw new InvalidRequest(
                    "the warehouse already has a table %s that no feed made; name another one with target:, or drop it"
                            .formatted(table));
        }
        Map<String, String> columns = new LinkedHashMap<>(existing);
        columns.keySet().removeIf(SnowflakeNames::isAdded);
        wanted.forEach((name, type) -> {
            String has = columns.putIfAbsent(name, type);
            if (has != null && !has.equals(type)) {
                throw new InvalidRequest(
                        "%s: column %s is %s in the warehouse and would be %s. Name another table with target:, which is filled from every file under the prefix"
                                .formatted(feed.target(), SnowflakeNames.unfolded(name), has, type));
            }
        });
        columns.keySet().stream()
                .filter(name -> !existing.containsKey(name))
                .forEach(name -> add(table, name, columns.getOrDefault(name, "")));
        return columns;
    }

    private void add(TableName table, String name, String type) {
        String sql = SnowflakeNames.sql(table);
        session.doing("alter " + table, "GRANT OWNERSHIP ON TABLE %s TO ROLE …".formatted(sql));
        session.execute(
                "ALTER TABLE %s ADD COLUMN IF NOT EXISTS %s %s".formatted(sql, SnowflakeNames.quoted(name), type));
    }
}
