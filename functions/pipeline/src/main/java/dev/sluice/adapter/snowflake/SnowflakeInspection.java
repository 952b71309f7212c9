package dev.sluice.adapter.snowflake;

import dev.sluice.config.WarehouseConfig;
import dev.sluice.warehouse.WarehouseInspection;
import java.util.Map;

/// Connects, asks for the version and reads the ledger; changes nothing.
public final class SnowflakeInspection implements WarehouseInspection {
    private final WarehouseConfig.Snowflake config;

    public SnowflakeInspection(WarehouseConfig.Snowflake config) {
        this.config = config;
    }

    @Override
    public Look look() {
        try (SnowflakeSession session = SnowflakeSession.open(config, Map.of("app", "sluice"))) {
            session.doing("ask Snowflake for its version", "GRANT USAGE ON WAREHOUSE … TO ROLE …");
            String version = session.query("SELECT CURRENT_VERSION()", row -> row.getString(1))
                    .getFirst();
            boolean ledger = SnowflakeLedger.exists(session);
            session.doing("count the ledger", "GRANT SELECT ON ALL TABLES IN SCHEMA SLUICE TO ROLE …");
            long entries = ledger ? session.number("SELECT COUNT(*) FROM \"SLUICE\".\"SLICE_LOG\"") : 0;
            return new Look(true, version, ledger, entries);
        }
    }
}
