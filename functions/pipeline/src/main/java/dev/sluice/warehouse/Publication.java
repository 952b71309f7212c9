package dev.sluice.warehouse;

import dev.sluice.model.Definition;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.Slice;
import dev.sluice.plan.Purpose;
import dev.sluice.plan.ShrinkGuard;
import dev.sluice.store.Part;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// One wave, ready to be published.
///
/// @param purpose       a replay pins the slices; a release moves no row
/// @param sourceColumns every column that the source table has, carried or not: a target column that is
///                      in it but not in the definition was left out on purpose and goes; one that is not
///                      was dropped at the source
/// @param recreate      create the target anew if its columns do not fit (`--full`)
/// @param replaceAll    no row from before this wave survives
/// @param wave          number of the wave in its run
/// @param removals      slices that vanished at the source
/// @param released      slices whose pin ends
/// @param rowsBefore    rows of the table before the run, for the guard
/// @param fence         called inside the transaction, after the target is locked for writing and just
///                      before the commit; throws if the run must not publish any more
public record Publication(
        Purpose purpose,
        Definition definition,
        Set<String> sourceColumns,
        boolean recreate,
        boolean replaceAll,
        String runId,
        long epoch,
        int wave,
        Instant publishedAt,
        List<Published> slices,
        List<Slice> removals,
        List<Slice> released,
        long rowsBefore,
        ShrinkGuard guard,
        Runnable fence) {
    public Publication {
        sourceColumns = Set.copyOf(sourceColumns);
        slices = List.copyOf(slices);
        removals = List.copyOf(removals);
        released = List.copyOf(released);
    }

    /// One slice; of a replay that pins it as absent it has neither rows nor receipts.
    ///
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

        /// A slice that did not exist when the state was recorded that is replayed.
        static Published absent(Slice slice) {
            return new Published(slice, Fingerprint.empty("none"), 0, 0, "", "", List.of());
        }
    }
}
