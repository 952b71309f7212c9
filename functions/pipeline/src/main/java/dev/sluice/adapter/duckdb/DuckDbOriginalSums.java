package dev.sluice.adapter.duckdb;

import static dev.sluice.adapter.duckdb.CsvReading.identifier;
import static dev.sluice.adapter.duckdb.CsvReading.literal;

import dev.sluice.drop.OriginalSums;
import dev.sluice.drop.Sums;
import dev.sluice.drop.text.RefusedFile;
import dev.sluice.model.ColumnType;
import dev.sluice.model.DataMismatch;
import dev.sluice.model.Feed;
import dev.sluice.model.Feed.FeedColumn;
import dev.sluice.model.FileFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/// Adds up dropped files with DuckDB's own readers of CSV and Parquet. Nothing of [DuckDbDropReader] takes
/// part, but what unpacks and what spells the parts of a key. JSON Lines become CSV first ([PlainText]): DuckDB
/// holds their numbers as floating point.
public final class DuckDbOriginalSums implements OriginalSums {
    private final DropParts parts;
    private final Path plain;

    private DuckDbOriginalSums(DropParts parts, Path plain) {
        this.parts = parts;
        this.plain = plain;
    }

    /// @param workDirectory    for files without their compression; the caller deletes it
    /// @param memoryLimitBytes what DuckDB may allocate outside of the Java heap
    public static DuckDbOriginalSums open(Path workDirectory, long memoryLimitBytes) {
        try {
            Files.createDirectories(workDirectory);
            return new DuckDbOriginalSums(
                    DropParts.open(workDirectory, memoryLimitBytes), workDirectory.resolve("plain.csv"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A file as DuckDB reads it.
    ///
    /// @param from  what stands behind `FROM`
    /// @param texts by column of the file, whether it is read as a text
    private record Source(String from, Map<String, Boolean> texts) {}

    @Override
    public Sums of(Feed feed, Path original, Map<String, String> keyParts) {
        try {
            Source source = switch (feed.format()) {
                case FileFormat.Parquet ignored -> parquet(feed, original);
                case FileFormat.Csv csv -> csv(feed, csv, original);
                case FileFormat.JsonLines ignored -> json(feed, original);
            };
            List<DuckDbSums.Value> values = new ArrayList<>();
            for (FeedColumn column : feed.columns()) {
                values.add(new DuckDbSums.Value(column.type(), value(column, source, keyParts)));
            }
            try (Statement statement = parts.connection().createStatement();
                    ResultSet row = statement.executeQuery(
                            "SELECT %s FROM %s".formatted(DuckDbSums.select(values), source.from()))) {
                row.next();
                return DuckDbSums.read(
                        row, 1, feed.columns().stream().map(FeedColumn::type).toList());
            }
        } catch (SQLException | RefusedFile e) {
            throw new DataMismatch("DuckDB cannot read it in its own way", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            DuckDbConverter.deleteQuietly(plain);
        }
    }

    private static String value(FeedColumn column, Source source, Map<String, String> keyParts) {
        if (column.part().isPresent()) {
            return "CAST(%s AS %s)".formatted(ParquetDrop.constant(column, keyParts), DuckDbTypes.ddl(column.type()));
        }
        boolean text = source.texts().getOrDefault(column.name(), false);
        String name = identifier(column.name());
        String value = text && !(column.type() instanceof ColumnType.Text) ? "nullif(%s, '')".formatted(name) : name;
        return DuckDbSums.isCounted(column.type())
                ? value
                : "CAST(%s AS %s)".formatted(value, DuckDbTypes.ddl(column.type()));
    }

    private Source parquet(Feed feed, Path original) {
        boolean textInBytes = feed.columns().stream().noneMatch(column -> column.type() instanceof ColumnType.Bytes);
        Map<String, Boolean> texts = new HashMap<>();
        ParquetDrop.types(parts, original, textInBytes)
                .forEach((name, type) -> texts.put(name, type.equals("VARCHAR")));
        String from = "read_parquet(%s, binary_as_string = %s, hive_partitioning = false)"
                .formatted(literal(original.toAbsolutePath().toString()), textInBytes);
        return new Source(from, texts);
    }

    private Source csv(Feed feed, FileFormat.Csv csv, Path original) throws IOException {
        PlainText.of(original, csv.encoding(), plain);
        List<String> names = csv.header() ? PlainText.header(plain, csv) : ofFile(feed);
        return text(names, csv);
    }

    private Source json(Feed feed, Path original) throws IOException {
        List<String> names = ofFile(feed);
        PlainText.ofJson(original, names, plain);
        return text(names, new FileFormat.Csv(',', Optional.of('"'), false, "UTF-8", ""));
    }

    private static List<String> ofFile(Feed feed) {
        return feed.columns().stream()
                .filter(column -> column.part().isEmpty())
                .map(FeedColumn::name)
                .toList();
    }

    private Source text(List<String> names, FileFormat.Csv csv) throws IOException {
        StringJoiner columns = new StringJoiner(", ", "{", "}");
        Map<String, Boolean> texts = new HashMap<>();
        for (String name : names) {
            columns.add("%s: 'VARCHAR'".formatted(literal(name)));
            texts.put(name, true);
        }
        String quote = csv.quote().map(String::valueOf).orElse("");
        long longest = Math.clamp(Files.size(plain) + 1024, 1 << 16, PlainText.LONGEST_ROW_BYTES);
        String from = """
                read_csv(%s, columns = %s, auto_detect = false, header = %s, delim = %s, quote = %s, escape = %s, \
                nullstr = %s, allow_quoted_nulls = false, null_padding = false, strict_mode = true, \
                ignore_errors = false, compression = 'none', encoding = 'utf-8', hive_partitioning = false, \
                comment = '', parallel = false, max_line_size = %d, buffer_size = %d)""".formatted(
                        literal(plain.toAbsolutePath().toString()),
                        columns,
                        csv.header(),
                        literal(String.valueOf(csv.delimiter())),
                        literal(quote),
                        literal(quote),
                        literal(csv.nullText()),
                        longest,
                        longest);
        return new Source(from, texts);
    }

    @Override
    public void close() {
        try {
            parts.close();
        } catch (SQLException e) {
            throw new IllegalStateException("closing DuckDB", e);
        }
    }
}
