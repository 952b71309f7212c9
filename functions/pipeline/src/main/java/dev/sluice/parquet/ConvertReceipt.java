package dev.sluice.parquet;

import dev.sluice.model.Slice;
import dev.sluice.model.TableName;
import dev.sluice.raw.LandReceipt;
import dev.sluice.store.Part;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What converting one batch came to. Committed once; never holds rows.
///
/// @param seconds that converting took
public record ConvertReceipt(
        int format,
        String runId,
        TableName target,
        int wave,
        int batch,
        String attempt,
        Instant endedAt,
        double seconds,
        List<ConvertedSlice> slices) {
    public static final int FORMAT = 1;
    public static final String STAGE = "convert";

    /// The receipt that speaks for all chunks of a group: of slices that are whole.
    public static final String WHOLE_STAGE = "whole-" + STAGE;

    public ConvertReceipt {
        slices = List.copyOf(slices);
    }

    /// What all chunks of a group come to.
    ///
    /// @param chunks every one of them, in order
    public static ConvertReceipt join(List<ConvertReceipt> chunks) {
        ConvertReceipt first = chunks.getFirst();
        Map<Slice, List<ConvertedSlice>> pieces = new LinkedHashMap<>();
        for (ConvertReceipt chunk : chunks) {
            chunk.slices()
                    .forEach(piece -> pieces.computeIfAbsent(piece.slice(), slice -> new ArrayList<>())
                            .add(piece));
        }
        return new ConvertReceipt(
                FORMAT,
                first.runId(),
                first.target(),
                first.wave(),
                first.batch(),
                first.attempt(),
                chunks.getLast().endedAt(),
                chunks.stream().mapToDouble(ConvertReceipt::seconds).sum(),
                pieces.values().stream().map(ConvertedSlice::join).toList());
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

        private static ConvertedSlice join(List<ConvertedSlice> pieces) {
            Map<String, Long> nulls = new HashMap<>();
            pieces.forEach(p -> p.nulls().forEach((column, count) -> nulls.merge(column, count, Long::sum)));
            return new ConvertedSlice(
                    pieces.getFirst().slice(),
                    pieces.stream().mapToLong(ConvertedSlice::rows).sum(),
                    pieces.stream().mapToLong(ConvertedSlice::bytes).sum(),
                    nulls,
                    pieces.stream().flatMap(p -> p.parts().stream()).toList(),
                    pieces.stream().flatMap(p -> p.failure().stream()).findFirst());
        }
    }
}
