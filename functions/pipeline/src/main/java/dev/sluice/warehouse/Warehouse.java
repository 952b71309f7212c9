package dev.sluice.warehouse;

import dev.sluice.model.Action;
import dev.sluice.model.ColumnAggregate;
import dev.sluice.model.Definition;
import dev.sluice.model.LedgerEntry;
import dev.sluice.model.Slice;
import dev.sluice.model.TableName;
import dev.sluice.plan.TableFacts;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where tables are kept, with their ledger. Thread-safe; nothing stays open between two calls.
///
/// Every method throws `WarehouseUnavailable` when the warehouse cannot be reached or somebody else holds
/// it, and `InvalidRequest` when a right or an object is missing.
public interface Warehouse {
    /// What the warehouse says of one table.
    ///
    /// @param exists      the target table exists
    /// @param ours        it carries the columns that Sluice adds; a table that does not was made by
    ///                    somebody else
    /// @param ledger      newest entry per slice, removed slices left out; empty if the ledger does not
    ///                    exist yet
    /// @param counted     rows per slice as they are now, if asked for and the table exists
    /// @param newestEpoch greatest epoch in the table's ledger, 0 if none
    record State(
            boolean exists,
            boolean ours,
            Map<Slice, LedgerEntry> ledger,
            Optional<Map<Slice, TableFacts.WarehouseSlice>> counted,
            long newestEpoch) {}

    /// @param count ask for rows per slice as well, which reads the target table
    State read(TableName target, boolean count);

    /// Publishes a wave in one transaction with its ledger entries, or leaves everything as it was.
    /// Publishing the same wave of the same run again changes nothing.
    ///
    /// @return ids of the statements that did it, in order; empty where the warehouse has no such ids
    /// @throws dev.sluice.model.DataMismatch   a newer epoch is in the ledger, the fence
    ///                                         refused, or rows are not those expected
    /// @throws dev.sluice.model.LimitExceeded  the shrink guard refused
    /// @throws dev.sluice.model.InvalidRequest the target's columns do not fit the definition
    List<String> publish(Publication publication);

    /// Whether looking at the warehouse costs something, so that a run that finds nothing changed leaves it
    /// alone: then the ledger's mirror in the lake stands for the ledger.
    boolean sleeps();

    /// Drops what dead runs of lower epochs left in the warehouse beside the table.
    void sweep(TableName target, long epoch);

    /// Rows, and nulls per column, of the slices whose newest rows a run wrote.
    Map<Slice, Counted> written(TableName target, String runId, List<String> columns);

    /// @param nulls per column, rows without a value
    record Counted(long rows, Map<String, Long> nulls) {}

    /// Every slice and run that ever stood in the ledger of a table, for deciding which objects are still
    /// needed.
    List<History> history(TableName target);

    /// @param action       what the entry says; the run of a release is that of the rows, not the one that
    ///                     released
    /// @param supersededAt when a newer entry of the slice was loaded; empty for the newest
    record History(
            Slice slice,
            long epoch,
            String runId,
            Action action,
            java.time.Instant loadedAt,
            Optional<java.time.Instant> supersededAt,
            String rawReceipt,
            String lakeReceipt) {}

    /// Column aggregates per slice, computed by the warehouse from its own rows.
    Map<Slice, List<ColumnAggregate>> aggregates(Definition definition);

    /// Enters runs in `sluice.runs`; entering one again changes nothing.
    void recordRuns(List<RunRecord> runs);

    /// The newest runs first.
    List<RunRecord> runs(int limit);

    /// What the warehouse spent on each table, dearest first; empty where nothing is charged by use. Asking
    /// wakes the warehouse.
    ///
    /// @param days how far back
    /// @throws dev.sluice.model.InvalidRequest the history may not be read
    default List<Spent> spent(int days) {
        return List.of();
    }

    /// @param table      empty for what is not about one table
    /// @param statements that ran in the warehouse
    record Spent(Optional<String> table, long statements, double credits) {}
}
