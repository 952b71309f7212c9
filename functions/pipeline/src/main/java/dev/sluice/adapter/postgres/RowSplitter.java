package dev.sluice.adapter.postgres;

import dev.sluice.model.Slice;
import dev.sluice.source.RowSink;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// Splits the slice key off CSV records by bytes, without decoding the row. The key comes first and is
/// either empty (NULL) or quoted. Rows of one slice tend to follow each other, so the last key is
/// compared first; a quoted key with the comma behind it is no prefix of another one.
final class RowSplitter implements Session.RowBytes {
    /// Keeps the memory small whatever the number of slices; keys.
    private static final int MAX_KNOWN_KEYS = 10_000;

    private final RowSink sink;
    private final Map<String, Slice> known = new HashMap<>();
    private byte[] lastKey = {};
    private Slice lastSlice = Slice.NULL;

    RowSplitter(RowSink sink) {
        this.sink = sink;
    }

    @Override
    public void accept(byte[] row) {
        if (row[0] == ',') {
            sink.row(Slice.NULL, row, 1, row.length - 1);
            return;
        }
        if (lastKey.length == 0 || !startsWithLastKey(row)) {
            int end = keyEnd(row);
            lastKey = Arrays.copyOf(row, end + 1);
            lastSlice = slice(row, end);
        }
        sink.row(lastSlice, row, lastKey.length, row.length - lastKey.length);
    }

    private boolean startsWithLastKey(byte[] row) {
        return row.length >= lastKey.length && Arrays.equals(row, 0, lastKey.length, lastKey, 0, lastKey.length);
    }

    /// Index of the comma behind the quoted key.
    private static int keyEnd(byte[] row) {
        if (row[0] != '"') {
            throw new IllegalStateException("a row of COPY begins neither with a quoted key nor with none");
        }
        int at = 1;
        while (row[at] != '"' || row[at + 1] == '"') {
            at += row[at] == '"' ? 2 : 1;
        }
        return at + 1;
    }

    private Slice slice(byte[] row, int end) {
        String text = new String(row, 1, end - 2, StandardCharsets.UTF_8).replace("\"\"", "\"");
        if (known.size() >= MAX_KNOWN_KEYS) {
            known.clear();
        }
        return known.computeIfAbsent(text, Slice::ofText);
    }
}
