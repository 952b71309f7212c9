package dev.sluice.warehouse;

import dev.sluice.model.Definition;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.Slice;
import dev.sluice.plan.ShrinkGuard;
import dev.sluice.store.Part;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// One wave, ready to be published.
///
/// @param sourceColumns every column that the source table has, carried or not: a target column that is
///                      in it but not in the definition was left out on purpose and goes; one that is not
///                      was dropped at the source
/// @param recreate      create the target anew if its columns do not fit (`--full`)
/// @param replaceAll    no row from before this wave survives
/// @param removals      slices that vanished at the source
/// @param rowsBefore    rows of the table before the run, for the guard
/// @param fence         called inside the transaction, after the target is locked for writing and just
///                      before the commit; throws if the run must not publish any more
public record Publication(
        Definition definition,
        Set<String> sourceColumns,
        boolean recreate,
        boolean replaceAll,
        String runId,
        long epoch,
        Instant publishedAt,
        List<Published> slices,
        List<Slice> removals,
        long rowsBefore,
        ShrinkGuard guard,
        Runnable fence) {
    public Publication {
        sourceColumns = Set.copyOf(sourceColumns);
        slices = List.copyOf(slices);
        removals = List.copyOf(removals);
    }

    /// @param source    fingerprint of the snapshot that the rows were read in
    /// @param parts     Parquet objects that hold the rows
    public record Published(
            Slice slice,
            Fingerprint source,
            long rawBytes,
            long parquetBytes,
            String rawReceipt,
            String lakeReceipt,
            List<Part> parts) {
        public Published {
            parts = List.copyOf(parts);
        }
    }
}
