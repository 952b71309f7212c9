package dev.sluice.adapter.duckdb;

import dev.sluice.adapter.duckdb.ExactCast.Kind;
import dev.sluice.adapter.duckdb.ExactCast.NegativeZero;
import dev.sluice.model.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/// The statements over all columns of a table: one that gives the values or fails, one that counts what
/// fails. Columns are `c0` (text, by place in the file), `r0` (respelled) and `v0` (candidate), and get
/// their names only at the end, so that no name can be in the way.
final class ExactSelect {
    /// What the error of a refused value says, before the column's index.
    static final String REFUSED = "sluice refused column ";

    /// The text of a column that the file does not have.
    private static final String ABSENT = "absent";

    private final List<Column> columns;
    private final List<String> texts;
    private final List<ExactCast> casts;

    ExactSelect(List<Column> columns, NegativeZero negativeZero) {
        this(columns, columns, negativeZero);
    }

    /// @param raw     columns of the file, in order
    /// @param columns what is selected; taken by name, NULL where the file does not have it
    ExactSelect(List<Column> raw, List<Column> columns, NegativeZero negativeZero) {
        this.columns = columns;
        this.texts = new ArrayList<>();
        this.casts = new ArrayList<>();
        List<String> names = raw.stream().map(Column::name).toList();
        for (int i = 0; i < columns.size(); i++) {
            int place = names.indexOf(columns.get(i).name());
            String text = place < 0 ? ABSENT : "c" + place;
            texts.add(text);
            casts.add(ExactCast.of(columns.get(i).type(), text, "r" + i, "v" + i, negativeZero));
        }
    }

    String values(String reader) {
        return values(reader, "");
    }

    /// @param more what else is selected from the reader's columns, beginning with a comma; may be empty
    String values(String reader, String more) {
        StringJoiner select = new StringJoiner(", ", "SELECT ", more + " FROM " + candidates(reader));
        for (int i = 0; i < casts.size(); i++) {
            String value = trusted(i)
                    ? texts.get(i)
                    : "CASE WHEN %s THEN %s WHEN %s IS NULL THEN NULL ELSE error('%s%d') END"
                            .formatted(
                                    proven(i),
                                    ExactCast.written(columns.get(i).type(), "v" + i),
                                    texts.get(i),
                                    REFUSED,
                                    i);
            select.add(value + " AS " + CsvReading.identifier(columns.get(i).name()));
        }
        return select.toString();
    }

    /// One row with a count per column and kind, in order; a text counts under the first kind that fits.
    String counts(String reader) {
        StringJoiner select = new StringJoiner(", ", "SELECT ", " FROM " + candidates(reader));
        for (int i = 0; i < casts.size(); i++) {
            String refused = trusted(i)
                    ? "false"
                    : "%s IS NOT NULL AND NOT coalesce(%s, false)".formatted(texts.get(i), proven(i));
            StringBuilder earlier = new StringBuilder();
            for (Kind kind : casts.get(i).kinds()) {
                select.add("count(*) FILTER (WHERE %s%s AND %s)".formatted(refused, earlier, kind.condition()));
                earlier.append(" AND NOT (").append(kind.condition()).append(')');
            }
        }
        return select.toString();
    }

    /// The rows with a value that is refused: the text of the first column, and the index of the first column
    /// to blame.
    String refused(String reader) {
        StringBuilder first = new StringBuilder("CASE");
        for (int i = 0; i < casts.size(); i++) {
            if (!trusted(i)) {
                first.append(" WHEN %s IS NOT NULL AND NOT coalesce(%s, false) THEN %d"
                        .formatted(texts.get(i), proven(i), i));
            }
        }
        return "SELECT * FROM (SELECT c0, %s END AS refused FROM %s) WHERE refused IS NOT NULL"
                .formatted(first, candidates(reader));
    }

    List<Kind> kinds(int column) {
        return casts.get(column).kinds();
    }

    private String candidates(String reader) {
        String source = texts.contains(ABSENT)
                ? "(SELECT *, CAST(NULL AS VARCHAR) AS %s FROM %s)".formatted(ABSENT, reader)
                : reader;
        StringBuilder inner = new StringBuilder("SELECT *");
        StringBuilder outer = new StringBuilder("SELECT *");
        for (int i = 0; i < casts.size(); i++) {
            if (!trusted(i)) {
                inner.append(", ")
                        .append(casts.get(i).respelled())
                        .append(" AS r")
                        .append(i);
                outer.append(", ")
                        .append(casts.get(i).candidate())
                        .append(" AS v")
                        .append(i);
            }
        }
        return "(%s FROM (%s FROM %s))".formatted(outer, inner, source);
    }

    private String proven(int i) {
        return casts.get(i).proof();
    }

    /// Text is what it is.
    private boolean trusted(int i) {
        return casts.get(i).candidate().equals(texts.get(i));
    }
}
