package dev.sluice.adapter.snowflake;

import dev.sluice.config.WarehouseConfig;
import dev.sluice.model.ColumnAggregate;
import dev.sluice.model.Definition;
import dev.sluice.model.Slice;
import dev.sluice.model.TableName;
import dev.sluice.store.ObjectStore;
import dev.sluice.warehouse.Publication;
import dev.sluice.warehouse.RunRecord;
import dev.sluice.warehouse.Warehouse;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// Tables in a database of Snowflake. Thread-safe; a session is open only while a method runs.
public final class SnowflakeWarehouse implements Warehouse {
    private static final String LEDGER = "GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA SLUICE TO ROLE …";

    private final WarehouseConfig.Snowflake config;
    private final ObjectStore store;
    private final Supplier<Duration> longestAwait;

    /// @param store the lake, whose address is that of the stage
    public SnowflakeWarehouse(WarehouseConfig.Snowflake config, ObjectStore store) {
        this(config, store, () -> SnowflakeSession.LONGEST_AWAIT);
    }

    /// @param longestAwait asked before each wait for a statement that loads, which goes on when the process
    ///                     ends; after that the stage fails as passing and is called again
    public SnowflakeWarehouse(WarehouseConfig.Snowflake config, ObjectStore store, Supplier<Duration> longestAwait) {
        this.config = config;
        this.store = store;
        this.longestAwait = longestAwait;
    }

    private <T> T with(Map<String, String> about, Function<SnowflakeSession, T> work) {
        Map<String, String> tag = new LinkedHashMap<>(Map.of("app", "sluice"));
        tag.putAll(about);
        try (SnowflakeSession session = SnowflakeSession.open(config, tag, longestAwait)) {
            return work.apply(session);
        }
    }

    private static Map<String, String> about(TableName target) {
        return Map.of("table", target.toString());
    }

    @Override
    public boolean sleeps() {
        return true;
    }

    @Override
    public State read(TableName target, boolean count) {
        return with(about(target), session -> SnowflakeLedger.read(session, target, count));
    }

    @Override
    public List<String> publish(Publication publication) {
        Map<String, String> tag =
                new LinkedHashMap<>(about(publication.definition().target()));
        tag.put("run", publication.runId());
        return with(tag, session -> {
            new SnowflakePublish(session, publication, store, config.stage()).run();
            return session.queryIds();
        });
    }

    @Override
    public void sweep(TableName target, long epoch) {
        with(about(target), session -> {
            SnowflakeStaging.dropOfLowerEpochs(session, target, epoch);
            return true;
        });
    }

    @Override
    public Map<Slice, Counted> written(TableName target, String runId, List<String> columns) {
        StringBuilder select = new StringBuilder("SELECT \"_SLUICE_SLICE\", COUNT(*)");
        columns.forEach(c -> select.append(", COUNT(*) - COUNT(")
                .append(SnowflakeNames.sql(c))
                .append(')'));
        select.append(" FROM ")
                .append(SnowflakeNames.sql(target))
                .append(" WHERE \"_SLUICE_RUN\" = ")
                .append(SnowflakeSql.text(runId))
                .append(" GROUP BY 1");
        return with(about(target), session -> {
            Map<Slice, Counted> counted = new HashMap<>();
            session.doing(target + ": count what was written", "GRANT SELECT ON TABLE %s TO ROLE …".formatted(target))
                    .query(select.toString(), row -> Map.entry(new Slice(row.getString(1)), counted(row, columns)))
                    .forEach(slice -> counted.put(slice.getKey(), slice.getValue()));
            return counted;
        });
    }

    private static Counted counted(ResultSet row, List<String> columns) throws SQLException {
        Map<String, Long> nulls = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            nulls.put(columns.get(i), row.getLong(3 + i));
        }
        return new Counted(row.getLong(2), nulls);
    }

    @Override
    public List<History> history(TableName target) {
        return with(about(target), session -> SnowflakeLedger.history(session, target));
    }

    @Override
    public Map<Slice, List<ColumnAggregate>> aggregates(Definition definition) {
        return with(about(definition.target()), session -> SnowflakeAggregates.of(session, definition));
    }

    @Override
    public void recordRuns(List<RunRecord> runs) {
        if (runs.isEmpty()) {
            return;
        }
        String values = String.join(
                "\nUNION ALL ", runs.stream().map(SnowflakeWarehouse::values).toList());
        with(Map.of(), session -> {
            if (!SnowflakeLedger.exists(session)) {
                SnowflakeLedger.create(session);
            }
            session.doing("enter the run in SLUICE.RUNS", LEDGER);
            session.execute("""
                    INSERT INTO "SLUICE"."RUNS"
                    SELECT * FROM (%s) p WHERE p."RUN_ID" NOT IN (SELECT "RUN_ID" FROM "SLUICE"."RUNS")
                    """.formatted(values));
            return true;
        });
    }

    private static String values(RunRecord run) {
        return """
                SELECT %s AS "RUN_ID", %s AS "STARTED_AT", %s AS "ENDED_AT", %s AS "STATUS", %d AS "TABLES",
                       %d AS "SLICES_REPLACED", %d AS "SLICES_REMOVED", %d AS "SLICES_KEPT", %d AS "SLICES_FAILED",
                       %d AS "ROWS", %d AS "BYTES", %s AS "ERROR\"""".formatted(
                        SnowflakeSql.text(run.runId()),
                        SnowflakeSql.instant(run.startedAt()),
                        SnowflakeSql.instant(run.endedAt()),
                        SnowflakeSql.text(run.status()),
                        run.tables(),
                        run.slicesReplaced(),
                        run.slicesRemoved(),
                        run.slicesKept(),
                        run.slicesFailed(),
                        run.rows(),
                        run.bytes(),
                        run.error().map(SnowflakeSql::text).orElse("NULL::VARCHAR"));
    }

    @Override
    public List<RunRecord> runs(int limit) {
        return with(
                Map.of(),
                session -> session.doing("read SLUICE.RUNS", LEDGER)
                        .find("""
                            SELECT "RUN_ID", "STARTED_AT", "ENDED_AT", "STATUS", "TABLES", "SLICES_REPLACED",
                                   "SLICES_REMOVED", "SLICES_KEPT", "SLICES_FAILED", "ROWS", "BYTES", "ERROR"
                            FROM "SLUICE"."RUNS" ORDER BY "STARTED_AT" DESC, "RUN_ID" DESC LIMIT %d
                            """.formatted(limit), SnowflakeWarehouse::run)
                        .orElse(List.of()));
    }

    @Override
    public List<Spent> spent(int days) {
        return with(
                Map.of(),
                session -> session.doing(
                                "read the history of credits", "GRANT DATABASE ROLE SNOWFLAKE.USAGE_VIEWER TO ROLE …")
                        .query("""
                            SELECT TRY_PARSE_JSON("QUERY_TAG"):"table"::VARCHAR, COUNT(*), SUM("CREDITS_ATTRIBUTED_COMPUTE")
                            FROM "SNOWFLAKE"."ACCOUNT_USAGE"."QUERY_ATTRIBUTION_HISTORY"
                            WHERE TRY_PARSE_JSON("QUERY_TAG"):"app"::VARCHAR = 'sluice'
                              AND "START_TIME" > DATEADD('day', -%d, CURRENT_TIMESTAMP())
                            GROUP BY 1 ORDER BY 3 DESC, 1
                            """.formatted(days), SnowflakeWarehouse::spent));
    }

    private static Spent spent(ResultSet row) throws SQLException {
        return new Spent(Optional.ofNullable(row.getString(1)), row.getLong(2), row.getDouble(3));
    }

    private static RunRecord run(ResultSet row) throws SQLException {
        return new RunRecord(
                row.getString(1),
                row.getTimestamp(2).toInstant(),
                row.getTimestamp(3).toInstant(),
                row.getString(4),
                row.getInt(5),
                row.getLong(6),
                row.getLong(7),
                row.getLong(8),
                row.getLong(9),
                row.getLong(10),
                row.getLong(11),
                Optional.ofNullable(row.getString(12)));
    }
}
