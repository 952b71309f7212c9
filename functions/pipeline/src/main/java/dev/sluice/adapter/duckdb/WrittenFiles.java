package dev.sluice.adapter.duckdb;

import dev.sluice.model.Column;
import dev.sluice.parquet.Converter.Converted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// The Parquet files of one slice as `COPY … RETURN_STATS` tells of them: rows and nulls are what DuckDB
/// counted while it wrote.
final class WrittenFiles {
    private final List<Column> columns;
    private final Map<Integer, Path> files = new TreeMap<>();
    private final Map<String, Long> nulls = new HashMap<>();
    private long rows;

    WrittenFiles(List<Column> columns) {
        this.columns = columns;
        columns.forEach(column -> nulls.put(column.name(), 0L));
    }

    /// Adds the file of the current row.
    ///
    /// @param number its place among the slice's files
    void add(ResultSet written, int number) throws SQLException {
        files.put(number, Path.of(written.getString("filename")));
        rows += written.getLong("count");
        Map<?, ?> statistics = (Map<?, ?>) written.getObject("column_statistics");
        for (Column column : columns) {
            Map<?, ?> own = (Map<?, ?>) Objects.requireNonNull(statistics.get(CsvReading.identifier(column.name())));
            nulls.merge(column.name(), Long.parseLong((String) own.get("null_count")), Long::sum);
        }
    }

    int count() {
        return files.size();
    }

    /// Gives the files the names that they keep.
    Converted moveTo(Path out) throws IOException {
        List<Path> named = new ArrayList<>();
        for (Path file : files.values()) {
            String name = String.format(Locale.ROOT, "part-%05d.parquet", named.size());
            named.add(Files.move(file, out.resolve(name)));
        }
        return new Converted(named, rows, nulls);
    }
}
