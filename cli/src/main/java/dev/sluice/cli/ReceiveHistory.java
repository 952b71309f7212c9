package dev.sluice.cli;

import dev.sluice.config.SluiceConfig;
import dev.sluice.drop.FeedResult;
import dev.sluice.drop.FileLoadReceipt;
import dev.sluice.drop.History;
import dev.sluice.drop.HistoryCheck;
import dev.sluice.machine.Listener;
import dev.sluice.model.Feed;
import dev.sluice.run.DropReport;
import dev.sluice.store.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `sluice receive TREE --as FEED`: one run per wave, until nothing of the tree is left to load. What a run has
/// published stays, whatever ends this.
record ReceiveHistory(LocalRun run, SluiceConfig config, Listener listener) {
    HistoryReport load(String feed, History history) {
        List<DropReport> reports = new ArrayList<>();
        do {
            reports.add(run.receive(LocalRun.newRunId(), List.of(feed), Optional.of(history), listener));
        } while (moreFollows(reports.getLast()));
        Optional<HistoryCheck> check = config.drops().stream()
                .filter(each -> each.name().equals(feed))
                .map(Feed::target)
                .findFirst()
                .flatMap(target ->
                        run.documents().find(Keys.historyCheck(reports.getLast().runId(), target), HistoryCheck.class));
        return HistoryReport.of(history.from(), reports, check);
    }

    /// A run that settled nothing would find the same again.
    private static boolean moreFollows(DropReport report) {
        return report.error().isEmpty() && report.feeds().stream().anyMatch(ReceiveHistory::moreFollows);
    }

    private static boolean moreFollows(FeedResult result) {
        FileLoadReceipt.Files files = result.files();
        return result.error().isEmpty()
                && result.found().later() > 0
                && files.loaded() + files.same() + files.refused() > 0;
    }
}
