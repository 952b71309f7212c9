package dev.sluice.adapter.duckdb;

import dev.sluice.adapter.s3.LoopbackS3;
import dev.sluice.model.ColumnType;
import dev.sluice.model.TableName;
import dev.sluice.store.ObjectStore;
import dev.sluice.store.WorkDirectory;
import dev.sluice.warehouse.Warehouse;
import dev.sluice.warehouse.WarehouseContract;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class DuckDbWarehouseContractTest extends WarehouseContract {
    private static final AtomicInteger TABLES = new AtomicInteger();

    @TempDir
    static Path files = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private static LoopbackS3 s3;

    @SuppressWarnings("NullAway.Init")
    private static WorkDirectory work;

    @BeforeAll
    static void start() {
        s3 = new LoopbackS3(files);
        work = WorkDirectory.open(files.resolve("work"));
    }

    @AfterAll
    static void stop() {
        work.close();
        s3.close();
    }

    private static Path file() {
        return files.resolve("warehouse.duckdb");
    }

    @Override
    protected Warehouse warehouse() {
        return new DuckDbWarehouse(file(), store(), work, 192L << 20, Duration.ofSeconds(20));
    }

    @Override
    protected ObjectStore store() {
        return s3.store("prefix");
    }

    @Override
    protected Connection connection() throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:duckdb:" + file());
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
        }
        return connection;
    }

    @Override
    protected String name(String identifier) {
        return '"' + identifier + '"';
    }

    @Override
    protected String spelled(ColumnType type, String value) {
        return switch (type) {
            case ColumnType.Time t -> "strftime(DATE '2000-01-01' + " + value + ", '%H:%M:%S.%f')";
            case ColumnType.Timestamp t -> "strftime(" + value + ", '%Y-%m-%d %H:%M:%S.%f')";
            case ColumnType.TimestampTz t ->
                "strftime(make_timestamp(epoch_us(" + value + ")), '%Y-%m-%d %H:%M:%S.%f')";
            case ColumnType.Date t -> "strftime(" + value + ", '%Y-%m-%d')";
            case ColumnType.Bytes t -> "lower(hex(" + value + "))";
            default -> value;
        };
    }

    @Override
    protected TableName freshTable() {
        return new TableName("contract", "t" + TABLES.incrementAndGet());
    }

    @Override
    protected boolean hasReadersBeside() {
        return false;
    }

    @Override
    protected List<String> beside() {
        return List.of();
    }
}
