package dev.sluice.adapter.duckdb;

import dev.sluice.drop.DropReader;
import dev.sluice.drop.text.DropText;
import dev.sluice.drop.text.DropText.Numbering;
import dev.sluice.drop.text.FeedColumns;
import dev.sluice.drop.text.NewFields;
import dev.sluice.drop.text.Quarantine;
import dev.sluice.drop.text.RefusedFile;
import dev.sluice.model.Column;
import dev.sluice.model.ColumnType;
import dev.sluice.model.Feed;
import dev.sluice.model.Feed.FeedColumn;
import dev.sluice.model.FileFormat;
import dev.sluice.model.LimitExceeded;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Reads dropped files with an in-memory DuckDB. CSV and JSON Lines are first written as the CSV that raw files
/// are ([DropText]): there each row is judged, with its line and column, and DuckDB casts what is left in bulk,
/// with the same proof as every other file. Parquet goes straight through where its types are those of the
/// feed. Touches nothing but the given directories, and never the network.
public final class DuckDbDropReader implements DropReader {
    /// CSV behind one Parquet file, bytes: 100–250 MB of Parquet when there is that much.
    private static final long PART_BYTES = 512L << 20;
    /// Name of the quarantine, beside the Parquet files.
    private static final String QUARANTINE = "quarantine.csv";

    private static final FileFormat.Csv PARQUET_AS_CSV = new FileFormat.Csv(',', Optional.of('"'), true, "UTF-8", "");

    /// Files that are read at once: the text of one is looked at while DuckDB writes another.
    private static final int LANES = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 4);

    /// What a thread works with.
    ///
    /// @param directory for the CSV in between
    private record Lane(DropParts parts, Path directory) {}

    private final List<Lane> lanes;
    private final BlockingQueue<Lane> free;
    private final Path directory;
    private final long partBytes;
    /// Ends every CSV that DuckDB reads; random, so that no value is equal.
    private final String mark = "sluice-end-" + UUID.randomUUID();

    private DuckDbDropReader(List<Lane> lanes, Path directory, long partBytes) {
        this.lanes = lanes;
        this.free = new ArrayBlockingQueue<>(lanes.size(), true, lanes);
        this.directory = directory;
        this.partBytes = partBytes;
    }

    /// @param workDirectory    for the CSV in between, in a directory that [#close] deletes
    /// @param memoryLimitBytes what DuckDB may allocate outside of the Java heap
    public static DuckDbDropReader open(Path workDirectory, long memoryLimitBytes) {
        return open(workDirectory, memoryLimitBytes, PART_BYTES);
    }

    static DuckDbDropReader open(Path workDirectory, long memoryLimitBytes, long partBytes) {
        try {
            Files.createDirectories(workDirectory);
            Path directory = Files.createTempDirectory(workDirectory, "drop-");
            DropParts first = DropParts.open(directory, memoryLimitBytes);
            List<Lane> lanes = new ArrayList<>();
            for (int i = 0; i < LANES; i++) {
                Path own = Files.createDirectory(directory.resolve("lane-" + i));
                lanes.add(new Lane(i == 0 ? first : first.beside(), own));
            }
            return new DuckDbDropReader(lanes, directory, partBytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Outcome read(Request request) {
        return inLane(lane -> read(request, lane));
    }

    private <T> T inLane(Function<Lane, T> work) {
        try {
            Lane lane = free.take();
            try {
                return work.apply(lane);
            } finally {
                free.add(lane);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private Outcome read(Request request, Lane lane) {
        Path bad = request.out().resolve(QUARANTINE);
        Map<Long, String> refused = new HashMap<>();
        Map<String, ColumnType> added = Map.of();
        try {
            Files.createDirectories(request.out());
            while (true) {
                clear(request.out());
                Quarantine quarantine = new Quarantine(bad);
                try (quarantine) {
                    return read(request, lane, added, refused, quarantine);
                } catch (NewFields e) {
                    added = DropText.newFields(request.feed(), request.original());
                } catch (RefusedRows e) {
                    refused.putAll(e.columns());
                } catch (RefusedFile e) {
                    quarantine.close();
                    clearParquet(request.out());
                    return new Outcome.Refused(
                            "%s: %s".formatted(request.name(), e.why()), quarantine.rows(), quarantine.file());
                }
            }
        } catch (RefusedFile e) {
            clear(request.out());
            return new Outcome.Refused("%s: %s".formatted(request.name(), e.why()), 0, Optional.empty());
        } catch (IOException e) {
            clear(request.out());
            if (String.valueOf(e.getMessage()).contains("No space left")) {
                throw new LimitExceeded("read %s: no space left in the work directory".formatted(request.name()), e);
            }
            throw new UncheckedIOException(e);
        }
    }

    private Outcome read(
            Request request, Lane lane, Map<String, ColumnType> added, Map<Long, String> refused, Quarantine quarantine)
            throws IOException {
        if (request.feed().format() instanceof FileFormat.Parquet) {
            return parquet(request, lane, refused, quarantine);
        }
        return text(request, lane, request.feed(), request.original(), added, refused, quarantine, Numbering.LINES);
    }

    private Outcome parquet(Request request, Lane lane, Map<Long, String> refused, Quarantine quarantine)
            throws IOException {
        ParquetDrop drop = ParquetDrop.open(lane.parts(), request.feed(), request.original());
        if (drop.isWhole()) {
            Path part = request.out().resolve(DropParts.name(0));
            long rows = drop.copy(request.parts(), part);
            return new Outcome.Taken(List.of(part), drop.columns().columns(), rows, 0, Optional.empty());
        }
        Path csv = lane.directory().resolve("parquet.csv");
        try {
            drop.toCsv(csv);
            Feed asCsv = withFormat(request.feed(), PARQUET_AS_CSV);
            return text(request, lane, asCsv, csv, drop.added(), refused, quarantine, Numbering.ROWS);
        } finally {
            DuckDbConverter.deleteQuietly(csv);
        }
    }

    private static Feed withFormat(Feed feed, FileFormat format) {
        return new Feed(
                feed.name(),
                feed.match(),
                format,
                feed.target(),
                feed.columns(),
                feed.mode(),
                feed.onNewColumn(),
                feed.badRows(),
                feed.expectEvery());
    }

    private Outcome text(
            Request request,
            Lane lane,
            Feed feed,
            Path original,
            Map<String, ColumnType> added,
            Map<Long, String> refused,
            Quarantine quarantine,
            Numbering numbering)
            throws IOException {
        Path csv = lane.directory().resolve("rows.csv");
        try (DropText text = DropText.open(feed, original, request.parts(), added, refused, quarantine, numbering)) {
            List<Column> columns = lined(text.columns());
            byte[] head = RawFile.header(columns);
            byte[] tail = RawFile.end(columns, mark);
            List<Path> files = new ArrayList<>();
            boolean last = false;
            while (!last) {
                DropText.Chunk chunk = text.write(csv, partBytes, head, tail);
                last = chunk.last();
                if (chunk.rows() > 0 || files.isEmpty()) {
                    Path part = request.out().resolve(DropParts.name(files.size()));
                    lane.parts().write(request.name(), csv, mark, columns, chunk, part);
                    files.add(part);
                }
            }
            text.checkBadRows();
            quarantine.close();
            return new Outcome.Taken(
                    files, text.columns().columns(), text.rows(), quarantine.rows(), quarantine.file());
        } finally {
            DuckDbConverter.deleteQuietly(csv);
        }
    }

    @Override
    public Optional<Long> lineOfOther(List<Path> files, FeedColumn column, Map<String, String> keyParts) {
        String names = files.stream()
                .map(file -> CsvReading.literal(file.toAbsolutePath().toString()))
                .collect(Collectors.joining(", "));
        String sql =
                "SELECT min(%s) FROM read_parquet([%s], hive_partitioning = false) WHERE %s IS DISTINCT FROM CAST(%s AS %s)"
                        .formatted(
                                LINE,
                                names,
                                CsvReading.identifier(column.name()),
                                ParquetDrop.constant(column, keyParts),
                                DuckDbTypes.ddl(column.type()));
        return inLane(lane -> least(lane.parts(), sql));
    }

    private static Optional<Long> least(DropParts parts, String sql) {
        try (Statement statement = parts.connection().createStatement();
                ResultSet least = statement.executeQuery(sql)) {
            least.next();
            long line = least.getLong(1);
            return least.wasNull() ? Optional.empty() : Optional.of(line);
        } catch (SQLException e) {
            throw parts.damaged(e);
        }
    }

    private static List<Column> lined(FeedColumns columns) {
        List<Column> lined = new ArrayList<>();
        lined.add(FeedColumns.column(0, LINE, new ColumnType.Int64()));
        lined.addAll(columns.columns());
        return lined;
    }

    /// What an earlier attempt left.
    private static void clear(Path out) {
        clearParquet(out);
        DuckDbConverter.deleteQuietly(out.resolve(QUARANTINE));
    }

    private static void clearParquet(Path out) {
        DuckDbConverter.clear(out);
    }

    @Override
    public void close() {
        try {
            for (Lane lane : lanes) {
                lane.parts().close();
            }
        } catch (SQLException e) {
            throw new IllegalStateException("closing DuckDB", e);
        } finally {
            try (Stream<Path> left = Files.walk(directory)) {
                left.sorted(Comparator.reverseOrder()).forEach(DuckDbConverter::deleteQuietly);
            } catch (IOException e) {
                // the work directory is the caller's to delete
            }
        }
    }
}
