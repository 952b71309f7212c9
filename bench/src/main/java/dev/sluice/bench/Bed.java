package dev.sluice.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.config.SluiceConfig;
import dev.sluice.store.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/// A directory with a configuration of one table, its lake and its warehouse, as a user would have it.
final class Bed {
    private static final String PASSWORD = "SLUICE_BENCH_PASSWORD";

    private final Path directory;
    private final Path launcher;

    private Bed(Path directory, Path launcher) {
        this.directory = directory;
        this.launcher = launcher;
    }

    /// @param settings of the table, such as `strategy: wholesale`
    static Bed of(Context context, String name, SalesTable table, String settings) throws IOException {
        Bed bed = new Bed(context.work().resolve("beds").resolve(name), context.launcher());
        bed.clear();
        Files.writeString(bed.config(), """
                version: 1
                source: { url: "%s", user: %s, password: "${env:%s}" }
                lake: { url: "file:./.sluice/lake" }
                warehouse: { type: duckdb, path: ./.sluice/warehouse.duckdb }
                tables:
                  %s: { %s }
                """.formatted(
                        context.server().jdbcUrl(), SourceServer.USER, PASSWORD, table.name(), settings));
        return bed;
    }

    /// Whatever was synced is gone; the next sync is the first.
    void clear() throws IOException {
        delete(directory.resolve(".sluice"));
        Files.createDirectories(directory);
    }

    static void delete(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> found = Files.walk(path)) {
            for (Path file : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    Path home() {
        return directory.resolve(".sluice");
    }

    Path warehouse() {
        return home().resolve("warehouse.duckdb");
    }

    private Path config() {
        return directory.resolve("sluice.yaml");
    }

    SluiceConfig load() {
        return SluiceConfig.load(config(), name -> name.equals(PASSWORD) ? "none" : System.getenv(name));
    }

    /// A sync by the real command, in a process of its own.
    ///
    /// @param wallSeconds from the start of the process to its end
    /// @param runSeconds  by the run's own clock: without the start of the JVM
    /// @param peakBytes   greatest resident memory; 0 where that cannot be told
    /// @param cpuSeconds  of the process, on all cores; 0 where that cannot be told
    /// @param report      what the command printed
    record Sync(double wallSeconds, double runSeconds, long peakBytes, double cpuSeconds, JsonNode report) {
        long bytesLanded() {
            return report.path("tables").path(0).path("bytes_landed").asLong();
        }

        long rowsLanded() {
            return report.path("tables").path(0).path("rows_landed").asLong();
        }

        String runId() {
            return report.path("run_id").asText();
        }
    }

    Sync sync(String... javaOptions) throws IOException, InterruptedException {
        return sync(pid -> {}, javaOptions);
    }

    /// @param watcher called now and then while the process runs
    Sync sync(LongConsumer watcher, String... javaOptions) throws IOException, InterruptedException {
        List<String> command = List.of(launcher.toString(), "sync", "-c", config().toString(), "-o", "json");
        Path out = directory.resolve("out.json");
        Path err = directory.resolve("err.txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("SLUICE_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put(PASSWORD, "none");
        builder.environment().merge("SLUICE_JAVA_OPTS", String.join(" ", javaOptions), (old, more) -> old + " " + more);
        double cpuBefore = Proc.cpuSecondsOfChildren().orElse(0);
        long began = System.nanoTime();
        Process process = builder.start();
        long peak = peak(process, watcher);
        double wall = (System.nanoTime() - began) / 1e9;
        double cpu = Proc.cpuSecondsOfChildren().orElse(0) - cpuBefore;
        if (process.exitValue() != 0) {
            throw new IOException("sluice sync ended with %d: %s %s"
                    .formatted(process.exitValue(), Files.readString(out), Files.readString(err)));
        }
        JsonNode report = Json.read(Files.readString(out), JsonNode.class, "output of sluice sync");
        return new Sync(wall, report.path("seconds").asDouble(), peak, cpu, report);
    }

    /// Looks now and then until the process has ended. The peak only grows: the last look counts. Whoever
    /// stops the measurement stops the process, too.
    static long peak(Process process, LongConsumer watcher) throws InterruptedException {
        Thread ending = new Thread(process::destroy, "ending");
        Runtime.getRuntime().addShutdownHook(ending);
        long peak = 0;
        while (!process.waitFor(10, TimeUnit.MILLISECONDS)) {
            peak = Math.max(peak, Proc.peakBytes(process.pid()).orElse(0));
            watcher.accept(process.pid());
        }
        Runtime.getRuntime().removeShutdownHook(ending);
        return peak;
    }

    /// Fails unless the target holds so many rows; reads it with nothing of Sluice in between.
    void expectRows(SalesTable table) throws IOException, SQLException {
        String found = query("SELECT count(*) FROM " + table.name()).getFirst();
        if (!found.equals(String.valueOf(table.rows()))) {
            throw new IOException(
                    "%s: %s rows in the warehouse, %d at the source".formatted(table.name(), found, table.rows()));
        }
    }

    /// Asks the warehouse; first column of every row.
    List<String> query(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + warehouse());
                Statement statement = connection.createStatement()) {
            List<String> values = new ArrayList<>();
            if (statement.execute(sql)) {
                try (ResultSet result = statement.getResultSet()) {
                    while (result.next()) {
                        values.add(String.valueOf(result.getString(1)));
                    }
                }
            }
            return values;
        }
    }
}
