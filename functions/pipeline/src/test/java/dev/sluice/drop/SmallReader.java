package dev.sluice.drop;

import dev.sluice.model.Column;
import dev.sluice.model.ColumnType;
import dev.sluice.model.Feed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// A reader that knows CSV without quotes and without a header, in the order of the feed's columns. A file
/// whose first line is `bad` is refused. What it made of a content it remembers, because tests drop the same
/// contents many times.
final class SmallReader implements DropReader {
    private static final Map<String, byte[]> MADE = new ConcurrentHashMap<>();

    @Override
    public Outcome read(Request request) {
        try {
            List<String> lines = Files.readAllLines(request.original());
            if (lines.getFirst().equals("bad")) {
                return new Outcome.Refused(request.name() + ", line 1: not a row", 1, Optional.empty());
            }
            Path file = request.out().resolve("part-00000.parquet");
            String content = request.feed().columns() + "\n" + String.join("\n", lines);
            Files.write(file, MADE.computeIfAbsent(content, ignored -> make(request)));
            return new Outcome.Taken(List.of(file), columns(request.feed()), lines.size(), 0, Optional.empty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Column> columns(Feed feed) {
        return feed.columns().stream()
                .map(c -> new Column(0, c.name(), c.type(), "", "", false, true, ""))
                .toList();
    }

    private static byte[] make(Request request) {
        String columns = request.feed().columns().stream()
                .map(c -> "'%s': '%s'".formatted(c.name(), type(c.type())))
                .collect(Collectors.joining(", "));
        Path file = request.out().resolve("made.parquet");
        String sql = """
                COPY (SELECT *, row_number() OVER () AS _sluice_line FROM read_csv('%s', header = false, delim = ',',
                      quote = '', escape = '', nullstr = '', parallel = false, auto_detect = false, columns = {%s}))
                TO '%s' (FORMAT parquet)
                """.formatted(request.original(), columns, file);
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return Files.readAllBytes(file);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String type(ColumnType type) {
        return switch (type) {
            case ColumnType.Int32 ignored -> "INTEGER";
            case ColumnType.Text ignored -> "VARCHAR";
            case ColumnType.Date ignored -> "DATE";
            default -> throw new UnsupportedOperationException(type.toString());
        };
    }

    @Override
    public Optional<Long> lineOfOther(List<Path> files, Feed.FeedColumn column, Map<String, String> parts) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
