package dev.sluice.cli;

import dev.sluice.drop.FeedResult;
import dev.sluice.drop.HistoryCheck;
import dev.sluice.run.DropReport;
import java.util.List;
import java.util.Optional;

/// What came of a tree of old files; `sluice receive … --as FEED -o json` prints it.
///
/// @param status     `SUCCEEDED`, `PARTIAL`, `FAILED`, or `DEFERRED` if another run has the table
/// @param runs       one per wave
/// @param partitions the tree against the table; absent if they were not compared
record HistoryReport(
        String status, String from, List<DropReport> runs, Optional<List<HistoryCheck.Partition>> partitions) {
    static HistoryReport of(String from, List<DropReport> runs, Optional<HistoryCheck> check) {
        return new HistoryReport(status(runs), from, List.copyOf(runs), check.map(HistoryCheck::partitions));
    }

    private static String status(List<DropReport> runs) {
        DropReport last = runs.getLast();
        boolean deferred = last.feeds().stream().anyMatch(feed -> feed.status() == FeedResult.Status.DEFERRED);
        if (deferred) {
            return "DEFERRED";
        }
        boolean fine = runs.stream().allMatch(run -> run.status().equals("SUCCEEDED"));
        return fine || last.status().equals("FAILED") ? last.status() : "PARTIAL";
    }

    int exitCode() {
        boolean misused = runs.stream().anyMatch(run -> PrintedDrops.exitCode(run) == Sluice.USAGE);
        if (misused) {
            return Sluice.USAGE;
        }
        return status.equals("SUCCEEDED") ? Sluice.OK : Sluice.FAILED;
    }
}
