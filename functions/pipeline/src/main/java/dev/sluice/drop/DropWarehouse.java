package dev.sluice.drop;

import dev.sluice.model.Feed;
import dev.sluice.model.TableName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/// Where the tables of feeds are kept, with the ledger of their files, `sluice.drops`. Thread-safe; nothing
/// stays open between two calls.
///
/// Every method throws `WarehouseUnavailable` when the warehouse cannot be reached or somebody else holds
/// it, and `InvalidRequest` when a right or an object is missing.
public interface DropWarehouse {
    /// @param newestEpoch greatest epoch in the ledger of the table, 0 if none
    /// @param newest      newest entry of every key
    /// @param current     newest entry of every key that has rows: the version that the table holds
    record State(long newestEpoch, Map<String, DropEntry> newest, Map<String, DropEntry> current) {
        public static final State EMPTY = new State(0, Map.of(), Map.of());

        Optional<DropEntry> newest(String key) {
            return Optional.ofNullable(newest.get(key));
        }

        Optional<DropEntry> current(String key) {
            return Optional.ofNullable(current.get(key));
        }
    }

    /// Whether a look at it costs, so that runs that loaded nothing do without.
    boolean sleeps();

    State read(TableName target);

    /// Publishes files in one transaction with their ledger entries, or leaves everything as it was.
    /// Publishing the same files of the same run again changes nothing.
    ///
    /// @throws dev.sluice.model.DataMismatch   a newer epoch is in the ledger, the fence refused, or rows are
    ///                                         not those expected
    /// @throws dev.sluice.model.InvalidRequest the target's columns do not fit the feed
    void publish(DropPublication publication);

    /// Removes what runs of lower epochs left that died while they published, if they leave anything.
    void sweep(TableName target, long epoch);

    /// Compares what a run loaded, and the number of all rows, with the ledger, and the target with the rows that
    /// it follows from. Numbers of rows and keys only: a value that somebody changed by hand is not seen.
    ///
    /// @return one sentence per difference
    List<String> differences(Feed feed, String runId);

    /// Adds up the rows that stand here of every file whose key begins so, apart from the ledger and from what
    /// loaded them; see [DropPublication#rowsTable].
    ///
    /// @param each given the key of a file and what its rows add up to
    void sums(Feed feed, String keyPrefix, BiConsumer<String, Sums> each);

    /// Every entry that was ever made, oldest first.
    List<DropEntry> history(TableName target);
}
