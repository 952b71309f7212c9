package dev.sluice.adapter.snowflake;

import dev.sluice.config.Secret;
import dev.sluice.config.WarehouseConfig;
import dev.sluice.model.WarehouseUnavailable;
import dev.sluice.store.Json;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import net.snowflake.client.api.connection.SnowflakeConnection;
import net.snowflake.client.api.driver.SnowflakeDriver;
import net.snowflake.client.api.resultset.QueryStatus;
import net.snowflake.client.api.resultset.SnowflakeResultSet;
import net.snowflake.client.api.statement.SnowflakeStatement;

/// One session: logs in when it is opened, counts its statements, turns errors into failures. Not
/// thread-safe; closed by whoever opened it.
final class SnowflakeSession implements AutoCloseable {
    /// Longest statement; a function is ended before, a laptop has patience.
    private static final Duration STATEMENT_TIMEOUT = Duration.ofHours(2);

    /// Longest wait for another loader of the same table; the state machine tries again after that.
    private static final Duration LOCK_TIMEOUT = Duration.ofMinutes(5);

    /// Longest wait for a statement that was submitted, before the stage is called again.
    static final Duration LONGEST_AWAIT = Duration.ofMinutes(10);

    private static final long FIRST_POLL_MILLIS = 50;
    private static final long LAST_POLL_MILLIS = 2_000;
    private static final Duration LOGIN_TIMEOUT = Duration.ofSeconds(60);

    /// Held, because the logging manager forgets the level of a logger that nobody holds. The driver logs
    /// statements.
    private static final Logger DRIVER_LOG = Logger.getLogger("net.snowflake");

    private final Connection connection;
    private final Supplier<Duration> longestAwait;
    private final List<String> queryIds = new ArrayList<>();
    private String doing = "";
    private String grant = "";

    private SnowflakeSession(Connection connection, Supplier<Duration> longestAwait) {
        this.connection = connection;
        this.longestAwait = longestAwait;
    }

    /// Reads one row of a result.
    @FunctionalInterface
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /// @param tag what the statements are about, for the query history
    static SnowflakeSession open(WarehouseConfig.Snowflake config, Map<String, String> tag) {
        return open(config, tag, () -> LONGEST_AWAIT);
    }

    /// @param longestAwait for a statement that was submitted
    static SnowflakeSession open(
            WarehouseConfig.Snowflake config, Map<String, String> tag, Supplier<Duration> longestAwait) {
        DRIVER_LOG.setLevel(Level.OFF);
        String doing = "connect to Snowflake as " + config.user();
        try {
            return new SnowflakeSession(connect(config, tag), longestAwait);
        } catch (SQLException e) {
            throw SnowflakeProblem.of(
                    doing, "GRANT USAGE ON DATABASE, ON WAREHOUSE and GRANT ROLE TO USER " + config.user(), e);
        }
    }

    /// Tries once more with a key or password that was changed where it is kept since it was read.
    private static Connection connect(WarehouseConfig.Snowflake config, Map<String, String> tag) throws SQLException {
        try {
            return SnowflakeDriver.INSTANCE.connect(config.url(), properties(config, tag));
        } catch (SQLException e) {
            if (!SnowflakeProblem.isLoginRefused(e) || !renew(config.credentials())) {
                throw e;
            }
        }
        return SnowflakeDriver.INSTANCE.connect(config.url(), properties(config, tag));
    }

    private static boolean renew(WarehouseConfig.Credentials credentials) {
        return switch (credentials) {
            case WarehouseConfig.KeyPair pair -> {
                boolean passphrase = pair.passphrase().map(Secret::renew).orElse(false);
                yield pair.privateKey().renew() || passphrase;
            }
            case WarehouseConfig.Password password -> password.password().renew();
        };
    }

    private static Properties properties(WarehouseConfig.Snowflake config, Map<String, String> tag) {
        Properties properties = new Properties();
        properties.put("user", config.user());
        switch (config.credentials()) {
            case WarehouseConfig.KeyPair pair -> SnowflakeKey.put(pair, properties);
            case WarehouseConfig.Password password ->
                properties.put("password", password.password().reveal());
        }
        config.role().ifPresent(role -> properties.put("role", role));
        properties.put("application", "sluice");
        properties.put("loginTimeout", String.valueOf(LOGIN_TIMEOUT.toSeconds()));
        // Without these the driver asks cloud metadata services, and stores and sends what nobody asked for.
        properties.put("disablePlatformDetection", "true");
        properties.put("CLIENT_TELEMETRY_ENABLED", "false");
        properties.put("enablePutGet", "false");
        // Arrow results need a JVM that opens java.nio.
        properties.put("JDBC_QUERY_RESULT_FORMAT", "JSON");
        properties.put("QUERY_TAG", Json.write(tag));
        properties.put("TIMEZONE", "UTC");
        properties.put("TRANSACTION_ABORT_ON_ERROR", "true");
        properties.put("AUTOCOMMIT", "true");
        properties.put("ABORT_DETACHED_QUERY", "false");
        properties.put("BINARY_OUTPUT_FORMAT", "HEX");
        properties.put("LOCK_TIMEOUT", String.valueOf(LOCK_TIMEOUT.toSeconds()));
        properties.put("STATEMENT_TIMEOUT_IN_SECONDS", String.valueOf(STATEMENT_TIMEOUT.toSeconds()));
        return properties;
    }

    /// What the next statements do and need, for failures.
    SnowflakeSession doing(String what, String needs) {
        doing = what;
        grant = needs;
        return this;
    }

    String id() {
        try {
            return connection.unwrap(SnowflakeConnection.class).getSessionID();
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            note(statement);
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    <T> List<T> query(String sql, Row<T> reader) {
        try {
            return rows(sql, reader);
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /// As [#query]; empty if the object that it is about is not there.
    <T> Optional<List<T>> find(String sql, Row<T> reader) {
        try {
            return Optional.of(rows(sql, reader));
        } catch (SQLException e) {
            if (SnowflakeProblem.isNoObject(e)) {
                return Optional.empty();
            }
            throw failure(e);
        }
    }

    private <T> List<T> rows(String sql, Row<T> reader) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            note(statement);
            return all(rows, reader);
        }
    }

    long number(String sql) {
        return query(sql, row -> row.getLong(1)).getFirst();
    }

    /// Hands a statement over and returns its id; it goes on when this process ends.
    String submit(String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet submitted = statement.unwrap(SnowflakeStatement.class).executeAsyncQuery(sql)) {
            String id = submitted.unwrap(SnowflakeResultSet.class).getQueryID();
            queryIds.add(id);
            return id;
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /// Waits for a statement that this or an earlier process submitted.
    ///
    /// @throws WarehouseUnavailable it runs on; come again
    <T> List<T> await(String queryId, Row<T> reader) {
        long deadline = System.nanoTime() + longestAwait.get().toNanos();
        long pause = FIRST_POLL_MILLIS;
        try {
            SnowflakeConnection snowflake = connection.unwrap(SnowflakeConnection.class);
            QueryStatus status = snowflake.getQueryStatus(queryId);
            while (status.isStillRunning() || status.isEmpty()) {
                if (System.nanoTime() > deadline) {
                    throw new WarehouseUnavailable(
                            "%s: the statement %s still runs; the next attempt goes on waiting for it"
                                    .formatted(doing, queryId));
                }
                Thread.sleep(pause);
                pause = Math.min(LAST_POLL_MILLIS, pause * 2);
                status = snowflake.getQueryStatus(queryId);
            }
            try (ResultSet rows = snowflake.createResultSet(queryId)) {
                return all(rows, reader);
            }
        } catch (SQLException e) {
            throw failure(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WarehouseUnavailable(doing + ": stopped while waiting for a statement", e);
        }
    }

    private static <T> List<T> all(ResultSet rows, Row<T> reader) throws SQLException {
        List<T> all = new ArrayList<>();
        while (rows.next()) {
            all.add(reader.read(rows));
        }
        return all;
    }

    /// Ends another session of this user, which may hold a lock; does nothing if it has ended by itself.
    void abort(String sessionId) {
        try {
            rows("SELECT SYSTEM$ABORT_SESSION(" + Long.parseLong(sessionId) + ")", row -> row.getString(1));
        } catch (SQLException e) {
            if (SnowflakeProblem.isPassing(e.getErrorCode(), String.valueOf(e.getSQLState()))) {
                throw failure(e);
            }
        }
    }

    /// Ids of the statements so far, in order.
    List<String> queryIds() {
        return List.copyOf(queryIds);
    }

    private void note(Statement statement) throws SQLException {
        queryIds.add(statement.unwrap(SnowflakeStatement.class).getQueryID());
    }

    private RuntimeException failure(SQLException e) {
        return SnowflakeProblem.of(doing, grant, e);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // What the session did is done; an open transaction of it ends with it.
            return;
        }
    }
}
