package dev.sluice.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.TableName;
import java.time.Instant;
import java.util.Optional;

/// What the state machine hands to the stages and gets back. docs/formats.md shows every one of them.
final class Messages {
    private Messages() {}

    /// @param startedAt when the execution began
    record PlanInput(String runId, Instant startedAt, JsonNode request) {}

    /// @param tables        item list of [TableItem]
    /// @param tablesAtOnce  T; T times B never exceeds `source.max_connections`
    record PlanOutput(String runId, Location tables, int tableCount, int tablesAtOnce) {}

    record Location(String bucket, String key) {}

    /// @param batchesAtOnce B
    record TableItem(String runId, String table, int batchesAtOnce) {}

    /// @param round 0 to plan; above that, to prove what was landed
    record PlanTableInput(String runId, TableName table, int wave, int round) {}

    /// @param next   `land`, `load`, `verify` or `done`
    /// @param settle after landing, plan-table is to prove what was landed
    record Step(String next, int wave, int round, boolean settle, Optional<Location> batches) {
        static Step to(String next, int wave, int round) {
            return new Step(next, wave, round, false, Optional.empty());
        }
    }

    record BatchInput(String runId, TableName table, int wave, int batch) {}

    record LoadInput(String runId, TableName table, int wave) {}

    record ErrorOutput(String error, String cause) {}

    record VerifyInput(String runId, TableName table, Optional<ErrorOutput> failure) {}

    record ReportInput(String runId, Instant startedAt, Optional<ErrorOutput> failure) {}
}
