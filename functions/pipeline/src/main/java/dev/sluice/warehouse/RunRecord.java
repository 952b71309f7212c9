package dev.sluice.warehouse;

import java.time.Instant;
import java.util.Optional;

/// A row of `sluice.runs`.
///
/// @param status `SUCCEEDED`, `PARTIAL` or `FAILED`
/// @param rows   rows landed
/// @param bytes  bytes of rows landed, as CSV
public record RunRecord(
        String runId,
        Instant startedAt,
        Instant endedAt,
        String status,
        int tables,
        long slicesReplaced,
        long slicesRemoved,
        long slicesKept,
        long slicesFailed,
        long rows,
        long bytes,
        Optional<String> error) {}
