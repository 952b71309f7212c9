package dev.sluice.adapter.duckdb;

import dev.sluice.drop.DropWarehouse;
import dev.sluice.drop.DropWarehouseContract;
import dev.sluice.model.TableName;
import dev.sluice.store.ObjectStore;
import dev.sluice.store.ObjectsInMemory;
import dev.sluice.store.WorkDirectory;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class DuckDbDropsContractTest extends DropWarehouseContract {
    private static final AtomicInteger TABLES = new AtomicInteger();
    private static final ObjectStore STORE = new ObjectsInMemory();

    @TempDir
    static Path files = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private static WorkDirectory work;

    @BeforeAll
    static void start() {
        work = WorkDirectory.open(files.resolve("work"));
    }

    @AfterAll
    static void stop() {
        work.close();
    }

    private static Path file() {
        return files.resolve("warehouse.duckdb");
    }

    @Override
    protected DropWarehouse drops() {
        return new DuckDbWarehouse(file(), STORE, work, 192L << 20, Duration.ofSeconds(20)).drops();
    }

    @Override
    protected ObjectStore store() {
        return STORE;
    }

    @Override
    protected Connection connection() throws SQLException {
        return DriverManager.getConnection("jdbc:duckdb:" + file());
    }

    @Override
    protected String name(String identifier) {
        return '"' + identifier + '"';
    }

    @Override
    protected TableName freshTable() {
        return new TableName("contract", "t" + TABLES.incrementAndGet());
    }
}
