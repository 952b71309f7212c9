package dev.sluice.adapter.duckdb;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/// How DuckDB's CSV reader is told to read, and how long a row it expects.
///
/// Nothing is detected. `parallel = false` because the parallel reader guesses where a row begins in the middle of a
/// file: with quoted line ends it fails or, now and then, gives other values without a word. Several files are still
/// read side by side, each by one thread.
enum CsvReading {
    /// Rows up to 8 MiB: all but a few tables.
    ROWS(8L << 20),
    /// Rows up to 64 MiB.
    LONG_ROWS(64L << 20),
    /// Rows up to 1 GiB.
    HUGE_ROWS(1L << 30);

    /// Longest row with its quotes doubled; bytes. Also the reader's buffer, of which it holds two and more.
    private final long maxRowBytes;

    CsvReading(long maxRowBytes) {
        this.maxRowBytes = maxRowBytes;
    }

    long maxRowBytes() {
        return maxRowBytes;
    }

    /// What to try when a row is too long for this; empty when there is nothing longer.
    Optional<CsvReading> longer() {
        return switch (this) {
            case ROWS -> Optional.of(LONG_ROWS);
            case LONG_ROWS -> Optional.of(HUGE_ROWS);
            case HUGE_ROWS -> Optional.empty();
        };
    }

    /// A table function call that gives the columns `c0`, `c1` and so on, all VARCHAR.
    ///
    /// @param options more options with a comma in front, or nothing
    String sql(List<Path> files, int columns, String options) {
        StringJoiner paths = new StringJoiner(", ", "[", "]");
        files.forEach(file -> paths.add(literal(file.toAbsolutePath().toString())));
        StringJoiner types = new StringJoiner(", ", "{", "}");
        for (int i = 0; i < columns; i++) {
            types.add("'c%d': 'VARCHAR'".formatted(i));
        }
        return """
                read_csv(%s, columns = %s, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', \
                new_line = '\\n', nullstr = '', allow_quoted_nulls = false, null_padding = false, strict_mode = true, \
                ignore_errors = false, compression = 'zstd', encoding = 'utf-8', hive_partitioning = false, \
                union_by_name = false, filename = false, comment = '', parallel = false, max_line_size = %d, \
                buffer_size = %d%s)""".formatted(paths, types, maxRowBytes, maxRowBytes, options);
    }

    static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    static String identifier(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }
}
