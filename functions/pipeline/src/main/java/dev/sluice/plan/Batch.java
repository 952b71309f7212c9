package dev.sluice.plan;

import dev.sluice.model.Fingerprint;
import dev.sluice.model.PageRange;
import dev.sluice.model.Slice;
import dev.sluice.model.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// One unit of parallel work: slices that are read in one scan.
///
/// @param wave     published together with the other batches of the same wave
/// @param number   unique within the wave, over all rounds
/// @param round    0, or the number of times that moved slices were landed again
/// @param way      how the slices' rows are found
/// @param chunk    which part of the rows; empty for all of them
public record Batch(
        String runId,
        TableName source,
        TableName target,
        int wave,
        int number,
        int round,
        long epoch,
        String definitionHash,
        Reading.Way way,
        Optional<Chunk> chunk,
        List<Item> slices) {
    /// Slices of one scan, so that a plan of a million stays in documents of bearable size.
    public static final int MAX_SLICES = 10_000;

    public Batch {
        slices = List.copyOf(slices);
    }

    /// A batch that holds only a part of its slices' rows: those on some of the pages. All chunks of a
    /// group are one state of the source, because they share a snapshot or are proven to be one.
    ///
    /// @param index from 0
    /// @param of    how many chunks the group has; their batches are numbered one after another
    /// @param pages where the rows lie
    public record Chunk(int index, int of, PageRange pages) {
        public Chunk {
            if (index < 0 || index >= of) {
                throw new IllegalArgumentException("chunk " + index + " of " + of);
            }
        }

        /// Every chunk of a table with so many pages.
        public static List<Chunk> cut(long tablePages, int of) {
            List<Chunk> chunks = new ArrayList<>();
            for (int i = 0; i < of; i++) {
                long from = tablePages * i / of;
                long to = i == of - 1 ? PageRange.OPEN : tablePages * (i + 1) / of;
                chunks.add(new Chunk(i, of, new PageRange(from, to)));
            }
            return chunks;
        }
    }

    /// Number of the first batch of the group that this one belongs to; its own, if it is no chunk.
    public int firstOfGroup() {
        return number - chunk.map(Chunk::index).orElse(0);
    }

    /// Whether its rows are in the lake already.
    public boolean replays() {
        return slices.stream().anyMatch(item -> item.receipt().isPresent());
    }

    /// @param segment how the slice is spelled in object keys
    /// @param planned what the plan saw; the rows may have changed since
    /// @param receipt replay only: key of the land receipt whose objects hold the rows
    public record Item(Slice slice, String segment, Fingerprint planned, Optional<String> receipt) {}

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
