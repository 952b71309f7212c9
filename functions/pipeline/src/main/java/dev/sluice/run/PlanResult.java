package dev.sluice.run;

import dev.sluice.model.Action;
import dev.sluice.plan.PlanDocument;
import dev.sluice.plan.PlannedSlice;
import dev.sluice.verify.TableResult;
import java.util.List;
import java.util.Optional;

/// A plan told as a table result: what a sync would replace, remove and keep.
final class PlanResult {
    private PlanResult() {}

    static TableResult of(PlanDocument document) {
        List<PlannedSlice> replace = document.plan().of(Action.REPLACE);
        return new TableResult(
                document.sync().source(),
                document.sync().target(),
                document.sync().strategy(),
                document.plan().refused().isPresent() ? TableResult.Status.FAILED : TableResult.Status.SUCCEEDED,
                new TableResult.Slices(
                        document.plan().count(Action.KEEP),
                        replace.size(),
                        document.plan().count(Action.REMOVE),
                        0),
                replace.stream().mapToLong(p -> p.source().rows()).sum(),
                replace.stream().mapToLong(PlannedSlice::bytes).sum(),
                document.plan().actions().stream()
                        .mapToLong(PlannedSlice::bytes)
                        .sum(),
                document.plan().rowsBefore(),
                Optional.empty(),
                Optional.empty(),
                (int) (replace.size() + document.plan().count(Action.REMOVE)),
                document.plan().pins().size(),
                0,
                0,
                Optional.of(new TableResult.Forecast(
                        document.predictedBytes(), document.predictedSeconds(), Optional.empty(), Optional.empty())),
                Optional.empty(),
                document.plan().refused(),
                List.of(),
                Optional.empty());
    }
}
