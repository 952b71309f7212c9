package dev.sluice.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.adapter.duckdb.DuckDbConverter;
import dev.sluice.adapter.duckdb.DuckDbWarehouse;
import dev.sluice.adapter.postgres.PostgresSource;
import dev.sluice.cli.lake.EmbeddedS3;
import dev.sluice.config.SluiceConfig;
import dev.sluice.machine.Execution;
import dev.sluice.machine.Listener;
import dev.sluice.machine.Objects;
import dev.sluice.machine.StateMachine;
import dev.sluice.machine.TimeSource;
import dev.sluice.model.RunRequest;
import dev.sluice.parquet.Converter;
import dev.sluice.run.Stages;
import dev.sluice.run.Wiring;
import dev.sluice.source.SharedSnapshots;
import dev.sluice.store.Documents;
import dev.sluice.store.Json;
import dev.sluice.store.ObjectStore;
import dev.sluice.store.Progress;
import dev.sluice.store.TableLocks;
import dev.sluice.store.WorkDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/// A first sync in this process, by the real state machine and the real stages, one call of a stage after
/// another so that each can be timed by itself. The command overlaps them and is measured by [Bed#sync].
///
/// @param seconds          per stage; all its calls together
/// @param converterSeconds the part of `convert` that the converter itself took: without download, checks
///                         and upload
/// @param raw              where copies of the raw files are, for others to convert
record StageRun(Map<String, Double> seconds, double converterSeconds, List<Path> raw) {
    private static final Duration PATIENCE = Duration.ofMinutes(30);

    /// What the command gives to DuckDB; bytes.
    private static final long DUCKDB_BYTES = 192L << 20;

    static final int CORES = Runtime.getRuntime().availableProcessors();

    /// @param keptRaw directory for copies of the raw files
    static StageRun of(Bed bed, Path keptRaw) throws IOException {
        bed.clear();
        Bed.delete(keptRaw);
        Files.createDirectories(keptRaw);
        SluiceConfig config = bed.load();
        try (WorkDirectory work = WorkDirectory.open(bed.home().resolve("work"));
                EmbeddedS3 s3 = EmbeddedS3.start(bed.home().resolve("lake"))) {
            ObjectStore lake = s3.store("");
            PostgresSource source = PostgresSource.of(
                    config.requiredSource().url(),
                    config.requiredSource().user(),
                    () -> config.requiredSource().password().reveal());
            try (SharedSnapshots snapshots = new SharedSnapshots(source, true, PATIENCE)) {
                Watch watch = new Watch(keptRaw);
                Documents documents = new Documents(lake);
                Wiring wiring = new Wiring(
                        config,
                        source,
                        snapshots,
                        documents,
                        new DuckDbWarehouse(bed.warehouse(), lake, work, DUCKDB_BYTES, PATIENCE),
                        directory -> watch.watched(DuckDbConverter.open(directory, CORES, DUCKDB_BYTES)),
                        new TableLocks(documents.store(), Clock.systemUTC(), "bench", holder -> false),
                        work,
                        Clock.systemUTC(),
                        Progress.NONE,
                        duration -> {
                            throw new IllegalStateException("nothing waits here");
                        });
                Stages stages = new Stages(wiring);
                execute(lake, (stage, payload) -> watch.invoke(stages, stage, payload));
                return new StageRun(
                        new TreeMap<>(watch.seconds), watch.seconds.getOrDefault(Watch.CONVERTER, 0.0), watch.raw());
            }
        }
    }

    private static void execute(ObjectStore lake, dev.sluice.machine.TaskInvoker invoker) throws IOException {
        Map<String, String> names = new HashMap<>();
        Stages.NAMES.forEach(name -> names.put(name.replace('-', '_') + "_function", name));
        names.put("stage_timeout_seconds", String.valueOf(PATIENCE.toSeconds()));
        names.put("lake_prefix", lake.bucketKey(""));
        Execution.Settings settings =
                new Execution.Settings("sync", Execution.Settings.DEFAULT_DISTRIBUTED_CONCURRENCY, TimeSource.SYSTEM);
        RunRequest request =
                new RunRequest(List.of(), false, Optional.empty(), List.of(), RunRequest.Mode.SYNC, false, "bench");
        Execution.Result result = Execution.of(
                        StateMachine.parse(definition(), names),
                        invoker,
                        new LakeObjects(lake),
                        Listener.NONE,
                        settings)
                .run("bench-" + System.nanoTime(), Json.toTree(request));
        if (result.status() != Execution.Status.SUCCEEDED) {
            throw new IOException("the run ended %s: %s %s".formatted(result.status(), result.error(), result.cause()));
        }
    }

    private static String definition() throws IOException {
        try (InputStream in = StageRun.class.getResourceAsStream("/statemachine/sync.asl.json")) {
            if (in == null) {
                throw new IOException("missing resource sync.asl.json");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// Lets one stage through at a time and adds up what each takes.
    private static final class Watch {
        static final String CONVERTER = "converter";

        final Map<String, Double> seconds = new ConcurrentHashMap<>();
        private final ReentrantLock one = new ReentrantLock();
        private final Path keptRaw;
        private final AtomicInteger kept = new AtomicInteger();

        Watch(Path keptRaw) {
            this.keptRaw = keptRaw;
        }

        JsonNode invoke(Stages stages, String stage, JsonNode payload) {
            one.lock();
            long began = System.nanoTime();
            double watching = seconds.getOrDefault("watching", 0.0);
            try {
                return stages.invoke(stage, payload);
            } finally {
                double copying = seconds.getOrDefault("watching", 0.0) - watching;
                add(stage, began + (long) (copying * 1e9));
                one.unlock();
            }
        }

        private void add(String what, long began) {
            seconds.merge(what, (System.nanoTime() - began) / 1e9, Double::sum);
        }

        List<Path> raw() throws IOException {
            try (var files = Files.list(keptRaw)) {
                return files.sorted().toList();
            }
        }

        Converter watched(Converter converter) {
            return new Converter() {
                @Override
                public Converted convert(Request request) {
                    long copied = System.nanoTime();
                    keep(request.raw());
                    add("watching", copied);
                    long began = System.nanoTime();
                    try {
                        return converter.convert(request);
                    } finally {
                        add(CONVERTER, began);
                    }
                }

                @Override
                public List<Outcome> convert(List<Request> requests) {
                    long copied = System.nanoTime();
                    requests.forEach(request -> keep(request.raw()));
                    add("watching", copied);
                    long began = System.nanoTime();
                    try {
                        return converter.convert(requests);
                    } finally {
                        add(CONVERTER, began);
                    }
                }

                @Override
                public void close() {
                    converter.close();
                }
            };
        }

        private void keep(List<Path> raw) {
            try {
                for (Path file : raw) {
                    Files.copy(
                            file,
                            keptRaw.resolve("%06d.csv.zst".formatted(kept.incrementAndGet())),
                            StandardCopyOption.REPLACE_EXISTING);
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    /// The state machine's own calls of S3 go to the lake.
    private record LakeObjects(ObjectStore lake) implements Objects {
        @Override
        public byte[] get(String bucket, String key) throws IOException {
            try (InputStream in = lake.open(key)) {
                return in.readAllBytes();
            }
        }

        @Override
        public void put(String bucket, String key, byte[] content) {
            lake.write(key, new String(content, StandardCharsets.UTF_8));
        }
    }
}
