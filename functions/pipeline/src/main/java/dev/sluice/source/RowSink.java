package dev.sluice.source;

import dev.sluice.model.Slice;

/// Takes rows as they arrive. The bytes are one CSV record without its slice key and with its line end,
/// in UTF-8, and belong to the caller: they are overwritten after the call.
@FunctionalInterface
public interface RowSink {
    void row(Slice slice, byte[] buffer, int offset, int length);
}
