package dev.sluice.drop;

import dev.sluice.model.TableName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What became of one feed in one run; `sluice receive -o json` prints it.
///
/// @param found       what lay under the prefix
/// @param files       what became of the pending ones
/// @param rows        of the files that were loaded
/// @param badRows     in the quarantine
/// @param bytes       of the files that were loaded, as they were dropped
/// @param commits     transactions
/// @param newestAt    when the newest file of the feed was written
/// @param late        there is no file as new as `expect_every` asks for
/// @param notes       files that are not in the table as they lie under the prefix, and why
/// @param differences what the warehouse says against the ledger; empty if nothing
/// @param error       why the feed was not done, or not all of it
public record FeedResult(
        String feed,
        TableName table,
        Status status,
        FeedPlan.Found found,
        FileLoadReceipt.Files files,
        long rows,
        long badRows,
        long bytes,
        int commits,
        Optional<Instant> newestAt,
        boolean late,
        List<FileLoadReceipt.FileNote> notes,
        List<String> differences,
        Optional<String> error) {
    public FeedResult {
        notes = List.copyOf(notes);
        differences = List.copyOf(differences);
    }

    public enum Status {
        SUCCEEDED,
        PARTIAL,
        FAILED,
        /// Another run has the table's lock.
        DEFERRED
    }
}
