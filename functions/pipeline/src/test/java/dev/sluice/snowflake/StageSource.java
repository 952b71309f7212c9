package dev.sluice.snowflake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/// Files of a stage as something that can be selected from: `$1`, `$1:"column"`, `METADATA$…`.
final class StageSource implements Source.StageFile, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String sql;
    private final Map<String, Typed> columns;
    private final List<String> keys;
    private final List<Path> files;

    private StageSource(String sql, Map<String, Typed> columns, List<String> keys, List<Path> files) {
        this.sql = sql;
        this.columns = columns;
        this.keys = keys;
        this.files = files;
    }

    /// Everything below a path, for a SELECT.
    static Source.Named all(Run run, Query.Stage stage, String at) {
        StagePath path = StagePath.of(run, stage.path());
        stage.options().only("stage", java.util.Set.of("FILE_FORMAT", "PATTERN"));
        FileFormat format = FileFormat.of(run, stage.options(), path.stage());
        Map<String, byte[]> contents = new LinkedHashMap<>();
        for (String key : path.keys(List.of(), stage.options().text("PATTERN", ""))) {
            path.bucket().read(key).ifPresent(bytes -> contents.put(key, bytes));
        }
        return named(open(run, format, contents), stage.alias(), at);
    }

    static Source.Named named(StageSource source, Query.Alias alias, String at) {
        return new Source.Named(alias.name(), Optional.empty(), at, List.of(), Optional.of(source));
    }

    static StageSource open(Run run, FileFormat format, Map<String, byte[]> contents) {
        return switch (format.type()) {
            case "PARQUET" -> parquet(run, format, contents);
            case "JSON" -> json(format, contents);
            default -> throw SqlFailure.unsupported("files of type " + format.type());
        };
    }

    private static StageSource parquet(Run run, FileFormat format, Map<String, byte[]> contents) {
        List<String> keys = List.copyOf(contents.keySet());
        if (keys.isEmpty()) {
            return new StageSource("SELECT 1 AS fname, 1 AS frow WHERE false", Map.of(), keys, List.of());
        }
        List<Path> files = new ArrayList<>();
        try {
            Path directory = Files.createTempDirectory("stage");
            for (byte[] bytes : contents.values()) {
                Path file = directory.resolve(files.size() + 1 + ".parquet");
                Files.write(file, bytes);
                files.add(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String read =
                "read_parquet([%s], filename = true, file_row_number = true, union_by_name = true, hive_partitioning = false, binary_as_string = %s)"
                        .formatted(
                                files.stream()
                                        .map(f -> Typed.literal(f.toString()))
                                        .collect(Collectors.joining(", ")),
                                format.binaryAsText());
        Map<String, Typed> columns = new LinkedHashMap<>();
        List<String> items = new ArrayList<>();
        try {
            for (List<String> column : described(run, "SELECT * FROM " + read)) {
                String name = column.get(0);
                if (!name.equals("filename") && !name.equals("file_row_number")) {
                    Typed natural = ParquetTypes.natural("f." + Name.quoted(name), column.get(1), format, run);
                    items.add(natural.sql() + " AS p" + columns.size());
                    columns.put(name, new Typed("p" + columns.size(), natural.type()));
                }
            }
        } catch (SqlFailure e) {
            delete(files);
            throw new SqlFailure("100016", "22000", "Error parsing the parquet file: " + e.getMessage());
        }
        items.add("CAST(regexp_extract(filename, '(\\d+)\\.parquet$', 1) AS INTEGER) AS fname");
        items.add("file_row_number + 1 AS frow");
        return new StageSource("SELECT %s FROM %s f".formatted(String.join(", ", items), read), columns, keys, files);
    }

    private static List<List<String>> described(Run run, String query) {
        return run.account.store.query("DESCRIBE " + query).stream()
                .map(row -> List.of(String.valueOf(row.get(0)), String.valueOf(row.get(1))))
                .toList();
    }

    private static StageSource json(FileFormat format, Map<String, byte[]> contents) {
        List<String> rows = new ArrayList<>();
        List<String> keys = List.copyOf(contents.keySet());
        int file = 0;
        for (Map.Entry<String, byte[]> content : contents.entrySet()) {
            int number = 0;
            file++;
            for (String value : values(format, content.getKey(), content.getValue())) {
                rows.add("(%s, %d, %d)".formatted(Typed.literal(value), file, ++number));
            }
        }
        String sql = rows.isEmpty()
                ? "SELECT '' AS v, 1 AS fname, 1 AS frow WHERE false"
                : "SELECT * FROM (VALUES %s) j(v, fname, frow)".formatted(String.join(", ", rows));
        return new StageSource(sql, Map.of("", new Typed("v", SfType.VARIANT)), keys, List.of());
    }

    private static List<String> values(FileFormat format, String key, byte[] bytes) {
        List<String> values = new ArrayList<>();
        try (InputStream in = plain(bytes);
                MappingIterator<JsonNode> nodes = JSON.readerFor(JsonNode.class).readValues(in)) {
            while (nodes.hasNextValue()) {
                JsonNode node = nodes.nextValue();
                if (node.isArray() && format.options().flag("STRIP_OUTER_ARRAY", false)) {
                    node.forEach(n -> values.add(normal(n)));
                } else {
                    values.add(normal(node));
                }
            }
            return values;
        } catch (JsonProcessingException e) {
            throw new SqlFailure(
                    "100069", "22P02", "Error parsing JSON: %s%n  File '%s'".formatted(e.getOriginalMessage(), key));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String normal(JsonNode node) {
        return String.valueOf(Variants.parse(node.toString()));
    }

    private static InputStream plain(byte[] bytes) throws IOException {
        InputStream in = new ByteArrayInputStream(bytes);
        if (bytes.length > 4 && (bytes[0] & 0xff) == 0x1f && (bytes[1] & 0xff) == 0x8b) {
            return new GZIPInputStream(in);
        }
        boolean zstd = bytes.length > 4 && (bytes[0] & 0xff) == 0x28 && (bytes[1] & 0xff) == 0xb5;
        return zstd ? new ZstdInputStream(in) : in;
    }

    @Override
    public String sql() {
        return sql;
    }

    /// Names of the columns of a Parquet file; of JSON one without a name.
    Map<String, Typed> columns() {
        return columns;
    }

    boolean isJson() {
        return columns.containsKey("");
    }

    @Override
    public Typed column(String at, int position) {
        if (position != 1) {
            return new Typed("NULL::VARCHAR", SfType.VARIANT);
        }
        if (isJson()) {
            return new Typed(at + ".v", SfType.VARIANT);
        }
        List<String> parts = new ArrayList<>();
        columns.forEach((name, value) -> {
            parts.add(Typed.literal(name));
            String sql = at + "." + value.sql();
            parts.add("CAST(%s AS JSON)"
                    .formatted(
                            Conversions.toVariant(new Typed(sql, value.type())).sql()));
        });
        return new Typed("CAST(json_object(%s) AS VARCHAR)".formatted(String.join(", ", parts)), SfType.VARIANT);
    }

    /// Keys are exact; what is not there is NULL.
    @Override
    public Optional<Typed> key(String at, Object key) {
        if (isJson()) {
            return Optional.empty();
        }
        Typed column = columns.get(key.toString());
        return Optional.of(
                column == null
                        ? new Typed("NULL::VARCHAR", SfType.VARIANT)
                        : Typed.variantOf(new Typed(at + "." + column.sql(), column.type())));
    }

    @Override
    public Optional<Typed> metadata(String at, String name) {
        return Optional.ofNullable(
                switch (name) {
                    case "METADATA$FILENAME" ->
                        new Typed(
                                "list_extract([%s], %s.fname)"
                                        .formatted(
                                                keys.stream()
                                                        .map(Typed::literal)
                                                        .collect(Collectors.joining(", ")),
                                                at),
                                SfType.TEXT);
                    case "METADATA$FILE_ROW_NUMBER" ->
                        new Typed("CAST(%s.frow AS DECIMAL(18,0))".formatted(at), SfType.COUNT);
                    default -> null;
                });
    }

    @Override
    public void close() {
        delete(files);
    }

    private static void delete(List<Path> files) {
        try {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            if (!files.isEmpty()) {
                Files.deleteIfExists(files.getFirst().getParent());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
