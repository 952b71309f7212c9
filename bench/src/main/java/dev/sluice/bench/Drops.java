package dev.sluice.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/// Files that others drop: `sluice receive` beside DuckDB's own `read_json` of the same files, and how long a
/// file takes under `sluice watch`. Needs no source.
///
/// @param events      in all files
/// @param perFile     events in each
/// @param repetitions of everything that is compared
/// @param paceSeconds for how long files arrive one after another; 0 leaves that out
record Drops(Path work, Path launcher, long events, int perFile, int repetitions, int paceSeconds) {
    static final String NAME = "drops";
    static final String TITLE = "Files that others drop";

    private static final double GOAL = 0.5;
    private static final int FILES_PER_SECOND = 4;
    private static final String WALL = ", with the start of the JVM";
    private static final String RUN = ", without";
    private static final String LIMIT =
            "a copy of every original, a Parquet object per file and a proof of every value come on top of what DuckDB does";

    void run(Findings findings, List<DroppedEvents.Kind> kinds) throws Exception {
        for (DroppedEvents.Kind kind : kinds) {
            throughput(findings, new DroppedEvents(events, perFile, kind));
        }
        if (paceSeconds > 0) {
            latency(
                    findings,
                    new DroppedEvents(
                            (long) paceSeconds * FILES_PER_SECOND * perFile, perFile, DroppedEvents.Kind.gzip));
        }
        findings.remark(
                "%d events in files of %d; five columns, one of them JSON, some 190 bytes an event. DuckDB's own is read_json of all files with the types given, into a table of a file, closed."
                        .formatted(events, perFile));
        findings.remark("DuckDB on both sides with 2 threads; its own with default memory, ours with 192 MiB.");
    }

    private void throughput(Findings findings, DroppedEvents dropped) throws Exception {
        String kind = dropped.kind().name();
        Path files = work.resolve("dropped/%d-%d-%s".formatted(events, perFile, kind));
        Files.createDirectories(files.getParent());
        dropped.prepare(files);
        DropBed bed = DropBed.of(work, launcher, dropped);
        for (int repetition = 0; repetition < repetitions; repetition++) {
            readJson(findings, files, kind);
            bed.clear();
            for (int file = 0; file < dropped.files(); file++) {
                bed.drop(files.resolve(dropped.name(file)));
            }
            // younger files are left to the next run
            Thread.sleep(2_100);
            DropBed.Receive receive = bed.receive();
            bed.expectRows(events);
            findings.measured(kind + ": receive" + WALL, "s", receive.wallSeconds());
            findings.measured(kind + ": receive" + RUN, "s", receive.runSeconds());
            findings.measured(kind + ": receive, sustained", "rows/s", receive.rows() / receive.runSeconds());
            findings.measured(kind + ": receive, CPU of the process", "s", receive.cpuSeconds());
            findings.measured(kind + ": receive, peak memory", "MB", receive.peakBytes() / 1e6);
        }
        Samples limit = findings.of(kind + ": DuckDB's own");
        for (String clock : List.of(WALL, RUN)) {
            findings.figure(
                    "%s: rows/s ÷ DuckDB's own%s".formatted(kind, clock),
                    limit.over(findings.of(kind + ": receive" + clock)),
                    Goal.atLeast(GOAL),
                    LIMIT);
        }
        findings.figure(
                kind + ": rows per second of CPU ÷ DuckDB's own",
                findings.of(kind + ": DuckDB's own, CPU").over(findings.of(kind + ": receive, CPU of the process")),
                Goal.atLeast(GOAL),
                LIMIT);
        bed.clear();
    }

    private void readJson(Findings findings, Path files, String kind) throws IOException, SQLException {
        Path database = work.resolve("limit.duckdb");
        Files.deleteIfExists(database);
        double cpuBefore = cpuSeconds();
        long began = System.nanoTime();
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + database);
                Statement statement = connection.createStatement()) {
            statement.execute("SET threads = 2");
            statement.execute("SET TimeZone = 'UTC'");
            statement.execute(
                    "CREATE TABLE pos AS SELECT * FROM read_json('%s/*', format = 'newline_delimited', columns = %s)"
                            .formatted(files, DroppedEvents.DUCKDB_COLUMNS));
        }
        findings.measured(kind + ": DuckDB's own", "s", (System.nanoTime() - began) / 1e9);
        findings.measured(kind + ": DuckDB's own, CPU", "s", cpuSeconds() - cpuBefore);
        Files.delete(database);
    }

    private static double cpuSeconds() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime() / 1e9
                : 0;
    }

    private void latency(Findings findings, DroppedEvents dropped) throws Exception {
        Path files = work.resolve("dropped/paced-%d-%d".formatted(paceSeconds, perFile));
        Files.createDirectories(files.getParent());
        dropped.prepare(files);
        DropBed bed = DropBed.of(work, launcher, dropped);
        try (DropBed.Watch watch = bed.watch("1s", "1s")) {
            while (!watch.isWatching()) {
                Thread.sleep(100);
            }
            long began = System.nanoTime();
            for (int file = 0; file < dropped.files(); file++) {
                long due = began + file * (1_000_000_000L / FILES_PER_SECOND);
                Thread.sleep(Math.max(0, (due - System.nanoTime()) / 1_000_000));
                bed.drop(files.resolve(dropped.name(file)));
                watch.expectAlive();
            }
            while (bed.published() < dropped.files()) {
                watch.expectAlive();
                Thread.sleep(100);
            }
            findings.measured("watch, peak memory", "MB", watch.peakBytes() / 1e6);
            findings.measured("watch, CPU of the process", "s", watch.cpuSeconds());
        }
        bed.expectRows(dropped.events());
        List<Double> latencies = bed.latencies();
        findings.measured("watch: file to table, p50", "s", percentile(latencies, 0.50));
        findings.measured("watch: file to table, p99", "s", percentile(latencies, 0.99));
        findings.measured("watch: file to table, longest", "s", latencies.getLast());
        findings.remark(
                "Latency: %d files a second for %d s, `sluice watch --every 1s --max-wait 1s`, from the time of the file to that of the load receipt. 2 s of it a file must have lain unchanged; with the defaults (5 s, 30 s) a lone file waits up to 35 s longer for others."
                        .formatted(FILES_PER_SECOND, paceSeconds));
        bed.clear();
    }

    private static double percentile(List<Double> sorted, double part) {
        return sorted.get((int) Math.ceil(part * sorted.size()) - 1);
    }
}
