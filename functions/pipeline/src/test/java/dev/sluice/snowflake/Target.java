package dev.sluice.snowflake;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the writing statements share: values fitted to the columns of a table.
final class Target {
    private final Run run;
    final Relation table;
    private final Translator translator;

    Target(Run run, Relation table) {
        this.run = run;
        this.table = table;
        this.translator = run.translator();
        if (table.isView()) {
            throw SqlFailure.compilation("%s is a view".formatted(table.name()));
        }
    }

    List<Relation.Column> columns(List<String> names) {
        if (names.isEmpty()) {
            return table.columns();
        }
        List<Relation.Column> columns = new ArrayList<>();
        for (String name : names) {
            Relation.Column column = table.column(name).orElseThrow(() -> SqlFailure.identifier(Name.spelled(name)));
            if (columns.contains(column)) {
                throw SqlFailure.compilation("duplicate column name '%s'".formatted(name));
            }
            columns.add(column);
        }
        return columns;
    }

    /// A value as the column takes it.
    String fitted(Typed value, Relation.Column column) {
        Typed cast = translator.expressions.cast(value, column.type());
        return column.nullable()
                ? cast.sql()
                : "CASE WHEN (%1$s) IS NULL THEN error('NULL result in a non-nullable column') ELSE %1$s END"
                        .formatted(cast.sql());
    }

    /// The value of a column that the statement does not name.
    private String absent(Relation.Column column) {
        Typed value = column.defaultValue()
                .map(d -> translator.expressions.translate(d, Scope.empty()))
                .orElseGet(Typed::none);
        return fitted(value, column);
    }

    /// Appends rows; `values` gives SQL for the named columns, over `from`.
    long insert(Map<Relation.Column, String> values, String from) {
        List<String> names = new ArrayList<>();
        List<String> items = new ArrayList<>();
        for (Relation.Column column : table.columns()) {
            names.add(column.duck());
            String value = values.get(column);
            items.add(value == null ? absent(column) : value);
        }
        names.add(Store.INSERTED);
        items.add(Long.toString(run.transaction().id));
        return run.account.store.execute("INSERT INTO %s (%s) SELECT %s%s"
                .formatted(table.duck(), String.join(", ", names), String.join(", ", items), from));
    }

    /// Marks rows as deleted by this transaction.
    long delete(String condition) {
        return run.account.store.execute("UPDATE %s SET %s = %d WHERE %s AND (%s)"
                .formatted(table.duck(), Store.DELETED, run.transaction().id, run.visible(), condition));
    }

    /// The table's rows with their place, under a name that conditions can use.
    Source.Named named(Query.Alias alias, String at) {
        List<Rows.Column> columns = table.columns().stream()
                .map(c -> new Rows.Column(c.name(), c.type(), c.nullable()))
                .toList();
        return new Source.Named(
                alias.name().or(() -> Optional.of(table.name().last())),
                Optional.of(table.name()),
                at,
                columns,
                Optional.empty());
    }

    /// `c1 …` and the row's id as `r`.
    String rowsWithPlace() {
        String sql = run.rows(table).sql();
        return "SELECT rowid AS r, " + sql.substring("SELECT ".length());
    }

    Translator translator() {
        return translator;
    }
}
