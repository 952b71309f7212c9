package dev.sluice.lambda;

import dev.sluice.model.TableName;
import dev.sluice.store.Progress;
import java.util.concurrent.atomic.AtomicLong;

/// What a stage says while it is at work, summed up. Thread-safe.
final class Measured implements Progress {
    final AtomicLong drifted = new AtomicLong();
    final AtomicLong rows = new AtomicLong();
    final AtomicLong bytes = new AtomicLong();
    final AtomicLong slices = new AtomicLong();
    final AtomicLong warehouseNanos = new AtomicLong();

    @Override
    public void planned(TableName target, int keep, int replace, int remove, long rowsToMove, long bytesToMove) {
        drifted.addAndGet(replace + remove);
        slices.addAndGet(keep + replace + remove);
    }

    @Override
    public void read(TableName target, long moreRows, long moreBytes) {
        rows.addAndGet(moreRows);
        bytes.addAndGet(moreBytes);
    }

    @Override
    public void converted(TableName target, int moreSlices) {
        slices.addAndGet(moreSlices);
    }

    @Override
    public void published(TableName target, int moreSlices, long moreRows) {
        slices.addAndGet(moreSlices);
        rows.addAndGet(moreRows);
    }

    double warehouseSeconds() {
        return warehouseNanos.get() / 1e9;
    }
}
