package dev.sluice.run;

import dev.sluice.model.RunRequest;
import dev.sluice.verify.TableResult;
import dev.sluice.warehouse.RunRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What a run came to; `sluice sync -o json` prints it.
///
/// @param status `SUCCEEDED`, `PARTIAL` or `FAILED`
/// @param error  why no table was even looked at
/// @param errorType full class name of that failure
public record RunReport(
        String runId,
        RunRequest.Mode mode,
        String status,
        double seconds,
        List<TableResult> tables,
        Optional<String> error,
        Optional<String> errorType) {
    public RunReport {
        tables = List.copyOf(tables);
    }

    /// The report as a row of `sluice.runs`.
    public RunRecord toRecord(Instant startedAt, Instant endedAt) {
        return new RunRecord(
                runId,
                startedAt,
                endedAt,
                status,
                tables.size(),
                tables.stream().mapToLong(t -> t.slices().replaced()).sum(),
                tables.stream().mapToLong(t -> t.slices().removed()).sum(),
                tables.stream().mapToLong(t -> t.slices().kept()).sum(),
                tables.stream().mapToLong(t -> t.slices().failed()).sum(),
                tables.stream().mapToLong(TableResult::rowsLanded).sum(),
                tables.stream().mapToLong(TableResult::bytesLanded).sum(),
                error.or(() -> tables.stream().flatMap(t -> t.error().stream()).findFirst()));
    }
}
