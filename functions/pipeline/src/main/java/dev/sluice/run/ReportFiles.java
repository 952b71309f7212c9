package dev.sluice.run;

import dev.sluice.drop.FeedResult;
import dev.sluice.drop.FeedStanding;
import dev.sluice.drop.VerifyFiles;
import dev.sluice.model.Feed;
import dev.sluice.store.Checkpoint;
import dev.sluice.store.Keys;
import dev.sluice.warehouse.RunHistory;
import dev.sluice.warehouse.RunRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The report stage of files that others drop. A feed that left no result has failed.
record ReportFiles(DropWiring wiring) {
    /// @param ofTree the run read a tree of old files, which says nothing of what lies under a feed's prefix
    DropReport run(DropMessages.ReportInput input, List<Feed> feeds, boolean ofTree) {
        Checkpoint.reach("report.begun");
        Instant now = wiring.clock().instant();
        Optional<String> error = input.failure().map(FailureText::of);
        List<FeedResult> results = feeds.stream()
                .map(feed -> wiring.documents()
                        .find(Keys.result(input.runId(), feed.target()), FeedResult.class)
                        .orElseGet(() -> VerifyFiles.failed(feed, feed.target() + ": left no result")))
                .toList();
        DropReport report = new DropReport(
                input.runId(),
                status(results, error),
                Duration.between(input.startedAt(), now).toMillis() / 1000.0,
                results,
                error,
                input.failure().map(Messages.ErrorOutput::error));
        wiring.documents().put(Keys.report(input.runId()), report);
        Checkpoint.reach("report.written");
        if (!ofTree) {
            stand(report, feeds, now);
        }
        boolean woke = results.stream().anyMatch(result -> result.commits() > 0);
        new RunHistory(wiring.warehouse(), wiring.documents()).enter(record(report, input.startedAt(), now), woke);
        for (String part : Keys.UPLOADED) {
            wiring.documents().store().abortStaleUploads(part);
        }
        return report;
    }

    /// Two runs of different feeds write different documents; of two of one feed, the lock lets one in.
    private void stand(DropReport report, List<Feed> feeds, Instant now) {
        for (int i = 0; i < feeds.size(); i++) {
            Feed feed = feeds.get(i);
            String key = Keys.feedStanding(feed.name());
            FeedStanding.after(
                            report.feeds().get(i),
                            feed,
                            report.runId(),
                            now,
                            wiring.documents().find(key, FeedStanding.class))
                    .ifPresent(standing -> wiring.documents().put(key, standing));
        }
    }

    private static String status(List<FeedResult> results, Optional<String> error) {
        boolean allFine = results.stream()
                .allMatch(r -> r.status() == FeedResult.Status.SUCCEEDED || r.status() == FeedResult.Status.DEFERRED);
        boolean allFailed = results.stream().allMatch(r -> r.status() == FeedResult.Status.FAILED);
        if (error.isPresent() || !allFine && allFailed) {
            return "FAILED";
        }
        return allFine ? "SUCCEEDED" : "PARTIAL";
    }

    private static RunRecord record(DropReport report, Instant startedAt, Instant endedAt) {
        List<FeedResult> feeds = report.feeds();
        return new RunRecord(
                report.runId(),
                startedAt,
                endedAt,
                report.status(),
                feeds.size(),
                feeds.stream().mapToLong(f -> f.files().loaded()).sum(),
                0,
                feeds.stream()
                        .mapToLong(f -> f.found().kept() + f.files().same())
                        .sum(),
                feeds.stream()
                        .mapToLong(f -> f.files().refused()
                                + f.files().failed()
                                + f.files().unread())
                        .sum(),
                feeds.stream().mapToLong(FeedResult::rows).sum(),
                feeds.stream().mapToLong(FeedResult::bytes).sum(),
                report.error()
                        .or(() ->
                                feeds.stream().flatMap(f -> f.error().stream()).findFirst()));
    }
}
