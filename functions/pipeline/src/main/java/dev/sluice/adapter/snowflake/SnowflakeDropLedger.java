package dev.sluice.adapter.snowflake;

import dev.sluice.drop.DropEntry;
import dev.sluice.drop.DropWarehouse;
import dev.sluice.drop.FileState;
import dev.sluice.model.TableName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Reads of `SLUICE.DROPS`, and its creation.
final class SnowflakeDropLedger {
    static final String GRANT = "GRANT SELECT, INSERT ON TABLE SLUICE.DROPS TO ROLE …";

    private static final String COLUMNS = """
            "KEY", "VERSION", "ETAG", "SIZE", "MODIFIED_AT", "SHA256", "ROWS", "BAD_ROWS", "DEFINITION_HASH", "STATE",
            "REASON", "RECEIPT", "RUN_ID", "EPOCH", "LOADED_AT\"""";

    /// The newest entry of every key, and the newest that has rows.
    private static final String NEWEST = """
            QUALIFY ROW_NUMBER() OVER (PARTITION BY "KEY" ORDER BY "EPOCH" DESC) = 1
                 OR ("STATE" <> 'refused'
                     AND ROW_NUMBER() OVER (PARTITION BY "KEY", CASE WHEN "STATE" = 'refused' THEN 1 ELSE 0 END
                                            ORDER BY "EPOCH" DESC) = 1)
            """;

    private SnowflakeDropLedger() {}

    /// Where a run stands in the ledger of a table.
    ///
    /// @param newestEpoch 0 without an entry
    /// @param entered     the run made an entry of the key that was asked for
    record Standing(long newestEpoch, boolean entered) {}

    /// Creates what is missing; the ledger of tables with it, in which runs are entered.
    static void ensure(SnowflakeSession session) {
        session.doing("look for the ledger of files", GRANT);
        if (session.find("SELECT 1 FROM \"SLUICE\".\"DROPS\" LIMIT 0", row -> row.getInt(1))
                .isPresent()) {
            return;
        }
        if (!SnowflakeLedger.exists(session)) {
            SnowflakeLedger.create(session);
        }
        session.doing("create the ledger of files", "GRANT CREATE TABLE ON SCHEMA SLUICE TO ROLE …");
        SnowflakeSql.statements("drops.sql").forEach(session::execute);
    }

    static Standing standing(SnowflakeSession session, TableName target, long epoch, String runId, String key) {
        return session.doing(target + ": read the ledger of files", GRANT)
                .query(
                        """
                        SELECT COALESCE(MAX("EPOCH"), 0),
                               COUNT(CASE WHEN "EPOCH" = %d AND "RUN_ID" = %s AND "KEY" = %s THEN 1 END)
                        FROM "SLUICE"."DROPS" WHERE "TABLE_NAME" = %s
                        """.formatted(
                                        epoch,
                                        SnowflakeSql.text(runId),
                                        SnowflakeSql.text(key),
                                        SnowflakeSql.text(target.toString())),
                        row -> new Standing(row.getLong(1), row.getLong(2) > 0))
                .getFirst();
    }

    /// Whether rows of the table were loaded last under another configuration of the feed.
    static boolean definitionChanged(SnowflakeSession session, TableName target, String definition) {
        return session
                .doing(target + ": read the ledger of files", GRANT)
                .query("""
                        SELECT "DEFINITION_HASH" FROM "SLUICE"."DROPS" WHERE "TABLE_NAME" = %s AND "STATE" = 'loaded'
                        ORDER BY "EPOCH" DESC, "LOADED_AT" DESC LIMIT 1
                        """.formatted(SnowflakeSql.text(target.toString())), row -> row.getString(1))
                .stream()
                .anyMatch(last -> !last.equals(definition));
    }

    static DropWarehouse.State read(SnowflakeSession session, TableName target) {
        Map<String, DropEntry> newest = new HashMap<>();
        Map<String, DropEntry> current = new HashMap<>();
        long epoch = 0;
        for (DropEntry entry : entries(session, target, NEWEST)) {
            epoch = Math.max(epoch, entry.epoch());
            newest.merge(entry.key(), entry, (a, b) -> a.epoch() >= b.epoch() ? a : b);
            if (entry.state() != FileState.REFUSED) {
                current.put(entry.key(), entry);
            }
        }
        return new DropWarehouse.State(epoch, newest, current);
    }

    static List<DropEntry> history(SnowflakeSession session, TableName target) {
        return entries(session, target, "ORDER BY \"EPOCH\", \"LOADED_AT\", \"KEY\"");
    }

    private static List<DropEntry> entries(SnowflakeSession session, TableName target, String which) {
        return session.doing(target + ": read the ledger of files", GRANT)
                .find(
                        "SELECT %s FROM \"SLUICE\".\"DROPS\" WHERE \"TABLE_NAME\" = %s %s"
                                .formatted(COLUMNS, SnowflakeSql.text(target.toString()), which),
                        SnowflakeDropLedger::entry)
                .orElse(List.of());
    }

    private static DropEntry entry(ResultSet row) throws SQLException {
        return new DropEntry(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getLong(4),
                row.getTimestamp(5).toInstant(),
                row.getString(6),
                row.getLong(7),
                row.getLong(8),
                row.getString(9),
                FileState.valueOf(row.getString(10).toUpperCase(Locale.ROOT)),
                row.getString(11),
                row.getString(12),
                row.getString(13),
                row.getLong(14),
                row.getTimestamp(15).toInstant());
    }
}
