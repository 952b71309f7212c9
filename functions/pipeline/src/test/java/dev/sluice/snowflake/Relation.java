package dev.sluice.snowflake;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A table or a view.
final class Relation extends Thing {
    /// @param id what the column is called in DuckDB: `c<id>`
    record Column(String name, SfType type, boolean nullable, Optional<Expr> defaultValue, int id, String comment) {
        String duck() {
            return "c" + id;
        }
    }

    private static final String TRANSIENT = "TRANSIENT";

    final long id;
    final Optional<Query> view;
    final String viewText;
    private String kind;
    private List<Column> columns;

    /// Files that COPY has loaded already, with their size and hash, and the transaction's answer to it.
    final Map<String, String> loaded = new HashMap<>();

    private final Set<String> policies = new HashSet<>();
    private int nextColumn;

    Relation(long id, Name name, String owner, String kind, Optional<Query> view, String viewText) {
        super(Type.TABLE, name, owner);
        this.id = id;
        this.kind = kind;
        this.view = view;
        this.viewText = viewText;
        this.columns = List.of();
    }

    /// TABLE, TRANSIENT or VIEW.
    String kind() {
        return kind;
    }

    boolean isTransient() {
        return kind.equals(TRANSIENT);
    }

    boolean isView() {
        return view.isPresent();
    }

    List<Column> columns() {
        return columns;
    }

    void columns(List<Column> replacement) {
        columns = List.copyOf(replacement);
    }

    Column addColumn(String name, SfType type, boolean nullable, Optional<Expr> defaultValue, String comment) {
        Column column = new Column(name, type, nullable, defaultValue, nextColumn++, comment);
        List<Column> all = new ArrayList<>(columns);
        all.add(column);
        columns = List.copyOf(all);
        return column;
    }

    Optional<Column> column(String name) {
        return columns.stream().filter(c -> c.name().equals(name)).findFirst();
    }

    /// Where DuckDB holds the rows.
    String duck() {
        return "t" + id;
    }

    Set<String> policies() {
        return policies;
    }
}
