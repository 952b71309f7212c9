package dev.sluice.raw;

import java.util.concurrent.atomic.AtomicInteger;

/// The memory in which batches collect rows before they are compressed; those that are read at the same
/// time share it evenly. Thread-safe.
///
/// @param bytes in all
/// @param open  batches that share it now
record SpoolMemory(long bytes, AtomicInteger open) {
    private static final int PART_OF_HEAP = 5;
    private static final long MOST_BYTES = 192L << 20;

    /// Of this process. Larger buffers make larger frames, which compress better up to
    /// [SliceSpool#FRAME_BYTES].
    static final SpoolMemory OF_PROCESS =
            of(Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / PART_OF_HEAP));

    static SpoolMemory of(long bytes) {
        return new SpoolMemory(bytes, new AtomicInteger());
    }

    void join() {
        open.incrementAndGet();
    }

    void leave() {
        open.decrementAndGet();
    }

    /// What one batch may hold now.
    long share() {
        return bytes / Math.max(1, open.get());
    }
}
