package dev.sluice.bench;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/// The database that is read: a PostgreSQL of its own, whose files stay for the next run.
final class SourceServer implements AutoCloseable {
    static final String USER = "postgres";

    /// What differs from a fresh installation. Writing is not measured: it need not be safe, nor may it go on
    /// beside a measurement.
    static final Map<String, String> SETTINGS = settings();

    private final EmbeddedPostgres server;
    private final Path data;

    private SourceServer(EmbeddedPostgres server, Path data) {
        this.server = server;
        this.data = data;
    }

    private static Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("shared_buffers", "1GB");
        settings.put("fsync", "off");
        settings.put("wal_level", "minimal");
        settings.put("max_wal_senders", "0");
        settings.put("max_wal_size", "4GB");
        settings.put("autovacuum", "off");
        return settings;
    }

    /// @param archive the server's program files, a jar with a `.txz`
    static SourceServer start(Path directory, Path archive) throws IOException {
        Path data = directory.resolve("data");
        stopAbandoned(data);
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setPgBinaryResolver((system, machine) -> programs(archive))
                .setOverrideWorkingDirectory(directory.resolve("programs").toFile())
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPGStartupWait(Duration.ofSeconds(60))
                .setLocaleConfig("locale", "C.UTF-8")
                .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
                .setErrorRedirector(ProcessBuilder.Redirect.DISCARD);
        SETTINGS.forEach(builder::setServerConfig);
        return new SourceServer(builder.start(), data);
    }

    /// A measurement that was killed leaves its server running.
    private static void stopAbandoned(Path data) throws IOException {
        Optional<ProcessHandle> abandoned = process(data);
        if (abandoned.isPresent() && abandoned.get().destroy()) {
            try {
                abandoned.get().onExit().get(30, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new IOException("the PostgreSQL server of an earlier run does not end", e);
            }
        }
    }

    private static Optional<ProcessHandle> process(Path data) throws IOException {
        Path file = data.resolve("postmaster.pid");
        return Files.exists(file)
                ? ProcessHandle.of(
                        Long.parseLong(Files.readAllLines(file).getFirst().strip()))
                : Optional.empty();
    }

    private static InputStream programs(Path archive) throws IOException {
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

    String jdbcUrl() {
        return "jdbc:postgresql://localhost:" + server.getPort() + "/postgres";
    }

    Connection connection() throws SQLException {
        return DriverManager.getConnection(jdbcUrl(), USER, "");
    }

    /// CPU time that the server has used since it started; 0 where that cannot be told.
    double cpuSeconds() throws IOException {
        return process(data)
                .map(process -> Proc.cpuSecondsOfServer(process.pid()).orElse(0))
                .orElse(0.0);
    }

    /// Runs the statements of a file, each in a transaction of its own.
    void execute(String file, Map<String, String> parameters) throws IOException, SQLException {
        String text =
                Pattern.compile("^--.*$", Pattern.MULTILINE).matcher(text(file)).replaceAll("");
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            text = text.replaceAll("(?<!:):" + parameter.getKey() + "\\b", parameter.getValue());
        }
        for (String statement : text.split(";\\s*\n")) {
            if (!statement.isBlank()) {
                execute(statement);
            }
        }
    }

    /// A file of SQL beside this class.
    static String text(String file) throws IOException {
        try (InputStream in = SourceServer.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IOException("missing resource " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = connection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// First column of all rows, in lines; nothing for NULL.
    String value(String sql) throws SQLException {
        try (Connection connection = connection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            StringBuilder lines = new StringBuilder();
            while (result.next()) {
                String value = result.getString(1);
                lines.append(lines.isEmpty() ? "" : "\n").append(value == null ? "" : value);
            }
            return lines.toString();
        }
    }

    /// @param bytes that arrived
    record Copied(double seconds, long bytes) {}

    /// The floor of everything: rows copied out, read by the same driver and thrown away. Connecting is not
    /// measured.
    Copied copy(String sql) throws SQLException {
        try (Connection connection = connection()) {
            long began = System.nanoTime();
            CopyOut out = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql);
            long bytes = 0;
            for (byte[] row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
                bytes += row.length;
            }
            return new Copied((System.nanoTime() - began) / 1e9, bytes);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
