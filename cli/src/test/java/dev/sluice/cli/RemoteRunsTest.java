package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.stepfunctions.StepFunctionsServer;
import dev.sluice.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `--env`: the command line against Step Functions' protocol, with the real state machine, the real
/// stages and a real source behind it.
@Tag("slow")
class RemoteRunsTest {
    @TempDir
    Path directory;

    private Bed bed() {
        return Bed.of(TestPostgres.MIDDLE, directory)
                .execute(
                        "CREATE TABLE store (id int PRIMARY KEY, name text)",
                        "INSERT INTO store SELECT i, 'store ' || i FROM generate_series(1, 20) i",
                        "CREATE TABLE sales (id int PRIMARY KEY, postal_code text, amount int)",
                        "INSERT INTO sales SELECT i, 'P' || i % 4, i FROM generate_series(1, 400) i")
                .tables(
                        "public.store: {strategy: wholesale, skip_unchanged: true}",
                        "public.sales: {strategy: sliced, slice_by: postal_code}");
    }

    @Test
    void runsOnAwsAreStartedFollowedAndReportedLikeLocalOnes() {
        Bed bed = bed();
        try (Deployment deployment = Deployment.of(bed)) {
            deployment.run("plan").exits(3).says("public.sales:", "replace P0: the target table does not exist");
            Cli.Outcome first = deployment.run("sync", "-o", "json").exits(0).says("in environment test");
            String run = first.json().path("run_id").asText();
            assertThat(run).matches("\\d{8}T\\d{6}Z-[0-9a-f]{8}");
            assertThat(deployment.status(run)).contains("SUCCEEDED");
            assertThat(table(first.json(), "public.sales")
                            .path("slices")
                            .path("replaced")
                            .asInt())
                    .isEqualTo(4);
            bed.assertEqualEnds("public.store");
            bed.assertEqualEnds("public.sales");
            assertThat(deployment.server().requests())
                    .contains("StartExecution", "DescribeExecution", "ListMapRuns", "DescribeMapRun", "ListExecutions");

            bed.execute("UPDATE sales SET amount = -1 WHERE id = 7");
            deployment.run("verify", "--deep").exits(3).says("P3");
            Cli.Outcome second =
                    deployment.run("sync", "--select", "public.sales").exits(0);
            second.says("public.sales: 1 to replace, 0 to remove, 3 unchanged", "SUCCEEDED");
            deployment.run("verify", "--deep").exits(0);
            deployment.run("plan").exits(0);

            deployment.run("status").exits(0).says("public.sales", "400", "public.store");
            Cli.Outcome runs = deployment.run("runs", "-o", "json").exits(0);
            assertThat(runs.json())
                    .as("plans and verifications are no runs of the ledger")
                    .hasSize(2);
            assertThat(runs.json().path(0).path("slices_replaced").asInt()).isEqualTo(1);
            assertThat(runs.json().path(1).path("run_id").asText()).isEqualTo(run);
            deployment.run("sync", "--group", "nightly").exits(2).says("no group 'nightly'; it has none");
            assertThat(deployment.run("runs", "-n", "1", "-o", "json").exits(0).json())
                    .hasSize(1);
            bed.assertNoOrphans();
        }
    }

    @Test
    void aRunThatDidNotEndWellIsReportedAndFailsTheCommand() {
        Bed bed = Bed.of(TestPostgres.MIDDLE, directory)
                .execute(
                        "CREATE TABLE good (id int PRIMARY KEY)",
                        "INSERT INTO good VALUES (1)",
                        "CREATE TABLE bad (id int PRIMARY KEY, amount numeric(10, 2))",
                        "INSERT INTO bad VALUES (1, 'NaN')")
                .tables("public.good: {strategy: wholesale}", "public.bad: {strategy: wholesale}");
        try (Deployment deployment = Deployment.of(bed)) {
            Cli.Outcome outcome =
                    deployment.run("sync", "--run-id", "nightly-1").exits(1);
            outcome.says("PARTIAL: run nightly-1", "public.bad", "NaN");
            assertThat(deployment.status("nightly-1")).contains("FAILED");
            deployment.run("runs").exits(0).says("nightly-1", "PARTIAL");
            deployment.run("sync", "--select", "public.absent").exits(2).says("no table of the configuration matches");
        }
    }

    @Test
    void nothingIsStartedTwiceUnderOneId() {
        try (Deployment deployment = Deployment.of(bed())) {
            deployment.run("sync", "--run-id", "nightly-1").exits(0);
            Cli.Outcome again = deployment.run("sync", "--run-id", "nightly-1").exits(0);
            again.says("run nightly-1 was started before; nothing new was started", "SUCCEEDED: run nightly-1");
            assertThat(deployment.server().executions()).isEqualTo(1);
            deployment
                    .run("sync", "--full", "--run-id", "nightly-1")
                    .exits(2)
                    .says("there is a run nightly-1 already, and it was asked something else", "choose another id");
            deployment.run("sync", "--run-id", "a b").exits(2).says("expected 1 to 80 letters, digits, - or _");
            assertThat(deployment.server().executions()).isEqualTo(1);
            Cli.bare("sync", "--run-id", "nightly-1").exits(2).says("--run-id goes with --env only");
        }
    }

    @Test
    void whoeverStopsFollowingLeavesTheRunGoingAndStopEndsIt() {
        try (Deployment deployment = Deployment.of(bed())) {
            deployment.hold("land");
            try (OtherProcess process = deployment.process("sync", "--run-id", "long-1")) {
                process.awaitError("unchanged");
                process.signal("TERM");
                assertThat(process.await()).isEqualTo(143);
                assertThat(process.everything())
                        .contains(
                                "not following run long-1 any more; it goes on",
                                "sluice stop long-1 --env by-variable",
                                "--run-id long-1");
            }
            assertThat(deployment.status("long-1")).contains("RUNNING");
            deployment.run("runs").exits(0).says("long-1", "RUNNING");

            deployment.run("stop", "long-1").exits(0).says("long-1 is being stopped", "within 20 minutes");
            assertThat(deployment.status("long-1")).contains("ABORTED");
            deployment.run("stop", "long-1").exits(1).says("had ended before");
            deployment.run("sync", "--run-id", "long-1").exits(1).says("run long-1 was stopped");
            deployment.run("runs").exits(0).says("long-1", "ABORTED", "was stopped");
            deployment.run("stop", "unheard-of").exits(2).says("there is no such run");
            Cli.bare("stop", "long-1").exits(2).says("--env NAME is missing", "Ctrl-C");
        }
    }

    @Test
    void aFailureOfTheServiceSaysWhoHasToActAndWhatToDo() {
        try (Deployment deployment = Deployment.of(bed())) {
            StepFunctionsServer server = deployment.server();
            server.fail("StartExecution", 400, "AccessDeniedException", -1);
            deployment
                    .run("sync")
                    .exits(2)
                    .says("allow states:StartExecution on " + StepFunctionsServer.STATE_MACHINE)
                    .doesNotSay("somebody", "at dev.sluice");
            server.heal();

            server.fail("StartExecution", 400, "ThrottlingException", 1);
            server.fail("DescribeExecution", 500, "InternalFailure", 4);
            server.fail("ListMapRuns", 400, "AccessDeniedException", -1);
            deployment
                    .run("sync")
                    .exits(0)
                    .says("progress without counts of batches", "allow states:ListMapRuns on", "SUCCEEDED");
            server.heal();

            server.fail("StartExecution", 400, "ThrottlingException", -1);
            deployment.run("sync").exits(1).says("Step Functions answered 400 ThrottlingException", "try later");
            server.heal();

            server.fail("StopExecution", 400, "ExpiredTokenException", -1);
            deployment.hold("plan");
            try (OtherProcess process = deployment.process("sync", "--run-id", "r1")) {
                process.awaitError("run r1 in environment");
                deployment.run("stop", "r1").exits(2).says("check the AWS credentials and the clock");
                server.fail("DescribeExecution", 400, "ExpiredTokenException", -1);
                assertThat(process.await(Duration.ofSeconds(30))).isEqualTo(2);
                assertThat(process.everything()).contains("Run r1 goes on by itself");
            }
            server.heal();
            deployment.release();
        }
    }

    @Test
    void withoutCredentialsOrStateMachineTheCommandSaysSo() {
        try (Deployment deployment = Deployment.of(bed())) {
            String environment = """
                    test:
                      state_machine: arn:aws:states:us-east-1:111122223333:stateMachine:another
                      lake: s3://lake/sluice
                      lake_endpoint: %s
                      endpoint: %s
                    """.formatted(
                            deployment.s3().endpoint(), deployment.server().endpoint());
            deployment.environments(environment);
            deployment.run("sync").exits(2).says("there is no state machine", ":stateMachine:another", "make deploy");

            deployment.environments(environment + "  profile: nobody\n");
            deployment.run("sync").exits(2).says("the AWS profile 'nobody' gives no credentials");

            deployment.environments(environment);
            System.clearProperty("aws.accessKeyId");
            System.clearProperty("aws.secretAccessKey");
            deployment.run("sync").exits(2).says("no AWS credentials found", "AWS_PROFILE");
            assertThat(deployment.server().executions()).isZero();
        }
    }

    @Test
    void terraformOutputsSayWhereAnEnvironmentIs() throws IOException {
        try (Deployment deployment = Deployment.of(bed())) {
            Files.writeString(directory.resolve("test.json"), """
                    { "state_machine_arn": { "sensitive": false, "type": "string", "value": "%s" },
                      "region": { "sensitive": false, "type": "string", "value": "us-east-1" },
                      "lake_url": { "sensitive": false, "type": "string", "value": "s3://lake/sluice/" },
                      "function_arns": { "sensitive": false, "type": ["map", "string"], "value": {} } }
                    """.formatted(StepFunctionsServer.STATE_MACHINE));
            deployment.environments("""
                    test: { outputs: test.json, lake_endpoint: "%s", endpoint: "%s" }
                    """.formatted(
                            deployment.s3().endpoint(), deployment.server().endpoint()));
            deployment.run("sync", "--select", "public.store").exits(0).says("SUCCEEDED");
            deployment.run("status").exits(0).says("public.store");
        }
    }

    @Test
    void whatEnvironmentsYamlGetsWrongIsSaidWithLineAndColumn() throws IOException {
        String[] line = {"sync", "-c", directory.resolve("sluice.yaml").toString(), "--env", "prod"};
        Path file = directory.resolve("environments.yaml");
        Cli.bare(line).exits(2).says(file + " does not exist");
        Files.writeString(file, "dev: {}\n");
        Cli.bare(line).exits(2).says("has no environment of that name; it has dev");
        Files.writeString(file, """
                prod:
                  state_machine: arn:aws:lambda:x
                  regoin: us-east-1
                """);
        Cli.bare(line).exits(2).says(file + ":3:3: found unknown key prod.regoin; expected outputs, state_machine");
        Files.writeString(file, """
                prod:
                  state_machine: arn:aws:lambda:x
                  lake: /tmp/x
                  endpoint: http://user:secret@host/
                """);
        Cli.bare(line)
                .exits(2)
                .says(
                        file
                                + ":2:18: prod.state_machine: found 'arn:aws:lambda:x'; expected the ARN of a state machine",
                        file + ":3:9: prod.lake: found '/tmp/x'; expected s3://bucket/prefix",
                        file + ":4:13: prod.endpoint: found another address")
                .doesNotSay("secret");
        Files.writeString(file, "prod: { outputs: none.json }\n");
        Cli.bare(line).exits(2).says("none.json cannot be read; expected what `terraform output -json` prints");
        Files.writeString(file, "prod: [\n");
        Cli.bare(line).exits(2).says("not YAML");
    }

    @Test
    void anEndpointThatDoesNotAnswerIsNamed() throws IOException {
        Files.writeString(directory.resolve("environments.yaml"), """
                prod:
                  state_machine: arn:aws:states:eu-north-1:111122223333:stateMachine:sluice-prod-sync
                  lake: s3://lake/sluice
                  endpoint: http://127.0.0.1:1
                """);
        Path config = bed().writeConfig();
        List<String> words = List.of("sync", "-c", config.toString(), "--env", "prod");
        Map<String, String> credentials = Map.of("AWS_ACCESS_KEY_ID", "a", "AWS_SECRET_ACCESS_KEY", "b");
        try (OtherProcess sluice = OtherProcess.start(directory, "", Sluice.class, words, credentials)) {
            assertThat(sluice.await()).as(sluice.everything()).isEqualTo(Sluice.FAILED);
            assertThat(sluice.everything())
                    .contains("Step Functions cannot be reached (ConnectException); check the network and endpoint"
                            + " http://127.0.0.1:1");
        }
    }

    private static JsonNode table(JsonNode report, String name) {
        for (JsonNode table : report.path("tables")) {
            if (table.path("table").asText().equals(name)) {
                return table;
            }
        }
        throw new AssertionError(name + " is not in " + report);
    }
}
