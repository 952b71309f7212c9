package dev.sluice.adapter.snowflake;

import dev.sluice.drop.DropWarehouse;
import dev.sluice.drop.DropWarehouseContract;
import dev.sluice.model.TableName;
import dev.sluice.store.ObjectStore;
import dev.sluice.store.ObjectsInMemory;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/// The contract through the unmodified driver, against the server of the tests, with the rights of the role
/// that loads alone.
@Tag("slow")
class SnowflakeDropsContractTest extends DropWarehouseContract {
    private static final AtomicInteger TABLES = new AtomicInteger();
    private static final ObjectStore STORE = new ObjectsInMemory();

    @SuppressWarnings("NullAway.Init")
    private static SnowflakeAccount account;

    @BeforeAll
    static void start() {
        account = new SnowflakeAccount(STORE, "contract");
    }

    @AfterAll
    static void stop() {
        account.close();
    }

    @Override
    protected DropWarehouse drops() {
        return new SnowflakeDrops(account.config(), STORE);
    }

    @Override
    protected ObjectStore store() {
        return STORE;
    }

    @Override
    protected Connection connection() throws SQLException {
        return account.connection();
    }

    @Override
    protected String name(String identifier) {
        return SnowflakeNames.sql(identifier);
    }

    @Override
    protected void show(String table) throws SQLException {
        execute("GRANT SELECT ON TABLE %s TO ROLE \"SLUICE_LOADER\"".formatted(table));
    }

    @Override
    protected TableName freshTable() {
        return new TableName("contract", "t" + TABLES.incrementAndGet());
    }
}
