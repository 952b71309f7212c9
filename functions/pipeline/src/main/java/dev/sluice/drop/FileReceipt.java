package dev.sluice.drop;

import dev.sluice.model.Column;
import dev.sluice.model.TableName;
import dev.sluice.store.Part;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What the convert stage made of a batch of files.
public record FileReceipt(
        int format,
        String runId,
        TableName target,
        int wave,
        int batch,
        String attempt,
        Instant endedAt,
        double seconds,
        List<ReadFile> files) {
    static final int FORMAT = 1;
    public static final String STAGE = "convert";

    public FileReceipt {
        files = List.copyOf(files);
    }

    /// @param version    the store's name for the bytes that were read; empty where it keeps no versions, or
    ///                   nothing was read
    /// @param sha256     empty if nothing was read
    /// @param columns    of the Parquet objects without the line
    /// @param original   the unchanged copy in the lake
    /// @param parts      Parquet objects
    /// @param quarantine CSV of the bad rows
    /// @param reason     why it is refused, changed or failed
    public record ReadFile(
            DropFile file,
            FileState state,
            String version,
            String sha256,
            long rows,
            long badRows,
            List<Column> columns,
            Optional<Part> original,
            List<Part> parts,
            Optional<Part> quarantine,
            Optional<String> reason) {
        public ReadFile {
            columns = List.copyOf(columns);
            parts = List.copyOf(parts);
        }

        static ReadFile unread(DropFile file, FileState state, String reason) {
            return new ReadFile(
                    file,
                    state,
                    "",
                    "",
                    0,
                    0,
                    List.of(),
                    Optional.empty(),
                    List.of(),
                    Optional.empty(),
                    Optional.of(reason));
        }
    }
}
