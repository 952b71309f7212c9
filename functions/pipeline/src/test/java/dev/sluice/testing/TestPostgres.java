package dev.sluice.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/// A real PostgreSQL server of a chosen major version, started from an archive that the build puts under
/// `target/postgres`. Works as root. Thread-safe.
///
/// Most tests want `TestPostgres.shared(14).createDatabase()`: one server per version and JVM, stopped
/// when the JVM ends, and a database of their own.
public final class TestPostgres implements AutoCloseable {
    /// The versions that the build provides. 12 is what Greenplum 7 is made from, and hashes as 11 to 13
    /// do.
    public static final List<Integer> MAJORS = List.of(10, 12, 14, 18);

    public static final int OLDEST = 10;
    public static final int MIDDLE = 14;
    public static final int NEWEST = 18;

    /// The superuser of every server; it needs no password.
    public static final String USER = "postgres";

    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Map<Integer, TestPostgres> SHARED = new ConcurrentHashMap<>();

    private final EmbeddedPostgres server;
    private final AtomicInteger databases = new AtomicInteger();

    private TestPostgres(EmbeddedPostgres server) {
        this.server = server;
    }

    /// A server of its own; the caller closes it.
    public static TestPostgres start(int major) {
        return start(major, Map.of());
    }

    /// A server of its own with settings as in `postgresql.conf`; the caller closes it.
    public static TestPostgres start(int major, Map<String, String> settings) {
        Path archive = archive(major);
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setPgBinaryResolver((system, machine) -> binaries(archive))
                .setPGStartupWait(START_TIMEOUT)
                .setLocaleConfig("locale", "C.UTF-8")
                .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
                .setErrorRedirector(ProcessBuilder.Redirect.DISCARD)
                .setRegisterShutdownHook(true)
                .setCleanDataDirectory(true)
                .setServerConfig("fsync", "off")
                .setServerConfig("lc_messages", "C");
        settings.forEach(builder::setServerConfig);
        try {
            return new TestPostgres(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL " + major + " from " + archive, e);
        }
    }

    /// The server of this version that all tests of this JVM share; nobody closes it.
    public static TestPostgres shared(int major) {
        return SHARED.computeIfAbsent(major, TestPostgres::start);
    }

    /// An empty database with a name of its own.
    public Database createDatabase() {
        return createDatabase("");
    }

    /// @param options such as `ENCODING 'LATIN1' TEMPLATE template0`
    public Database createDatabase(String options) {
        String name = "test_" + databases.incrementAndGet();
        new Database(jdbcUrl(), "postgres").execute("CREATE DATABASE " + name + " " + options);
        return new Database("jdbc:postgresql://localhost:" + server.getPort() + "/" + name, name);
    }

    /// URL of the database `postgres`, without a user.
    public String jdbcUrl() {
        return "jdbc:postgresql://localhost:" + server.getPort() + "/postgres";
    }

    /// A connection as superuser to the database `postgres`; the caller closes it.
    public Connection connection() {
        return new Database(jdbcUrl(), "postgres").connection();
    }

    public int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// One database of a server.
    ///
    /// @param jdbcUrl without a user
    public record Database(String jdbcUrl, String name) {
        /// A connection as superuser; the caller closes it.
        public Connection connection() {
            return connection(USER);
        }

        /// A connection as a role that needs no password; the caller closes it.
        public Connection connection(String user) {
            Properties properties = new Properties();
            properties.setProperty("user", user);
            try {
                return DriverManager.getConnection(jdbcUrl, properties);
            } catch (SQLException e) {
                throw new IllegalStateException(jdbcUrl, e);
            }
        }

        /// Runs statements as superuser, each in a transaction of its own.
        public Database execute(String... statements) {
            try (Connection connection = connection();
                    Statement statement = connection.createStatement()) {
                statement.setEscapeProcessing(false);
                for (String sql : statements) {
                    statement.execute(sql);
                }
                return this;
            } catch (SQLException e) {
                throw new IllegalStateException(e.getMessage() + " in " + List.of(statements), e);
            }
        }

        /// First column of the first row as text; empty for NULL or no row.
        public Optional<String> value(String sql) {
            try (Connection connection = connection();
                    Statement statement = connection.createStatement()) {
                statement.setEscapeProcessing(false);
                try (java.sql.ResultSet result = statement.executeQuery(sql)) {
                    return result.next() ? Optional.ofNullable(result.getString(1)) : Optional.empty();
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e.getMessage() + " in " + sql, e);
            }
        }
    }

    /// The module that runs the test may be another one: the archives lie in the build directory of
    /// `pipeline`.
    private static Path archive(int major) {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            for (Path folder :
                    List.of(at.resolve("target/postgres"), at.resolve("functions/pipeline/target/postgres"))) {
                Optional<Path> found = Files.isDirectory(folder) ? archive(folder, major) : Optional.empty();
                if (found.isPresent()) {
                    return found.get();
                }
            }
        }
        throw new IllegalStateException("no server archive for PostgreSQL " + major
                + ": run mvn generate-test-resources in functions/pipeline, which fills target/postgres");
    }

    private static Optional<Path> archive(Path folder, int major) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("postgres-" + major + "."))
                    .max(java.util.Comparator.naturalOrder());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream binaries(Path archive) throws IOException {
        try (JarFile jar = new JarFile(archive.toFile())) {
            JarEntry entry = jar.stream()
                    .filter(e -> e.getName().endsWith(".txz"))
                    .findFirst()
                    .orElseThrow(() -> new IOException(archive + " holds no .txz"));
            try (InputStream in = jar.getInputStream(entry)) {
                return new ByteArrayInputStream(in.readAllBytes());
            }
        }
    }
}
