package dev.sluice.adapter.snowflake;

import dev.sluice.model.Action;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.LedgerEntry;
import dev.sluice.model.Slice;
import dev.sluice.model.TableName;
import dev.sluice.plan.TableFacts;
import dev.sluice.warehouse.Warehouse;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Reads of the ledger, of the target's own counts, and of what is in Snowflake's catalogue.
final class SnowflakeLedger {
    private static final String GRANT = "GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA SLUICE TO ROLE …";

    private SnowflakeLedger() {}

    /// Names of the staging tables in the schema of the ledger that begin with the prefix; needs no running
    /// warehouse.
    static List<String> staging(SnowflakeSession session, String prefix) {
        session.doing("look for staging tables", "GRANT USAGE ON SCHEMA SLUICE TO ROLE …");
        return session.find(
                        "SHOW TERSE TABLES LIKE %s IN SCHEMA \"SLUICE\"".formatted(SnowflakeSql.text(prefix + "%")),
                        row -> row.getString("name"))
                .orElse(List.of());
    }

    /// Whether the ledger is whole: its view is made last.
    static boolean exists(SnowflakeSession session) {
        session.doing("look for the ledger", GRANT);
        return session.find("SELECT 1 FROM \"SLUICE\".\"SLICES\" LIMIT 0", row -> row.getInt(1))
                .isPresent();
    }

    static void create(SnowflakeSession session) {
        session.doing("create the ledger", "GRANT CREATE SCHEMA ON DATABASE … TO ROLE …, or run sluice ddl before");
        SnowflakeSql.statements("ledger.sql").forEach(session::execute);
    }

    /// Column name → type as Snowflake spells them, in order; empty if there is no such table.
    static Map<String, String> columns(SnowflakeSession session, TableName table) {
        session.doing("describe " + table, "GRANT SELECT ON TABLE %s TO ROLE …".formatted(SnowflakeNames.sql(table)));
        Map<String, String> columns = new LinkedHashMap<>();
        session.find(
                        "DESCRIBE TABLE " + SnowflakeNames.sql(table),
                        row -> Map.entry(row.getString("name"), row.getString("type")))
                .orElse(List.of())
                .forEach(column -> columns.put(column.getKey(), column.getValue()));
        return columns;
    }

    static boolean isOurs(Map<String, String> columns) {
        return columns.containsKey(SnowflakeNames.SLICE) && columns.containsKey(SnowflakeNames.RUN);
    }

    static Warehouse.State read(SnowflakeSession session, TableName target, boolean count) {
        Map<String, String> columns = columns(session, target);
        boolean ours = isOurs(columns);
        return new Warehouse.State(
                !columns.isEmpty(),
                ours,
                entries(session, target),
                count && ours ? Optional.of(count(session, target)) : Optional.empty(),
                session.doing(target + ": read the ledger", GRANT)
                        .find(newestEpoch(target), row -> row.getLong(1))
                        .map(List::getFirst)
                        .orElse(0L));
    }

    /// Of a ledger that is there.
    static long newestEpoch(SnowflakeSession session, TableName target) {
        return session.doing(target + ": read the ledger", GRANT).number(newestEpoch(target));
    }

    private static String newestEpoch(TableName target) {
        return "SELECT COALESCE(MAX(\"EPOCH\"), 0) FROM \"SLUICE\".\"SLICE_LOG\" WHERE \"TABLE_NAME\" = "
                + SnowflakeSql.text(target.toString());
    }

    private static Map<Slice, LedgerEntry> entries(SnowflakeSession session, TableName target) {
        Map<Slice, LedgerEntry> entries = new LinkedHashMap<>();
        session.doing(target + ": read the ledger", GRANT)
                .find("""
                        SELECT "SLICE", "EPOCH", "RUN_ID", "ACTION", "DEFINITION_HASH", "SOURCE_ROWS", "SOURCE_HASH",
                               "HASH_ALGORITHM", "WAREHOUSE_ROWS", "RAW_BYTES", "PARQUET_BYTES", "RAW_RECEIPT",
                               "LAKE_RECEIPT", "LOADED_AT"
                        FROM "SLUICE"."SLICES"
                        WHERE "TABLE_NAME" = %s AND "ACTION" <> 'remove'
                        ORDER BY "SLICE"
                        """.formatted(SnowflakeSql.text(target.toString())), SnowflakeLedger::entry)
                .orElse(List.of())
                .forEach(entry -> entries.put(entry.slice(), entry));
        return entries;
    }

    private static LedgerEntry entry(ResultSet row) throws SQLException {
        return new LedgerEntry(
                new Slice(row.getString(1)),
                row.getLong(2),
                row.getString(3),
                action(row.getString(4)),
                row.getString(5),
                new Fingerprint(row.getLong(6), Fingerprint.parseHash(row.getString(7)), row.getString(8)),
                row.getLong(9),
                row.getLong(10),
                row.getLong(11),
                row.getString(12),
                row.getString(13),
                row.getTimestamp(14).toInstant());
    }

    private static Map<Slice, TableFacts.WarehouseSlice> count(SnowflakeSession session, TableName target) {
        Map<Slice, TableFacts.WarehouseSlice> counted = new LinkedHashMap<>();
        session.doing(target + ": count the rows", "GRANT SELECT ON TABLE %s TO ROLE …".formatted(target))
                .query(
                        """
                        SELECT COALESCE("_SLUICE_SLICE", %s), COUNT(*), COALESCE(MAX("_SLUICE_RUN"), ''),
                               COUNT(DISTINCT "_SLUICE_RUN")
                        FROM %s GROUP BY 1
                        """.formatted(SnowflakeSql.text(Slice.NULL.encoded()), SnowflakeNames.sql(target)),
                        row -> Map.entry(
                                new Slice(row.getString(1)),
                                new TableFacts.WarehouseSlice(row.getLong(2), row.getString(3), row.getLong(4))))
                .forEach(slice -> counted.put(slice.getKey(), slice.getValue()));
        return counted;
    }

    static List<Warehouse.History> history(SnowflakeSession session, TableName target) {
        return session.doing(target + ": read the ledger", GRANT)
                .find(
                        """
                        SELECT "SLICE", "EPOCH", "RUN_ID", "ACTION", "LOADED_AT",
                               LEAD("LOADED_AT") OVER (PARTITION BY "SLICE" ORDER BY "EPOCH", "LOADED_AT"),
                               "RAW_RECEIPT", "LAKE_RECEIPT"
                        FROM "SLUICE"."SLICE_LOG" WHERE "TABLE_NAME" = %s
                        """.formatted(SnowflakeSql.text(target.toString())),
                        row -> new Warehouse.History(
                                new Slice(row.getString(1)),
                                row.getLong(2),
                                row.getString(3),
                                action(row.getString(4)),
                                row.getTimestamp(5).toInstant(),
                                instant(row, 6),
                                row.getString(7),
                                row.getString(8)))
                .orElse(List.of());
    }

    private static Optional<Instant> instant(ResultSet row, int index) throws SQLException {
        return Optional.ofNullable(row.getTimestamp(index)).map(at -> at.toInstant());
    }

    private static Action action(String word) {
        return Action.valueOf(word.toUpperCase(Locale.ROOT));
    }
}
