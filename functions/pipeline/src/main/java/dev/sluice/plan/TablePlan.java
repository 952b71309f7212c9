package dev.sluice.plan;

import dev.sluice.model.Action;
import dev.sluice.model.Slice;
import dev.sluice.model.TableName;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// The ordered actions of a run for one table.
///
/// @param replaceTarget every slice is replaced and old rows of any kind go, in one transaction
/// @param waves         the slices to replace, by index into `actions`, in the order in which they are
///                      published
/// @param rowsBefore    rows in the warehouse before the run, as far as ledger or count know
/// @param rowsAfter     rows after it, if the source stands still
/// @param pins          slices that are kept because a replay pinned them
/// @param refused       why nothing of this table is done, with the way out
public record TablePlan(
        TableName source,
        TableName target,
        String definitionHash,
        boolean replaceTarget,
        List<PlannedSlice> actions,
        List<List<Integer>> waves,
        long rowsBefore,
        long rowsAfter,
        List<Pin> pins,
        Optional<String> refused) {
    public TablePlan {
        actions = List.copyOf(actions);
        waves = List.copyOf(waves);
        pins = pins == null ? List.of() : List.copyOf(pins);
    }

    public long count(Action action) {
        return actions.stream().filter(a -> a.action() == action).count();
    }

    public List<PlannedSlice> of(Action action) {
        return actions.stream().filter(a -> a.action() == action).toList();
    }

    public List<PlannedSlice> wave(int number) {
        return waves.get(number).stream().map(actions::get).toList();
    }

    /// This plan for a table that nobody wrote to.
    ///
    /// @param proven slices whose fingerprint was compared since the table last changed
    public TablePlan leftAlone(Predicate<Slice> proven) {
        Set<Slice> pinned = pins.stream().map(Pin::slice).collect(Collectors.toSet());
        List<PlannedSlice> kept = actions.stream()
                .map(p -> new PlannedSlice(
                        p.slice(),
                        p.action(),
                        pinned.contains(p.slice()) ? p.reason() : "untouched",
                        p.source(),
                        p.bytes(),
                        p.before(),
                        proven.test(p.slice())))
                .toList();
        return new TablePlan(
                source, target, definitionHash, replaceTarget, kept, waves, rowsBefore, rowsAfter, pins, refused);
    }

    public boolean nothingToDo() {
        return refused.isEmpty() && waves.isEmpty();
    }
}
