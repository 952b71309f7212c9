package dev.sluice.adapter.snowflake;

import dev.sluice.config.Secret;
import dev.sluice.config.WarehouseConfig;
import dev.sluice.snowflake.Bucket;
import dev.sluice.snowflake.SnowflakeServer;
import dev.sluice.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import net.snowflake.client.api.driver.SnowflakeDriver;

/// An account on the loopback in which an administrator has run what `sluice ddl` prints, with a user who has
/// nothing but the role that loads.
public final class SnowflakeAccount implements AutoCloseable {
    private static final String LOADER = "SLUICE_LOADER";

    private final SnowflakeServer server;

    /// @param lake    whole bucket
    /// @param schemas of the tables that are kept
    public SnowflakeAccount(ObjectStore lake, String... schemas) {
        server = SnowflakeServer.start().bucket("lake", new OfStore(lake));
        SnowflakeDdl ddl = new SnowflakeDdl(
                config("ADMIN", "admin", Optional.of(LOADER)),
                "s3://lake/",
                "arn:aws:iam::1:role/lake",
                "id",
                List.of(schemas),
                List.of(),
                5,
                1,
                false);
        try (SnowflakeSession session = SnowflakeSession.open(config("ADMIN", "admin", Optional.empty()), Map.of())) {
            SnowflakeSql.split(ddl.sql()).forEach(session::execute);
        }
        server.password("LOADER", "loader", LOADER);
    }

    /// Of the user who loads.
    public WarehouseConfig.Snowflake config() {
        return config("LOADER", "loader", Optional.of(LOADER));
    }

    private WarehouseConfig.Snowflake config(String user, String password, Optional<String> role) {
        return new WarehouseConfig.Snowflake(
                server.jdbcUrl(),
                user,
                new WarehouseConfig.Password(new Secret(password)),
                role,
                WarehouseConfig.Snowflake.DEFAULT_STAGE);
    }

    public SnowflakeServer server() {
        return server;
    }

    /// Of the administrator.
    public Connection connection() throws SQLException {
        Properties properties = new Properties();
        properties.put("user", "ADMIN");
        properties.put("password", "admin");
        properties.put("disablePlatformDetection", "true");
        properties.put("JDBC_QUERY_RESULT_FORMAT", "JSON");
        properties.put("TIMEZONE", "UTC");
        return SnowflakeDriver.INSTANCE.connect(server.jdbcUrl(), properties);
    }

    @Override
    public void close() {
        server.close();
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
}
