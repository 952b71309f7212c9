package dev.sluice.cli.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.adapter.s3.S3ObjectStore;
import dev.sluice.model.DataMismatch;
import dev.sluice.model.Failure;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.RunRequest;
import dev.sluice.model.StoreUnavailable;
import dev.sluice.run.FailureText;
import dev.sluice.run.RunReport;
import dev.sluice.store.Documents;
import dev.sluice.store.Json;
import dev.sluice.store.Keys;
import dev.sluice.warehouse.RunRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.s3.S3Client;

/// The runs of one environment. Close it when done; what was started goes on.
public final class RemoteRuns implements AutoCloseable {
    /// What Step Functions takes as the name of an execution, less what would need escaping in keys.
    private static final Pattern RUN_ID = Pattern.compile("[A-Za-z0-9_-]{1,80}");

    private static final ObjectMapper STRICT = new ObjectMapper();

    /// The first looks follow closely, for small runs; later ones spare the service's request rates.
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);

    /// A pause is so many times longer than the look before it: following a large run stays cheap.
    private static final int PAUSE_PER_LOOK = 4;

    /// Looks in a row that may fail, a pause between each, before following ends; the run goes on.
    private static final int FAILED_LOOKS = 20;

    private final Environment environment;
    private final Executions executions;
    private final S3Client s3;
    private final Documents documents;

    private RemoteRuns(Environment environment) {
        this.environment = environment;
        this.executions = new Executions(environment);
        this.s3 = executions.lake();
        this.documents = new Documents(S3ObjectStore.of(s3, environment.lakeBucket(), environment.lakePrefix()));
    }

    public static RemoteRuns open(Environment environment) {
        return new RemoteRuns(environment);
    }

    /// The lake of the environment.
    public Documents documents() {
        return documents;
    }

    /// Starts a run. One that has this id already, and was asked the same, is taken for it: nothing is
    /// started twice.
    ///
    /// @throws InvalidRequest the id is taken by a run that was asked something else
    public void start(String run, RunRequest request, Sight sight) {
        if (!RUN_ID.matcher(run).matches()) {
            throw new InvalidRequest("run id '%s': expected 1 to 80 letters, digits, - or _".formatted(run));
        }
        String input = Json.write(request);
        if (executions.start(run, input)) {
            return;
        }
        String before = executions.describe(run).input().orElse("");
        if (!tree(before).equals(tree(input))) {
            throw new InvalidRequest(
                    "environment %s: there is a run %s already, and it was asked something else: %s; choose another id"
                            .formatted(environment.name(), run, before));
        }
        sight.say("run %s was started before; nothing new was started".formatted(run));
    }

    private static JsonNode tree(String json) {
        try {
            return STRICT.readTree(json);
        } catch (JsonProcessingException e) {
            throw new DataMismatch("the input of an execution is not JSON", e);
        }
    }

    /// Follows a run to its end and returns the report that it wrote.
    public RunReport follow(String run, Sight sight) {
        try {
            Executions.Described end = followToEnd(run, sight);
            return documents.find(Keys.report(run), RunReport.class).orElseThrow(() -> withoutReport(end));
        } catch (StoreUnavailable e) {
            throw new StoreUnavailable(e.getMessage() + ". " + goesOn(run), e);
        } catch (InvalidRequest e) {
            throw new InvalidRequest(e.getMessage() + ". " + goesOn(run), e);
        }
    }

    private String goesOn(String run) {
        return "Run %s goes on by itself; how it is: sluice runs --env %s".formatted(run, environment.name());
    }

    private Executions.Described followToEnd(String run, Sight sight) {
        Watch watch = new Watch(executions, new RunDocuments(documents, run, sight), environment, sight);
        Duration pause = FIRST_PAUSE;
        int failures = 0;
        while (true) {
            Instant began = Instant.now();
            try {
                Optional<Executions.Described> now = executions.find(run);
                if (now.isPresent()) {
                    watch.look(run);
                    failures = 0;
                }
                if (now.isPresent() && !now.get().running()) {
                    return now.get();
                }
                if (now.isEmpty() && ++failures > FAILED_LOOKS) {
                    executions.describe(run);
                }
            } catch (StoreUnavailable passing) {
                if (++failures > FAILED_LOOKS) {
                    throw passing;
                }
            }
            Duration look = Duration.between(began, Instant.now());
            pause = longest(
                    shortest(pause.multipliedBy(3).dividedBy(2), LONGEST_PAUSE), look.multipliedBy(PAUSE_PER_LOOK));
            sleep(pause);
        }
    }

    private static Duration longest(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static Duration shortest(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static void sleep(Duration pause) {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailable("following was interrupted", e);
        }
    }

    private static Failure withoutReport(Executions.Described end) {
        if (end.status().equals("ABORTED")) {
            return new DataMismatch(
                    "run %s was stopped; what it had published stays, the next run does the rest".formatted(end.run()));
        }
        String why = end.error()
                .map(error -> ": " + FailureText.of(error, end.cause().orElse("")))
                .orElse("");
        return new DataMismatch("run %s ended %s without a report%s".formatted(end.run(), end.status(), why));
    }

    /// Ends a run. Functions that are at work end by themselves; what they do then finds the run gone, or
    /// is swept by the next run.
    ///
    /// @return false if it had ended before
    public boolean stop(String run) {
        if (!executions.describe(run).running()) {
            return false;
        }
        executions.stop(run);
        return true;
    }

    /// Runs that publish, newest first, as the executions and the reports in the lake have them. One that
    /// is under way ends now; one that left no report says how its execution ended.
    public List<RunRecord> newest(int limit) {
        List<RunRecord> runs = new ArrayList<>();
        executions.each(execution -> {
            record(execution).ifPresent(runs::add);
            return runs.size() < limit;
        });
        return runs;
    }

    private Optional<RunRecord> record(Executions.Described execution) {
        Instant endedAt = execution.endedAt().orElseGet(Instant::now);
        Optional<RunReport> report = documents.find(Keys.report(execution.run()), RunReport.class);
        if (report.isPresent()) {
            return report.filter(r -> r.mode().publishes()).map(r -> r.toRecord(execution.startedAt(), endedAt));
        }
        boolean publishes = documents
                .find(Keys.request(execution.run()), JsonNode.class)
                .map(stored ->
                        Json.fromTree(stored.path("request"), RunRequest.class).mode())
                .orElse(RunRequest.Mode.SYNC)
                .publishes();
        if (!publishes) {
            return Optional.empty();
        }
        Optional<String> error = execution.running()
                ? Optional.empty()
                : Optional.ofNullable(
                        withoutReport(executions.describe(execution.run())).getMessage());
        return Optional.of(new RunRecord(
                execution.run(), execution.startedAt(), endedAt, execution.status(), 0, 0, 0, 0, 0, 0, 0, error));
    }

    @Override
    public void close() {
        s3.close();
        executions.close();
    }
}
