package dev.sluice.lambda;

import dev.sluice.drop.DropEntry;
import dev.sluice.drop.DropPublication;
import dev.sluice.drop.DropWarehouse;
import dev.sluice.drop.Sums;
import dev.sluice.model.Feed;
import dev.sluice.model.TableName;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/// A warehouse of dropped files, and the time that was spent in it.
record TimedDrops(DropWarehouse warehouse, AtomicLong nanos) implements DropWarehouse {
    private <T> T timed(Supplier<T> work) {
        long begin = System.nanoTime();
        try {
            return work.get();
        } finally {
            nanos.addAndGet(System.nanoTime() - begin);
        }
    }

    @Override
    public boolean sleeps() {
        return warehouse.sleeps();
    }

    @Override
    public State read(TableName target) {
        return timed(() -> warehouse.read(target));
    }

    @Override
    public void publish(DropPublication publication) {
        timed(() -> {
            warehouse.publish(publication);
            return true;
        });
    }

    @Override
    public void sweep(TableName target, long epoch) {
        timed(() -> {
            warehouse.sweep(target, epoch);
            return true;
        });
    }

    @Override
    public List<String> differences(Feed feed, String runId) {
        return timed(() -> warehouse.differences(feed, runId));
    }

    @Override
    public void sums(Feed feed, String keyPrefix, BiConsumer<String, Sums> each) {
        timed(() -> {
            warehouse.sums(feed, keyPrefix, each);
            return true;
        });
    }

    @Override
    public List<DropEntry> history(TableName target) {
        return timed(() -> warehouse.history(target));
    }
}
