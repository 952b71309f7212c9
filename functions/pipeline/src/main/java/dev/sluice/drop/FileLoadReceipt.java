package dev.sluice.drop;

import dev.sluice.model.TableName;
import java.time.Instant;
import java.util.List;

/// What became of a wave of files.
///
/// @param publishedAt of the transaction, or when it was seen that there is nothing to publish
/// @param rows        of the files that were loaded
/// @param bytes       of these files as they were dropped
/// @param notes       files that are not in the table as they lie under the prefix, and why; not all of them
///                    if there are very many
public record FileLoadReceipt(
        int format,
        String runId,
        TableName target,
        int wave,
        Instant publishedAt,
        Files files,
        long rows,
        long badRows,
        long bytes,
        List<FileNote> notes) {
    static final int FORMAT = 1;

    /// Notes that a document lists one by one.
    static final int MAX_NOTES = 100;

    public FileLoadReceipt {
        notes = List.copyOf(notes);
    }

    /// Files by what became of them.
    ///
    /// @param unread their batch left no receipt
    public record Files(int loaded, int same, int refused, int changed, int failed, int unread) {
        static final Files NONE = new Files(0, 0, 0, 0, 0, 0);

        Files plus(Files other) {
            return new Files(
                    loaded + other.loaded,
                    same + other.same,
                    refused + other.refused,
                    changed + other.changed,
                    failed + other.failed,
                    unread + other.unread);
        }
    }

    /// @param state what became of it
    /// @param why   for people
    public record FileNote(String file, FileState state, String why) {}
}
