package dev.sluice.run;

import dev.sluice.drop.FeedResult;
import java.util.List;
import java.util.Optional;

/// What a run over dropped files came to; `sluice receive -o json` prints it.
///
/// @param status    `SUCCEEDED`, `PARTIAL` or `FAILED`
/// @param error     why no feed was even looked at
/// @param errorType full class name of that failure
public record DropReport(
        String runId,
        String status,
        double seconds,
        List<FeedResult> feeds,
        Optional<String> error,
        Optional<String> errorType) {
    public DropReport {
        feeds = List.copyOf(feeds);
    }
}
