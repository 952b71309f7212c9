package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.adapter.secretsmanager.LoopbackSecrets;
import dev.sluice.cli.functions.LocalFunctions;
import dev.sluice.machine.Listener;
import dev.sluice.machine.TaskInvoker;
import dev.sluice.model.RunRequest;
import dev.sluice.run.RunReport;
import dev.sluice.store.Json;
import dev.sluice.testing.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The packaged functions between a real PostgreSQL and a Snowflake of the tests, with lake, configuration
/// and secrets behind the protocols of AWS. The configuration lies in the bucket beside the lake.
final class FunctionsBed implements AutoCloseable {
    static final String SECRET = "s3cr3t-of-the-source";

    private static final Path ZIP = Path.of("../functions/lambda/target/function.zip");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> HOSTILE =
            List.of("-Duser.timezone=Pacific/Apia", "-Duser.language=tr", "-Duser.country=TR");

    private final Path directory;
    private final SnowflakeBeside snowflake;
    private final LoopbackSecrets secrets = LoopbackSecrets.start();
    private final Bed bed;
    private final List<LocalFunctions> started = new ArrayList<>();

    FunctionsBed(Path directory) {
        assertThat(ZIP)
                .as("./mvnw -pl functions/lambda -am package -DskipTests makes it")
                .isRegularFile();
        this.directory = directory;
        this.snowflake = SnowflakeBeside.start(directory);
        this.bed = Bed.of(TestPostgres.MIDDLE, directory, snowflake);
        secrets.put("sluice/test/source", "{\"password\": \"%s\"}".formatted(SECRET));
    }

    Bed bed() {
        return bed;
    }

    SnowflakeBeside snowflake() {
        return snowflake;
    }

    LoopbackSecrets secrets() {
        return secrets;
    }

    /// As the functions read it: the password is kept elsewhere.
    String yaml() {
        return bed.yaml().replace("${env:PASSWORD}", "${secret:sluice/test/source#password}");
    }

    /// Functions with a configuration and a directory of their own.
    LocalFunctions functions(String name, String yaml, Duration timeout, String... options) {
        return functions(name, yaml, timeout, Map.of(), options);
    }

    /// @param more variables beside those that every function has
    LocalFunctions functions(String name, String yaml, Duration timeout, Map<String, String> more, String... options) {
        Path home = directory.resolve(name);
        bed.with(run -> {
            run.documents().store().write("config/" + name + ".yaml", yaml);
            return true;
        });
        List<String> all = new ArrayList<>(HOSTILE);
        all.addAll(List.of(options));
        Map<String, String> environment = new HashMap<>(Map.of(
                "SLUICE_CONFIG", "s3://lake/sluice/config/" + name + ".yaml",
                "SLUICE_ENVIRONMENT", "test",
                "AWS_REGION", "us-east-1",
                "AWS_ACCESS_KEY_ID", Objects.requireNonNull(System.getProperty("aws.accessKeyId")),
                "AWS_SECRET_ACCESS_KEY", Objects.requireNonNull(System.getProperty("aws.secretAccessKey")),
                "AWS_ENDPOINT_URL_S3", snowflake.endpoint().toString(),
                "AWS_ENDPOINT_URL_SECRETS_MANAGER", secrets.endpoint().toString()));
        environment.putAll(more);
        LocalFunctions functions = LocalFunctions.of(ZIP, code(), home, environment, timeout, all);
        started.add(functions);
        return functions;
    }

    /// Unzipped once for all tests of a build.
    private static Path code() {
        return Path.of("target/functions").toAbsolutePath();
    }

    RunReport run(TaskInvoker functions, RunRequest request) {
        return bed.with(run -> run.run(LocalRun.newRunId(), request, Listener.NONE, functions));
    }

    static RunRequest ofGroup(String group) {
        return new RunRequest(
                List.of(),
                false,
                Optional.empty(),
                List.of(),
                RunRequest.Mode.SYNC,
                false,
                "test",
                Optional.empty(),
                Optional.of(group));
    }

    /// What the state machine hands to `plan`.
    static JsonNode planInput(String runId, Object request) {
        ObjectNode input = JSON.createObjectNode();
        input.put("run_id", runId).put("started_at", Instant.now().toString());
        input.set("request", Json.toTree(request));
        return input;
    }

    static JsonNode ofTable(String runId, String table) {
        return JSON.createObjectNode()
                .put("run_id", runId)
                .put("table", table)
                .put("wave", 0)
                .put("round", 0)
                .put("batch", 0);
    }

    /// Everything that a function wrote to its output.
    String log(String name, String function) {
        try {
            Path log = directory.resolve(name).resolve(function).resolve("log");
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The lines of it that are JSON.
    List<JsonNode> lines(String name, String function) {
        return log(name, function)
                .lines()
                .filter(line -> line.startsWith("{"))
                .map(line -> Json.read(line, JsonNode.class, function))
                .toList();
    }

    /// The process of a function, found by where its temporary files go.
    ProcessHandle process(String name, String function) {
        String room = directory.resolve(name).resolve(function).toAbsolutePath().toString();
        return ProcessHandle.current()
                .children()
                .filter(process -> process.info()
                        .arguments()
                        .map(arguments -> String.join(" ", arguments).contains(room + "/"))
                        .orElse(false))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        started.forEach(LocalFunctions::close);
        secrets.close();
        snowflake.close();
    }
}
