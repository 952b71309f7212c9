package dev.sluice.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.cli.lake.EmbeddedS3;
import dev.sluice.stepfunctions.StepFunctionsServer;
import dev.sluice.store.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// Sluice as it is deployed, with nothing of AWS: the real state machine file behind Step Functions'
/// protocol, the real stages behind it, and a bucket behind S3's. `environments.yaml` beside the bed's
/// `sluice.yaml` calls it `test`.
final class Deployment implements AutoCloseable {
    /// What a client in this JVM takes for its environment: no profile, no metadata service.
    private static final Map<String, String> ISOLATION = Map.of(
            "aws.disableEc2Metadata", "true",
            "aws.configFile", "/nonexistent",
            "aws.sharedCredentialsFile", "/nonexistent");

    private final Bed bed;
    private final EmbeddedS3 s3;
    private final LocalRun stages;
    private final StepFunctionsServer server;
    private volatile String held = "";
    private volatile CountDownLatch gate = new CountDownLatch(0);

    private Deployment(Bed bed) {
        this.bed = bed;
        this.s3 = EmbeddedS3.start(bed.directory().resolve("s3"));
        System.setProperty("aws.accessKeyId", s3.accessKey());
        System.setProperty("aws.secretAccessKey", s3.secretKey());
        ISOLATION.forEach(System::setProperty);
        bed.lake("lake: { url: \"s3://lake/sluice\", region: us-east-1, endpoint: \"%s\" }".formatted(s3.endpoint()));
        this.stages = LocalRun.open(bed.config(), bed.directory().resolve("functions"), Progress.NONE);
        this.server = StepFunctionsServer.start(stages.machine(), this::invoke, stages.objects(), s3.accessKey());
        environments("""
                test:
                  state_machine: %s
                  lake: s3://lake/sluice
                  lake_endpoint: %s
                  endpoint: %s
                by-variable:
                  state_machine: %s
                  lake: s3://lake/sluice
                  lake_endpoint: %s
                """.formatted(
                        StepFunctionsServer.STATE_MACHINE,
                        s3.endpoint(),
                        server.endpoint(),
                        StepFunctionsServer.STATE_MACHINE,
                        s3.endpoint()));
    }

    /// @param bed its tables must be settled: functions read the configuration once
    static Deployment of(Bed bed) {
        return new Deployment(bed);
    }

    private JsonNode invoke(String function, JsonNode payload) throws InterruptedException {
        if (function.equals(held)) {
            gate.await();
        }
        return stages.stages().invoke(function, payload);
    }

    /// Calls of this function wait from now on.
    void hold(String function) {
        gate = new CountDownLatch(1);
        held = function;
    }

    void release() {
        held = "";
        gate.countDown();
    }

    StepFunctionsServer server() {
        return server;
    }

    EmbeddedS3 s3() {
        return s3;
    }

    /// Writes `environments.yaml`.
    void environments(String yaml) {
        try {
            Files.writeString(bed.directory().resolve("environments.yaml"), yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// `sluice VERB --env test ARGUMENTS…`, in the directory of the bed.
    Cli.Outcome run(String verb, String... arguments) {
        return Cli.bare(line("test", verb, arguments).toArray(String[]::new));
    }

    private List<String> line(String environment, String verb, String... arguments) {
        List<String> line = new ArrayList<>(
                List.of(verb, "-c", bed.directory().resolve("sluice.yaml").toString(), "--env", environment));
        line.addAll(List.of(arguments));
        return line;
    }

    /// The same in a process of its own, about an environment that does not say where Step Functions is: the
    /// process finds it by the variable that the SDK reads.
    OtherProcess process(String verb, String... arguments) {
        return OtherProcess.start(
                bed.directory(),
                "",
                Sluice.class,
                line("by-variable", verb, arguments),
                Map.of(
                        "AWS_ENDPOINT_URL_SFN", server.endpoint().toString(),
                        "AWS_EC2_METADATA_DISABLED", "true",
                        "AWS_CONFIG_FILE", "/nonexistent",
                        "AWS_SHARED_CREDENTIALS_FILE", "/nonexistent"));
    }

    Path directory() {
        return bed.directory();
    }

    Optional<String> status(String run) {
        return server.status(run);
    }

    @Override
    public void close() {
        release();
        server.close();
        stages.close();
        s3.close();
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
        ISOLATION.keySet().forEach(System::clearProperty);
    }
}
