package dev.sluice.cli.aws;

import dev.sluice.adapter.s3.S3Clients;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.SfnClientBuilder;
import software.amazon.awssdk.services.sfn.model.DescribeExecutionResponse;
import software.amazon.awssdk.services.sfn.model.ExecutionListItem;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import software.amazon.awssdk.services.sfn.model.MapRunItemCounts;
import software.amazon.awssdk.services.sfn.model.MapRunListItem;

/// Executions of an environment's state machine: a run each, under the run's id. Retries of a single
/// request are the SDK's.
final class Executions implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(60);

    private final Environment environment;
    private final AwsCredentialsProvider credentials;
    private final SfnClient client;

    Executions(Environment environment) {
        this.environment = environment;
        this.credentials = environment
                .profile()
                .<AwsCredentialsProvider>map(ProfileCredentialsProvider::create)
                .orElseGet(() -> DefaultCredentialsProvider.builder().build());
        SfnClientBuilder builder = SfnClient.builder()
                .httpClient(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT_TIMEOUT)
                        .socketTimeout(READ_TIMEOUT)
                        .build())
                .credentialsProvider(credentials)
                .region(Region.of(environment.region()));
        environment.endpoint().ifPresent(builder::endpointOverride);
        this.client = builder.build();
    }

    /// A client of the lake with the same credentials; whoever asks for it closes it.
    S3Client lake() {
        return S3Clients.aws(Optional.of(environment.region()), environment.lakeEndpoint(), credentials);
    }

    /// How an execution is.
    ///
    /// @param status `RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT`, `ABORTED` or `PENDING_REDRIVE`
    /// @param input  empty where it was not asked for
    /// @param error  the name of the error that it ended with
    record Described(
            String run,
            String status,
            Instant startedAt,
            Optional<Instant> endedAt,
            Optional<String> input,
            Optional<String> error,
            Optional<String> cause) {
        boolean running() {
            return status.equals("RUNNING");
        }
    }

    /// Starts an execution, or finds the one that runs under this name with this input.
    ///
    /// @return false if there is, or was, one under this name already, which nothing is known about
    boolean start(String run, String input) {
        try {
            client.startExecution(
                    r -> r.stateMachineArn(environment.stateMachine()).name(run).input(input));
            return true;
        } catch (SdkException e) {
            if (StepFunctionsFailures.isCode(e, "ExecutionAlreadyExists")) {
                return false;
            }
            throw StepFunctionsFailures.of(
                    e, environment, "start a run", "states:StartExecution", environment.stateMachine());
        }
    }

    Described describe(String run) {
        String arn = environment.executionArn(run);
        DescribeExecutionResponse found = asked(
                "look at run " + run,
                "states:DescribeExecution",
                arn,
                () -> client.describeExecution(r -> r.executionArn(arn)));
        return described(run, found);
    }

    /// As [#describe]; empty if there is none, which Step Functions also says for a moment after a start.
    Optional<Described> find(String run) {
        String arn = environment.executionArn(run);
        try {
            return Optional.of(described(run, client.describeExecution(r -> r.executionArn(arn))));
        } catch (SdkException e) {
            if (StepFunctionsFailures.isCode(e, "ExecutionDoesNotExist")) {
                return Optional.empty();
            }
            throw StepFunctionsFailures.of(e, environment, "look at run " + run, "states:DescribeExecution", arn);
        }
    }

    private static Described described(String run, DescribeExecutionResponse found) {
        return new Described(
                run,
                found.statusAsString(),
                found.startDate(),
                Optional.ofNullable(found.stopDate()),
                Optional.ofNullable(found.input()),
                Optional.ofNullable(found.error()),
                Optional.ofNullable(found.cause()));
    }

    void stop(String run) {
        String arn = environment.executionArn(run);
        asked(
                "stop run " + run,
                "states:StopExecution",
                arn,
                () -> client.stopExecution(
                        r -> r.executionArn(arn).error("Sluice.Stopped").cause("sluice stop")));
    }

    /// The newest executions, newest first, until one is answered with false.
    void each(Predicate<Described> goesOn) {
        asked(
                "list runs",
                "states:ListExecutions",
                environment.stateMachine(),
                () ->
                        client
                                .listExecutionsPaginator(r -> r.stateMachineArn(environment.stateMachine()))
                                .executions()
                                .stream()
                                .map(Executions::described)
                                .allMatch(goesOn));
    }

    private static Described described(ExecutionListItem item) {
        return new Described(
                item.name(),
                item.statusAsString(),
                item.startDate(),
                Optional.ofNullable(item.stopDate()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /// The distributed maps that an execution began, newest first.
    List<String> mapRuns(String executionArn) {
        return asked(
                "look at the maps of a run",
                "states:ListMapRuns",
                executionArn,
                () -> client.listMapRunsPaginator(r -> r.executionArn(executionArn)).mapRuns().stream()
                        .map(MapRunListItem::mapRunArn)
                        .toList());
    }

    MapCounts counts(String mapRunArn) {
        MapRunItemCounts counts = asked(
                "look at a map of a run",
                "states:DescribeMapRun",
                mapRunArn,
                () -> client.describeMapRun(r -> r.mapRunArn(mapRunArn)).itemCounts());
        long done = counts.succeeded() + counts.failed() + counts.aborted() + counts.timedOut();
        return new MapCounts(counts.total(), counts.running(), done);
    }

    /// Children of a distributed map that are running.
    List<String> runningChildren(String mapRunArn) {
        return asked(
                "look at a map of a run",
                "states:ListExecutions",
                mapRunArn,
                () -> client
                        .listExecutionsPaginator(r -> r.mapRunArn(mapRunArn).statusFilter(ExecutionStatus.RUNNING))
                        .executions()
                        .stream()
                        .map(ExecutionListItem::executionArn)
                        .toList());
    }

    private <T> T asked(String what, String action, String arn, Supplier<T> request) {
        try {
            return request.get();
        } catch (SdkException e) {
            throw StepFunctionsFailures.of(e, environment, what, action, arn);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
