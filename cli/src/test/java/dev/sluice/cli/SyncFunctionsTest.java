package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.run.Stages;
import dev.sluice.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `sluice sync --functions function.zip`, as its user types it.
@Tag("slow")
@Timeout(240)
class SyncFunctionsTest {
    private static final Path ZIP = Path.of("../functions/lambda/target/function.zip");
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    Path directory;

    private Bed bed(SnowflakeBeside snowflake) {
        return Bed.of(TestPostgres.MIDDLE, directory, snowflake)
                .execute(
                        "CREATE TABLE sales (id int PRIMARY KEY, postal_code text)",
                        "INSERT INTO sales SELECT i, 'P' || i % 4 FROM generate_series(1, 400) i")
                .tables("public.sales: {strategy: sliced, slice_by: postal_code}");
    }

    @Test
    void theCommandSyncsThroughThePackagedFunctionsAndLeavesNoProcess() throws IOException {
        try (SnowflakeBeside snowflake = SnowflakeBeside.start(directory)) {
            Bed bed = bed(snowflake);
            List<String> words = List.of(
                    "sync",
                    "-c",
                    bed.writeConfig().toString(),
                    "--functions",
                    ZIP.toAbsolutePath().toString());
            try (OtherProcess sluice =
                    OtherProcess.start(directory, "", Sluice.class, words, Map.of("AWS_REGION", "us-east-1"))) {
                assertThat(sluice.await(PATIENCE)).as(sluice.everything()).isZero();
                assertThat(sluice.output()).contains("public.sales", "SUCCEEDED");
            }
            bed.assertEqualEnds("public.sales");
            bed.assertNoOrphans();
            for (String stage : Stages.NAMES) {
                assertThat(Files.readString(home().resolve(stage).resolve("log")))
                        .as("the packaged function, not this process, did it")
                        .contains("\"event\":\"end\"", "\"stage\":\"%s\"".formatted(stage));
            }
            assertThat(functionProcesses()).as("processes of functions").isEmpty();
        }
    }

    @Test
    void whatCannotBeIsRefusedBeforeAnythingIsStarted() throws IOException {
        try (SnowflakeBeside snowflake = SnowflakeBeside.start(directory)) {
            Cli cli = Cli.of(bed(snowflake));
            String zip = ZIP.toString();
            cli.run("sync", "--functions", "none.zip").exits(2).says("none.zip: no such file", "functions/lambda");
            Path text = Files.writeString(directory.resolve("text.zip"), "no zip");
            cli.run("sync", "--functions", text.toString()).exits(2).says("text.zip: not a function.zip");
            cli.run("sync", "--functions", zip, "--env", "dev").exits(2).says("not with --env");
            cli.run("sync", "--functions").exits(2).says("--functions");
            withoutJava(() -> cli.run("sync", "--functions", zip)
                    .exits(2)
                    .says(directory.resolve("bin/java") + " is no program", "SLUICE_JAVA_HOME"));
            String duckdb = Bed.of(TestPostgres.MIDDLE, directory)
                    .tables("public.sales: {strategy: wholesale}")
                    .yaml();
            Path file =
                    Files.writeString(directory.resolve("file.yaml"), duckdb.replace("${env:PASSWORD}", "${env:PATH}"));
            Cli.bare("sync", "-c", file.toString(), "--functions", zip)
                    .exits(2)
                    .says("--functions: they share a lake on s3://");
            assertThat(home().resolve("plan/log")).doesNotExist();
        }
    }

    private void withoutJava(Runnable work) {
        String java = System.setProperty("java.home", directory.toString());
        try {
            work.run();
        } finally {
            System.setProperty("java.home", java);
        }
    }

    private Path home() {
        return directory.resolve(".sluice/functions");
    }

    private List<String> functionProcesses() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .arguments()
                        .map(words -> String.join(" ", words).contains(home() + "/"))
                        .orElse(false))
                .map(ProcessHandle::toString)
                .toList();
    }
}
