package dev.sluice.adapter.postgres;

import dev.sluice.testing.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A copy of a running server, on files of its own, that a test may stop as hard as it likes and start
/// again. Not thread-safe.
final class BareServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path files;
    private final Path postgres;
    private final int port;
    private @Nullable Process process;

    private BareServer(Path files, Path postgres, int port) {
        this.files = files;
        this.postgres = postgres;
        this.port = port;
    }

    /// A base backup of the server. Started, it is a server of its own; with `following`, a standby that
    /// streams from it.
    static BareServer copyOf(TestPostgres server, Path files, boolean following) {
        TestPostgres.Database original = new TestPostgres.Database(server.jdbcUrl(), "postgres");
        Path from = Path.of(original.value("SHOW data_directory").orElseThrow());
        Path bin = Path.of(original.value("SELECT setting FROM pg_config WHERE name = 'BINDIR'")
                .orElseThrow());
        try (Connection connection = original.connection();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_backup_start('copy', true)");
            copy(from, files);
            try (java.sql.ResultSet label = statement.executeQuery("SELECT labelfile FROM pg_backup_stop(false)")) {
                label.next();
                Files.writeString(files.resolve("backup_label"), label.getString(1));
            }
            copy(from.resolve("pg_wal"), files.resolve("pg_wal"));
            Files.deleteIfExists(files.resolve("postmaster.pid"));
            if (following) {
                Files.createFile(files.resolve("standby.signal"));
            }
            StringBuilder settings = new StringBuilder();
            settings.append("primary_conninfo = 'host=localhost port=%d user=postgres'%n".formatted(server.port()));
            for (String atLeastThePrimarys : List.of(
                    "max_connections", "max_prepared_transactions", "max_wal_senders", "max_worker_processes")) {
                settings.append(atLeastThePrimarys)
                        .append(" = ")
                        .append(original.value("SHOW " + atLeastThePrimarys).orElseThrow())
                        .append('\n');
            }
            settings.append("fsync = off\nautovacuum = off\n");
            Files.writeString(files.resolve("postgresql.auto.conf"), settings);
            try (ServerSocket free = new ServerSocket(0)) {
                return new BareServer(files, bin.resolve("postgres"), free.getLocalPort());
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                Path target = to.resolve(from.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(target);
                    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwx------"));
                } else if (Files.isRegularFile(each)) {
                    Files.copy(each, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    BareServer start() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            // A server refuses to run as root; in a user namespace of its own it is nobody.
            command.addAll(List.of("unshare", "-U"));
        }
        command.addAll(List.of(
                postgres.toString(),
                "-D",
                files.toString(),
                "-p",
                String.valueOf(port),
                "-c",
                "unix_socket_directories=" + files));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(files.resolveSibling("server.log").toFile())
                .start();
        Instant end = Instant.now().plus(PATIENCE);
        while (true) {
            try {
                DriverManager.getConnection(url() + "?user=postgres").close();
                return this;
            } catch (SQLException e) {
                if (Instant.now().isAfter(end)) {
                    throw new IllegalStateException(Files.readString(files.resolveSibling("server.log")), e);
                }
                Thread.sleep(100);
            }
        }
    }

    /// As `pg_ctl stop -m immediate`.
    void stopAtOnce() throws IOException, InterruptedException {
        signal("QUIT");
    }

    /// As `pg_ctl stop`.
    void stop() throws IOException, InterruptedException {
        signal("INT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        Process running = process;
        if (running == null) {
            return;
        }
        new ProcessBuilder("kill", "-" + name, String.valueOf(running.pid()))
                .start()
                .waitFor();
        running.waitFor();
        process = null;
    }

    private String url() {
        return "jdbc:postgresql://localhost:" + port + "/postgres";
    }

    TestPostgres.Database database(String name) {
        return new TestPostgres.Database("jdbc:postgresql://localhost:" + port + "/" + name, name);
    }

    @Override
    public void close() throws IOException {
        try {
            stopAtOnce();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
