package dev.sluice.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.drop.History;
import dev.sluice.model.TableName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What `drop.asl.json` hands to the stages and gets back. docs/formats.md shows every one of them.
final class DropMessages {
    private DropMessages() {}

    /// @param startedAt when the execution began
    record ReceiveInput(String runId, Instant startedAt, JsonNode request) {}

    /// @param next    `convert`, `verify`, or `wait` if another run has the lock of a feed
    /// @param batches item list of [FileBatchInput]
    record ReceiveOutput(String runId, String next, Messages.Location batches, int batchCount) {}

    record FileBatchInput(String runId, TableName table, int wave, int batch) {}

    /// @param step which wave of the run is next, from 0
    record LoadInput(String runId, int step) {}

    /// @param next `load` or `verify`
    record LoadOutput(String next, int step) {}

    record VerifyInput(String runId, Optional<Messages.ErrorOutput> failure) {}

    record ReportInput(String runId, Instant startedAt, Optional<Messages.ErrorOutput> failure) {}

    /// What a run was asked to do.
    ///
    /// @param feeds   names; every feed of the configuration if empty
    /// @param patient whether to wait for a run that has the lock of a feed; otherwise that feed is deferred
    /// @param history a tree of old files for the one feed, instead of what lies under its prefix
    /// @param full    whether files are read again that are in the table as they are
    record DropRequest(
            List<String> feeds, String trigger, boolean patient, Optional<History> history, Optional<Boolean> full) {
        DropRequest {
            feeds = feeds == null ? List.of() : List.copyOf(feeds);
            trigger = trigger == null ? "" : trigger;
        }
    }

    record Stored(DropRequest request, Instant startedAt) {}

    /// One transaction to come.
    record Wave(TableName table, int wave) {}
}
