package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.config.LakeConfig;
import dev.sluice.config.SecretName;
import dev.sluice.config.Secrets;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.Surroundings;
import dev.sluice.machine.Execution;
import dev.sluice.machine.Listener;
import dev.sluice.model.RunRequest;
import dev.sluice.run.Doorbell;
import dev.sluice.run.DropReport;
import dev.sluice.run.DropWiring;
import dev.sluice.run.Freshness;
import dev.sluice.run.RunReport;
import dev.sluice.store.Json;
import dev.sluice.store.Keys;
import dev.sluice.store.Progress;
import dev.sluice.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every function asks of S3, and whose secrets it reads, in real runs against Snowflake, compared
/// with what `infra` lets it do.
@Tag("slow")
class PermissionsTest {
    private static final String LAKE = "sluice/";

    /// Rights that no run here makes use of, and when one does.
    private static final Map<String, String> RARE = Map.ofEntries(
            Map.entry("land s3:DeleteObject raw/", "another attempt at the batch was faster"),
            Map.entry("land s3:AbortMultipartUpload raw/", "an upload in parts fails"),
            Map.entry("convert s3:DeleteObject lake/", "another attempt at the batch was faster"),
            Map.entry("convert s3:AbortMultipartUpload lake/", "an upload in parts fails"),
            Map.entry("report s3:AbortMultipartUpload raw/", "an upload was begun more than a day ago"),
            Map.entry("report s3:AbortMultipartUpload lake/", "an upload was begun more than a day ago"),
            Map.entry("report s3:AbortMultipartUpload quarantine/", "an upload was begun more than a day ago"),
            Map.entry("land s3:PutObject locks/", "the lock was last renewed more than a minute ago"),
            Map.entry("convert s3:PutObject locks/", "the lock was last renewed more than a minute ago"),
            Map.entry("load s3:PutObject locks/", "the lock was last renewed more than a minute ago"),
            Map.entry("land s3:ListBucket locks/", "somebody deleted the lock"),
            Map.entry("convert s3:ListBucket locks/", "somebody deleted the lock"),
            Map.entry("load s3:ListBucket locks/", "somebody deleted the lock"),
            Map.entry("verify s3:ListBucket locks/", "somebody deleted the lock"),
            Map.entry("land s3:ListBucket raw/", "raw objects of a replay are gone"),
            Map.entry("convert s3:ListBucket raw/", "raw objects are gone"),
            Map.entry("report s3:ListBucket runs/", "the plan failed, or a table left no result"),
            Map.entry("convert-files s3:AbortMultipartUpload raw/", "an upload in parts fails"),
            Map.entry("convert-files s3:AbortMultipartUpload lake/", "an upload in parts fails"),
            Map.entry("convert-files s3:AbortMultipartUpload quarantine/", "an upload in parts fails"),
            Map.entry("receive s3:DeleteObject ledger/files/", "a publish was interrupted"),
            Map.entry("verify s3:DeleteObject ledger/", "a publish was interrupted"),
            Map.entry("load-files s3:ListBucket ledger/files/", "somebody deleted the copy of the ledger"),
            Map.entry("verify-files s3:ListBucket ledger/feeds/", "the first run of a feed loads nothing"),
            Map.entry("convert-files s3:DeleteObject lake/", "another attempt at the batch was faster"),
            Map.entry("convert-files s3:DeleteObject quarantine/", "another attempt at the batch was faster"),
            Map.entry("convert-files s3:GetObject raw/", "a file of more than 8 MiB"),
            Map.entry("convert-files s3:ListBucket raw/", "a file of more than 8 MiB"),
            Map.entry("convert-files s3:ListBucket {drops}", "a file goes after it was listed"),
            Map.entry("report-files s3:AbortMultipartUpload raw/", "an upload was begun more than a day ago"),
            Map.entry("report-files s3:AbortMultipartUpload lake/", "an upload was begun more than a day ago"),
            Map.entry("report-files s3:AbortMultipartUpload quarantine/", "an upload was begun more than a day ago"),
            Map.entry("convert-files s3:PutObject locks/", "the lock was last renewed more than a minute ago"),
            Map.entry("load-files s3:PutObject locks/", "the lock was last renewed more than a minute ago"),
            Map.entry("convert-files s3:ListBucket locks/", "somebody deleted the lock"),
            Map.entry("load-files s3:ListBucket locks/", "somebody deleted the lock"),
            Map.entry("verify-files s3:ListBucket locks/", "somebody deleted the lock"),
            Map.entry("report-files s3:ListBucket runs/", "a feed left no result"));

    private static final String FEEDS = """
            drops:
              pos:
                match: "drops/pos/*.csv"
                format: csv
                columns: {id: bigint, note: text}
                mode: upsert
                key: [id]
                bad_rows: {allow: 50 %, action: quarantine}
            """;

    private final ReadSecrets read = new ReadSecrets();

    @TempDir
    Path directory;

    @Test
    void functionsMayDoWhatTheyDoAndNothingElse() throws IOException {
        try (SnowflakeBeside snowflake = SnowflakeBeside.start(directory)) {
            Bed bed = Bed.of(TestPostgres.NEWEST, directory, snowflake)
                    .execute(
                            "CREATE TABLE store (id int PRIMARY KEY, name text)",
                            "INSERT INTO store VALUES (1, 'one')",
                            "CREATE TABLE sales (id int PRIMARY KEY, postal_code text, amount int)",
                            "INSERT INTO sales SELECT i, 'P' || i % 4, i FROM generate_series(1, 40) i",
                            "CREATE TABLE transactions (id int PRIMARY KEY, sold_at date)",
                            "INSERT INTO transactions SELECT i, date '2024-01-01' + i % 20 FROM generate_series(1, 40)"
                                    + " i")
                    .tables(
                            "public.store: {strategy: wholesale, skip_unchanged: true, consistency: slice}",
                            "public.sales: {strategy: sliced, slice_by: postal_code, consistency: slice}",
                            "public.transactions: {strategy: time-sliced, slice_by: sold_at, grain: day, consistency:"
                                    + " slice}");
            S3Calls.forget();
            run(bed, Bed.request(RunRequest.Mode.SYNC));
            bed.execute(
                    "UPDATE sales SET amount = -1 WHERE id = 1",
                    "DELETE FROM sales WHERE postal_code = 'P2'",
                    "UPDATE store SET name = 'eins'");
            run(bed, Bed.request(RunRequest.Mode.SYNC));
            run(bed, Bed.request(RunRequest.Mode.SYNC));
            run(
                    bed,
                    RunRequest.replay(
                            "public.sales",
                            new RunRequest.Replay(List.of("P1"), Optional.empty(), false),
                            false,
                            "test"));
            run(
                    bed,
                    RunRequest.replay(
                            "public.sales",
                            new RunRequest.Replay(List.of("P1"), Optional.empty(), true),
                            false,
                            "test"));
            run(bed, Bed.request(RunRequest.Mode.VERIFY));
            bed.execute("UPDATE sales SET amount = -2 WHERE id = 1");
            run(bed, Bed.request(RunRequest.Mode.SYNC));
            receive(bed, Map.of("drops/pos/a.csv", "id,note\n1,one\n", "drops/pos/b.csv", "id,note\n2,two\nx,bad\n"));
            receive(bed, Map.of("drops/pos/a.csv", "id,note\n3,three\n", "drops/pos/b.csv", "id,note\n4,four\n"));
            receive(bed, Map.of());
        }
        List<Right> rights = rights();
        Set<String> missing = new TreeSet<>();
        Set<Right> used = new HashSet<>();
        for (S3Calls.Call call : S3Calls.calls()) {
            List<Right> giving =
                    rights.stream().filter(right -> right.gives(call)).toList();
            if (!call.key().equals(S3Calls.BUCKET)) {
                used.addAll(giving);
            }
            if (giving.isEmpty()) {
                missing.add(call.toString());
            }
        }
        assertThat(missing)
                .as("calls that infra/permissions.json does not allow")
                .isEmpty();
        Set<String> unused = new TreeSet<>();
        rights.stream()
                .filter(right -> !used.contains(right))
                .map(Right::toString)
                .forEach(unused::add);
        assertThat(unused).as("rights that no run used").isEqualTo(new TreeSet<>(RARE.keySet()));
        assertThat(read.by()).as("secrets that are read").isEqualTo(secrets());
    }

    /// Which function read the secret of which side, `land source`.
    private record ReadSecrets(Set<String> by) implements Secrets {
        ReadSecrets() {
            this(new ConcurrentSkipListSet<>());
        }

        @Override
        public String value(SecretName name) {
            by.add(S3Calls.recorded() + " " + name.name());
            return Cli.password();
        }

        @Override
        public boolean renew(SecretName name) {
            return false;
        }
    }

    /// As `infra/permissions.json` gives them.
    private static Set<String> secrets() throws IOException {
        Set<String> all = new TreeSet<>();
        new ObjectMapper()
                .readTree(Files.readString(Path.of("../infra/permissions.json"))).properties().stream()
                        .forEach(function -> function.getValue()
                                .path("secrets")
                                .forEach(side -> all.add(function.getKey() + " " + side.asText())));
        return all;
    }

    /// As functions read it: whose secrets are asked for when they are needed.
    private SluiceConfig config(Bed bed, String more) {
        String yaml = (bed.yaml() + more)
                .replace("${env:PASSWORD}", "${secret:source#password}")
                .replace("${env:PATH}", "${secret:warehouse#password}");
        return SluiceConfig.parse(yaml, "sluice.yaml", directory, Surroundings.functions(System::getenv, read));
    }

    private record Right(String function, String action, String part) {
        boolean gives(S3Calls.Call call) {
            return call.by().equals(function)
                    && call.action().equals(action)
                    && (part.isEmpty()
                            || call.key().startsWith(LAKE + part.replace("{drops}", "drops/"))
                            || call.key().equals(S3Calls.BUCKET));
        }

        @Override
        public String toString() {
            return function + " " + action + " " + part;
        }
    }

    private static List<Right> rights() throws IOException {
        List<Right> rights = new ArrayList<>();
        JsonNode functions = new ObjectMapper().readTree(Files.readString(Path.of("../infra/permissions.json")));
        functions
                .properties()
                .forEach(function -> function.getValue()
                        .path("objects")
                        .properties()
                        .forEach(action -> action.getValue()
                                .forEach(part ->
                                        rights.add(new Right(function.getKey(), action.getKey(), part.asText())))));
        return rights;
    }

    /// Drops files, rings the doorbell, and receives them.
    private void receive(Bed bed, Map<String, String> files) {
        SluiceConfig config = hasty(config(bed, FEEDS));
        try (LocalRun run = LocalRun.open(config, directory.resolve(".sluice"), Progress.NONE)) {
            files.forEach(run.documents().store()::write);
            settle();
            S3Calls.by(
                    "doorbell",
                    () -> new Doorbell(config.drops(), run.documents().store(), run.locks())
                            .ring(List.of(new Doorbell.Notice("m-1", """
                            {"source": "aws.s3", "detail": {"bucket": {"name": "lake"}, "object": {"key": "sluice/drops/pos/a.csv"}}}"""))));
            DropReport report = run.receive(
                    LocalRun.newRunId(),
                    List.of(),
                    Listener.NONE,
                    (function, payload) ->
                            S3Calls.by(function, () -> run.dropStages().invoke(function, payload)));
            assertThat(report.status()).as("%s", report).isEqualTo("SUCCEEDED");
        }
    }

    private static void settle() {
        try {
            Thread.sleep(DropWiring.USUAL_SETTLE.plusMillis(200));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void run(Bed bed, RunRequest request) {
        SluiceConfig config = hasty(config(bed, ""));
        try (LocalRun run = LocalRun.open(config, directory.resolve(".sluice"), Progress.NONE)) {
            Execution execution = Execution.of(
                    run.machine(),
                    (function, payload) -> S3Calls.by(function, () -> answer(run, config, function, payload)),
                    run.objects(),
                    Listener.NONE,
                    Execution.Settings.of("sync"));
            Execution.Result result = execution.run(LocalRun.newRunId(), Json.toTree(request));
            assertThat(result.status()).as("%s", result).isEqualTo(Execution.Status.SUCCEEDED);
        }
    }

    /// What is superseded is deleted by the next run, not a month later.
    private static SluiceConfig hasty(SluiceConfig given) {
        LakeConfig.S3 lake = (LakeConfig.S3) given.lake();
        LakeConfig hasty =
                new LakeConfig.S3(lake.bucket(), lake.prefix(), lake.region(), lake.endpoint(), Duration.ofMillis(1));
        return new SluiceConfig(
                given.source(), hasty, given.warehouse(), given.groups(), given.tables(), given.drops());
    }

    /// What a function does: the stage, and for the report what its metrics are made from.
    private static JsonNode answer(LocalRun run, SluiceConfig config, String function, JsonNode payload) {
        JsonNode answer = run.stages().invoke(function, payload);
        if (function.equals("report")) {
            RunReport report =
                    run.documents().get(Keys.report(payload.path("run_id").asText()), RunReport.class);
            Instant startedAt = Instant.parse(payload.path("started_at").asText());
            assertThat(new Freshness(config, run.documents()).after(report, startedAt, Instant.now()))
                    .isNotEmpty();
        }
        return answer;
    }
}
