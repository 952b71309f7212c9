package dev.sluice.model;

import java.time.Instant;

/// The newest entry of one slice in `sluice.slice_log`.
///
/// @param source        fingerprint of the snapshot that the rows were read in
/// @param warehouseRows rows of the slice in the warehouse when it was published
/// @param rawBytes      bytes of rows as CSV, before compression
/// @param parquetBytes  bytes of Parquet objects
/// @param rawReceipt    key of the land receipt
/// @param lakeReceipt   key of the convert receipt
public record LedgerEntry(
        Slice slice,
        long epoch,
        String runId,
        Action action,
        String definitionHash,
        Fingerprint source,
        long warehouseRows,
        long rawBytes,
        long parquetBytes,
        String rawReceipt,
        String lakeReceipt,
        Instant loadedAt) {
    /// Of many slices most share these texts, and there can be many slices.
    public LedgerEntry {
        runId = runId.intern();
        definitionHash = definitionHash.intern();
        rawReceipt = rawReceipt.intern();
        lakeReceipt = lakeReceipt.intern();
    }

    /// Kept as a replay left it, whatever the source holds, until it is released. A pinned slice without
    /// receipts is pinned as absent.
    public boolean pinned() {
        return action == Action.REPLAY;
    }
}
