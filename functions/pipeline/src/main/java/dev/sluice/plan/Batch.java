package dev.sluice.plan;

import dev.sluice.model.Fingerprint;
import dev.sluice.model.Slice;
import dev.sluice.model.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// One unit of parallel work: slices that are read in one scan.
///
/// @param wave     published together with the other batches of the same wave
/// @param number   unique within the wave, over all rounds
/// @param round    0, or the number of times that moved slices were landed again
/// @param everyRow the batch holds every slice that the table has, so that no predicate is needed
public record Batch(
        String runId,
        TableName source,
        TableName target,
        int wave,
        int number,
        int round,
        long epoch,
        String definitionHash,
        boolean everyRow,
        List<Item> slices) {
    /// Slices of one scan, so that a plan of a million stays in documents of bearable size.
    public static final int MAX_SLICES = 5_000;

    public Batch {
        slices = List.copyOf(slices);
    }

    /// @param segment how the slice is spelled in object keys
    /// @param planned what the plan saw; the rows may have changed since
    public record Item(Slice slice, String segment, Fingerprint planned) {}

    /// How slices are spelled in object keys: the short form, or the distinct one where two differ only
    /// by case.
    public static Map<Slice, String> segments(
            Iterable<Slice> slices,
            java.util.function.Function<Slice, String> plain,
            java.util.function.Function<Slice, String> distinct,
            UnaryOperator<String> caseFold) {
        Map<String, Integer> uses = new HashMap<>();
        for (Slice slice : slices) {
            uses.merge(caseFold.apply(plain.apply(slice)), 1, Integer::sum);
        }
        Map<Slice, String> segments = new HashMap<>();
        for (Slice slice : slices) {
            String segment = plain.apply(slice);
            boolean twin = uses.getOrDefault(caseFold.apply(segment), 0) > 1;
            segments.put(slice, twin ? distinct.apply(slice) : segment);
        }
        return segments;
    }

    /// Fills batches in the given order up to `chunkBytes` and [#MAX_SLICES]; a larger slice is a batch
    /// of its own.
    public static List<List<PlannedSlice>> group(List<PlannedSlice> slices, long chunkBytes) {
        List<List<PlannedSlice>> groups = new ArrayList<>();
        List<PlannedSlice> open = new ArrayList<>();
        long bytes = 0;
        for (PlannedSlice slice : slices) {
            boolean full = bytes + slice.bytes() > chunkBytes || open.size() >= MAX_SLICES;
            if (full && !open.isEmpty()) {
                groups.add(List.copyOf(open));
                open.clear();
                bytes = 0;
            }
            open.add(slice);
            bytes += slice.bytes();
        }
        if (!open.isEmpty()) {
            groups.add(List.copyOf(open));
        }
        return groups;
    }
}
