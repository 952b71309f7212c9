package dev.sluice.cli.aws;

import dev.sluice.model.InvalidRequest;
import java.util.List;

/// One look after the other at a run: its documents in the lake, and what the state machine counts. Only
/// children that are running are looked at, which are never more than `source.max_connections`.
final class Watch {
    private final Executions executions;
    private final RunDocuments documents;
    private final Environment environment;
    private final Sight sight;
    private boolean maySeeMaps = true;
    private boolean maySeeDocuments = true;

    Watch(Executions executions, RunDocuments documents, Environment environment, Sight sight) {
        this.executions = executions;
        this.documents = documents;
        this.environment = environment;
        this.sight = sight;
    }

    /// What may not be seen is left out from then on, and said once: whoever may start a run and read its
    /// report can follow it.
    void look(String run) {
        if (maySeeDocuments) {
            try {
                documents.look();
            } catch (InvalidRequest denied) {
                maySeeDocuments = false;
                sight.say("progress without rows: " + denied.getMessage());
            }
        }
        if (maySeeMaps) {
            try {
                maps(run);
            } catch (InvalidRequest denied) {
                maySeeMaps = false;
                sight.say("progress without counts of batches: " + denied.getMessage());
            }
        }
    }

    private void maps(String run) {
        MapCounts tables = MapCounts.NONE;
        MapCounts batches = MapCounts.NONE;
        for (String map : executions.mapRuns(environment.executionArn(run))) {
            tables = tables.plus(executions.counts(map));
            for (String child : executions.runningChildren(map)) {
                List<String> waves = executions.mapRuns(child);
                if (!waves.isEmpty()) {
                    batches = batches.plus(executions.counts(waves.getFirst()));
                }
            }
        }
        sight.running(tables, batches);
    }
}
