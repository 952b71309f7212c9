package dev.sluice.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.store.Json;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A directory with a configuration of one feed, its lake and its warehouse, as a user would have it.
final class DropBed {
    static final String TABLE = "retail.pos";
    private static final String DAY = "2026-03-01";

    private final Path directory;
    private final Path launcher;

    private DropBed(Path directory, Path launcher) {
        this.directory = directory;
        this.launcher = launcher;
    }

    static DropBed of(Path work, Path launcher, DroppedEvents events) throws IOException {
        DropBed bed = new DropBed(work.resolve("beds").resolve("drops"), launcher);
        bed.clear();
        Files.writeString(bed.config(), """
                version: 1
                source: { url: "jdbc:postgresql://localhost/none", user: none, password: "${env:SLUICE_BENCH_PASSWORD}" }
                lake: { url: "file:./.sluice/lake" }
                warehouse: { type: duckdb, path: ./.sluice/warehouse.duckdb }
                drops:
                  pos:
                    match: "drops/pos/{date:yyyy-MM-dd}/*%s"
                    format: jsonl
                    columns: %s
                    mode: append
                    target: %s
                """.formatted(events.suffix(), DroppedEvents.COLUMNS, TABLE));
        return bed;
    }

    /// Whatever was dropped and loaded is gone.
    void clear() throws IOException {
        Bed.delete(directory.resolve(".sluice"));
        Files.createDirectories(prefix());
    }

    private Path config() {
        return directory.resolve("sluice.yaml");
    }

    private Path lake() {
        return directory.resolve(".sluice/lake/lake");
    }

    /// Where files are dropped.
    private Path prefix() {
        return lake().resolve("drops/pos").resolve(DAY);
    }

    /// Drops a file as a careful copier does: it appears whole. Its time is now.
    void drop(Path file) throws IOException {
        Path beside = directory.resolve("arriving");
        Files.copy(file, beside, StandardCopyOption.REPLACE_EXISTING);
        Files.move(beside, prefix().resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
    }

    /// @param wallSeconds from the start of the process to its end
    /// @param runSeconds  by the run's own clock: without the start of the JVM
    record Receive(double wallSeconds, double runSeconds, double cpuSeconds, long peakBytes, JsonNode report) {
        long rows() {
            return report.path("feeds").path(0).path("rows").asLong();
        }
    }

    /// `sluice receive` in a process of its own.
    Receive receive() throws IOException, InterruptedException {
        Path out = directory.resolve("out.json");
        Path err = directory.resolve("err.txt");
        double cpuBefore = Proc.cpuSecondsOfChildren().orElse(0);
        long began = System.nanoTime();
        Process process = start(out, err, "receive", "-c", config().toString(), "-o", "json");
        long peak = Bed.peak(process, pid -> {});
        double wall = (System.nanoTime() - began) / 1e9;
        double cpu = Proc.cpuSecondsOfChildren().orElse(0) - cpuBefore;
        if (process.exitValue() != 0) {
            throw new IOException("sluice receive ended with %d: %s %s"
                    .formatted(process.exitValue(), Files.readString(out), Files.readString(err)));
        }
        JsonNode report = Json.read(Files.readString(out), JsonNode.class, "output of sluice receive");
        return new Receive(wall, report.path("seconds").asDouble(), cpu, peak, report);
    }

    private Process start(Path out, Path err, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("SLUICE_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("SLUICE_BENCH_PASSWORD", "none");
        return builder.start();
    }

    /// `sluice watch` while something else goes on.
    final class Watch implements AutoCloseable {
        private final Process process;

        private Watch(Process process) {
            this.process = process;
        }

        long peakBytes() {
            return Proc.peakBytes(process.pid()).orElse(0);
        }

        double cpuSeconds() {
            return Proc.cpuSeconds(process.pid()).orElse(0);
        }

        /// Whether it has started to look.
        boolean isWatching() throws IOException {
            expectAlive();
            return Files.readString(directory.resolve("err.txt")).contains("watching");
        }

        void expectAlive() throws IOException {
            if (!process.isAlive()) {
                throw new IOException("sluice watch ended: " + Files.readString(directory.resolve("err.txt")));
            }
        }

        @Override
        public void close() {
            process.destroy();
            try {
                if (!process.waitFor(10, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }

    Watch watch(String every, String maxWait) throws IOException {
        return new Watch(start(
                directory.resolve("out.json"),
                directory.resolve("err.txt"),
                "watch",
                "-c",
                config().toString(),
                "-o",
                "json",
                "--every",
                every,
                "--max-wait",
                maxWait));
    }

    /// Files that lie where they were dropped and are in a committed transaction.
    int published() throws IOException {
        int files = 0;
        for (Path receipt : loadReceipts()) {
            files += Json.read(Files.readString(receipt), JsonNode.class, "load receipt")
                    .path("files")
                    .path("loaded")
                    .asInt();
        }
        return files;
    }

    /// Seconds from the appearance of each file to that of its rows. A load receipt is written right after the
    /// commit, so its time is an upper bound of when they could be read.
    List<Double> latencies() throws IOException, SQLException {
        List<Double> latencies = new ArrayList<>();
        for (Path receipt : loadReceipts()) {
            long visible = Files.getLastModifiedTime(receipt).toMillis();
            String run = Json.read(Files.readString(receipt), JsonNode.class, "load receipt")
                    .path("run_id")
                    .asText();
            for (String millis : query("SELECT epoch_ms(modified_at) FROM sluice.drops WHERE run_id = '" + run + "'")) {
                latencies.add((visible - Long.parseLong(millis)) / 1e3);
            }
        }
        return latencies.stream().sorted().toList();
    }

    private List<Path> loadReceipts() throws IOException {
        List<Path> receipts = new ArrayList<>();
        Path runs = lake().resolve("runs");
        if (Files.isDirectory(runs)) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(runs)) {
                for (Path run : found) {
                    Path receipt = run.resolve(TABLE).resolve("000/load.json");
                    if (Files.exists(receipt)) {
                        receipts.add(receipt);
                    }
                }
            }
        }
        return receipts;
    }

    /// Fails unless the target holds so many rows; reads it with nothing of Sluice in between.
    void expectRows(long rows) throws IOException, SQLException {
        String found = query("SELECT count(*) FROM " + TABLE).getFirst();
        if (!found.equals(String.valueOf(rows))) {
            throw new IOException("%s: %s rows in the warehouse, %d were dropped".formatted(TABLE, found, rows));
        }
    }

    /// Asks the warehouse; first column of every row.
    private List<String> query(String sql) throws SQLException {
        String url = "jdbc:duckdb:" + directory.resolve(".sluice/warehouse.duckdb");
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (result.next()) {
                values.add(String.valueOf(result.getString(1)));
            }
            return values;
        }
    }
}
