package dev.sluice.snowflake;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A query in DuckDB SQL whose columns are called `c1`, `c2` …, with the names and types that Snowflake
/// gives them.
record Source(String sql, List<Rows.Column> columns) {
    static Source of(Rows rows) {
        List<String> lines = new ArrayList<>();
        for (List<@Nullable String> row : rows.rows()) {
            List<String> values = new ArrayList<>();
            for (int i = 0; i < row.size(); i++) {
                values.add(Wire.literal(row.get(i), rows.columns().get(i).type()));
            }
            lines.add("(" + String.join(", ", values) + ")");
        }
        if (lines.isEmpty()) {
            List<String> nulls = rows.columns().stream()
                    .map(c -> Wire.literal(null, c.type()))
                    .toList();
            return new Source(
                    "SELECT * FROM (VALUES (%s)) v(%s) WHERE false"
                            .formatted(String.join(", ", nulls), names(nulls.size())),
                    rows.columns());
        }
        return new Source(
                "SELECT * FROM (VALUES %s) v(%s)"
                        .formatted(
                                String.join(", ", lines), names(rows.columns().size())),
                rows.columns());
    }

    private static String names(int count) {
        return String.join(
                ", ", IntStream.rangeClosed(1, count).mapToObj(i -> "c" + i).toList());
    }

    Source renamed(List<String> names) {
        if (names.isEmpty()) {
            return this;
        }
        if (names.size() != columns.size()) {
            throw SqlFailure.compilation(
                    "column list has %d names for %d columns".formatted(names.size(), columns.size()));
        }
        return new Source(
                sql,
                IntStream.range(0, names.size())
                        .mapToObj(i -> new Rows.Column(
                                names.get(i),
                                columns.get(i).type(),
                                columns.get(i).nullable()))
                        .toList());
    }

    /// SQL that gives the columns as raw text.
    String rawSql() {
        List<String> items = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            items.add(Wire.raw(new Typed("q.c" + (i + 1), columns.get(i).type())));
        }
        return "SELECT %s FROM (%s) q".formatted(String.join(", ", items), sql);
    }

    /// What a name in a FROM clause stands for.
    ///
    /// @param at     how DuckDB calls it
    /// @param file   of a stage: how `$1:"x"` is found
    record Named(
            Optional<String> name,
            Optional<Name> full,
            String at,
            List<Rows.Column> columns,
            Optional<StageFile> file) {
        Typed value(int index) {
            return new Typed(at + ".c" + (index + 1), columns.get(index).type());
        }
    }

    /// What the columns of a file in a stage are.
    interface StageFile {
        String sql();

        Typed column(String at, int position);

        Optional<Typed> key(String at, Object key);

        Optional<Typed> metadata(String at, String name);
    }
}
