package dev.sluice.adapter.duckdb;

import static dev.sluice.adapter.duckdb.CsvReading.literal;

import dev.sluice.adapter.duckdb.CsvReading.Parts;
import dev.sluice.adapter.duckdb.ExactCast.NegativeZero;
import dev.sluice.model.Column;
import dev.sluice.model.DataMismatch;
import dev.sluice.model.Failure;
import dev.sluice.model.LimitExceeded;
import dev.sluice.model.UnsupportedValue;
import dev.sluice.parquet.Converter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Converts with an in-memory DuckDB: one pass that reads, proves and writes. Only when it fails is the
/// data read again, first to find out whether the row was too long or a −0 met DuckDB's dictionary, then
/// to find the columns to blame. Opened once per batch; not thread-safe. Touches nothing but the given
/// directories, and never the network.
public final class DuckDbConverter implements Converter {
    /// A Parquet file is closed once it has grown to this, so that files are of 100–250 MB when there is
    /// that much; bytes.
    private static final long FILE_BYTES = 160L << 20;
    /// Longest row group before compression; bytes. Every thread holds one.
    private static final long MAX_ROW_GROUP_BYTES = 64L << 20;
    /// A row group may take this part of the memory limit per thread, because it is held before and after
    /// encoding.
    private static final int ROW_GROUP_MEMORY_PARTS = 8;
    /// A raw file is cut for more threads when each part has at least this much; compressed bytes.
    private static final long MIN_PART_BYTES = 2L << 20;

    /// Level 1: half the time of DuckDB's level 3 for writing the file, and as large a file to within a
    /// few percent, measured on 3 million rows of 15 columns.
    static final String COMPRESSION = "COMPRESSION zstd, COMPRESSION_LEVEL 1";

    private final Connection connection;
    private final Path directory;
    private final int threads;
    private final long memoryLimitBytes;
    private final long minPartBytes;
    /// Ends every part; random, so that no value of a source is equal.
    private final String mark = "sluice-end-" + UUID.randomUUID();

    private int threadsSet;
    private NegativeZero groupNegativeZero = NegativeZero.REFUSED;

    private DuckDbConverter(
            Connection connection, Path directory, int threads, long memoryLimitBytes, long minPartBytes) {
        this.connection = connection;
        this.directory = directory;
        this.threads = threads;
        this.memoryLimitBytes = memoryLimitBytes;
        this.minPartBytes = minPartBytes;
        this.threadsSet = 1;
    }

    /// @param workDirectory    for what does not fit into memory, in a directory that [#close] deletes
    /// @param memoryLimitBytes what DuckDB may allocate outside of the Java heap
    public static DuckDbConverter open(Path workDirectory, int threads, long memoryLimitBytes) {
        return open(workDirectory, threads, memoryLimitBytes, MIN_PART_BYTES);
    }

    static DuckDbConverter open(Path workDirectory, int threads, long memoryLimitBytes, long minPartBytes) {
        try {
            Files.createDirectories(workDirectory);
            Path directory = Files.createTempDirectory(workDirectory, "convert-");
            long spillBytes = Files.getFileStore(directory).getUsableSpace();
            Properties settings = new Properties();
            settings.setProperty("allow_persistent_secrets", "false");
            settings.setProperty("autoinstall_known_extensions", "false");
            settings.setProperty("autoload_known_extensions", "false");
            settings.setProperty("allow_community_extensions", "false");
            settings.setProperty("memory_limit", memoryLimitBytes + "B");
            settings.setProperty("temp_directory", directory.toAbsolutePath().toString());
            settings.setProperty("max_temp_directory_size", spillBytes + "B");
            settings.setProperty("preserve_insertion_order", "false");
            settings.setProperty("threads", "1");
            Connection connection = DriverManager.getConnection("jdbc:duckdb:", settings);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET TimeZone = 'UTC'");
            }
            return new DuckDbConverter(connection, directory, threads, memoryLimitBytes, minPartBytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException("opening DuckDB: " + e.getMessage(), e);
        }
    }

    @Override
    public Converted convert(Request request) {
        refuseTwins(request);
        List<Path> scratch = new ArrayList<>();
        try {
            Files.createDirectories(request.out());
            List<RawFile> raw = check(request);
            if (raw.isEmpty()) {
                throw new DataMismatch("%s: no raw file".formatted(place(request)));
            }
            Parts parts = parts(request, raw, threads, scratch);
            if (parts.files().size() > raw.size()) {
                try {
                    return write(request, parts);
                } catch (Failure e) {
                    // a cut may have gone through a quoted value: only the whole files can say
                }
                parts = parts(request, raw, 1, scratch);
            }
            return write(request, parts);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Failure e) {
            clear(request.out());
            throw e;
        } finally {
            scratch.forEach(DuckDbConverter::deleteQuietly);
        }
    }

    @Override
    public List<Outcome> convert(List<Request> requests) {
        Map<Path, Converted> together = new HashMap<>();
        int next = 0;
        while (next < requests.size()) {
            try (SliceGroup group = SliceGroup.open(directory.resolve("group"), mark)) {
                while (next < requests.size() && group.hasRoom(requests.get(next))) {
                    group.add(requests.get(next));
                    next++;
                }
                together.putAll(together(group));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return requests.stream()
                .map(request -> Optional.ofNullable(together.get(request.out()))
                        .<Outcome>map(Outcome.Done::new)
                        .orElseGet(() -> alone(request)))
                .toList();
    }

    private Outcome alone(Request request) {
        try {
            return new Outcome.Done(convert(request));
        } catch (UnsupportedValue | DataMismatch refused) {
            return new Outcome.Refused(refused);
        }
    }

    /// What could be converted in one statement, by directory. Whoever is missing is to be converted
    /// alone, which says what is wrong with it, or finds that nothing is.
    private Map<Path, Converted> together(SliceGroup group) throws IOException {
        if (group.size() < 2) {
            return Map.of();
        }
        try {
            setThreads(Math.min(threads, group.size()));
            try {
                return group.convert(connection, groupNegativeZero);
            } catch (SQLException e) {
                if (DuckDbProblem.of(e).kind() != DuckDbProblem.Kind.NEGATIVE_ZERO) {
                    throw e;
                }
                // where one −0 is there are more
                groupNegativeZero = NegativeZero.WRITTEN;
                return group.convert(connection, groupNegativeZero);
            }
        } catch (SQLException e) {
            return Map.of();
        }
    }

    private static List<RawFile> check(Request request) throws IOException {
        List<RawFile> raw = new ArrayList<>();
        for (Path path : request.raw()) {
            try {
                raw.add(RawFile.check(path, request.columns()));
            } catch (DataMismatch e) {
                throw new DataMismatch("%s: %s".formatted(place(request), e.getMessage()), e);
            }
        }
        return raw;
    }

    static String place(Request request) {
        return "convert %s, slice %s".formatted(request.table(), request.slice());
    }

    private static void refuseTwins(Request request) {
        twins(request.carried()).ifPresent(twins -> {
            throw new UnsupportedValue(
                    "%s: the columns '%s' and '%s' differ only in case, and the target holds such names for one. Leave one out with columns: [-%s], or rename it at the source"
                            .formatted(place(request), twins.one(), twins.other(), twins.other()));
        });
    }

    /// Names of two columns that differ only in the case of ASCII letters, which DuckDB, and much else
    /// that reads Parquet, holds for one.
    record Twins(String one, String other) {}

    static Optional<Twins> twins(List<Column> columns) {
        Map<String, String> seen = new HashMap<>();
        for (Column column : columns) {
            String twin = seen.put(lowerAscii(column.name()), column.name());
            if (twin != null) {
                return Optional.of(new Twins(twin, column.name()));
            }
        }
        return Optional.empty();
    }

    private static String lowerAscii(String name) {
        StringBuilder lower = new StringBuilder(name);
        for (int i = 0; i < lower.length(); i++) {
            char c = lower.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                lower.setCharAt(i, (char) (c + 32));
            }
        }
        return lower.toString();
    }

    /// The raw files, large ones cut so that every reader has something to read.
    private Parts parts(Request request, List<RawFile> raw, int readers, List<Path> scratch) throws IOException {
        scratch.forEach(DuckDbConverter::deleteQuietly);
        long bytes = raw.stream().mapToLong(file -> file.frames().bytes()).sum();
        long target = Math.max(minPartBytes, bytes / readers);
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < raw.size(); i++) {
            RawFile file = raw.get(i);
            int count = Math.clamp(file.frames().bytes() / target, 1, readers);
            List<Path> parts = file.parts(count, directory, "raw-" + i, request.columns(), mark);
            scratch.addAll(parts);
            files.addAll(parts);
        }
        return new Parts(files, request.columns().size(), mark);
    }

    /// Tries the cheapest way of reading and writing first. A failure's own words decide what is tried
    /// next.
    private Converted write(Request request, Parts parts) throws IOException {
        CsvReading reading = CsvReading.ROWS;
        NegativeZero negativeZero = NegativeZero.REFUSED;
        @Nullable DuckDbProblem before = null;
        while (true) {
            try {
                return write(request, parts, reading, negativeZero);
            } catch (SQLException e) {
                DuckDbProblem problem = DuckDbProblem.of(e);
                if (problem.kind() == DuckDbProblem.Kind.NEGATIVE_ZERO) {
                    negativeZero = NegativeZero.WRITTEN;
                } else if (problem.mayBeLongRow() && reading.longer().isPresent()) {
                    before = before == null ? problem : before;
                    reading = reading.longer().get();
                } else {
                    throw failure(request, parts, reading, before, problem);
                }
            }
        }
    }

    private Converted write(Request request, Parts parts, CsvReading reading, NegativeZero negativeZero)
            throws IOException, SQLException {
        clear(request.out());
        setThreads(Math.min(threads, parts.files().size()));
        try (Statement statement = connection.createStatement();
                ResultSet written = statement.executeQuery(copy(request, parts, reading, negativeZero))) {
            WrittenFiles files = new WrittenFiles(request.carried());
            while (written.next()) {
                String name =
                        String.valueOf(Path.of(written.getString("filename")).getFileName());
                int number = Integer.parseInt(name.substring("part-".length(), name.indexOf('.')));
                files.add(written, number);
            }
            return files.moveTo(request.out());
        }
    }

    private void setThreads(int count) throws SQLException {
        // with more threads than files DuckDB reads parts of a compressed file over and over
        if (count != threadsSet) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET threads = " + count);
            }
            threadsSet = count;
        }
    }

    private String copy(Request request, Parts parts, CsvReading reading, NegativeZero negativeZero) {
        long rowGroupBytes = Math.min(MAX_ROW_GROUP_BYTES, memoryLimitBytes / ROW_GROUP_MEMORY_PARTS / threads);
        return "COPY (%s) TO %s (FORMAT parquet, %s, ROW_GROUP_SIZE_BYTES %d, FILE_SIZE_BYTES %d, FILENAME_PATTERN 'part-{i}', OVERWRITE_OR_IGNORE true, RETURN_STATS true%s)"
                .formatted(
                        new ExactSelect(request.columns(), request.carried(), negativeZero)
                                .values(reading.sql(parts, false)),
                        literal(request.out().toAbsolutePath().toString()),
                        COMPRESSION,
                        rowGroupBytes,
                        FILE_BYTES,
                        dictionary(negativeZero));
    }

    /// Dictionary pages would turn −0 into 0.
    static String dictionary(NegativeZero negativeZero) {
        return negativeZero == NegativeZero.WRITTEN ? ", DICTIONARY_SIZE_LIMIT 0" : "";
    }

    private RuntimeException failure(
            Request request, Parts parts, CsvReading reading, @Nullable DuckDbProblem before, DuckDbProblem problem) {
        if (problem.kind() == DuckDbProblem.Kind.MEMORY && before != null && !before.saysLongRow()) {
            // only the attempt with longer rows ran out of memory: what was wrong with the first one counts
            return failure(request, parts, CsvReading.ROWS, null, before);
        }
        return switch (problem.kind()) {
            case REFUSED_VALUE, ENCODING -> new Diagnosis(connection, request).of(parts, reading, problem.kind());
            case CSV, DAMAGED ->
                new DataMismatch(
                        "%s: the raw file is not what was landed: %s".formatted(place(request), problem.words()));
            case LONG_ROW ->
                new LimitExceeded("%s: a row is longer than %d MiB. Leave the long column out with columns: [-name]"
                        .formatted(place(request), reading.maxRowBytes() >> 20));
            case MEMORY ->
                new LimitExceeded(
                        "%s: the memory limit of %d MiB does not suffice: DuckDB holds 2048 rows at once. Allow more memory, or leave long columns out with columns: [-name]"
                                .formatted(place(request), memoryLimitBytes >> 20));
            case DISK ->
                new LimitExceeded(
                        "%s: no space left in the work directory: %s. Give it more room (tmp_mb of the function), or lower chunk_bytes"
                                .formatted(place(request), problem.words()));
            // the words of an unknown error may hold a value: they are left out
            case NEGATIVE_ZERO, OTHER ->
                new IllegalStateException("%s: DuckDB failed: %s".formatted(place(request), problem.words()));
        };
    }

    static void clear(Path out) {
        if (!Files.isDirectory(out)) {
            return;
        }
        try (DirectoryStream<Path> stale = Files.newDirectoryStream(out, "{part-,tmp_part-}*.parquet")) {
            stale.forEach(DuckDbConverter::deleteQuietly);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // whoever opens the directory next writes over it
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
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
