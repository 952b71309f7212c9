package dev.sluice.drop;

import dev.sluice.model.Feed;
import dev.sluice.model.TableName;
import dev.sluice.store.Documents;
import dev.sluice.store.Json;
import dev.sluice.store.Keys;
import dev.sluice.store.Mirror;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/// A warehouse that is woken by a look, with a copy of its ledger of files in the lake: a run that finds
/// nothing new leaves it asleep. Only whoever has the lock of a table may read or publish.
public record MirroredDrops(DropWarehouse warehouse, Documents documents, Clock clock) implements DropWarehouse {
    /// After that the ledger itself is read once more, lest a table that somebody restored goes unnoticed.
    private static final Duration TRUSTED = Duration.ofHours(24);

    /// @param readAt  when the ledger was read
    /// @param newest  newest entry of every key
    /// @param refused of the keys whose newest version was refused: the entry of the version that the table holds
    public record Copy(
            int format,
            TableName table,
            Instant readAt,
            long newestEpoch,
            List<DropEntry> newest,
            List<DropEntry> refused) {
        static final int FORMAT = 1;

        static Copy of(TableName table, Instant readAt, State state) {
            List<DropEntry> behind = new ArrayList<>();
            state.current().forEach((key, entry) -> {
                if (!entry.equals(state.newest().get(key))) {
                    behind.add(entry);
                }
            });
            return new Copy(
                    FORMAT,
                    table,
                    readAt,
                    state.newestEpoch(),
                    List.copyOf(state.newest().values()),
                    behind);
        }

        State state() {
            Map<String, DropEntry> byKey = new HashMap<>();
            Map<String, DropEntry> current = new HashMap<>();
            for (DropEntry entry : newest) {
                byKey.put(entry.key(), entry);
                if (entry.state() != FileState.REFUSED) {
                    current.put(entry.key(), entry);
                }
            }
            refused.forEach(entry -> current.put(entry.key(), entry));
            return new State(newestEpoch, byKey, current);
        }
    }

    private Mirror<Copy> mirror(TableName target) {
        String key = Keys.fileLedger(target);
        return new Mirror<>(
                documents,
                key,
                Keys.filePublishMarker(target),
                text -> Json.read(text, Copy.class, key),
                (Copy copy) -> Json.write(copy));
    }

    private void refresh(TableName target) {
        mirror(target).refresh(before -> Copy.of(target, clock.instant(), warehouse.read(target)));
    }

    @Override
    public boolean sleeps() {
        return warehouse.sleeps();
    }

    @Override
    public State read(TableName target) {
        return mirror(target)
                .trusted()
                .filter(copy -> copy.format() == Copy.FORMAT
                        && copy.readAt().plus(TRUSTED).isAfter(clock.instant()))
                .orElseGet(() -> {
                    refresh(target);
                    return mirror(target).any().orElseThrow();
                })
                .state();
    }

    @Override
    public void publish(DropPublication publication) {
        TableName target = publication.feed().target();
        mirror(target).beforePublish(publication.runId());
        warehouse.publish(publication);
        refresh(target);
    }

    @Override
    public void sweep(TableName target, long epoch) {
        warehouse.sweep(target, epoch);
    }

    @Override
    public List<String> differences(Feed feed, String runId) {
        return warehouse.differences(feed, runId);
    }

    @Override
    public void sums(Feed feed, String keyPrefix, BiConsumer<String, Sums> each) {
        warehouse.sums(feed, keyPrefix, each);
    }

    @Override
    public List<DropEntry> history(TableName target) {
        return warehouse.history(target);
    }
}
