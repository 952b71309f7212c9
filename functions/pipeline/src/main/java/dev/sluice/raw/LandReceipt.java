package dev.sluice.raw;

import dev.sluice.model.Column;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.Slice;
import dev.sluice.model.TableName;
import dev.sluice.store.Part;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What landing one batch came to. Committed once; never holds rows.
///
/// @param format  version of this document, 1
/// @param attempt whose objects these are
/// @param columns of the raw files, in order
public record LandReceipt(
        int format,
        String runId,
        TableName source,
        TableName target,
        int wave,
        int batch,
        int round,
        String attempt,
        String definitionHash,
        List<Column> columns,
        Instant snapshotAt,
        Instant endedAt,
        List<Landed> slices) {
    public static final int FORMAT = 1;
    public static final String STAGE = "land";

    public LandReceipt {
        columns = List.copyOf(columns);
        slices = List.copyOf(slices);
    }

    /// @param fingerprint of the snapshot that the rows were read in; no rows if the slice vanished
    ///                    meanwhile
    /// @param bytes       bytes of rows as CSV, before compression
    /// @param failure     why the slice was not landed; empty if it was
    public record Landed(
            Slice slice,
            String segment,
            Fingerprint fingerprint,
            long bytes,
            List<Part> parts,
            Optional<SliceFailure> failure) {
        public Landed {
            parts = List.copyOf(parts);
        }
    }

    /// @param type    full class name of the failure
    /// @param message without row content
    public record SliceFailure(String type, String message) {
        public static SliceFailure of(RuntimeException failure) {
            return new SliceFailure(failure.getClass().getName(), String.valueOf(failure.getMessage()));
        }
    }
}
