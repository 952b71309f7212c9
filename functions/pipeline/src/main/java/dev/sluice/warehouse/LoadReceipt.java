package dev.sluice.warehouse;

import dev.sluice.model.Slice;
import dev.sluice.plan.Pace;
import dev.sluice.raw.LandReceipt;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What publishing one wave came to. Committed once.
///
/// @param readFrom  when the first batch of the wave began to read
/// @param slowestRead bytes and seconds of the batch that took longest
/// @param rows      rows landed and published
/// @param bytes     of those rows as CSV
/// @param failed    slices that were not published, with the reason
/// @param held      why the wave was not published at all; empty if it was
/// @param statements ids of the warehouse's statements; absent in receipts of version 0.1.0
public record LoadReceipt(
        int format,
        String runId,
        int wave,
        Optional<Instant> readFrom,
        Optional<Pace.Sample> slowestRead,
        Instant endedAt,
        List<Loaded> replaced,
        List<Slice> removed,
        long rows,
        long bytes,
        Map<Slice, LandReceipt.SliceFailure> failed,
        Optional<LandReceipt.SliceFailure> held,
        List<String> statements) {
    public static final int FORMAT = 1;

    public LoadReceipt {
        replaced = List.copyOf(replaced);
        removed = List.copyOf(removed);
        failed = Map.copyOf(failed);
        statements = statements == null ? List.of() : List.copyOf(statements);
    }

    /// @param rows  that the warehouse must hold now
    /// @param nulls per column
    public record Loaded(Slice slice, long rows, Map<String, Long> nulls) {
        public Loaded {
            nulls = Map.copyOf(nulls);
        }
    }
}
