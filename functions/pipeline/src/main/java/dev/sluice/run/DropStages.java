package dev.sluice.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.drop.ConvertFiles;
import dev.sluice.drop.DropWarehouse;
import dev.sluice.drop.FeedPlan;
import dev.sluice.drop.FeedResult;
import dev.sluice.drop.FileBatch;
import dev.sluice.drop.FileTree;
import dev.sluice.drop.History;
import dev.sluice.drop.LoadFiles;
import dev.sluice.drop.MirroredDrops;
import dev.sluice.drop.OpenHistory;
import dev.sluice.drop.Receive;
import dev.sluice.drop.VerifyFiles;
import dev.sluice.drop.VerifyHistory;
import dev.sluice.model.DataMismatch;
import dev.sluice.model.Feed;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.LimitExceeded;
import dev.sluice.model.TableName;
import dev.sluice.model.UnsupportedValue;
import dev.sluice.store.Checkpoint;
import dev.sluice.store.Json;
import dev.sluice.store.Keys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/// The stages of `drop.asl.json` behind one door: JSON in, one call, JSON out. Thread-safe.
public final class DropStages {
    /// Function names, in the order in which a run calls them.
    public static final List<String> NAMES =
            List.of("receive", "convert-files", "load-files", "verify-files", "report-files");

    /// Execution names of Step Functions, which are the run ids.
    private static final Pattern RUN_ID = Pattern.compile("[A-Za-z0-9_-]{1,80}");

    /// How long a run waits for another that has its feed; the sweep does what it leaves.
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private final DropWiring wiring;
    private final Receive receive;
    private final ConvertFiles convert;
    private final LoadFiles load;
    private final VerifyFiles verify;

    public DropStages(DropWiring wiring) {
        this.wiring = wiring;
        DropWarehouse drops = wiring.drops().sleeps()
                ? new MirroredDrops(wiring.drops(), wiring.documents(), wiring.clock())
                : wiring.drops();
        this.receive = new Receive(
                wiring.documents(), drops, wiring.locks(), wiring.clock(), wiring.progress(), wiring.settle());
        this.convert = new ConvertFiles(
                wiring.documents(), wiring.locks(), wiring.readers(), wiring.work(), wiring.clock(), wiring.progress());
        this.load = new LoadFiles(wiring.documents(), drops, wiring.locks(), wiring.clock(), wiring.progress());
        this.verify = new VerifyFiles(wiring.documents(), drops, wiring.locks(), wiring.clock(), wiring.keep());
    }

    /// @param function one of [#NAMES]
    /// @throws dev.sluice.model.Failure as the stage says; the state machine matches on its class name
    public JsonNode invoke(String function, JsonNode payload) {
        return switch (function) {
            case "receive" -> Json.toTree(receive(Json.fromTree(payload, DropMessages.ReceiveInput.class)));
            case "convert-files" -> {
                convert(Json.fromTree(payload, DropMessages.FileBatchInput.class));
                yield JsonNodeFactory.instance.objectNode();
            }
            case "load-files" -> Json.toTree(load(Json.fromTree(payload, DropMessages.LoadInput.class)));
            case "verify-files" -> {
                verify(Json.fromTree(payload, DropMessages.VerifyInput.class));
                yield JsonNodeFactory.instance.objectNode();
            }
            case "report-files" -> {
                DropMessages.ReportInput input = Json.fromTree(payload, DropMessages.ReportInput.class);
                DropReport made = new ReportFiles(wiring)
                        .run(
                                input,
                                requested(input.runId()),
                                history(input.runId()).isPresent());
                yield JsonNodeFactory.instance
                        .objectNode()
                        .put("status", made.status())
                        .put("report", Keys.report(made.runId()))
                        .put("feeds", made.feeds().size());
            }
            default -> throw new InvalidRequest("no such function '%s'; there are %s".formatted(function, NAMES));
        };
    }

    private DropMessages.ReceiveOutput receive(DropMessages.ReceiveInput input) {
        String runId = input.runId();
        if (!RUN_ID.matcher(runId).matches()) {
            throw new InvalidRequest("run id '" + runId + "': expected 1 to 80 letters, digits, - or _");
        }
        DropMessages.DropRequest request = request(input.request());
        List<Feed> feeds = chosen(request);
        wiring.documents().put(Keys.dropRequest(runId), new DropMessages.Stored(request, input.startedAt()));
        if (request.patient() && waits(input, feeds)) {
            return new DropMessages.ReceiveOutput(runId, "wait", batches(runId), 0);
        }
        List<DropMessages.FileBatchInput> batches = new ArrayList<>();
        List<DropMessages.Wave> waves = new ArrayList<>();
        for (Feed feed : feeds) {
            FeedPlan plan = withHistory(
                    request.history(),
                    tree -> receive.run(runId, feed, tree, request.full().orElse(false)));
            for (int wave = 0; wave < plan.waves().size(); wave++) {
                waves.add(new DropMessages.Wave(plan.target(), wave));
                for (int batch = 0; batch < plan.waves().get(wave); batch++) {
                    batches.add(new DropMessages.FileBatchInput(runId, plan.target(), wave, batch));
                }
            }
        }
        wiring.documents().put(Keys.fileWaves(runId), waves);
        wiring.documents().put(Keys.fileBatches(runId), batches);
        return new DropMessages.ReceiveOutput(
                runId, batches.isEmpty() ? "verify" : "convert", batches(runId), batches.size());
    }

    private Messages.Location batches(String runId) {
        return new Messages.Location(
                wiring.documents().store().bucket(), wiring.documents().store().bucketKey(Keys.fileBatches(runId)));
    }

    /// Whether another run has a feed: what it listed may be older than what this run was started for. One
    /// that takes the lock only after this look lists later than that, so being deferred by it loses nothing.
    private boolean waits(DropMessages.ReceiveInput input, List<Feed> feeds) {
        boolean early = wiring.clock().instant().isBefore(input.startedAt().plus(LONGEST_WAIT));
        return early
                && feeds.stream()
                        .flatMap(feed -> wiring.locks().holder(feed.target()).stream())
                        .anyMatch(holder -> !holder.equals(input.runId()));
    }

    /// Unknown fields are refused: a misspelt `feeds` would be every feed.
    private static DropMessages.DropRequest request(JsonNode json) {
        for (String field : (Iterable<String>) json::fieldNames) {
            if (!List.of("feeds", "trigger", "patient", "history", "full").contains(field)) {
                throw new InvalidRequest(
                        "execution input: unknown field '%s'; expected feeds, trigger, patient, history, full"
                                .formatted(field));
            }
        }
        DropMessages.DropRequest request = Json.fromTree(json, DropMessages.DropRequest.class);
        if (request.history().isPresent() && request.feeds().size() != 1) {
            throw new InvalidRequest("execution input: a history is one feed's; name it in feeds");
        }
        return request;
    }

    /// Opens the tree of old files that a run was asked for, if any, for one piece of work.
    private <T> T withHistory(Optional<History> history, Function<Optional<OpenHistory>, T> work) {
        if (history.isEmpty()) {
            return work.apply(Optional.empty());
        }
        try (FileTree tree = wiring.history().trees().apply(history.get().from())) {
            return work.apply(Optional.of(new OpenHistory(history.get(), tree)));
        }
    }

    private Optional<History> history(String runId) {
        return wiring.documents()
                .find(Keys.dropRequest(runId), DropMessages.Stored.class)
                .flatMap(stored -> stored.request().history());
    }

    private List<Feed> chosen(DropMessages.DropRequest request) {
        if (wiring.feeds().isEmpty()) {
            throw new InvalidRequest("the configuration has no feed; see drops: in docs/drops.md");
        }
        for (String name : request.feeds()) {
            if (wiring.feeds().stream().noneMatch(feed -> feed.name().equals(name))) {
                throw new InvalidRequest("no feed is called '%s'; drops: has %s"
                        .formatted(
                                name,
                                String.join(
                                        ", ",
                                        wiring.feeds().stream().map(Feed::name).toList())));
            }
        }
        return wiring.feeds().stream()
                .filter(feed -> request.feeds().isEmpty() || request.feeds().contains(feed.name()))
                .toList();
    }

    /// The feeds that a run was asked for; none if it did not come to that.
    private List<Feed> requested(String runId) {
        return wiring.documents()
                .find(Keys.dropRequest(runId), DropMessages.Stored.class)
                .map(stored -> chosen(stored.request()))
                .orElse(List.of());
    }

    private void convert(DropMessages.FileBatchInput input) {
        FileBatch batch = wiring.documents()
                .get(Keys.batch(input.runId(), input.table(), input.wave(), input.batch()), FileBatch.class);
        var unused = withHistory(history(input.runId()), tree -> convert.run(feed(batch.target()), batch, tree));
    }

    /// One wave per call. What a retry would not mend is the feed's result and does not keep the others from
    /// being published.
    private DropMessages.LoadOutput load(DropMessages.LoadInput input) {
        DropMessages.Wave[] waves = wiring.documents().get(Keys.fileWaves(input.runId()), DropMessages.Wave[].class);
        DropMessages.Wave wave = waves[input.step()];
        Feed feed = feed(wave.table());
        FeedPlan plan = wiring.documents().get(Keys.feed(input.runId(), wave.table()), FeedPlan.class);
        try {
            load.run(feed, plan, wave.wave());
        } catch (InvalidRequest | DataMismatch | LimitExceeded | UnsupportedValue refused) {
            wiring.documents()
                    .put(
                            Keys.feedFailure(input.runId(), wave.table()),
                            new Messages.ErrorOutput(
                                    refused.getClass().getName(), String.valueOf(refused.getMessage())));
        }
        int next = input.step() + 1;
        return new DropMessages.LoadOutput(next < waves.length ? "load" : "verify", next);
    }

    private Feed feed(TableName table) {
        return wiring.feeds().stream()
                .filter(feed -> feed.target().equals(table))
                .findFirst()
                .orElseThrow(() -> new InvalidRequest(
                        table + ": no feed of the configuration has this target any more; receive again"));
    }

    /// The last step of every feed, whatever became of it: compares, writes the result, frees the lock.
    private void verify(DropMessages.VerifyInput input) {
        for (Feed feed : requested(input.runId())) {
            verify(input, feed);
        }
    }

    private void verify(DropMessages.VerifyInput input, Feed feed) {
        String key = Keys.result(input.runId(), feed.target());
        Optional<FeedResult> done = wiring.documents().find(key, FeedResult.class);
        boolean swept = false;
        boolean failed = true;
        try {
            FeedResult result;
            if (done.isPresent()) {
                result = done.get();
            } else {
                VerifyFiles.Verified verified = verified(input, feed);
                swept = verified.swept();
                result = verified.result();
                wiring.documents().put(key, result);
            }
            failed = result.status() == FeedResult.Status.FAILED && !swept;
            Checkpoint.reach("verify.result-written");
            wiring.progress().finished(feed.target(), result.status().name());
        } finally {
            if (failed) {
                wiring.locks().leftovers(feed.target());
            }
            wiring.locks().release(feed.target(), input.runId(), swept);
            Checkpoint.reach("verify.lock-released");
        }
    }

    private VerifyFiles.Verified verified(DropMessages.VerifyInput input, Feed feed) {
        Optional<String> failure = input.failure()
                .or(() -> wiring.documents()
                        .find(Keys.feedFailure(input.runId(), feed.target()), Messages.ErrorOutput.class))
                .map(FailureText::of);
        Optional<FeedPlan> plan = wiring.documents().find(Keys.feed(input.runId(), feed.target()), FeedPlan.class);
        if (plan.isEmpty()) {
            return new VerifyFiles.Verified(
                    VerifyFiles.failed(feed, failure.orElse(feed.target() + ": was not looked at")), false);
        }
        Optional<History> history = history(input.runId());
        if (history.isEmpty() || !history.get().verifies()) {
            return verify.run(feed, plan.get(), failure, history.map(unverified -> fence -> List.of()));
        }
        VerifyHistory comparison = new VerifyHistory(
                wiring.documents(), wiring.drops(), wiring.history().sums(), wiring.work(), wiring.progress());
        return withHistory(
                history,
                tree -> verify.run(
                        feed,
                        plan.get(),
                        failure,
                        tree.map(open -> fence -> comparison.run(feed, plan.get(), open, fence).partitions().stream()
                                .flatMap(partition -> partition.differences().stream())
                                .toList())));
    }
}
