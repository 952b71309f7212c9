package dev.sluice.run;

import dev.sluice.model.Action;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.LedgerEntry;
import dev.sluice.model.RunRequest;
import dev.sluice.model.Slice;
import dev.sluice.model.TableSync;
import dev.sluice.warehouse.RunRecord;
import dev.sluice.warehouse.Warehouse;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// What a replay was asked for, held against what the ledger knows. Pure.
///
/// @param history every entry of the table's ledger
/// @param runs    every run in `sluice.runs`
record ReplayRequest(
        TableSync sync,
        RunRequest.Replay asked,
        Map<Slice, LedgerEntry> ledger,
        List<Warehouse.History> history,
        List<RunRecord> runs) {
    /// Names that a message gives as examples.
    private static final int EXAMPLES = 5;

    private static final Comparator<Warehouse.History> OLDEST_FIRST =
            Comparator.comparingLong(Warehouse.History::epoch).thenComparing(Warehouse.History::loadedAt);

    /// What is to be rebuilt.
    ///
    /// @param then   the entries that say where the rows are; a slice that did not exist is missing
    /// @param absent slices that did not exist and are to go
    record Rebuild(Map<Slice, Warehouse.History> then, Set<Slice> absent) {
        Set<Slice> wanted() {
            Set<Slice> wanted = new TreeSet<>(then.keySet());
            wanted.addAll(absent);
            return wanted;
        }
    }

    /// @throws InvalidRequest a slice or run is not known, or the table did not exist then
    Rebuild rebuild() {
        if (history.isEmpty()) {
            throw new InvalidRequest("replay: %s was never loaded; run sluice sync".formatted(sync.source()));
        }
        Map<Slice, Warehouse.History> then = new HashMap<>();
        Predicate<Warehouse.History> upTo = upTo();
        history.stream().filter(upTo).sorted(OLDEST_FIRST).forEach(entry -> then.put(entry.slice(), entry));
        then.values().removeIf(entry -> entry.rawReceipt().isEmpty());
        if (then.isEmpty()) {
            throw new InvalidRequest("replay: %s had no rows as of run %s"
                    .formatted(sync.source(), asked.run().orElse("")));
        }
        Set<Slice> wanted = new TreeSet<>();
        if (asked.slices().isEmpty()) {
            wanted.addAll(then.keySet());
            wanted.addAll(ledger.keySet());
        } else {
            Set<Slice> known = history.stream().map(Warehouse.History::slice).collect(Collectors.toSet());
            asked.slices().forEach(text -> wanted.add(slice(text, known, "is not known")));
        }
        then.keySet().retainAll(wanted);
        wanted.removeAll(then.keySet());
        return new Rebuild(then, wanted);
    }

    /// The pinned slices to release.
    ///
    /// @throws InvalidRequest a slice is not pinned, or none is
    List<LedgerEntry> release() {
        Set<Slice> pinned = ledger.values().stream()
                .filter(LedgerEntry::pinned)
                .map(LedgerEntry::slice)
                .collect(Collectors.toCollection(TreeSet::new));
        if (pinned.isEmpty()) {
            throw new InvalidRequest("replay: %s has no pinned slices to release".formatted(sync.source()));
        }
        Set<Slice> wanted = new TreeSet<>();
        asked.slices().forEach(text -> wanted.add(slice(text, pinned, "is not pinned")));
        return (wanted.isEmpty() ? pinned : wanted).stream().map(ledger::get).toList();
    }

    /// Encoded, as `plan -o json` prints it, or in words, as `plan` does. The encoded form goes first: it is
    /// of one slice only.
    private Slice slice(String text, Set<Slice> among, String otherwise) {
        return among.stream()
                .filter(slice -> slice.encoded().equals(text))
                .findFirst()
                .or(() -> among.stream()
                        .filter(slice -> slice.toString().equals(text))
                        .findFirst())
                .orElseThrow(() -> new InvalidRequest("replay: slice '%s' of %s %s; there is %s"
                        .formatted(text, sync.source(), otherwise, examples(among))));
    }

    static String examples(Collection<Slice> slices) {
        String some =
                slices.stream().sorted().limit(EXAMPLES).map(Slice::toString).collect(Collectors.joining(", "));
        return slices.size() > EXAMPLES ? some + ", …" : some;
    }

    /// Entries that a run wrote and older ones; of a run that changed nothing, those of before its end.
    private Predicate<Warehouse.History> upTo() {
        if (asked.run().isEmpty()) {
            return entry -> true;
        }
        String run = asked.run().get();
        Optional<Long> epoch = history.stream()
                .filter(entry -> entry.runId().equals(run) && entry.action() != Action.RELEASE)
                .map(Warehouse.History::epoch)
                .max(Comparator.naturalOrder());
        if (epoch.isPresent()) {
            return entry -> entry.epoch() <= epoch.get();
        }
        RunRecord record = runs.stream()
                .filter(each -> each.runId().equals(run))
                .findFirst()
                .orElseThrow(() -> new InvalidRequest(
                        "replay: run '%s' is not known; newest runs that changed %s: %s (see sluice runs)"
                                .formatted(run, sync.source(), newestRuns())));
        return entry -> !entry.loadedAt().isAfter(record.endedAt());
    }

    private String newestRuns() {
        return history.stream()
                .sorted(OLDEST_FIRST.reversed())
                .map(Warehouse.History::runId)
                .distinct()
                .limit(EXAMPLES)
                .collect(Collectors.joining(", "));
    }
}
