package dev.sluice.snowflake;

import java.util.Optional;

/// What COPY says of one file.
record CopyResult(String file, long parsed, long loaded, long limit, long errors, Optional<CopyError> first) {
    /// @param row    from 1
    /// @param column as it is shown, like `"T"["C":2]`
    record CopyError(String text, long row, String column) {}

    static Rows rows() {
        return Rows.named(
                "file",
                "status",
                "rows_parsed#",
                "rows_loaded#",
                "error_limit#",
                "errors_seen#",
                "first_error",
                "first_error_line#",
                "first_error_character#",
                "first_error_column_name");
    }

    static void skipped(Rows rows, String file) {
        rows.add(file, "LOAD_SKIPPED", 0, 0, 1, 1, "File was loaded before.", null, null, null);
    }

    void addTo(Rows rows) {
        String status = errors == 0 ? "LOADED" : loaded == 0 ? "LOAD_FAILED" : "PARTIALLY_LOADED";
        rows.add(
                file,
                status,
                parsed,
                loaded,
                limit,
                errors,
                first.map(CopyError::text).orElse(null),
                first.map(CopyError::row).orElse(null),
                first.isPresent() ? 1 : null,
                first.map(CopyError::column).orElse(null));
    }
}
