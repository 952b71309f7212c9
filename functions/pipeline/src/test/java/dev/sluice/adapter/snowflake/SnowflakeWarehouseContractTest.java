package dev.sluice.adapter.snowflake;

import dev.sluice.adapter.s3.LoopbackS3;
import dev.sluice.config.Secret;
import dev.sluice.config.WarehouseConfig;
import dev.sluice.model.TableName;
import dev.sluice.snowflake.Bucket;
import dev.sluice.snowflake.SnowflakeServer;
import dev.sluice.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/// The contract through the unmodified driver, against the server of the tests.
@Tag("slow")
class SnowflakeWarehouseContractTest extends SnowflakeContract {
    private static final AtomicInteger TABLES = new AtomicInteger();

    @TempDir
    static Path files = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private static LoopbackS3 s3;

    @SuppressWarnings("NullAway.Init")
    private static SnowflakeServer server;

    @BeforeAll
    static void start() {
        s3 = new LoopbackS3(files);
        server = SnowflakeServer.start().bucket(LoopbackS3.BUCKET, new OfStore(s3.store("")));
        WarehouseConfig.Snowflake config = config();
        try (SnowflakeSession session = SnowflakeSession.open(config, java.util.Map.of())) {
            SnowflakeDdl ddl = new SnowflakeDdl(
                    config,
                    "s3://" + LoopbackS3.BUCKET + "/prefix/",
                    "arn:aws:iam::1:role/lake",
                    "id",
                    List.of("contract"),
                    List.of(),
                    5,
                    1,
                    true);
            for (String statement : SnowflakeSql.split(ddl.sql())) {
                session.execute(statement);
            }
        }
    }

    @AfterAll
    static void stop() {
        server.close();
        s3.close();
    }

    private record OfStore(ObjectStore store) implements Bucket {
        @Override
        public Optional<byte[]> read(String key) {
            if (store.stat(key).isEmpty()) {
                return Optional.empty();
            }
            try (InputStream in = store.open(key)) {
                return Optional.of(in.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public List<String> list(String prefix) {
            return store.list(prefix).stream().map(ObjectStore.Stat::key).toList();
        }
    }

    private static WarehouseConfig.Snowflake config() {
        return new WarehouseConfig.Snowflake(
                server.jdbcUrl(),
                "ADMIN",
                new WarehouseConfig.Password(new Secret("admin")),
                Optional.empty(),
                WarehouseConfig.Snowflake.DEFAULT_STAGE);
    }

    @Override
    protected WarehouseConfig.Snowflake account() {
        return config();
    }

    @Override
    protected ObjectStore store() {
        return s3.store("prefix");
    }

    @Override
    protected TableName freshTable() {
        return new TableName("contract", "t" + TABLES.incrementAndGet());
    }
}
