package dev.sluice.lambda;

import dev.sluice.model.ColumnAggregate;
import dev.sluice.model.Definition;
import dev.sluice.model.Slice;
import dev.sluice.model.TableName;
import dev.sluice.warehouse.Publication;
import dev.sluice.warehouse.RunRecord;
import dev.sluice.warehouse.Warehouse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// A warehouse, and the time that was spent in it.
record TimedWarehouse(Warehouse warehouse, AtomicLong nanos) implements Warehouse {
    private <T> T timed(Supplier<T> work) {
        long begin = System.nanoTime();
        try {
            return work.get();
        } finally {
            nanos.addAndGet(System.nanoTime() - begin);
        }
    }

    @Override
    public State read(TableName target, boolean count) {
        return timed(() -> warehouse.read(target, count));
    }

    @Override
    public List<String> publish(Publication publication) {
        return timed(() -> warehouse.publish(publication));
    }

    @Override
    public boolean sleeps() {
        return warehouse.sleeps();
    }

    @Override
    public void sweep(TableName target, long epoch) {
        timed(() -> {
            warehouse.sweep(target, epoch);
            return true;
        });
    }

    @Override
    public Map<Slice, Counted> written(TableName target, String runId, List<String> columns) {
        return timed(() -> warehouse.written(target, runId, columns));
    }

    @Override
    public List<History> history(TableName target) {
        return timed(() -> warehouse.history(target));
    }

    @Override
    public Map<Slice, List<ColumnAggregate>> aggregates(Definition definition) {
        return timed(() -> warehouse.aggregates(definition));
    }

    @Override
    public void recordRuns(List<RunRecord> runs) {
        timed(() -> {
            warehouse.recordRuns(runs);
            return true;
        });
    }

    @Override
    public List<RunRecord> runs(int limit) {
        return timed(() -> warehouse.runs(limit));
    }
}
