package dev.sluice.stepfunctions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.machine.Execution;
import dev.sluice.machine.Listener;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// The distributed maps of one execution and of its children, as the runner tells of them. Thread-safe.
final class MapRuns implements Listener {
    private final Map<String, String> arns = new LinkedHashMap<>();
    private final Map<String, MapRun> newest = new LinkedHashMap<>();
    private final List<MapRun> runs = new ArrayList<>();

    MapRuns(String executionArn) {
        arns.put("", executionArn);
    }

    /// One child, by its latest state.
    record Child(String arn, String status, Instant startedAt) {}

    /// One visit of a Map state.
    static final class MapRun {
        private final String arn;
        private final String parentArn;
        private final Instant startedAt = Instant.now();
        private final Map<String, Child> children = new LinkedHashMap<>();
        private Listener.MapRunProgress progress;

        private MapRun(String arn, String parentArn, Listener.MapRunProgress progress) {
            this.arn = arn;
            this.parentArn = parentArn;
            this.progress = progress;
        }

        String arn() {
            return arn;
        }

        String parentArn() {
            return parentArn;
        }

        Instant startedAt() {
            return startedAt;
        }

        synchronized List<Child> children() {
            return List.copyOf(children.values());
        }

        private synchronized void child(String path, Child child) {
            children.put(path, child);
        }

        private synchronized Instant startOf(String path) {
            return Optional.ofNullable(children.get(path)).map(Child::startedAt).orElse(startedAt);
        }

        private synchronized void progress(Listener.MapRunProgress now) {
            progress = now;
        }

        synchronized String status() {
            return progress.succeeded() + progress.failed() == progress.total() ? "SUCCEEDED" : "RUNNING";
        }

        synchronized JsonNode counts() {
            long done = progress.succeeded() + progress.failed();
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("total", progress.total())
                    .put("pending", Math.max(0, progress.total() - progress.running() - done))
                    .put("running", progress.running())
                    .put("succeeded", progress.succeeded())
                    .put("failed", progress.failed())
                    .put("timedOut", 0)
                    .put("aborted", 0)
                    .put("resultsWritten", done);
        }
    }

    @Override
    public synchronized void mapRunProgress(String path, MapRunProgress progress) {
        boolean begins = progress.running() + progress.succeeded() + progress.failed() == 0;
        if (begins) {
            String parent = arns.getOrDefault(parent(path), "unknown");
            MapRun run = new MapRun(arn(path, ":mapRun:"), parent, progress);
            newest.put(path, run);
            runs.add(run);
        } else {
            newest(path).progress(progress);
        }
    }

    @Override
    public synchronized void executionStarted(String path, JsonNode input) {
        if (!path.isEmpty()) {
            String map = path.substring(0, path.lastIndexOf('['));
            arns.put(path, arn(map, ":execution:"));
            newest(map).child(path, new Child(arns.getOrDefault(path, ""), "RUNNING", Instant.now()));
        }
    }

    @Override
    public synchronized void executionEnded(String path, Execution.Status status, int historyEvents) {
        if (!path.isEmpty()) {
            MapRun run = newest(path.substring(0, path.lastIndexOf('[')));
            run.child(path, new Child(arns.getOrDefault(path, ""), status.name(), run.startOf(path)));
        }
    }

    private MapRun newest(String path) {
        return Optional.ofNullable(newest.get(path)).orElseThrow();
    }

    private static String parent(String path) {
        int dot = path.lastIndexOf('.');
        return dot < 0 ? "" : path.substring(0, dot);
    }

    private String arn(String path, String kind) {
        String root = arns.getOrDefault("", "");
        String label = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return root.substring(0, root.lastIndexOf(':')).replace(":execution:", kind) + "/" + label + ":"
                + UUID.randomUUID();
    }

    synchronized List<MapRun> of(String executionArn) {
        return runs.stream().filter(run -> run.parentArn().equals(executionArn)).toList();
    }

    synchronized boolean knows(String executionArn) {
        return arns.containsValue(executionArn);
    }

    synchronized Optional<MapRun> byArn(String arn) {
        return runs.stream().filter(run -> run.arn().equals(arn)).findFirst();
    }
}
