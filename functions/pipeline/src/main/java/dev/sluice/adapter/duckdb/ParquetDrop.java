package dev.sluice.adapter.duckdb;

import static dev.sluice.adapter.duckdb.CsvReading.identifier;
import static dev.sluice.adapter.duckdb.CsvReading.literal;

import dev.sluice.adapter.duckdb.ExactCast.NegativeZero;
import dev.sluice.drop.DropReader;
import dev.sluice.drop.text.DropText;
import dev.sluice.drop.text.FeedColumns;
import dev.sluice.drop.text.FileNames;
import dev.sluice.drop.text.RefusedFile;
import dev.sluice.model.ColumnType;
import dev.sluice.model.Feed;
import dev.sluice.model.Feed.FeedColumn;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/// One dropped Parquet file. Where its types are those of the feed, or narrower, it is copied as it is, with
/// the number of the row in front. Where a value may not fit, all of it becomes CSV first, so that rows are
/// judged one by one as those of every CSV.
final class ParquetDrop {
    private static final String MAGIC = "PAR1";
    /// The number of a row within the file, from 0, as DuckDB calls it.
    private static final String ROW = "file_row_number";

    private final DropParts parts;
    private final Feed feed;
    private final Path file;
    private final FeedColumns columns;
    private final Map<String, ColumnType> added;
    /// By column of the file, in order.
    private final List<ParquetFit> fits = new ArrayList<>();

    private final boolean textInBytes;

    private ParquetDrop(
            DropParts parts,
            Feed feed,
            Path file,
            FeedColumns columns,
            Map<String, ColumnType> added,
            boolean textInBytes) {
        this.parts = parts;
        this.feed = feed;
        this.file = file;
        this.columns = columns;
        this.added = added;
        this.textInBytes = textInBytes;
    }

    /// @throws RefusedFile no Parquet, or columns that the feed does not take
    static ParquetDrop open(DropParts parts, Feed feed, Path file) throws IOException {
        checkEnds(file);
        // some writers do not say that their bytes are texts
        boolean textInBytes = feed.columns().stream().noneMatch(column -> column.type() instanceof ColumnType.Bytes);
        Map<String, String> found = types(parts, file, textInBytes);
        Map<String, ColumnType> types = new LinkedHashMap<>();
        found.forEach((name, type) ->
                types.put(name, ParquetFit.isNested(type) ? new ColumnType.Json() : new ColumnType.Text()));
        FeedColumns columns = FileNames.PARQUET.columns(feed, types);
        Map<String, ColumnType> added = new LinkedHashMap<>();
        columns.added().forEach(column -> added.put(column.name(), column.type()));
        ParquetDrop drop = new ParquetDrop(parts, feed, file, columns, added, textInBytes);
        for (FeedColumn column : columns.ofFile()) {
            String type = String.valueOf(found.get(column.name()));
            ParquetFit fit = ParquetFit.of(type, column.type(), identifier(column.name()));
            if (fit instanceof ParquetFit.Never) {
                throw new RefusedFile("column %s is %s in the file, which does not become %s without bending values"
                        .formatted(column.name(), type, DuckDbTypes.ddl(column.type())));
            }
            drop.fits.add(fit);
        }
        return drop;
    }

    private static void checkEnds(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            if (file.length() == 0) {
                throw new RefusedFile("the file is empty (0 bytes); an upload that failed?");
            }
            byte[] ends = new byte[8];
            if (file.length() >= 12) {
                file.readFully(ends, 0, 4);
                file.seek(file.length() - 4);
                file.readFully(ends, 4, 4);
            }
            String found = new String(ends, StandardCharsets.ISO_8859_1);
            if (!found.startsWith(MAGIC)) {
                throw new RefusedFile("the file is no Parquet: it does not begin with PAR1 at byte 0");
            }
            if (!found.endsWith(MAGIC)) {
                throw new RefusedFile("the Parquet file is cut off: it does not end with PAR1 at byte %d"
                        .formatted(file.length() - 4));
            }
        }
    }

    /// Column → DuckDB's name of its type.
    static Map<String, String> types(DropParts parts, Path file, boolean textInBytes) {
        Map<String, String> types = new LinkedHashMap<>();
        List<String> names = new ArrayList<>();
        try (Statement statement = parts.connection().createStatement()) {
            try (ResultSet described =
                    statement.executeQuery("DESCRIBE SELECT * FROM " + reader(file, textInBytes, false))) {
                while (described.next()) {
                    types.put(described.getString("column_name"), described.getString("column_type"));
                }
            }
            try (ResultSet schema =
                    statement.executeQuery("SELECT name, coalesce(num_children, 0) FROM parquet_schema(%s)"
                            .formatted(literal(file.toAbsolutePath().toString())))) {
                schema.next();
                long inner = 0;
                while (schema.next()) {
                    if (inner == 0) {
                        names.add(schema.getString(1));
                    } else {
                        inner--;
                    }
                    inner += schema.getLong(2);
                }
            }
        } catch (SQLException e) {
            throw parts.damaged(e);
        }
        if (!names.equals(List.copyOf(types.keySet()))) {
            throw new RefusedFile("the schema has a name twice, or names that differ only in case");
        }
        return types;
    }

    private static String reader(Path file, boolean textInBytes, boolean numbered) {
        return "read_parquet(%s, binary_as_string = %s, file_row_number = %s, hive_partitioning = false, union_by_name = false, filename = false)"
                .formatted(literal(file.toAbsolutePath().toString()), textInBytes, numbered);
    }

    FeedColumns columns() {
        return columns;
    }

    Map<String, ColumnType> added() {
        return added;
    }

    /// Whether every value fits by its type, and none looks as if it might not be what it seems.
    boolean isWhole() {
        StringJoiner suspicious = new StringJoiner(" OR ");
        List<FeedColumn> ofFile = columns.ofFile();
        for (int i = 0; i < ofFile.size(); i++) {
            if (!(fits.get(i) instanceof ParquetFit.Whole(String expression))) {
                return false;
            }
            ParquetFit.suspicious(ofFile.get(i).type(), expression).ifPresent(suspicious::add);
        }
        return suspicious.length() == 0 || !any(suspicious.toString());
    }

    private boolean any(String condition) {
        try (Statement statement = parts.connection().createStatement();
                ResultSet answer = statement.executeQuery("SELECT count(*) > 0 FROM %s WHERE %s"
                        .formatted(reader(file, textInBytes, false), condition))) {
            answer.next();
            return answer.getBoolean(1);
        } catch (SQLException e) {
            throw parts.damaged(e);
        }
    }

    /// @return rows written
    long copy(Map<String, String> keyParts, Path out) {
        StringJoiner expressions = new StringJoiner(", ");
        expressions.add("%s + 1 AS %s".formatted(ROW, identifier(DropReader.LINE)));
        StringJoiner zeros = new StringJoiner(" OR ");
        int place = 0;
        for (FeedColumn column : columns.all()) {
            String expression;
            if (column.part().isPresent()) {
                expression = "CAST(%s AS %s)".formatted(constant(column, keyParts), DuckDbTypes.ddl(column.type()));
            } else {
                expression = ((ParquetFit.Whole) fits.get(place++)).expression();
                if (column.type() instanceof ColumnType.Float32 || column.type() instanceof ColumnType.Float64) {
                    zeros.add("(%1$s = 0 AND signbit(%1$s))".formatted(expression));
                }
            }
            expressions.add(expression + " AS " + identifier(column.name()));
        }
        NegativeZero negativeZero =
                zeros.length() > 0 && any(zeros.toString()) ? NegativeZero.WRITTEN : NegativeZero.REFUSED;
        try {
            long rows = rows();
            long rowBytes = uncompressedBytes() / Math.max(1, rows);
            String select = "SELECT %s FROM %s".formatted(expressions, reader(file, textInBytes, true));
            long written = parts.copy(select, out, rowBytes, negativeZero);
            if (written != rows) {
                throw new RefusedFile("the Parquet file is damaged: it says that it has %d rows, and has %d"
                        .formatted(rows, written));
            }
            return written;
        } catch (SQLException e) {
            throw parts.damaged(e);
        }
    }

    static String constant(FeedColumn column, Map<String, String> keyParts) {
        return DropText.isAbsent(column, keyParts) ? "NULL" : literal(DropText.partText(column, keyParts));
    }

    /// All rows as CSV, in order, with a header.
    void toCsv(Path csv) {
        StringJoiner select = new StringJoiner(", ");
        List<FeedColumn> ofFile = columns.ofFile();
        for (int i = 0; i < ofFile.size(); i++) {
            String expression = switch (fits.get(i)) {
                case ParquetFit.Whole(String whole) -> whole;
                case ParquetFit.AsText(String text) -> text;
                case ParquetFit.Never never -> throw new IllegalStateException();
            };
            select.add("%s AS %s"
                    .formatted(
                            spelled(expression, ofFile.get(i).type()),
                            identifier(ofFile.get(i).name())));
        }
        try (Statement statement = parts.connection().createStatement()) {
            statement.execute("COPY (SELECT %s FROM %s) TO %s (FORMAT csv, HEADER true, FORCE_QUOTE *, NULL '')"
                    .formatted(
                            select,
                            reader(file, textInBytes, false),
                            literal(csv.toAbsolutePath().toString())));
        } catch (SQLException e) {
            throw parts.damaged(e);
        }
    }

    /// A value as [DropText] takes it; DuckDB spells bytes in its own way.
    private static String spelled(String expression, ColumnType type) {
        return type instanceof ColumnType.Bytes
                ? "CASE WHEN typeof(%1$s) = 'BLOB' THEN '\\x' || hex(%1$s) ELSE CAST(%1$s AS VARCHAR) END"
                        .formatted(expression)
                : "CAST(%s AS VARCHAR)".formatted(expression);
    }

    private long rows() throws SQLException {
        return number("SELECT coalesce(sum(num_rows), 0) FROM parquet_file_metadata(%s)")
                .orElse(0L);
    }

    private long uncompressedBytes() throws SQLException {
        return number("SELECT coalesce(sum(total_uncompressed_size), 0) FROM parquet_metadata(%s)")
                .orElse(0L);
    }

    private Optional<Long> number(String sql) throws SQLException {
        try (Statement statement = parts.connection().createStatement();
                ResultSet number = statement.executeQuery(
                        sql.formatted(literal(file.toAbsolutePath().toString())))) {
            return number.next() ? Optional.of(number.getLong(1)) : Optional.empty();
        }
    }

    Feed feed() {
        return feed;
    }
}
