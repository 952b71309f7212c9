package dev.sluice.run;

import dev.sluice.model.RunRequest;
import dev.sluice.verify.TableResult;
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
}
