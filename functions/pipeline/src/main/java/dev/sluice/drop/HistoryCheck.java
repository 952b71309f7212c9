package dev.sluice.drop;

import dev.sluice.model.TableName;
import java.util.List;

/// A tree of old files against the table, partition by partition; `sluice receive … --as … -o json` shows it.
///
/// @param root       what the keys of the files begin with
/// @param partitions in the order of the tree
public record HistoryCheck(
        int format, String runId, String feed, TableName target, String root, List<Partition> partitions) {
    static final int FORMAT = 1;

    public HistoryCheck {
        partitions = List.copyOf(partitions);
    }

    /// @param partition   folders that are partitions, as they are spelled; empty if there is none
    /// @param files       that are in the table as they lie in the tree
    /// @param missing     that are not: refused, empty, changed since, or not loaded yet
    /// @param quarantined of `files`, those with rows in the quarantine: the number of their rows is the
    ///                    ledger's, and they are not added up
    /// @param rows        in the files, without those in the quarantine
    /// @param rowsInTable of these files
    /// @param sums        of every column with numbers, as the files add up
    /// @param differences one sentence each; empty if there is none
    public record Partition(
            String partition,
            int files,
            int missing,
            int quarantined,
            long rows,
            long rowsInTable,
            List<Sum> sums,
            List<String> differences) {
        public Partition {
            sums = List.copyOf(sums);
            differences = List.copyOf(differences);
        }
    }

    public record Sum(String column, String sum) {}
}
