package dev.sluice.snowflake;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// Aggregates and window functions.
final class Aggregates {
    private final ExpressionTranslator expressions;

    Aggregates(ExpressionTranslator expressions) {
        this.expressions = expressions;
    }

    Optional<Typed> call(Expr.Call call, List<Typed> arguments, Scope scope) {
        Optional<Typed> plain = plain(call, arguments, scope);
        String over = call.over().map(w -> over(w, scope)).orElse("");
        return plain.map(p -> new Typed(
                p.type().kind() == SfType.Kind.FIXED
                        ? "CAST(%s%s AS %s)".formatted(p.sql(), over, p.type().duck())
                        : p.sql() + over,
                p.type()));
    }

    private Optional<Typed> plain(Expr.Call call, List<Typed> a, Scope scope) {
        String distinct = call.distinct() ? "DISTINCT " : "";
        return Optional.ofNullable(
                switch (call.name()) {
                    case "COUNT" ->
                        new Typed(
                                call.star()
                                        ? "count(*)"
                                        : "count(%s%s)"
                                                .formatted(
                                                        distinct,
                                                        a.size() == 1 ? expressions.comparable(a.getFirst()) : row(a)),
                                SfType.COUNT);
                    case "COUNT_IF" -> new Typed("count_if(" + a.getFirst().sql() + ")", SfType.COUNT);
                    case "SUM" -> sum(distinct, expressions.numeric(a.getFirst()));
                    case "AVG" ->
                        new Typed(
                                "avg(" + distinct
                                        + expressions
                                                .cast(expressions.numeric(a.getFirst()), SfType.REAL)
                                                .sql() + ")",
                                SfType.REAL);
                    case "MIN", "MAX", "ANY_VALUE" ->
                        new Typed(
                                call.name().toLowerCase(Locale.ROOT) + "("
                                        + a.getFirst().sql() + ")",
                                a.getFirst().type());
                    case "MAX_BY", "MIN_BY" ->
                        new Typed(
                                (call.name().equals("MAX_BY") ? "arg_max(" : "arg_min(")
                                        + a.getFirst().sql() + ", " + expressions.comparable(a.get(1)) + ")",
                                a.getFirst().type());
                    case "BOOLOR_AGG" -> new Typed("bool_or(" + a.getFirst().sql() + ")", SfType.BOOLEAN);
                    case "BOOLAND_AGG" -> new Typed("bool_and(" + a.getFirst().sql() + ")", SfType.BOOLEAN);
                    case "LISTAGG" -> listagg(call, a, scope);
                    case "ROW_NUMBER", "RANK", "DENSE_RANK" ->
                        new Typed(call.name().toLowerCase(Locale.ROOT) + "()", SfType.COUNT);
                    case "LEAD", "LAG", "FIRST_VALUE", "LAST_VALUE" -> {
                        List<String> all = new ArrayList<>(List.of(a.getFirst().sql()));
                        if (a.size() > 1) {
                            all.add("CAST(" + a.get(1).sql() + " AS INTEGER)");
                        }
                        if (a.size() > 2) {
                            all.add(expressions
                                    .cast(a.get(2), a.getFirst().type())
                                    .sql());
                        }
                        yield new Typed(
                                call.name().toLowerCase(Locale.ROOT) + "(" + String.join(", ", all) + ")",
                                a.getFirst().type());
                    }
                    default -> null;
                });
    }

    private static String row(List<Typed> a) {
        return a.stream().map(Typed::sql).collect(Collectors.joining(", ", "(", ")"));
    }

    private static Typed sum(String distinct, Typed value) {
        return value.type().kind() == SfType.Kind.REAL
                ? new Typed("sum(" + distinct + value.sql() + ")", SfType.REAL)
                : new Typed(
                        "sum(%sCAST(%s AS DECIMAL(38,%d)))"
                                .formatted(distinct, value.sql(), value.type().scale()),
                        SfType.number(38, value.type().scale()));
    }

    private Typed listagg(Expr.Call call, List<Typed> a, Scope scope) {
        String separator = a.size() > 1 ? a.get(1).sql() : "''";
        String order = call.within().isEmpty() ? "" : " ORDER BY " + orders(call.within(), scope);
        return new Typed(
                "coalesce(string_agg(%s%s, %s%s), '')"
                        .formatted(
                                call.distinct() ? "DISTINCT " : "", Conversions.toText(a.getFirst()), separator, order),
                SfType.TEXT);
    }

    private String orders(List<Query.Order> orders, Scope scope) {
        return orders.stream()
                .map(o -> expressions.comparable(expressions.translate(o.value(), scope)) + Translator.direction(o))
                .collect(Collectors.joining(", "));
    }

    private String over(Expr.Window window, Scope scope) {
        String partitions = window.partitionBy().isEmpty()
                ? ""
                : window.partitionBy().stream()
                        .map(p -> expressions.comparable(expressions.translate(p, scope)))
                        .collect(Collectors.joining(", ", "PARTITION BY ", " "));
        String orders = window.orderBy().isEmpty() ? "" : "ORDER BY " + orders(window.orderBy(), scope) + " ";
        return " OVER (" + partitions + orders + window.frame().orElse("") + ")";
    }
}
