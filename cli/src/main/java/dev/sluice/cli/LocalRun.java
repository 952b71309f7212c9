package dev.sluice.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.adapter.duckdb.DuckDbConverter;
import dev.sluice.adapter.duckdb.DuckDbDropReader;
import dev.sluice.adapter.duckdb.DuckDbOriginalSums;
import dev.sluice.adapter.duckdb.DuckDbWarehouse;
import dev.sluice.adapter.postgres.PostgresSource;
import dev.sluice.adapter.s3.S3Clients;
import dev.sluice.adapter.s3.S3ObjectStore;
import dev.sluice.adapter.snowflake.SnowflakeDrops;
import dev.sluice.adapter.snowflake.SnowflakeWarehouse;
import dev.sluice.cli.lake.EmbeddedS3;
import dev.sluice.config.LakeConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.SourceConfig;
import dev.sluice.config.WarehouseConfig;
import dev.sluice.drop.DropWarehouse;
import dev.sluice.drop.History;
import dev.sluice.machine.Execution;
import dev.sluice.machine.Listener;
import dev.sluice.machine.Objects;
import dev.sluice.machine.StateMachine;
import dev.sluice.machine.TaskInvoker;
import dev.sluice.machine.TimeSource;
import dev.sluice.model.DataMismatch;
import dev.sluice.model.Feed;
import dev.sluice.model.RunRequest;
import dev.sluice.model.SourceUnavailable;
import dev.sluice.model.StoreUnavailable;
import dev.sluice.run.DropReport;
import dev.sluice.run.DropStages;
import dev.sluice.run.DropWiring;
import dev.sluice.run.HistoryWiring;
import dev.sluice.run.RunReport;
import dev.sluice.run.Stages;
import dev.sluice.run.Wiring;
import dev.sluice.source.SharedSnapshots;
import dev.sluice.store.Documents;
import dev.sluice.store.Json;
import dev.sluice.store.Keys;
import dev.sluice.store.ObjectStore;
import dev.sluice.store.Progress;
import dev.sluice.store.TableLocks;
import dev.sluice.store.WorkDirectory;
import dev.sluice.warehouse.Warehouse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;

/// A run held whole in this process: the very state machine file that is deployed, the very stages, an S3
/// endpoint and a DuckDB file, or a bucket and Snowflake. Close it when done; nothing stays behind.
final class LocalRun implements AutoCloseable {
    private static final String SYNC = "/statemachine/sync.asl.json";
    private static final String DROP = "/statemachine/drop.asl.json";
    private static final Duration STATEMENT_TIMEOUT = Duration.ofHours(2);

    /// A stage in this process has no other limit than patience; a function has 15 minutes.
    private static final Duration STAGE_TIMEOUT = Duration.ofHours(6);
    private static final DateTimeFormatter RUN_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Duration LONGEST_ENDING = Duration.ofSeconds(4);
    private static final int CORES = Runtime.getRuntime().availableProcessors();

    /// DuckDB's share: it spills to disk above that. The heap of this process comes on top.
    private static final long DUCKDB_BYTES = 192L << 20;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Documents documents;
    private final Warehouse warehouse;
    private final DropWarehouse drops;
    private final SluiceConfig config;

    /// None if the configuration has no source.
    private final Optional<Stages> stages;

    private final DropStages dropStages;
    private final TableLocks locks;
    private final TimeSource time;
    private final WorkDirectory work;
    private final Thread ending = new Thread(this::endWithProcess, "ending");
    private final CountDownLatch closed = new CountDownLatch(1);
    private final CountDownLatch toldToEnd = new CountDownLatch(1);
    private Optional<EmbeddedS3> embedded = Optional.empty();
    private volatile @Nullable Execution running;

    private LocalRun(SluiceConfig config, Path home, Progress progress, Patience patience) {
        this.config = config;
        this.time = patience.time();
        Clock clock = Clock.systemUTC();
        this.work = WorkDirectory.open(home.resolve("work"));
        open.push(work);
        this.documents = new Documents(lake(config.lake()));
        switch (config.warehouse()) {
            case WarehouseConfig.DuckDb(Path path) -> {
                DuckDbWarehouse duckdb =
                        new DuckDbWarehouse(path, documents.store(), work, DUCKDB_BYTES, patience.warehouse());
                this.warehouse = duckdb;
                this.drops = duckdb.drops();
            }
            case WarehouseConfig.Snowflake snowflake -> {
                this.warehouse = new SnowflakeWarehouse(snowflake, documents.store());
                this.drops = new SnowflakeDrops(snowflake, documents.store());
            }
        }
        this.locks = new TableLocks(documents.store(), clock, ProcessIdentity.mine(), ProcessIdentity::provenDead);
        this.stages = config.source().map(from -> stages(config, from, locks, clock, progress, patience));
        this.dropStages = new DropStages(new DropWiring(
                config.drops(),
                documents,
                warehouse,
                drops,
                new OneReaderAtATime(directory -> DuckDbDropReader.open(directory, DUCKDB_BYTES)),
                locks,
                work,
                clock,
                progress,
                DropWiring.USUAL_SETTLE,
                config.lake().keep(),
                new HistoryWiring(
                        new HistoryTrees(config.lake(), config.drops()),
                        directory -> DuckDbOriginalSums.open(directory, DUCKDB_BYTES))));
    }

    private Stages stages(
            SluiceConfig config,
            SourceConfig from,
            TableLocks locks,
            Clock clock,
            Progress progress,
            Patience patience) {
        PostgresSource source =
                PostgresSource.of(from.url(), from.user(), () -> from.password().reveal());
        SharedSnapshots snapshots = new SharedSnapshots(source, true, STATEMENT_TIMEOUT);
        open.push(snapshots);
        return new Stages(new Wiring(
                config,
                source,
                snapshots,
                documents,
                warehouse,
                new OneAtATime(directory -> DuckDbConverter.open(directory, CORES, DUCKDB_BYTES)),
                locks,
                work,
                clock,
                progress,
                duration -> pause(patience.time(), duration)));
    }

    private static void pause(TimeSource time, Duration duration) {
        try {
            time.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SourceUnavailable("waiting for the source's counters: stopped", e);
        }
    }

    /// How long a run waits for others.
    ///
    /// @param warehouse for another process that has the DuckDB file open, each time it is needed
    /// @param time      that waits between two attempts go by
    record Patience(Duration warehouse, TimeSource time) {
        static final Patience USUAL = new Patience(Duration.ofSeconds(60), TimeSource.SYSTEM);
    }

    /// @param home where temporary files may go
    static LocalRun open(SluiceConfig config, Path home, Progress progress) {
        return open(config, home, progress, Patience.USUAL);
    }

    static LocalRun open(SluiceConfig config, Path home, Progress progress, Patience patience) {
        LocalRun run = new LocalRun(config, home, progress, patience);
        Runtime.getRuntime().addShutdownHook(run.ending);
        return run;
    }

    private ObjectStore lake(LakeConfig lake) {
        return switch (lake) {
            case LakeConfig.File file -> {
                EmbeddedS3 s3 = EmbeddedS3.start(file.path());
                open.push(s3);
                embedded = Optional.of(s3);
                yield s3.ownStore("");
            }
            case LakeConfig.S3 s3 -> {
                S3Client client = S3Clients.aws(s3.region(), s3.endpoint());
                open.push(client);
                yield S3ObjectStore.of(client, s3.bucket(), s3.prefix());
            }
        };
    }

    /// Files below the prefixes of feeds that a local lake does not see because of their names.
    List<Path> unseen(List<Feed> feeds) {
        return feeds.stream()
                .map(feed -> feed.match().prefix())
                .distinct()
                .flatMap(prefix -> embedded.stream().flatMap(s3 -> s3.unseen(prefix).stream()))
                .distinct()
                .toList();
    }

    Documents documents() {
        return documents;
    }

    Warehouse warehouse() {
        return warehouse;
    }

    /// @throws InvalidRequest the configuration has no source
    Stages stages() {
        return stages.orElseGet(() -> {
            throw config.noSource();
        });
    }

    DropStages dropStages() {
        return dropStages;
    }

    /// What the state machine itself reads and writes.
    Objects objects() {
        return new LakeObjects(documents.store());
    }

    DropWarehouse drops() {
        return drops;
    }

    TableLocks locks() {
        return locks;
    }

    /// `sync.asl.json` with its names filled in: a function is called what its stage is called.
    StateMachine machine() {
        return StateMachine.parse(definition(SYNC), names(SYNC, Stages.NAMES));
    }

    /// As [#machine()], that of dropped files.
    StateMachine dropMachine() {
        return StateMachine.parse(definition(DROP), names(DROP, DropStages.NAMES));
    }

    /// `<UTC compact>-<8 hex>`, as in every key of the run.
    static String newRunId() {
        return RUN_TIME.format(Instant.now())
                + "-"
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    }

    /// Executes the state machine of tables and returns the report that it wrote.
    RunReport run(String runId, RunRequest request, Listener listener) {
        return run(runId, request, listener, stages()::invoke);
    }

    /// As [#run(String, RunRequest, Listener)], with other functions than those of this process.
    RunReport run(String runId, RunRequest request, Listener listener, TaskInvoker functions) {
        return execute(SYNC, "sync", Stages.NAMES, functions, runId, Json.toTree(request), listener, RunReport.class);
    }

    /// Executes the state machine of dropped files and returns the report that it wrote.
    ///
    /// @param feeds names; every feed of the configuration if empty
    DropReport receive(String runId, List<String> feeds, Listener listener) {
        return receive(runId, feeds, Optional.empty(), false, listener, dropStages::invoke);
    }

    /// As [#receive(String, List, Listener)], reading also the files that are in the table as they are.
    DropReport receiveFull(String runId, List<String> feeds, Listener listener) {
        return receive(runId, feeds, Optional.empty(), true, listener, dropStages::invoke);
    }

    /// As [#receive(String, List, Listener)], with other functions than those of this process.
    DropReport receive(String runId, List<String> feeds, Listener listener, TaskInvoker functions) {
        return receive(runId, feeds, Optional.empty(), false, listener, functions);
    }

    /// @param history a tree of old files for the one feed, instead of what lies under its prefix
    DropReport receive(String runId, List<String> feeds, Optional<History> history, Listener listener) {
        return receive(runId, feeds, history, false, listener, dropStages::invoke);
    }

    private DropReport receive(
            String runId,
            List<String> feeds,
            Optional<History> history,
            boolean full,
            Listener listener,
            TaskInvoker functions) {
        ObjectNode request = JsonNodeFactory.instance.objectNode().put("trigger", "cli");
        feeds.forEach(request.putArray("feeds")::add);
        history.ifPresent(tree -> request.set("history", Json.toTree(tree)));
        if (full) {
            request.put("full", true);
        }
        return receive(runId, request, listener, functions);
    }

    /// @param request the execution's input
    DropReport receive(String runId, JsonNode request, Listener listener, TaskInvoker functions) {
        return execute(DROP, "drop", DropStages.NAMES, functions, runId, request, listener, DropReport.class);
    }

    private <R> R execute(
            String file,
            String name,
            List<String> functions,
            TaskInvoker invoker,
            String runId,
            JsonNode input,
            Listener listener,
            Class<R> report) {
        AtomicReference<StoreUnavailable> first = new AtomicReference<>();
        Execution execution = Execution.of(
                StateMachine.parse(definition(file), names(file, functions)),
                noting(first, invoker),
                objects(),
                listener,
                new Execution.Settings(name, Execution.Settings.DEFAULT_DISTRIBUTED_CONCURRENCY, time));
        running = execution;
        try {
            Execution.Result result = execution.run(runId, input);
            if (result.status() == Execution.Status.ABORTED) {
                throw new DataMismatch(
                        "run %s was stopped; what it had published stays, the next run does the rest".formatted(runId));
            }
            return documents
                    .find(Keys.report(runId), report)
                    .orElseThrow(() -> new DataMismatch("run %s ended %s without a report: %s %s"
                            .formatted(
                                    runId,
                                    result.status(),
                                    Optional.ofNullable(result.error()).orElse(""),
                                    Optional.ofNullable(result.cause()).orElse(""))));
        } catch (StoreUnavailable noReport) {
            throw Optional.ofNullable(first.get()).orElse(noReport);
        } finally {
            running = null;
        }
    }

    /// Keeps why the lake could not be reached at first: the report, which would say so, lies in the lake.
    private static TaskInvoker noting(AtomicReference<StoreUnavailable> first, TaskInvoker invoker) {
        return (name, payload) -> {
            try {
                return invoker.invoke(name, payload);
            } catch (StoreUnavailable e) {
                first.compareAndSet(null, e);
                throw e;
            }
        };
    }

    private Map<String, String> names(String file, List<String> functions) {
        Map<String, String> names = new HashMap<>();
        functions.forEach(name -> names.put(name.replace('-', '_') + "_function", name));
        names.put("stage_timeout_seconds", String.valueOf(STAGE_TIMEOUT.toSeconds()));
        names.put("lake_prefix", documents.store().bucketKey(""));
        if (file.equals(DROP)) {
            names.put("file_batches_at_once", String.valueOf(CORES));
        }
        return names;
    }

    /// Waits, unless the process is told to end.
    ///
    /// @return false if it is
    boolean pause(Duration time) {
        try {
            return !toldToEnd.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// The process was told to end (Ctrl-C, SIGTERM): the run stops and whoever opened this closes it. A
    /// statement at the source cannot be interrupted: then the process goes without, but leaves no files.
    private void endWithProcess() {
        toldToEnd.countDown();
        Execution now = running;
        if (now != null) {
            now.stop();
        }
        try {
            if (!closed.await(LONGEST_ENDING.toMillis(), TimeUnit.MILLISECONDS)) {
                work.close();
            }
        } catch (InterruptedException e) {
            work.close();
        }
    }

    private void forgetEnding() {
        try {
            Runtime.getRuntime().removeShutdownHook(ending);
        } catch (IllegalStateException alreadyEnding) {
            // The hook runs now and sees that all is closed.
            return;
        }
    }

    private static String definition(String file) {
        try (InputStream in = LocalRun.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The state machine's own S3 calls go to the lake.
    private record LakeObjects(ObjectStore store) implements Objects {
        @Override
        public byte[] get(String bucket, String key) throws IOException {
            try (InputStream in = store.open(relative(key))) {
                return in.readAllBytes();
            }
        }

        @Override
        public void put(String bucket, String key, byte[] content) {
            store.write(relative(key), new String(content, StandardCharsets.UTF_8));
        }

        private String relative(String key) {
            String prefix = store.bucketKey("");
            return key.startsWith(prefix) ? key.substring(prefix.length()) : key;
        }
    }

    @Override
    public void close() {
        RuntimeException first = null;
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                if (first == null) {
                    first = new IllegalStateException("cleaning up after the run", e);
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        closed.countDown();
        forgetEnding();
        if (first != null) {
            throw first;
        }
    }
}
