package dev.sluice.raw;

import com.github.luben.zstd.ZstdCompressCtx;
import dev.sluice.model.Column;
import dev.sluice.model.Slice;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Splits the rows of one scan by slice. Memory is bounded: when the buffers of all slices together grow
/// over the batch's share of a [SpoolMemory] they are all compressed and laid down. Not thread-safe.
final class Spools implements AutoCloseable {
    /// Level 1: measured at 330 MB/s of CSV on one core, a third of the size; higher levels cost more
    /// than they save.
    private static final int ZSTD_LEVEL = 1;

    private final ZstdCompressCtx zstd = new ZstdCompressCtx();
    private final SpoolMemory memory;
    private final Spill spill;
    private final Map<Slice, SliceSpool> spools = new HashMap<>();
    private @Nullable Slice lastSlice;
    private @Nullable SliceSpool lastSpool;
    private long buffered;

    Spools(Iterable<Slice> slices, List<Column> columns, Path directory, SpoolMemory memory) {
        this.memory = memory;
        this.spill = new Spill(directory.resolve("frames.zst"));
        memory.join();
        zstd.setLevel(ZSTD_LEVEL);
        zstd.setChecksum(true);
        byte[] header = header(columns);
        for (Slice slice : slices) {
            spools.put(slice, new SliceSpool(spill, header));
        }
    }

    /// The header line: column names, every one quoted.
    static byte[] header(List<Column> columns) {
        return columns.stream()
                .map(c -> '"' + c.name().replace("\"", "\"\"") + '"')
                .collect(Collectors.joining(",", "", "\n"))
                .getBytes(StandardCharsets.UTF_8);
    }

    /// A row of a slice that is not in the batch was read in passing, or came into being after the plan;
    /// then the next run, or the next round, takes it up.
    ///
    /// @return whether the row belongs to the batch
    boolean row(Slice slice, byte[] buffer, int offset, int length) {
        SliceSpool spool = lastSpool;
        if (spool == null || !slice.equals(lastSlice)) {
            spool = spools.get(slice);
            if (spool == null) {
                return false;
            }
            lastSlice = slice;
            lastSpool = spool;
        }
        buffered += spool.row(buffer, offset, length, zstd);
        if (buffered > memory.share()) {
            for (SliceSpool each : spools.values()) {
                each.flush(zstd);
            }
            buffered = 0;
        }
        return true;
    }

    /// What was collected of a slice, to be read until this is closed.
    SliceSpool finish(Slice slice) {
        SliceSpool spool = spools.get(slice);
        if (spool == null) {
            throw new IllegalArgumentException("no such slice in the batch: " + slice);
        }
        spool.finish(zstd);
        return spool;
    }

    @Override
    public void close() {
        memory.leave();
        zstd.close();
        spill.close();
    }
}
