package dev.sluice.raw;

import dev.sluice.model.Column;
import dev.sluice.model.DataMismatch;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.Slice;
import dev.sluice.model.TableName;
import dev.sluice.plan.Batch;
import dev.sluice.store.Part;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What landing one batch came to. Committed once; never holds rows.
///
/// @param format  version of this document, 1
/// @param attempt whose objects these are
/// @param chunk   which part of the slices' rows; empty for all of them
/// @param columns of the raw files, in order
/// @param carried replay only: the columns that go on, by name; absent means those of the raw files
/// @param seconds that landing took
public record LandReceipt(
        int format,
        String runId,
        TableName source,
        TableName target,
        int wave,
        int batch,
        int round,
        String attempt,
        Optional<Batch.Chunk> chunk,
        String definitionHash,
        List<Column> columns,
        Optional<List<Column>> carried,
        Instant snapshotAt,
        Instant endedAt,
        double seconds,
        List<Landed> slices) {
    public static final int FORMAT = 1;
    public static final String STAGE = "land";

    /// The receipt that speaks for all chunks of a group: of slices that are whole.
    public static final String WHOLE_STAGE = "whole-" + STAGE;

    /// Algorithm of a chunk's fingerprint where only its rows were counted, because the plan knows the
    /// slice's fingerprint in the very snapshot that the chunk was read in.
    public static final String PLANNED = "planned";

    public LandReceipt {
        columns = List.copyOf(columns);
        carried = carried == null ? Optional.empty() : carried.map(List::copyOf);
        slices = List.copyOf(slices);
    }

    /// What was landed, by slice.
    public Map<Slice, Landed> bySlice() {
        Map<Slice, Landed> bySlice = new LinkedHashMap<>();
        slices.forEach(landed -> bySlice.put(landed.slice(), landed));
        return bySlice;
    }

    /// What all chunks of a group come to.
    ///
    /// @param chunks  every one of them, in order
    /// @param planned fingerprints of the plan's snapshot
    public static LandReceipt join(List<LandReceipt> chunks, Map<Slice, Fingerprint> planned) {
        LandReceipt first = chunks.getFirst();
        Map<Slice, List<Landed>> pieces = new LinkedHashMap<>();
        for (LandReceipt chunk : chunks) {
            chunk.slices()
                    .forEach(piece -> pieces.computeIfAbsent(piece.slice(), slice -> new ArrayList<>())
                            .add(piece));
        }
        List<Landed> slices = new ArrayList<>();
        pieces.forEach((slice, some) ->
                slices.add(Landed.join(first.source(), some, planned.getOrDefault(slice, Fingerprint.empty("none")))));
        return new LandReceipt(
                FORMAT,
                first.runId(),
                first.source(),
                first.target(),
                first.wave(),
                first.batch(),
                first.round(),
                first.attempt(),
                Optional.empty(),
                first.definitionHash(),
                first.columns(),
                first.carried(),
                first.snapshotAt(),
                chunks.getLast().endedAt(),
                chunks.stream().mapToDouble(LandReceipt::seconds).sum(),
                slices);
    }

    /// @param fingerprint of the snapshot that the rows were read in; no rows if the slice vanished
    ///                    meanwhile. Of a chunk, that of its rows alone, or their count where the plan
    ///                    knows the slice's fingerprint in this very snapshot
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

        private static Landed join(TableName table, List<Landed> pieces, Fingerprint planned) {
            Landed first = pieces.getFirst();
            Optional<SliceFailure> failure =
                    pieces.stream().flatMap(p -> p.failure().stream()).findFirst();
            Fingerprint sum;
            if (first.fingerprint().algorithm().equals(PLANNED)) {
                long rows =
                        pieces.stream().mapToLong(p -> p.fingerprint().rows()).sum();
                sum = planned;
                if (rows != planned.rows() && failure.isEmpty()) {
                    failure = Optional.of(SliceFailure.of(miscounted(table, first.slice(), planned.rows(), rows)));
                }
            } else {
                sum = pieces.stream()
                        .map(Landed::fingerprint)
                        .reduce(Fingerprint::plus)
                        .orElseThrow();
            }
            return new Landed(
                    first.slice(),
                    first.segment(),
                    sum,
                    pieces.stream().mapToLong(Landed::bytes).sum(),
                    pieces.stream().flatMap(p -> p.parts().stream()).toList(),
                    failure);
        }
    }

    static DataMismatch miscounted(TableName table, Slice slice, long counted, long sent) {
        return new DataMismatch(
                "%s, slice %s: the source counted %d rows and sent %d in one snapshot; slice_by may not be a function of the row alone"
                        .formatted(table, slice, counted, sent));
    }

    /// @param type    full class name of the failure
    /// @param message without row content
    public record SliceFailure(String type, String message) {
        public static SliceFailure of(RuntimeException failure) {
            return new SliceFailure(failure.getClass().getName(), String.valueOf(failure.getMessage()));
        }
    }
}
