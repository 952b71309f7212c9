package dev.sluice.adapter.postgres;

import dev.sluice.config.Secret;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.SourceUnavailable;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.postgresql.copy.CopyOut;

/// One connection, on which one transaction after the other is run. Statements go out in the simple
/// protocol: one round trip each, no prepared statements that a pooler would lose. Not thread-safe.
final class Session implements AutoCloseable {
    /// `NAMEDATALEN` − 1: what PostgreSQL keeps of `application_name`.
    static final int MAX_APPLICATION_NAME_BYTES = 63;

    private static final int CONNECT_TIMEOUT_SECONDS = 10;

    /// An exclusive lock that is held longer than this is somebody's migration: try again later.
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(30);

    /// How much later than `statement_timeout` the server may answer before the connection counts as
    /// dead.
    private static final Duration SOCKET_GRACE = Duration.ofSeconds(60);

    /// Where to connect.
    record Target(String jdbcUrl, String user, Secret password) {
        Target(String jdbcUrl, String user, Supplier<String> password) {
            this(jdbcUrl, user, Secret.of(password));
        }
    }

    /// One row of an answer.
    @FunctionalInterface
    interface RowMapper<T> {
        T map(ResultSet row) throws SQLException;
    }

    /// One message of a COPY, which holds one row.
    @FunctionalInterface
    interface RowBytes {
        void accept(byte[] row);
    }

    private final Connection connection;
    private final String user;
    private final String application;
    private final Duration statementTimeout;
    private final ServerVersion version;
    private final String serverEncoding;

    private Session(Connection connection, String user, String application, Duration statementTimeout)
            throws SQLException {
        this.connection = connection;
        this.user = user;
        this.application = application;
        this.statementTimeout = statementTimeout;
        PGConnection postgres = connection.unwrap(PGConnection.class);
        this.version = ServerVersion.parse(parameter(postgres, "server_version"));
        this.serverEncoding = parameter(postgres, "server_encoding");
    }

    /// @param application cut to what the server keeps
    static Session open(Target target, String application, Duration statementTimeout) {
        String name = cut(application);
        Properties properties = new Properties();
        if (!target.user().isEmpty()) {
            PGProperty.USER.set(properties, target.user());
        }
        PGProperty.APPLICATION_NAME.set(properties, name);
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "9.4");
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        PGProperty.CONNECT_TIMEOUT.set(properties, CONNECT_TIMEOUT_SECONDS);
        PGProperty.SOCKET_TIMEOUT.set(
                properties, Math.toIntExact(statementTimeout.plus(SOCKET_GRACE).toSeconds()));
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        PGProperty.LOG_SERVER_ERROR_DETAIL.set(properties, false);
        try {
            // The session owns the connection from here on.
            Connection connection = connect(target, properties);
            return wrap(connection, target, name, statementTimeout);
        } catch (SQLException e) {
            throw SqlFailure.of(
                    e, Operation.of("connecting to the source"), target.user(), statementTimeout, Duration.ZERO);
        }
    }

    /// Tries once more with a password that was changed where it is kept since it was read: to the state
    /// machine a refused login is a mistake of the configuration, which it does not retry.
    private static Connection connect(Target target, Properties properties) throws SQLException {
        PGProperty.PASSWORD.set(properties, target.password().reveal());
        try {
            return DriverManager.getConnection(target.jdbcUrl(), properties);
        } catch (SQLException e) {
            if (!SqlFailure.isLoginRefused(e) || !target.password().renew()) {
                throw e;
            }
        }
        PGProperty.PASSWORD.set(properties, target.password().reveal());
        return DriverManager.getConnection(target.jdbcUrl(), properties);
    }

    private static Session wrap(Connection connection, Target target, String application, Duration statementTimeout)
            throws SQLException {
        try {
            String user = target.user().isEmpty() ? connection.getMetaData().getUserName() : target.user();
            return new Session(connection, user, application, statementTimeout);
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /// Begins a transaction that reads one snapshot, with every setting pinned. Takes no snapshot yet.
    void beginReading(Operation operation) {
        execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\n" + pins(), operation);
    }

    /// Begins a transaction that reads the snapshot that another one holds.
    void beginReading(String snapshot, Operation operation) {
        execute(
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\nSET TRANSACTION SNAPSHOT " + Sql.literal(snapshot)
                        + ";\n" + pins(),
                operation);
    }

    /// Begins a transaction that may create temporary objects; the caller rolls it back.
    void beginJudging(Operation operation) {
        execute("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;\n" + pins(), operation);
    }

    /// Begins a transaction that changes no setting, to see those that the session came with.
    void beginBare(Operation operation) {
        execute("BEGIN READ ONLY", operation);
    }

    /// The process id that was announced when connecting; behind a pooler often not that of
    /// `pg_backend_pid()`.
    int announcedPid() {
        try {
            return connection.unwrap(PGConnection.class).getBackendPID();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    void rollback(Operation operation) {
        execute("ROLLBACK", operation);
    }

    private String pins() {
        // Below the other limit, or a lock would be reported as a statement that takes too long.
        Duration half = statementTimeout.dividedBy(2);
        Duration lockTimeout = LOCK_TIMEOUT.compareTo(half) < 0 ? LOCK_TIMEOUT : half;
        return Sql.pins(
                version,
                Map.of(
                        "application", Sql.literal(application),
                        "statement_timeout", String.valueOf(statementTimeout.toMillis()),
                        "lock_timeout", String.valueOf(lockTimeout.toMillis())));
    }

    void execute(String sql, Operation operation) {
        long start = System.nanoTime();
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        } catch (SQLException e) {
            throw failure(e, operation, start);
        }
    }

    <T> List<T> query(String sql, Operation operation, RowMapper<T> mapper) {
        long start = System.nanoTime();
        List<T> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            try (ResultSet result = statement.executeQuery(sql)) {
                while (result.next()) {
                    rows.add(mapper.map(result));
                }
            }
        } catch (SQLException e) {
            throw failure(e, operation, start);
        }
        return rows;
    }

    /// Runs `COPY … TO STDOUT`.
    ///
    /// @return rows
    long copy(String sql, Operation operation, RowBytes consumer) {
        long start = System.nanoTime();
        try {
            CopyOut copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql);
            try {
                long rows = 0;
                for (byte[] row = copy.readFromCopy(); row != null; row = copy.readFromCopy()) {
                    consumer.accept(row);
                    rows++;
                }
                return rows;
            } finally {
                cancel(copy);
            }
        } catch (SQLException e) {
            throw failure(e, operation, start);
        }
    }

    /// Ends a COPY whose consumer gave up; what the consumer threw is what counts.
    private static void cancel(CopyOut copy) {
        if (copy.isActive()) {
            try {
                copy.cancelCopy();
            } catch (SQLException e) {
                // The transaction is lost either way, and the caller closes the session.
            }
        }
    }

    private RuntimeException failure(SQLException error, Operation operation, long startNanos) {
        return SqlFailure.of(
                error, operation, user, statementTimeout, Duration.ofNanos(System.nanoTime() - startNanos));
    }

    ServerVersion version() {
        return version;
    }

    String user() {
        return user;
    }

    boolean utf8() {
        return serverEncoding.equals("UTF8");
    }

    /// Rolls back and closes; a connection that is broken already is let go without a word.
    @Override
    public void close() {
        try (Connection closing = connection) {
            if (!closing.isClosed()) {
                try (Statement statement = closing.createStatement()) {
                    statement.execute("ROLLBACK");
                }
            }
        } catch (SQLException e) {
            // Nothing was written, and the server ends the transaction of a lost connection by itself.
        }
    }

    static String cut(String application) {
        CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
        CharBuffer in = CharBuffer.wrap(application);
        encoder.encode(in, ByteBuffer.allocate(MAX_APPLICATION_NAME_BYTES), true);
        return application.substring(0, in.position());
    }

    private static String parameter(PGConnection connection, String name) {
        @Nullable String value = connection.getParameterStatus(name);
        if (value == null) {
            throw new SourceUnavailable("connecting to the source: it does not tell its " + name);
        }
        return value;
    }

    /// Refuses what is not a URL of this driver, before a driver is looked for.
    static String checkUrl(String jdbcUrl) {
        if (!jdbcUrl.startsWith("jdbc:postgresql:")) {
            throw new InvalidRequest("source.url '%s': expected jdbc:postgresql://host:port/database"
                    .formatted(jdbcUrl.replaceAll("//[^/@]*@", "//…@")));
        }
        return jdbcUrl;
    }
}
