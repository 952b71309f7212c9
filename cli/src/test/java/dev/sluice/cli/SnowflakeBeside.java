package dev.sluice.cli;

import dev.sluice.cli.lake.EmbeddedS3;
import dev.sluice.snowflake.Bucket;
import dev.sluice.snowflake.SnowflakeServer;
import dev.sluice.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.StringJoiner;
import net.snowflake.client.api.driver.SnowflakeDriver;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/// The server of the tests that speaks Snowflake's protocol, with a stage on a bucket behind the real S3
/// protocol. Its user has the password that the variable `PATH` holds, which every environment has.
final class SnowflakeBeside implements AutoCloseable {
    static final String USER = "SLUICE";

    private final EmbeddedS3 s3;
    private final SnowflakeServer server;
    private Optional<State> state = Optional.empty();

    private SnowflakeBeside(EmbeddedS3 s3, SnowflakeServer server) {
        this.s3 = s3;
        this.server = server;
    }

    /// With a stage on the lake, and a user who may do everything.
    ///
    /// @param directory for the bucket; empty
    static SnowflakeBeside start(Path directory) {
        SnowflakeBeside beside = bare(directory);
        beside.execute(
                """
                CREATE STORAGE INTEGRATION I TYPE = EXTERNAL_STAGE STORAGE_PROVIDER = 'S3' ENABLED = TRUE
                STORAGE_AWS_ROLE_ARN = 'arn:aws:iam::1:role/r' STORAGE_ALLOWED_LOCATIONS = ('s3://lake/sluice/')""",
                "CREATE SCHEMA SLUICE",
                "CREATE STAGE SLUICE.LAKE URL = 's3://lake/sluice/' STORAGE_INTEGRATION = I");
        return beside;
    }

    /// An account in which nothing was made yet.
    static SnowflakeBeside bare(Path directory) {
        EmbeddedS3 s3 = EmbeddedS3.start(directory.resolve("s3"));
        // What the environment gives elsewhere; in this process nothing else asks for it.
        System.setProperty("aws.accessKeyId", s3.accessKey());
        System.setProperty("aws.secretAccessKey", s3.secretKey());
        SnowflakeServer server = SnowflakeServer.start()
                .password(USER, Objects.requireNonNull(System.getenv("PATH")))
                .bucket(EmbeddedS3.BUCKET, new OfStore(s3.store("")));
        return new SnowflakeBeside(s3, server);
    }

    private record OfStore(ObjectStore store) implements Bucket {
        @Override
        public Optional<byte[]> read(String key) {
            return S3Calls.unrecorded(() -> found(key));
        }

        private Optional<byte[]> found(String key) {
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
            return S3Calls.unrecorded(
                    () -> store.list(prefix).stream().map(ObjectStore.Stat::key).toList());
        }
    }

    /// Where the objects of the lake lie as files.
    static Path lake(Path directory) {
        return directory.resolve("s3").resolve(EmbeddedS3.BUCKET).resolve("sluice");
    }

    SnowflakeServer server() {
        return server;
    }

    /// Of the bucket.
    URI endpoint() {
        return s3.endpoint();
    }

    /// What stands in the configuration.
    String yaml() {
        return """
                lake: { url: "s3://lake/sluice", region: us-east-1, endpoint: "%s" }
                warehouse:
                  type: snowflake
                  url: "%s&maxHttpRetries=3"
                  user: %s
                  password: ${env:PATH}""".formatted(s3.endpoint(), server.jdbcUrl(), USER);
    }

    /// A session of the test's own.
    Connection connection() throws SQLException {
        return connection(USER);
    }

    Connection connection(String user) throws SQLException {
        Properties properties = new Properties();
        properties.put("user", user);
        properties.put("password", Objects.requireNonNull(System.getenv("PATH")));
        properties.put("disablePlatformDetection", "true");
        properties.put("JDBC_QUERY_RESULT_FORMAT", "JSON");
        properties.put("TIMEZONE", "UTC");
        return SnowflakeDriver.INSTANCE.connect(server.jdbcUrl(), properties);
    }

    void execute(String... statements) {
        executeAs(USER, statements);
    }

    void executeAs(String user, String... statements) {
        try (Connection connection = connection(user);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Tables that stand beside those that are kept.
    List<String> staging() {
        return now().staging();
    }

    /// Every table as a reader finds it now, in a DuckDB in memory, under the names of the source: what
    /// tests ask of the one warehouse can then be asked of the other in the same words.
    Connection copy() throws SQLException {
        Connection connection = now().copy().unwrap(DuckDBConnection.class).duplicate();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
        }
        return connection;
    }

    /// What was there after so many requests: as long as there is none, it is still so.
    private record State(Connection copy, List<String> staging, long requests) {}

    private State now() {
        if (state.isEmpty() || state.get().requests() != server.requests()) {
            try {
                state = Optional.of(look());
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
        return state.get();
    }

    private State look() throws SQLException {
        Connection copy = DriverManager.getConnection("jdbc:duckdb:");
        List<String> staging = new ArrayList<>();
        try (Connection connection = connection();
                Statement statement = copy.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
            // One state of all of them.
            connection.setAutoCommit(false);
            for (String[] table : rows(connection, TABLES, "TABLE_SCHEMA", "TABLE_NAME")) {
                if (table[1].startsWith("STAGE_")) {
                    staging.add(table[1]);
                } else {
                    statement.execute("CREATE SCHEMA IF NOT EXISTS " + quoted(unfolded(table[0])));
                    copy(connection, table[0], table[1], copy);
                }
            }
            connection.rollback();
        }
        return new State(copy, staging, server.requests());
    }

    private static final String TABLES = """
            SELECT TABLE_SCHEMA, TABLE_NAME FROM INFORMATION_SCHEMA.TABLES
            WHERE TABLE_SCHEMA <> 'INFORMATION_SCHEMA' ORDER BY 1, 2""";

    private static void copy(Connection connection, String schema, String table, Connection copy) throws SQLException {
        String from = quoted(schema) + "." + quoted(table);
        List<String[]> columns = rows(connection, "DESCRIBE TABLE " + from, "name", "type");
        StringJoiner raw = new StringJoiner(", ");
        StringJoiner read = new StringJoiner(", ", "SELECT ", " FROM " + from);
        StringJoiner made = new StringJoiner(", ", "SELECT ", " FROM raw");
        for (int i = 0; i < columns.size(); i++) {
            String[] column = columns.get(i);
            raw.add("c" + i + " VARCHAR");
            read.add(texted(column[1], quoted(column[0])));
            made.add(valued(column[1], "c" + i) + " AS " + quoted(unfolded(column[0])));
        }
        try (Statement statement = copy.createStatement();
                Statement reading = connection.createStatement();
                ResultSet rows = reading.executeQuery(read.toString())) {
            statement.execute("CREATE OR REPLACE TABLE raw (" + raw + ")");
            try (DuckDBAppender appender = copy.unwrap(DuckDBConnection.class).createAppender("main", "raw")) {
                while (rows.next()) {
                    appender.beginRow();
                    for (int i = 1; i <= columns.size(); i++) {
                        appender.append(rows.getString(i));
                    }
                    appender.endRow();
                }
            }
            statement.execute(
                    "CREATE TABLE " + quoted(unfolded(schema)) + "." + quoted(unfolded(table)) + " AS " + made);
            statement.execute("DROP TABLE raw");
        }
    }

    /// SQL of Snowflake for a text that loses nothing.
    private static String texted(String type, String column) {
        return switch (type.replaceAll("\\(.*", "")) {
            case "DATE" -> "DATEDIFF('day', '1970-01-01'::DATE, " + column + ")";
            case "TIME" -> "DATEDIFF('microsecond', '00:00:00'::TIME, " + column + ")";
            case "TIMESTAMP_NTZ", "TIMESTAMP_TZ" -> "DATE_PART(EPOCH_MICROSECOND, " + column + ")";
            case "BINARY" -> "HEX_ENCODE(" + column + ")";
            case "VARIANT" -> "TO_JSON(" + column + ")";
            default -> column;
        };
    }

    /// SQL of DuckDB for the value of that text.
    private static String valued(String type, String text) {
        return switch (type.replaceAll("\\(.*", "")) {
            case "NUMBER" -> text + "::" + type.replace("NUMBER", "DECIMAL");
            case "FLOAT" -> text + "::DOUBLE";
            case "BOOLEAN" -> text + "::BOOLEAN";
            case "DATE" -> "DATE '1970-01-01' + " + text + "::INTEGER";
            case "TIME" -> "TIME '00:00:00' + to_microseconds(" + text + "::BIGINT)";
            case "TIMESTAMP_NTZ" -> "make_timestamp(" + text + "::BIGINT)";
            case "TIMESTAMP_TZ" -> "make_timestamptz(" + text + "::BIGINT)";
            case "BINARY" -> "unhex(" + text + ")";
            case "VARIANT" -> text + "::JSON";
            default -> text;
        };
    }

    private static List<String[]> rows(Connection connection, String sql, String first, String second)
            throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String[]> found = new ArrayList<>();
            while (rows.next()) {
                found.add(new String[] {rows.getString(first), rows.getString(second)});
            }
            return found;
        }
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /// The rule for names the other way round.
    private static String unfolded(String name) {
        return name.matches("[A-Z_][A-Z0-9_$]*") ? name.toLowerCase(Locale.ROOT) : name;
    }

    @Override
    public void close() {
        server.close();
        s3.close();
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }
}
