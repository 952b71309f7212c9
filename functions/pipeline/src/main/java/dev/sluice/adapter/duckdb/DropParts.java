package dev.sluice.adapter.duckdb;

import static dev.sluice.adapter.duckdb.CsvReading.literal;

import dev.sluice.adapter.duckdb.CsvReading.Parts;
import dev.sluice.adapter.duckdb.ExactCast.NegativeZero;
import dev.sluice.drop.text.DropText.Chunk;
import dev.sluice.drop.text.RefusedFile;
import dev.sluice.model.Column;
import dev.sluice.model.ColumnType;
import dev.sluice.model.LimitExceeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.StringJoiner;
import org.duckdb.DuckDBConnection;

/// The Parquet files of dropped files, one statement each, rows in the order of the file. Not thread-safe.
final class DropParts implements AutoCloseable {
    /// Row groups of about this, before compression; bytes.
    private static final long ROW_GROUP_BYTES = 64L << 20;
    /// What DuckDB holds at once anyway; rows.
    private static final long MIN_ROW_GROUP_ROWS = 2048;
    /// DuckDB's own choice; rows.
    private static final long MAX_ROW_GROUP_ROWS = 122_880;
    /// Smallest buffer worth asking for, bytes.
    private static final long MIN_BUFFER_BYTES = 64 << 10;
    /// A buffer that holds most rows many times over; bytes.
    private static final long USUAL_BUFFER_BYTES = 8L << 20;

    private final Connection connection;
    private final long memoryLimitBytes;

    private DropParts(Connection connection, long memoryLimitBytes) {
        this.connection = connection;
        this.memoryLimitBytes = memoryLimitBytes;
    }

    static DropParts open(Path directory, long memoryLimitBytes) throws IOException {
        Properties settings = new Properties();
        settings.setProperty("allow_persistent_secrets", "false");
        settings.setProperty("autoinstall_known_extensions", "false");
        settings.setProperty("autoload_known_extensions", "false");
        settings.setProperty("allow_community_extensions", "false");
        settings.setProperty("memory_limit", memoryLimitBytes + "B");
        settings.setProperty("temp_directory", directory.toAbsolutePath().toString());
        settings.setProperty(
                "max_temp_directory_size", Files.getFileStore(directory).getUsableSpace() + "B");
        // rows stay in order: one thread, that of the caller, reads each file from beginning to end
        settings.setProperty("threads", "1");
        settings.setProperty("preserve_insertion_order", "true");
        try {
            Connection connection = DriverManager.getConnection("jdbc:duckdb:", settings);
            return of(connection, memoryLimitBytes);
        } catch (SQLException e) {
            throw new IllegalStateException("opening DuckDB: " + e.getMessage(), e);
        }
    }

    private static DropParts of(Connection connection, long memoryLimitBytes) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
        }
        return new DropParts(connection, memoryLimitBytes);
    }

    /// Another connection to the same DuckDB, within the same memory: for a second thread.
    DropParts beside() {
        try {
            return of(connection.unwrap(DuckDBConnection.class).duplicate(), memoryLimitBytes);
        } catch (SQLException e) {
            throw new IllegalStateException("opening DuckDB: " + e.getMessage(), e);
        }
    }

    static String name(int number) {
        return String.format(Locale.ROOT, "part-%05d.parquet", number);
    }

    Connection connection() {
        return connection;
    }

    /// @param columns of the CSV and of the Parquet file; the first is the line
    /// @throws RefusedRows DuckDB does not hold some of the values
    void write(String file, Path csv, String mark, List<Column> columns, Chunk chunk, Path out) {
        NegativeZero negativeZero = chunk.negativeZero() ? NegativeZero.WRITTEN : NegativeZero.REFUSED;
        String reader = reader(csv, mark, columns, chunk);
        try {
            long rows = copy(casts(columns, reader), out, chunk.bytes() / Math.max(1, chunk.rows()), negativeZero);
            if (rows != chunk.rows()) {
                throw new IllegalStateException("%s: %d rows were written of %d".formatted(file, rows, chunk.rows()));
            }
        } catch (SQLException e) {
            DuckDbProblem problem = DuckDbProblem.of(e);
            boolean limit = problem.kind() == DuckDbProblem.Kind.MEMORY || problem.kind() == DuckDbProblem.Kind.DISK;
            throw limit ? failure(file, problem) : refusedRows(file, reader, columns, problem);
        }
    }

    /// Plain casts, which are exact because of how the texts are spelled: only what they raise an error for is
    /// looked at again, with the proof of [ExactCast].
    private static String casts(List<Column> columns, String reader) {
        StringJoiner select = new StringJoiner(", ", "SELECT ", " FROM " + reader);
        for (int i = 0; i < columns.size(); i++) {
            String name = CsvReading.identifier(columns.get(i).name());
            select.add("%s AS %s".formatted(cast(columns.get(i).type(), "c" + i), name));
        }
        return select.toString();
    }

    private static String cast(ColumnType type, String text) {
        return switch (type) {
            case ColumnType.Text plain -> text;
            case ColumnType.Bytes bytes -> "unhex(%s[3:])".formatted(text);
            default -> "CAST(%s AS %s)".formatted(text, DuckDbTypes.ddl(type));
        };
    }

    private static String reader(Path csv, String mark, List<Column> columns, Chunk chunk) {
        long longest = Math.max(chunk.longestRow(), 256) + 256L;
        long whole = Math.min(chunk.bytes() + 256, USUAL_BUFFER_BYTES);
        long buffer = Long.highestOneBit(Math.max(MIN_BUFFER_BYTES, Math.max(longest, whole))) * 2;
        return CsvReading.plain(new Parts(List.of(csv), columns.size(), mark), buffer);
    }

    /// @param rowBytes of a row, on average
    /// @return rows written
    long copy(String select, Path out, long rowBytes, NegativeZero negativeZero) throws SQLException {
        long room = Math.min(ROW_GROUP_BYTES, memoryLimitBytes / 8);
        long rowGroup = Math.clamp(room / Math.max(1, rowBytes), MIN_ROW_GROUP_ROWS, MAX_ROW_GROUP_ROWS);
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate("COPY (%s) TO %s (FORMAT parquet, %s, ROW_GROUP_SIZE %d%s)"
                    .formatted(
                            select,
                            literal(out.toAbsolutePath().toString()),
                            DuckDbConverter.COMPRESSION,
                            rowGroup,
                            DuckDbConverter.dictionary(negativeZero)));
        }
    }

    private RuntimeException refusedRows(String file, String reader, List<Column> columns, DuckDbProblem problem) {
        Map<Long, String> lines = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(new ExactSelect(columns, NegativeZero.WRITTEN).refused(reader))) {
            while (rows.next()) {
                lines.put(
                        Long.parseLong(rows.getString(1)),
                        columns.get(rows.getInt(2)).name());
            }
        } catch (SQLException e) {
            return failure(file, DuckDbProblem.of(e));
        }
        return lines.isEmpty() ? failure(file, problem) : new RefusedRows(lines);
    }

    /// What a failure to read a Parquet file says of the file.
    RuntimeException damaged(SQLException e) {
        DuckDbProblem problem = DuckDbProblem.of(e);
        boolean limit = problem.kind() == DuckDbProblem.Kind.MEMORY || problem.kind() == DuckDbProblem.Kind.DISK;
        if (limit) {
            return failure("Parquet", problem);
        }
        boolean encoding = String.valueOf(e.getMessage()).contains("Invalid string encoding");
        return new RefusedFile(
                encoding
                        ? "the Parquet file has a text that is not UTF-8"
                        : "the Parquet file is damaged, or written in a way that DuckDB does not read (%s)"
                                .formatted(problem.words()));
    }

    RuntimeException failure(String file, DuckDbProblem problem) {
        return switch (problem.kind()) {
            case MEMORY ->
                new LimitExceeded("read %s: the memory limit of %d MiB does not suffice: DuckDB holds 2048 rows at once"
                        .formatted(file, memoryLimitBytes >> 20));
            case DISK ->
                new LimitExceeded("read %s: no space left in the work directory: %s".formatted(file, problem.words()));
            case REFUSED_VALUE, NEGATIVE_ZERO, ENCODING, LONG_ROW, CSV, DAMAGED, OTHER ->
                new IllegalStateException("read %s: DuckDB failed: %s".formatted(file, problem.words()));
        };
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
