package dev.sluice.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.adapter.s3.S3Clients;
import dev.sluice.adapter.s3.S3ObjectStore;
import dev.sluice.adapter.secretsmanager.SecretsManager;
import dev.sluice.config.LakeConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.lambda.Telemetry.Metric;
import dev.sluice.model.Failure;
import dev.sluice.model.LimitExceeded;
import dev.sluice.run.DropStages;
import dev.sluice.run.Stages;
import dev.sluice.store.Documents;
import dev.sluice.store.WorkDirectory;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;

/// One process of Lambda: what its invocations share, and what each is given anew. Lambda calls one at a
/// time.
@Singleton
public class Functions {
    /// DuckDB's share of the function's memory; the heap and the drivers have the rest.
    private static final double DUCKDB_SHARE = 0.4;

    private static final long LEAST_DUCKDB_BYTES = 192L << 20;

    /// Code, threads, buffers of the network.
    private static final long OTHER_BYTES = 256L << 20;

    private final Map<String, String> environment;
    private final Clock clock = Clock.systemUTC();
    private final Telemetry telemetry;
    private final Configuration configuration;
    private final WorkDirectory work;
    private final Watch watch = new Watch();
    private final Executions executions = new Executions();
    private @Nullable Lake lake;

    private record Lake(LakeConfig.S3 config, S3Client client) {}

    @Inject
    Functions() {
        this(System.getenv(), System.out);
    }

    Functions(Map<String, String> environment, PrintStream out) {
        this.environment = environment;
        this.telemetry = new Telemetry(environment, clock, out);
        this.configuration = new Configuration(environment, new SecretsManager());
        this.work = WorkDirectory.open(Path.of(environment.getOrDefault("SLUICE_TMP", "/tmp"), "sluice"));
    }

    /// @throws Failure as the stage says; the state machine matches on its class name
    JsonNode invoke(Invocation invocation) {
        if (watch.busy()) {
            // What an earlier invocation was given up with cannot be stopped: Lambda starts another process.
            telemetry.write(telemetry.line(invocation, "ERROR", "restart"));
            Runtime.getRuntime().halt(1);
        }
        telemetry.write(telemetry.line(invocation, "INFO", "begin"));
        long begin = System.nanoTime();
        Measured measured = new Measured();
        try {
            JsonNode answer = answer(invocation, measured);
            telemetry.write(ended(telemetry.line(invocation, "INFO", "end"), begin, measured));
            return answer;
        } catch (RuntimeException | Error failure) {
            telemetry.write(failed(ended(telemetry.line(invocation, "ERROR", "failed"), begin, measured), failure));
            throw failure;
        } finally {
            tell(invocation, begin, measured);
            if (!watch.busy()) {
                work.sweep();
            }
        }
    }

    private JsonNode answer(Invocation invocation, Measured measured) {
        invocation.deadline().check(invocation.stage());
        SluiceConfig config = configuration.read();
        Documents documents = new Documents(store(config));
        FunctionWiring wiring = new FunctionWiring(
                config, documents, invocation.deadline(), measured, work, clock, holder(), duckDbBytes());
        Door door = door(invocation, wiring);
        try {
            JsonNode answer = watch.within(
                    invocation.deadline().forStage(),
                    door.open(),
                    () -> invocation.deadline().passed(invocation.stage()));
            new StageMetrics(config, documents, measured, clock.instant())
                    .of(invocation)
                    .forEach(metric -> telemetry.metric(invocation, metric));
            return answer;
        } catch (LimitExceeded over) {
            door.gaveUp().accept(over);
            throw over;
        } catch (RuntimeException failure) {
            if (!isDiskFull(failure)) {
                throw failure;
            }
            LimitExceeded full =
                    new LimitExceeded("%1$s: /tmp is full: raise functions[\"%1$s\"].tmp_mb, or lower chunk_bytes"
                            .formatted(invocation.stage()));
            door.gaveUp().accept(full);
            throw full;
        }
    }

    /// What an invocation is for.
    ///
    /// @param gaveUp what is left to be said when it was given up from outside
    private record Door(Supplier<JsonNode> open, Consumer<LimitExceeded> gaveUp) {}

    private Door door(Invocation invocation, FunctionWiring wiring) {
        String stage = invocation.stage();
        JsonNode payload = invocation.payload();
        if (stage.equals(Doorkeeper.NAME)) {
            Doorkeeper keeper = new Doorkeeper(wiring.doorbell(), executions, environment, telemetry);
            return new Door(() -> keeper.answer(invocation), Functions::nothing);
        }
        if (DropStages.NAMES.contains(stage)) {
            DropStages stages = wiring.dropStages();
            return new Door(() -> stages.invoke(stage, payload), Functions::nothing);
        }
        Stages stages = wiring.stages();
        return new Door(() -> stages.invoke(stage, payload), why -> stages.gaveUp(stage, payload, why));
    }

    /// A batch of files without a receipt is left to the next run, and no stage leaves more to be said.
    private static void nothing(LimitExceeded ignored) {}

    private S3ObjectStore store(SluiceConfig config) {
        LakeConfig.S3 wanted = (LakeConfig.S3) config.lake();
        Lake open = lake;
        if (open == null || !open.config().equals(wanted)) {
            if (open != null) {
                open.client().close();
            }
            open = new Lake(wanted, S3Clients.aws(wanted.region(), wanted.endpoint()));
            lake = open;
        }
        return S3ObjectStore.of(open.client(), wanted.bucket(), wanted.prefix());
    }

    private long duckDbBytes() {
        long memory = Long.parseLong(environment.getOrDefault("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "0")) << 20;
        // Lambda's own runtime lets the heap have most of it.
        long left = memory - Runtime.getRuntime().maxMemory() - OTHER_BYTES;
        return Math.max(LEAST_DUCKDB_BYTES, Math.min((long) (memory * DUCKDB_SHARE), left));
    }

    /// Nobody can tell from outside whether a function still runs, so its lock has to expire.
    private String holder() {
        return "lambda|" + environment.getOrDefault("AWS_LAMBDA_LOG_STREAM_NAME", "unknown");
    }

    private void tell(Invocation invocation, long begin, Measured measured) {
        telemetry.metric(
                invocation, Metric.seconds("StageSeconds", seconds(begin)).by("Stage", invocation.stage()));
        if (measured.warehouseNanos.get() > 0) {
            telemetry.metric(invocation, Metric.seconds("WarehouseSeconds", measured.warehouseSeconds()));
        }
    }

    private static ObjectNode ended(ObjectNode line, long begin, Measured measured) {
        line.put("seconds", seconds(begin));
        Map<String, Long> counts =
                Map.of("slices", measured.slices.get(), "rows", measured.rows.get(), "bytes", measured.bytes.get());
        for (String name : List.of("slices", "rows", "bytes")) {
            Optional.ofNullable(counts.get(name)).filter(n -> n > 0).ifPresent(n -> line.put(name, n));
        }
        return line;
    }

    /// The message of a failure of ours holds no row's content; that of anything else might.
    private static ObjectNode failed(ObjectNode line, Throwable failure) {
        line.put("error", failure.getClass().getName());
        if (failure instanceof Failure) {
            line.put("message", failure.getMessage());
        }
        return line;
    }

    private static double seconds(long begin) {
        return Math.round((System.nanoTime() - begin) / 1e6) / 1e3;
    }

    private static boolean isDiskFull(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof IOException && String.valueOf(at.getMessage()).contains("No space left on device")) {
                return true;
            }
        }
        return false;
    }
}
