package dev.sluice.parquet;

import dev.sluice.model.Slice;
import dev.sluice.model.TableName;
import dev.sluice.raw.LandReceipt;
import dev.sluice.store.Part;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What converting one batch came to. Committed once; never holds rows.
public record ConvertReceipt(
        int format,
        String runId,
        TableName target,
        int wave,
        int batch,
        String attempt,
        Instant endedAt,
        List<ConvertedSlice> slices) {
    public static final int FORMAT = 1;
    public static final String STAGE = "convert";

    public ConvertReceipt {
        slices = List.copyOf(slices);
    }

    /// @param rows    rows in the Parquet objects, counted by the writer
    /// @param bytes   of the Parquet objects
    /// @param nulls   per column, rows without a value
    /// @param failure why the slice has no Parquet; empty if it has
    public record ConvertedSlice(
            Slice slice,
            long rows,
            long bytes,
            Map<String, Long> nulls,
            List<Part> parts,
            Optional<LandReceipt.SliceFailure> failure) {
        public ConvertedSlice {
            nulls = Map.copyOf(nulls);
            parts = List.copyOf(parts);
        }
    }
}
