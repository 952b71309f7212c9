package dev.sluice.model;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One entry under `tables:` after wildcards, defaults and columns are settled.
///
/// @param source         the table that is read
/// @param target         the table that is kept
/// @param exclude        columns that are not carried (`columns: [-name]`)
/// @param include        the only columns that are carried; empty means all but the excluded
/// @param types          named policies: column → `text` or `numeric(p,s)`, for types that are not
///                       carried by themselves
/// @param maxRows        above it a wholesale table is refused; rows
/// @param skipUnchanged  wholesale only: leave the table alone when its fingerprint did not move
/// @param maxShrink      fraction of the table's rows, 0 … 1, that one run may take away
/// @param recentGrains   time-sliced: grains back from today whose fingerprint is taken on every run
/// @param auditDays      time-sliced: within how many days every slice's fingerprint is taken at least
///                       once
/// @param untouched      leave the table alone, unread, when the source's own counters say that nobody
///                       wrote to it
/// @param budgetTime     a run ends between waves once this has passed
/// @param budgetBytes    a run ends between waves once this many raw bytes were landed
/// @param chunkBytes     a batch reads at most about this many bytes of rows
public record TableSync(
        TableName source,
        TableName target,
        Strategy strategy,
        SliceBy sliceBy,
        Detect detect,
        Consistency consistency,
        OnFailedSlice onFailedSlice,
        List<String> include,
        List<String> exclude,
        Map<String, String> types,
        long maxRows,
        boolean skipUnchanged,
        double maxShrink,
        int recentGrains,
        int auditDays,
        WarehouseRecheck warehouseRecheck,
        boolean untouched,
        Optional<Duration> budgetTime,
        Optional<Long> budgetBytes,
        long chunkBytes) {
    public static final long DEFAULT_MAX_ROWS = 10_000_000;
    public static final double DEFAULT_MAX_SHRINK = 0.5;
    public static final int DEFAULT_RECENT_GRAINS = 7;
    public static final int DEFAULT_AUDIT_DAYS = 30;
    public static final long DEFAULT_CHUNK_BYTES = 1L << 30;

    public TableSync {
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
        types = Map.copyOf(types);
    }
}
