package dev.sluice.adapter.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import dev.sluice.model.Column;
import dev.sluice.model.ColumnType;
import dev.sluice.model.DataMismatch;
import dev.sluice.model.Slice;
import dev.sluice.model.TableName;
import dev.sluice.model.UnsupportedValue;
import dev.sluice.parquet.Converter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Raw files as PostgreSQL's `COPY … (FORMAT csv, HEADER, FORCE_QUOTE *)` and land write them, made
/// without either.
final class RawFixture {
    static final TableName TABLE = new TableName("public", "t");

    private RawFixture() {}

    static Column column(String name, ColumnType type) {
        return new Column(1, name, type, type.toString(), "base", false, true, name);
    }

    /// Columns `a`, `b` and so on.
    static List<Column> columns(ColumnType... types) {
        List<Column> columns = new ArrayList<>();
        for (ColumnType type : types) {
            columns.add(column(String.valueOf((char) ('a' + columns.size())), type));
        }
        return columns;
    }

    static String header(List<Column> columns) {
        return line(columns.stream().map(Column::name).toList());
    }

    static String line(List<? extends @Nullable String> values) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            String value = values.get(i);
            line.append(i == 0 ? "" : ",");
            line.append(value == null ? "" : "\"" + value.replace("\"", "\"\"") + "\"");
        }
        return line.append('\n').toString();
    }

    static String line(@Nullable String... values) {
        return line(Arrays.asList(values));
    }

    /// One zstd frame.
    static byte[] frame(String text) {
        return frame(text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] frame(byte[] bytes) {
        return Zstd.compress(bytes, 1);
    }

    static Path write(Path file, byte[]... frames) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] frame : frames) {
            out.write(frame);
        }
        return Files.write(file, out.toByteArray());
    }

    static Converter.Request request(Path directory, List<Column> columns, Path... raw) {
        return new Converter.Request(TABLE, Slice.ofText("M5V"), columns, List.of(raw), directory.resolve("out"));
    }

    /// Converts the slice alone and once more together with a twin, and holds both to the same outcome.
    static Converter.Converted convert(Converter converter, Converter.Request request) throws IOException {
        List<Converter.Request> twins = new ArrayList<>();
        for (String name : List.of("one", "other")) {
            Path out = request.out().resolveSibling("twin-" + name);
            twins.add(
                    new Converter.Request(request.table(), Slice.ofText(name), request.columns(), request.raw(), out));
        }
        try {
            Converter.Converted alone = converter.convert(request);
            Map<List<@Nullable Object>, Integer> rows = counted(alone);
            for (Converter.Outcome outcome : converter.convert(twins)) {
                assertThat(outcome).isInstanceOf(Converter.Outcome.Done.class);
                Converter.Converted together = ((Converter.Outcome.Done) outcome).converted();
                assertThat(together.rows()).isEqualTo(alone.rows());
                assertThat(together.nulls()).isEqualTo(alone.nulls());
                assertThat(counted(together).equals(rows)).isTrue();
            }
            return alone;
        } catch (UnsupportedValue | DataMismatch refused) {
            for (Converter.Outcome outcome : converter.convert(twins)) {
                assertThat(outcome).isInstanceOfSatisfying(Converter.Outcome.Refused.class, together -> {
                    assertThat(together.why()).hasSameClassAs(refused);
                    assertThat(String.valueOf(together.why().getMessage())
                                    .replaceAll("slice (one|other):", "slice M5V:"))
                            .isEqualTo(refused.getMessage());
                });
            }
            throw refused;
        }
    }

    private static Map<List<@Nullable Object>, Integer> counted(Converter.Converted converted) throws IOException {
        Map<List<@Nullable Object>, Integer> counted = new HashMap<>();
        ParquetRows.of(converted.files()).rows().forEach(row -> counted.merge(row, 1, Integer::sum));
        return counted;
    }
}
