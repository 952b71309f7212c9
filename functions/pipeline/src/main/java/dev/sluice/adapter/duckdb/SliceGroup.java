package dev.sluice.adapter.duckdb;

import static dev.sluice.adapter.duckdb.CsvReading.identifier;
import static dev.sluice.adapter.duckdb.CsvReading.literal;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.sluice.adapter.duckdb.CsvReading.Parts;
import dev.sluice.adapter.duckdb.ExactCast.NegativeZero;
import dev.sluice.model.Column;
import dev.sluice.parquet.Converter.Converted;
import dev.sluice.parquet.Converter.Request;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Small slices converted in one statement: planning it and its buffers cost several times what the rows
/// of a small slice do. Every slice is one file for DuckDB, read by one thread from beginning to end, and
/// one partition of what is written.
///
/// Files are unpacked here, because that is the quickest way to check a small one: the frames' checksums,
/// the header and the last line end. As everywhere the mark behind the last row proves that its last
/// quote is closed.
///
/// Whatever is wrong, nothing is said of it here: the slice is left to be converted alone.
final class SliceGroup implements AutoCloseable {
    /// Most CSV of a slice that counts as small, bytes: above it the statement's own cost does not matter,
    /// and no buffer need be larger.
    static final int MAX_SLICE_BYTES = 8 << 20;
    /// Most CSV of a group, bytes: it is held unpacked on the disk, and its rows by DuckDB until they are
    /// written, since the rows of all slices come at once.
    static final long MAX_BYTES = 64L << 20;
    /// Most slices of a group: DuckDB writes at most 100 partitions at once before it begins second files.
    static final int MAX_SLICES = 64;
    /// Smallest buffer worth asking for, bytes.
    private static final int MIN_BUFFER_BYTES = 64 << 10;
    private static final String WRITTEN = "parquet";
    /// The column that the partitions are made by; random, so that no column of a source has the name.
    private static final String SLICE = "sluice-slice-" + UUID.randomUUID();

    private final Path directory;
    private final String mark;
    private final List<Request> requests = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();
    private final byte[] unpacked = new byte[MAX_SLICE_BYTES];
    private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();
    private long bytes;
    private int longestBytes;

    private SliceGroup(Path directory, String mark) {
        this.directory = directory;
        this.mark = mark;
    }

    /// @param directory for files that the next group writes over: making and deleting them for every
    ///                  slice would be a good part of the work. One group at a time
    /// @param mark      first value of the row that ends each file; no value of the source
    static SliceGroup open(Path directory, String mark) throws IOException {
        Files.createDirectories(directory.resolve(WRITTEN));
        return new SliceGroup(directory, mark);
    }

    /// Whether the slice may be asked to join.
    boolean hasRoom(Request request) {
        if (requests.isEmpty()) {
            return true;
        }
        Request first = requests.getFirst();
        return requests.size() < MAX_SLICES
                && bytes < MAX_BYTES
                && request.table().equals(first.table())
                && request.columns().equals(first.columns());
    }

    /// Takes the slice in, if it is small and its file as it should be.
    void add(Request request) throws IOException {
        if (request.raw().size() != 1
                || !request.carried().equals(request.columns())
                || Files.size(request.raw().getFirst()) > MAX_SLICE_BYTES
                || DuckDbConverter.twins(request.columns()).isPresent()) {
            return;
        }
        byte[] packed = Files.readAllBytes(request.raw().getFirst());
        int length;
        try {
            length = zstd.decompressByteArray(unpacked, 0, unpacked.length, packed, 0, packed.length);
        } catch (ZstdException e) {
            // larger than a small slice, or damaged
            return;
        }
        byte[] header = RawFile.header(request.columns());
        boolean whole = length >= header.length
                && Arrays.equals(unpacked, 0, header.length, header, 0, header.length)
                && unpacked[length - 1] == '\n';
        if (!whole) {
            return;
        }
        byte[] end = RawFile.end(request.columns(), mark);
        Path file = directory.resolve(files.size() + ".csv");
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(unpacked, 0, length);
            out.write(end);
        }
        requests.add(request);
        files.add(file);
        bytes += length + end.length;
        longestBytes = Math.max(longestBytes, length + end.length);
    }

    int size() {
        return requests.size();
    }

    /// @return what became of each slice, by the directory it was wanted in; a slice without rows is
    ///     missing
    Map<Path, Converted> convert(Connection connection, NegativeZero negativeZero) throws SQLException, IOException {
        Path written = directory.resolve(WRITTEN);
        List<Column> columns = requests.getFirst().columns();
        Map<Integer, WrittenFiles> slices = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet stats = statement.executeQuery(copy(columns, written, negativeZero))) {
            while (stats.next()) {
                Map<?, ?> keys = (Map<?, ?>) stats.getObject("partition_keys");
                int slice = Integer.parseInt(String.valueOf(keys.get(SLICE)));
                WrittenFiles one = slices.computeIfAbsent(slice, any -> new WrittenFiles(columns));
                one.add(stats, one.count());
            }
        }
        Map<Path, Converted> converted = new HashMap<>();
        for (Map.Entry<Integer, WrittenFiles> slice : slices.entrySet()) {
            Path out = requests.get(slice.getKey()).out();
            Files.createDirectories(out);
            DuckDbConverter.clear(out);
            converted.put(out, slice.getValue().moveTo(out));
        }
        return converted;
    }

    private String copy(List<Column> columns, Path to, NegativeZero negativeZero) {
        long buffer = Math.max(MIN_BUFFER_BYTES, Integer.highestOneBit(longestBytes) * 2L);
        String reader = CsvReading.plain(new Parts(files, columns.size(), mark), buffer);
        return "COPY (%s) TO %s (FORMAT parquet, %s, PARTITION_BY (%s), OVERWRITE_OR_IGNORE true, RETURN_STATS true%s)"
                .formatted(
                        new ExactSelect(columns, negativeZero)
                                .values(reader, ", %s AS %s".formatted(CsvReading.FILE, identifier(SLICE))),
                        literal(to.toAbsolutePath().toString()),
                        DuckDbConverter.COMPRESSION,
                        identifier(SLICE),
                        DuckDbConverter.dictionary(negativeZero));
    }

    @Override
    public void close() {
        zstd.close();
    }
}
