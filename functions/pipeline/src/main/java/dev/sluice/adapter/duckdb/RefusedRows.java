package dev.sluice.adapter.duckdb;

import java.util.Map;

/// Values that DuckDB does not hold although they are spelled as they should be: their rows are bad. The file
/// is read again without them.
final class RefusedRows extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Line → column.
    private final transient Map<Long, String> columns;

    RefusedRows(Map<Long, String> columns) {
        super("refused rows", null, false, false);
        this.columns = Map.copyOf(columns);
    }

    Map<Long, String> columns() {
        return columns;
    }
}
