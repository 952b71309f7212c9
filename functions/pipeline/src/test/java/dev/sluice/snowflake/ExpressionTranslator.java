package dev.sluice.snowflake;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Expressions from Snowflake's SQL to DuckDB's, with their types.
final class ExpressionTranslator {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Translator queries;
    private final Environment environment;
    private final Functions functions;

    ExpressionTranslator(Translator queries, Environment environment) {
        this.queries = queries;
        this.environment = environment;
        this.functions = new Functions(this, environment);
    }

    Typed cast(Typed value, SfType to) {
        return Conversions.cast(value, to, false, zone());
    }

    String zone() {
        return environment.session().parameter("TIMEZONE");
    }

    String condition(Expr expr, Scope scope) {
        return cast(translate(expr, scope), SfType.BOOLEAN).sql();
    }

    Typed translate(Expr expr, Scope scope) {
        return switch (expr) {
            case Expr.Number number -> number(number.text());
            case Expr.Text text -> Typed.text(text.value());
            case Expr.Bool bool -> new Typed(Boolean.toString(bool.value()), SfType.BOOLEAN);
            case Expr.Null ignored -> Typed.none();
            case Expr.Bind bind -> environment.bind(bind.index()).orElseGet(Typed::none);
            case Expr.Column column -> column(column, scope);
            case Expr.Positional positional -> positional(positional, scope);
            case Expr.Path path -> path(path, scope);
            case Expr.Cast cast -> Conversions.cast(translate(cast.value(), scope), cast.type(), cast.orNull(), zone());
            case Expr.Unary unary -> unary(unary, scope);
            case Expr.Binary binary -> binary(binary, scope);
            case Expr.IsNull is ->
                new Typed(
                        "(%s IS %sNULL)".formatted(translate(is.value(), scope).sql(), is.negated() ? "NOT " : ""),
                        SfType.BOOLEAN);
            case Expr.InList in -> in(in, scope);
            case Expr.InQuery in -> in(in, scope);
            case Expr.Between between -> between(between, scope);
            case Expr.Like like -> like(like, scope);
            case Expr.Case each -> caseOf(each, scope);
            case Expr.Exists exists ->
                new Typed(
                        "EXISTS ("
                                + queries.query(exists.query(), Optional.of(scope))
                                        .sql() + ")",
                        SfType.BOOLEAN);
            case Expr.Scalar scalar -> scalar(scalar, scope);
            case Expr.Row ignored -> throw SqlFailure.unsupported("a row value here");
            case Expr.Call call -> functions.call(call, scope);
        };
    }

    private static Typed number(String text) {
        if (text.matches(".*[eE].*")) {
            return new Typed("CAST(" + text + " AS DOUBLE)", SfType.REAL);
        }
        BigDecimal value = new BigDecimal(text);
        int scale = Math.max(0, value.scale());
        SfType type = SfType.number(Math.max(Math.max(value.precision(), scale), 1), scale);
        return new Typed("CAST('%s' AS %s)".formatted(value.toPlainString(), type.duck()), type);
    }

    private Typed column(Expr.Column column, Scope scope) {
        Optional<Typed> found = scope.column(column.parts());
        if (found.isPresent()) {
            return found.get();
        }
        if (column.parts().size() == 1) {
            Expr aliased = scope.aliases.get(column.parts().getFirst());
            if (aliased != null && !aliased.equals(column)) {
                return translate(aliased, scope);
            }
        }
        throw SqlFailure.identifier(column.parts().stream().map(Name::spelled).collect(Collectors.joining(".")));
    }

    private static Typed positional(Expr.Positional positional, Scope scope) {
        Source.Named source = scope.source(positional.table());
        if (source.file().isPresent()) {
            return source.file().get().column(source.at(), positional.index());
        }
        if (positional.index() < 1 || positional.index() > source.columns().size()) {
            throw SqlFailure.identifier("$" + positional.index());
        }
        return source.value(positional.index() - 1);
    }

    private Typed path(Expr.Path path, Scope scope) {
        if (path.value() instanceof Expr.Positional positional) {
            Source.Named source = scope.source(positional.table());
            if (source.file().isPresent() && positional.index() == 1) {
                Optional<Typed> first =
                        source.file().get().key(source.at(), path.keys().getFirst());
                if (first.isPresent()) {
                    return path.keys().size() == 1
                            ? first.get()
                            : inside(
                                    first.get(),
                                    path.keys().subList(1, path.keys().size()));
                }
            }
        }
        Typed value = translate(path.value(), scope);
        if (!value.type().kind().isSemiStructured()) {
            throw new SqlFailure(
                    "001044",
                    "42P13",
                    "SQL compilation error:%nInvalid argument types for function 'GET': (%s, VARCHAR)"
                            .formatted(value.type()));
        }
        return inside(value, path.keys());
    }

    static Typed inside(Typed value, List<Object> keys) {
        ArrayNode list = JSON.createArrayNode();
        for (Object key : keys) {
            if (key instanceof Integer index) {
                list.add(index);
            } else {
                list.add(key.toString());
            }
        }
        return Typed.call(SfType.VARIANT, "sf_path", value.sql(), Typed.literal(list.toString()));
    }

    private Typed unary(Expr.Unary unary, Scope scope) {
        if (unary.operator().equals("NOT")) {
            return new Typed("(NOT " + condition(unary.value(), scope) + ")", SfType.BOOLEAN);
        }
        Typed value = numeric(translate(unary.value(), scope));
        return new Typed("(- " + value.sql() + ")", value.type());
    }

    Typed numeric(Typed value) {
        return value.type().isNumeric() && !value.nothing()
                ? value
                : cast(value, value.type().kind() == SfType.Kind.TEXT ? SfType.number(18, 5) : SfType.REAL);
    }

    private Typed binary(Expr.Binary binary, Scope scope) {
        return switch (binary.operator()) {
            case "AND", "OR" ->
                new Typed(
                        "(%s %s %s)"
                                .formatted(
                                        condition(binary.left(), scope),
                                        binary.operator(),
                                        condition(binary.right(), scope)),
                        SfType.BOOLEAN);
            case "||" -> {
                Typed left = translate(binary.left(), scope);
                Typed right = translate(binary.right(), scope);
                yield new Typed(
                        "(%s || %s)".formatted(Conversions.toText(left), Conversions.toText(right)), SfType.TEXT);
            }
            case "+", "-", "*", "/", "%" ->
                Arithmetic.of(
                        binary.operator(), translate(binary.left(), scope), translate(binary.right(), scope), this);
            default -> {
                if (binary.left() instanceof Expr.Row left && binary.right() instanceof Expr.Row right) {
                    yield rows(binary.operator(), left, right, scope);
                }
                yield new Typed(
                        compared(binary.operator(), translate(binary.left(), scope), translate(binary.right(), scope)),
                        SfType.BOOLEAN);
            }
        };
    }

    private Typed rows(String operator, Expr.Row left, Expr.Row right, Scope scope) {
        if (!operator.equals("=") || left.values().size() != right.values().size()) {
            throw SqlFailure.unsupported("comparison of rows with " + operator);
        }
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < left.values().size(); i++) {
            pairs.add(compared(
                    operator,
                    translate(left.values().get(i), scope),
                    translate(right.values().get(i), scope)));
        }
        return new Typed("(" + String.join(" AND ", pairs) + ")", SfType.BOOLEAN);
    }

    String compared(String operator, Typed left, Typed right) {
        SfType type = common(List.of(left, right));
        return "(%s %s %s)".formatted(comparable(cast(left, type)), operator, comparable(cast(right, type)));
    }

    /// What order and equality are about: of an instant with an offset the instant.
    String comparable(Typed value) {
        return value.type().kind().isZoned() ? "(" + value.sql() + ").utc" : value.sql();
    }

    static SfType common(List<Typed> values) {
        return values.stream()
                .filter(v -> !v.nothing())
                .map(Typed::type)
                .reduce(SfType::common)
                .orElse(SfType.TEXT);
    }

    private Typed in(Expr.InList in, Scope scope) {
        if (in.value() instanceof Expr.Row row) {
            List<String> each = in.list().stream()
                    .map(e -> {
                        if (!(e instanceof Expr.Row other)) {
                            throw SqlFailure.compilation("a row is expected in IN");
                        }
                        return rows("=", row, other, scope).sql();
                    })
                    .toList();
            return new Typed(
                    "(%s(%s))".formatted(in.negated() ? "NOT " : "", String.join(" OR ", each)), SfType.BOOLEAN);
        }
        List<Typed> all = new ArrayList<>(List.of(translate(in.value(), scope)));
        in.list().forEach(e -> all.add(translate(e, scope)));
        SfType type = common(all);
        List<String> values = all.stream().map(v -> comparable(cast(v, type))).toList();
        return new Typed(
                "(%s %sIN (%s))"
                        .formatted(
                                values.getFirst(),
                                in.negated() ? "NOT " : "",
                                String.join(", ", values.subList(1, values.size()))),
                SfType.BOOLEAN);
    }

    private Typed in(Expr.InQuery in, Scope scope) {
        Source source = queries.query(in.query(), Optional.of(scope));
        if (source.columns().size() != in.values().size()) {
            throw SqlFailure.compilation(
                    "IN expects %d columns".formatted(in.values().size()));
        }
        List<String> mine = new ArrayList<>();
        List<String> theirs = new ArrayList<>();
        for (int i = 0; i < in.values().size(); i++) {
            Typed value = translate(in.values().get(i), scope);
            Typed column = new Typed("q.c" + (i + 1), source.columns().get(i).type());
            SfType type = common(List.of(value, column));
            mine.add(comparable(cast(value, type)));
            theirs.add(comparable(cast(column, type)));
        }
        return new Typed(
                "((%s) %sIN (SELECT %s FROM (%s) q))"
                        .formatted(
                                String.join(", ", mine),
                                in.negated() ? "NOT " : "",
                                String.join(", ", theirs),
                                source.sql()),
                SfType.BOOLEAN);
    }

    private Typed between(Expr.Between between, Scope scope) {
        Typed value = translate(between.value(), scope);
        String low = compared(">=", value, translate(between.low(), scope));
        String high = compared("<=", value, translate(between.high(), scope));
        return new Typed("(%s(%s AND %s))".formatted(between.negated() ? "NOT " : "", low, high), SfType.BOOLEAN);
    }

    private Typed like(Expr.Like like, Scope scope) {
        String value = Conversions.toText(translate(like.value(), scope));
        String pattern = Conversions.toText(translate(like.pattern(), scope));
        String escape =
                like.escape().map(e -> " ESCAPE " + translate(e, scope).sql()).orElse("");
        return new Typed(
                "(%s%s %s %s%s)"
                        .formatted(
                                like.negated() ? "NOT " : "",
                                value,
                                like.ignoringCase() ? "ILIKE" : "LIKE",
                                pattern,
                                escape),
                SfType.BOOLEAN);
    }

    private Typed caseOf(Expr.Case each, Scope scope) {
        List<Typed> thens = new ArrayList<>();
        each.thens().forEach(t -> thens.add(translate(t, scope)));
        each.otherwise().ifPresent(o -> thens.add(translate(o, scope)));
        SfType type = common(thens);
        StringBuilder sql = new StringBuilder("CASE");
        for (int i = 0; i < each.whens().size(); i++) {
            String when = each.value().isPresent()
                    ? compared(
                            "=",
                            translate(each.value().get(), scope),
                            translate(each.whens().get(i), scope))
                    : condition(each.whens().get(i), scope);
            sql.append(" WHEN ")
                    .append(when)
                    .append(" THEN ")
                    .append(cast(thens.get(i), type).sql());
        }
        each.otherwise()
                .ifPresent(o ->
                        sql.append(" ELSE ").append(cast(thens.getLast(), type).sql()));
        return new Typed(sql.append(" END").toString(), type);
    }

    private Typed scalar(Expr.Scalar scalar, Scope scope) {
        Source source = queries.query(scalar.query(), Optional.of(scope));
        if (source.columns().size() != 1) {
            throw SqlFailure.compilation("a scalar subquery must have one column");
        }
        return new Typed("(" + source.sql() + ")", source.columns().getFirst().type());
    }
}
