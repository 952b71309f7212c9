package dev.sluice.verify;

import dev.sluice.model.Strategy;
import dev.sluice.model.TableName;
import java.util.List;
import java.util.Optional;

/// What a run came to for one table; one element of `tables` in `sluice sync -o json`.
///
/// @param table       the source table
/// @param rowsLanded  rows read and published
/// @param bytesLanded of those rows as CSV, before compression
/// @param bytesTable  the whole table as CSV, as far as its slices' sizes are known
/// @param warehouseRows rows of the target after the run
/// @param provenTo    time-sliced: oldest slice from which on everything newer is proven by fingerprint
/// @param countedTo   time-sliced: oldest slice from which on everything newer is at least counted
/// @param stale       slices known to differ that this run did not get to (budget) or could not publish
/// @param pinned      slices that a replay pinned: kept as they are, whatever the source holds
/// @param moving      slices that were still changing after the last round of landing (`consistency:
///                    slice`)
/// @param forecast    what the plan predicted, and what came; absent where nothing was planned
/// @param statements  that loaded the table, where the warehouse numbers them
/// @param error       the first failure, in words
/// @param failures    slices that failed, at most [#MAX_LISTED]
/// @param differences verify only: what differs, at most [#MAX_LISTED]
public record TableResult(
        TableName table,
        TableName target,
        Strategy strategy,
        Status status,
        Slices slices,
        long rowsLanded,
        long bytesLanded,
        long bytesTable,
        long warehouseRows,
        Optional<String> provenTo,
        Optional<String> countedTo,
        int stale,
        int pinned,
        int moving,
        double seconds,
        Optional<Forecast> forecast,
        Optional<Statements> statements,
        Optional<String> error,
        List<SliceNote> failures,
        Optional<List<SliceNote>> differences) {
    public static final int MAX_LISTED = 1_000;

    public TableResult {
        failures = List.copyOf(failures);
        statements = statements == null ? Optional.empty() : statements;
    }

    /// How the table ended.
    public enum Status {
        SUCCEEDED,
        /// Some slices were published, others failed.
        PARTIAL,
        /// Nothing is wrong with what is published, but this run did not bring the table in step.
        FAILED,
        /// Another run holds the table's lock and does the work.
        DEFERRED
    }

    public record Slices(long kept, long replaced, long removed, long failed) {
        public static final Slices NONE = new Slices(0, 0, 0, 0);
    }

    /// Predicted beside actual. The seconds are the table's own: looking at the source, and from the first
    /// read to the last publish; not the time that it waited for other tables.
    ///
    /// @param predictedSeconds empty as long as nothing was measured
    /// @param actualSeconds    empty in a plan
    public record Forecast(
            long predictedBytes,
            Optional<Double> predictedSeconds,
            Optional<Long> actualBytes,
            Optional<Double> actualSeconds) {}

    /// What the warehouse was asked to do, for looking it up in its query history.
    ///
    /// @param queryIds in order
    public record Statements(int count, List<String> queryIds) {
        static Optional<Statements> of(List<String> queryIds) {
            return queryIds.isEmpty() ? Optional.empty() : Optional.of(new Statements(queryIds.size(), queryIds));
        }
    }

    /// A slice and what is to be said of it.
    public record SliceNote(String slice, String note) {}

    /// A table of which nothing is known but why it ended.
    public static TableResult bare(
            TableName table, TableName target, Strategy strategy, Status status, String error, double seconds) {
        return new TableResult(
                table,
                target,
                strategy,
                status,
                Slices.NONE,
                0,
                0,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                0,
                0,
                0,
                seconds,
                Optional.empty(),
                Optional.empty(),
                Optional.of(error),
                List.of(),
                Optional.empty());
    }
}
