package dev.sluice.drop;

import java.time.Instant;

/// An entry of `sluice.drops`: what became of one version of one file.
///
/// @param key        of the file in the lake
/// @param version    the store's own name of the version; empty where it keeps none
/// @param etag       when it was listed, as are size and `modifiedAt`
/// @param sha256     of the file as it was dropped, 64 hex digits
/// @param rows       in the table; of a refused version 0
/// @param definition what the configuration said of the feed, see [FeedDefinition]
/// @param reason     of a refusal; empty otherwise
/// @param receipt    key of the receipt that lists its objects
public record DropEntry(
        String key,
        String version,
        String etag,
        long bytes,
        Instant modifiedAt,
        String sha256,
        long rows,
        long badRows,
        String definition,
        FileState state,
        String reason,
        String receipt,
        String runId,
        long epoch,
        Instant loadedAt) {}
