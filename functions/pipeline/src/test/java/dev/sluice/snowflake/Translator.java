package dev.sluice.snowflake;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Queries from Snowflake's SQL to DuckDB's. Every name is resolved and every type is known on the way,
/// so what cannot be resolved or typed is an error before DuckDB sees anything.
final class Translator {
    /// Where tables, views and table functions come from.
    interface Relations {
        Source source(Name name);

        Source function(Query.Function function, Translator translator);

        Source.Named stage(Query.Stage stage, String at);
    }

    final Relations relations;
    final ExpressionTranslator expressions;
    private final Map<String, Source> with = new HashMap<>();
    private int names;

    Translator(Relations relations, Environment environment) {
        this.relations = relations;
        this.expressions = new ExpressionTranslator(this, environment);
    }

    Source query(Query query, Optional<Scope> outer) {
        Map<String, Source> before = new HashMap<>(with);
        for (Query.With each : query.with()) {
            with.put(each.name(), query(each.query(), outer).renamed(each.columns()));
        }
        Source source = body(query, outer);
        with.clear();
        with.putAll(before);
        return source;
    }

    private Source body(Query query, Optional<Scope> outer) {
        String tail = bound(" LIMIT ", query.limit()) + bound(" OFFSET ", query.offset());
        if (query.body() instanceof Query.Select select) {
            return select(select, query.orderBy(), tail, outer);
        }
        Source source = plain(query.body(), outer);
        if (query.orderBy().isEmpty() && tail.isEmpty()) {
            return source;
        }
        Scope scope = new Scope(outer);
        scope.sources.add(
                new Source.Named(Optional.empty(), Optional.empty(), "u", source.columns(), Optional.empty()));
        String order = order(query.orderBy(), scope, source.columns().size(), "u.");
        return new Source("SELECT * FROM (%s) u%s%s".formatted(source.sql(), order, tail), source.columns());
    }

    private String bound(String word, Optional<Expr> value) {
        return value.map(v ->
                        word + "CAST(" + expressions.translate(v, Scope.empty()).sql() + " AS BIGINT)")
                .orElse("");
    }

    private Source plain(Query.Body body, Optional<Scope> outer) {
        return switch (body) {
            case Query.Select select -> select(select, List.of(), "", outer);
            case Query.Nested nested -> query(nested.query(), outer);
            case Query.Values values -> values(values, outer);
            case Query.SetOperation set -> set(set, outer);
        };
    }

    private Source set(Query.SetOperation set, Optional<Scope> outer) {
        Source left = plain(set.left(), outer);
        Source right = plain(set.right(), outer);
        if (left.columns().size() != right.columns().size()) {
            throw new SqlFailure(
                    "001789",
                    "42601",
                    "SQL compilation error:%ninvalid number of result columns for set operator input branches, expected %d, got %d in branch {2}"
                            .formatted(left.columns().size(), right.columns().size()));
        }
        List<Rows.Column> columns = new ArrayList<>();
        for (int i = 0; i < left.columns().size(); i++) {
            Rows.Column a = left.columns().get(i);
            Rows.Column b = right.columns().get(i);
            columns.add(new Rows.Column(a.name(), SfType.common(a.type(), b.type()), true));
        }
        return new Source(
                "(%s) %s (%s)".formatted(coerced(left, columns), set.operator(), coerced(right, columns)), columns);
    }

    /// The same rows with other types.
    String coerced(Source source, List<Rows.Column> wanted) {
        List<String> items = new ArrayList<>();
        for (int i = 0; i < wanted.size(); i++) {
            Typed value = new Typed("x.c" + (i + 1), source.columns().get(i).type());
            items.add(expressions.cast(value, wanted.get(i).type()).sql() + " AS c" + (i + 1));
        }
        return "SELECT %s FROM (%s) x".formatted(String.join(", ", items), source.sql());
    }

    private Source values(Query.Values values, Optional<Scope> outer) {
        Scope scope = new Scope(outer);
        List<List<Typed>> rows = values.rows().stream()
                .map(row ->
                        row.stream().map(v -> expressions.translate(v, scope)).toList())
                .toList();
        int width = rows.getFirst().size();
        List<Rows.Column> columns = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            List<Typed> column = new ArrayList<>();
            for (List<Typed> row : rows) {
                if (row.size() != width) {
                    throw SqlFailure.compilation("Mismatched number of columns in VALUES");
                }
                column.add(row.get(i));
            }
            columns.add(new Rows.Column("COLUMN" + (i + 1), ExpressionTranslator.common(column), true));
        }
        String lines = rows.stream()
                .map(row -> IntStream.range(0, width)
                        .mapToObj(i -> expressions
                                .cast(row.get(i), columns.get(i).type())
                                .sql())
                        .collect(Collectors.joining(", ", "(", ")")))
                .collect(Collectors.joining(", "));
        String list = IntStream.rangeClosed(1, width).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
        return new Source("SELECT * FROM (VALUES %s) v(%s)".formatted(lines, list), columns);
    }

    private record Output(String name, Typed value) {}

    private Source select(Query.Select select, List<Query.Order> orders, String tail, Optional<Scope> outer) {
        Scope scope = new Scope(outer);
        String from = select.from().map(f -> " FROM " + from(f, scope)).orElse("");
        for (Query.Item item : select.items()) {
            if (item instanceof Query.Value value && value.alias().isPresent()) {
                scope.aliases.put(value.alias().get(), value.value());
            }
        }
        List<Output> outputs = outputs(select, scope);
        StringBuilder sql = new StringBuilder("SELECT ").append(select.distinct() ? "DISTINCT " : "");
        sql.append(IntStream.range(0, outputs.size())
                .mapToObj(i -> outputs.get(i).value().sql() + " AS c" + (i + 1))
                .collect(Collectors.joining(", ")));
        sql.append(from);
        select.where().ifPresent(w -> sql.append(" WHERE ").append(expressions.condition(w, scope)));
        sql.append(groupBy(select, scope));
        select.having().ifPresent(h -> sql.append(" HAVING ").append(expressions.condition(h, scope)));
        select.qualify().ifPresent(q -> sql.append(" QUALIFY ").append(expressions.condition(q, scope)));
        sql.append(order(orders, scope, outputs.size(), "")).append(tail);
        List<Rows.Column> columns = outputs.stream()
                .map(o -> new Rows.Column(o.name(), o.value().type(), true))
                .toList();
        return new Source(sql.toString(), columns);
    }

    private List<Output> outputs(Query.Select select, Scope scope) {
        List<Output> outputs = new ArrayList<>();
        for (Query.Item item : select.items()) {
            switch (item) {
                case Query.Value value -> {
                    Typed typed = expressions.translate(value.value(), scope);
                    outputs.add(new Output(value.alias().orElseGet(() -> nameOf(value)), typed));
                }
                case Query.Star star -> outputs.addAll(star(star, scope));
            }
        }
        return outputs;
    }

    private static List<Output> star(Query.Star star, Scope scope) {
        List<Output> outputs = new ArrayList<>();
        for (Source.Named source : scope.sources) {
            if (star.table().isPresent() && !source.name().equals(star.table())) {
                continue;
            }
            if (source.file().isPresent()) {
                throw SqlFailure.unsupported("SELECT * FROM a stage");
            }
            for (int i = 0; i < source.columns().size(); i++) {
                String name = source.columns().get(i).name();
                if (!star.exclude().contains(name)) {
                    outputs.add(new Output(name, source.value(i)));
                }
            }
        }
        if (outputs.isEmpty()) {
            throw SqlFailure.identifier(star.table().orElse("*"));
        }
        return outputs;
    }

    /// Snowflake names a column without alias after the column, or after the text of the expression.
    private static String nameOf(Query.Value value) {
        return value.value() instanceof Expr.Column column ? column.parts().getLast() : Variants.upper(value.text());
    }

    private String groupBy(Query.Select select, Scope scope) {
        if (select.groupByAll()) {
            return " GROUP BY ALL";
        }
        if (select.groupBy().isEmpty()) {
            return "";
        }
        return select.groupBy().stream()
                .map(g -> g instanceof Expr.Number number
                        ? number.text()
                        : expressions.comparable(expressions.translate(g, scope)))
                .collect(Collectors.joining(", ", " GROUP BY ", ""));
    }

    /// Nulls are the greatest values. A name means the output column first.
    private String order(List<Query.Order> orders, Scope scope, int width, String prefix) {
        if (orders.isEmpty()) {
            return "";
        }
        return orders.stream()
                .map(o -> orderKey(o, scope, width, prefix) + direction(o))
                .collect(Collectors.joining(", ", " ORDER BY ", ""));
    }

    static String direction(Query.Order order) {
        return (order.descending() ? " DESC" : " ASC")
                + (order.nullsFirst().orElse(order.descending()) ? " NULLS FIRST" : " NULLS LAST");
    }

    private String orderKey(Query.Order order, Scope scope, int width, String prefix) {
        if (order.value() instanceof Expr.Number number) {
            int position = Integer.parseInt(number.text());
            if (position < 1 || position > width) {
                throw SqlFailure.compilation("Invalid position %d in ORDER BY".formatted(position));
            }
            return prefix + "c" + position;
        }
        if (order.value() instanceof Expr.Column column && column.parts().size() == 1) {
            Expr aliased = scope.aliases.get(column.parts().getFirst());
            if (aliased != null) {
                return expressions.translate(aliased, scope).sql();
            }
        }
        return expressions.translate(order.value(), scope).sql();
    }

    String from(Query.From from, Scope scope) {
        return switch (from) {
            case Query.Table table -> {
                Source cte =
                        table.name().parts().size() == 1 ? with.get(table.name().last()) : null;
                Source source = cte == null ? relations.source(table.name()) : cte;
                Optional<Name> full = cte == null ? Optional.of(table.name()) : Optional.empty();
                yield add(
                        source,
                        table.alias(),
                        full,
                        table.alias().name().or(() -> Optional.of(table.name().last())),
                        scope);
            }
            case Query.Derived derived ->
                add(
                        query(derived.query(), scope.outer),
                        derived.alias(),
                        Optional.empty(),
                        derived.alias().name(),
                        scope);
            case Query.Function function ->
                add(
                        relations.function(function, this),
                        function.alias(),
                        Optional.empty(),
                        function.alias().name(),
                        scope);
            case Query.Stage stage -> {
                String at = nextName();
                Source.Named named = relations.stage(stage, at);
                scope.sources.add(named);
                yield "(%s) AS %s".formatted(named.file().orElseThrow().sql(), at);
            }
            case Query.Join join -> join(join, scope);
        };
    }

    private String add(Source source, Query.Alias alias, Optional<Name> full, Optional<String> name, Scope scope) {
        Source renamed = source.renamed(alias.columns());
        String at = nextName();
        if (name.isPresent() && scope.sources.stream().anyMatch(s -> s.name().equals(name))) {
            throw SqlFailure.compilation("duplicate alias '%s'".formatted(name.get()));
        }
        scope.sources.add(new Source.Named(name, full, at, renamed.columns(), Optional.empty()));
        return "(%s) AS %s".formatted(renamed.sql(), at);
    }

    private String join(Query.Join join, Scope scope) {
        String left = from(join.left(), scope);
        int first = scope.sources.size();
        String right = from(join.right(), scope);
        if (join.kind().equals("CROSS")) {
            return left + " CROSS JOIN " + right;
        }
        String on = join.on().map(o -> expressions.condition(o, scope)).orElseGet(() -> using(join, scope, first));
        return "%s %s JOIN %s ON %s".formatted(left, join.kind(), right, on);
    }

    private String using(Query.Join join, Scope scope, int first) {
        List<String> pairs = new ArrayList<>();
        for (String column : join.using()) {
            Scope left = new Scope(Optional.empty());
            left.sources.addAll(scope.sources.subList(0, first));
            Scope right = new Scope(Optional.empty());
            right.sources.addAll(scope.sources.subList(first, scope.sources.size()));
            Typed a = left.column(List.of(column)).orElseThrow(() -> SqlFailure.identifier(column));
            Typed b = right.column(List.of(column)).orElseThrow(() -> SqlFailure.identifier(column));
            pairs.add(expressions.compared("=", a, b));
            scope.merged.add(column);
        }
        return String.join(" AND ", pairs);
    }

    String nextName() {
        return "s" + ++names;
    }
}
