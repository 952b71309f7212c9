package dev.sluice.adapter.duckdb;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/// How DuckDB's CSV reader is told to read, and how long a row it expects.
///
/// Nothing is detected. `parallel = false` because the parallel reader guesses where a row begins in the
/// middle of a file: with quoted line ends it fails or, now and then, gives other values without a word.
/// Several files are still read side by side, each by one thread.
enum CsvReading {
    /// Rows up to 8 MiB: all but a few tables.
    ROWS(8L << 20),
    /// Rows up to 64 MiB.
    LONG_ROWS(64L << 20),
    /// Rows up to 1 GiB.
    HUGE_ROWS(1L << 30);

    /// What is read.
    ///
    /// @param columns how many columns each file has
    /// @param mark    the first value of the row that ends each file; no value of the source
    record Parts(List<Path> files, int columns, String mark) {}

    /// Name of the column that says which file a row is from.
    static final String FILE = "file";

    /// Longest row with its quotes doubled; bytes. Also the reader's buffer, of which it holds two and
    /// more.
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

    /// A subquery that gives the columns `c0`, `c1` and so on, all VARCHAR, without the rows that mark
    /// the end of a part.
    ///
    /// @param rejects whether DuckDB keeps rows that are no CSV in its table `rejects` instead of failing
    String sql(Parts parts, boolean rejects) {
        return sql(parts, rejects, "*", "zstd", maxRowBytes);
    }

    /// The same over files that are not compressed, with a column [#FILE]: the place of the row's file in
    /// the list, from 0.
    ///
    /// @param longestBytes size of the largest file, which no row can be longer than
    static String plain(Parts parts, long longestBytes) {
        return sql(parts, false, "*, file_index AS " + FILE, "none", longestBytes);
    }

    private static String sql(Parts parts, boolean rejects, String columns, String compression, long maxRowBytes) {
        StringJoiner paths = new StringJoiner(", ", "[", "]");
        parts.files().forEach(file -> paths.add(literal(file.toAbsolutePath().toString())));
        StringJoiner types = new StringJoiner(", ", "{", "}");
        for (int i = 0; i < parts.columns(); i++) {
            types.add("'c%d': 'VARCHAR'".formatted(i));
        }
        String errors = rejects
                ? "store_rejects = true, rejects_table = 'rejects', rejects_scan = 'scans'"
                : "ignore_errors = false";
        return """
                (SELECT %s FROM read_csv(%s, columns = %s, auto_detect = false, header = true, delim = ',', \
                quote = '"', escape = '"', new_line = '\\n', nullstr = '', allow_quoted_nulls = false, \
                null_padding = false, strict_mode = true, %s, compression = '%s', encoding = 'utf-8', \
                hive_partitioning = false, union_by_name = false, filename = false, comment = '', parallel = false, \
                max_line_size = %d, buffer_size = %d) WHERE c0 IS DISTINCT FROM %s)""".formatted(
                        columns, paths, types, errors, compression, maxRowBytes, maxRowBytes, literal(parts.mark()));
    }

    static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    static String identifier(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }
}
