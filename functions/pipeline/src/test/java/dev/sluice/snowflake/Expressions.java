package dev.sluice.snowflake;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Expressions, from the loosest operator to the tightest.
class Expressions extends Parser {
    private static final Set<String> COMPARISONS = Set.of("=", "<>", "!=", "<", "<=", ">", ">=");
    private static final Set<String> RESERVED = Set.of(
            "SELECT",
            "FROM",
            "WHERE",
            "GROUP",
            "HAVING",
            "ORDER",
            "UNION",
            "INTERSECT",
            "MINUS",
            "ON",
            "JOIN",
            "SET",
            "VALUES",
            "THEN",
            "WHEN",
            "ELSE",
            "AND",
            "OR",
            "AS",
            "INTO",
            "TABLE",
            "CREATE",
            "DROP",
            "ALTER",
            "GRANT");
    private static final Set<String> WITHOUT_PARENTHESES =
            Set.of("CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_USER", "LOCALTIMESTAMP", "SYSDATE");

    Expressions(String sql) {
        super(sql);
    }

    Expressions(String sql, List<Token> tokens) {
        super(sql, tokens);
    }

    final Expr expression() {
        Expr left = conjunction();
        while (take("OR")) {
            left = new Expr.Binary("OR", left, conjunction());
        }
        return left;
    }

    private Expr conjunction() {
        Expr left = negation();
        while (take("AND")) {
            left = new Expr.Binary("AND", left, negation());
        }
        return left;
    }

    private Expr negation() {
        return take("NOT") ? new Expr.Unary("NOT", negation()) : predicate();
    }

    private Expr predicate() {
        Expr left = additive();
        while (true) {
            if (COMPARISONS.contains(peek().text()) && peek().kind() == Token.Kind.SYMBOL) {
                String operator = next().text();
                left = new Expr.Binary(operator.equals("!=") ? "<>" : operator, left, additive());
            } else if (take("IS")) {
                left = is(left);
            } else {
                boolean negated = at("NOT")
                        && (peek(1).is("IN") || peek(1).is("LIKE") || peek(1).is("ILIKE") || peek(1).is("BETWEEN"));
                if (negated) {
                    next();
                }
                if (take("IN")) {
                    left = in(left, negated);
                } else if (take("BETWEEN")) {
                    Expr low = additive();
                    expect("AND");
                    left = new Expr.Between(left, low, additive(), negated);
                } else if (at("LIKE") || at("ILIKE")) {
                    boolean ignoringCase = next().text().equals("ILIKE");
                    Expr pattern = additive();
                    Optional<Expr> escape = take("ESCAPE") ? Optional.of(additive()) : Optional.empty();
                    left = new Expr.Like(left, pattern, escape, ignoringCase, negated);
                } else {
                    return left;
                }
            }
        }
    }

    private Expr is(Expr left) {
        boolean negated = take("NOT");
        if (take("NULL")) {
            return new Expr.IsNull(left, negated);
        }
        if (take("TRUE") || take("FALSE")) {
            throw SqlFailure.unsupported("IS TRUE");
        }
        expect("DISTINCT", "FROM");
        return new Expr.Binary(negated ? "IS NOT DISTINCT FROM" : "IS DISTINCT FROM", left, additive());
    }

    private Expr in(Expr left, boolean negated) {
        expect("(");
        if (at("SELECT") || at("WITH")) {
            Query query = ((Queries) this).query();
            expect(")");
            return new Expr.InQuery(left instanceof Expr.Row row ? row.values() : List.of(left), query, negated);
        }
        List<Expr> list = list();
        expect(")");
        return new Expr.InList(left, list, negated);
    }

    final List<Expr> list() {
        List<Expr> list = new ArrayList<>();
        do {
            list.add(expression());
        } while (take(","));
        return list;
    }

    private Expr additive() {
        Expr left = multiplicative();
        while (at("+") || at("-") || at("||")) {
            String operator = next().text();
            left = new Expr.Binary(operator, left, multiplicative());
        }
        return left;
    }

    private Expr multiplicative() {
        Expr left = unary();
        while (at("*") || at("/") || at("%")) {
            String operator = next().text();
            left = new Expr.Binary(operator, left, unary());
        }
        return left;
    }

    private Expr unary() {
        if (take("-")) {
            return new Expr.Unary("-", unary());
        }
        take("+");
        return postfix(primary());
    }

    private Expr postfix(Expr start) {
        Expr value = start;
        while (true) {
            if (take("::")) {
                value = new Expr.Cast(value, type(), false);
            } else if (at(":") || at("[")) {
                value = new Expr.Path(value, path());
            } else {
                return value;
            }
        }
    }

    private List<Object> path() {
        List<Object> keys = new ArrayList<>();
        if (take(":")) {
            keys.add(pathKey());
        }
        while (true) {
            if (take(".")) {
                keys.add(pathKey());
            } else if (take("[")) {
                keys.add(peek().kind() == Token.Kind.NUMBER ? (Object) integer() : string());
                expect("]");
            } else {
                return keys;
            }
        }
    }

    /// A word of a path keeps its case: it is a key of JSON, not an identifier.
    private String pathKey() {
        Token token = peek();
        if (!token.isName()) {
            throw SqlFailure.syntax(token);
        }
        next();
        return token.kind() == Token.Kind.WORD ? textFrom(token) : token.text();
    }

    private Expr primary() {
        Token token = peek();
        return switch (token.kind()) {
            case NUMBER -> new Expr.Number(next().text());
            case STRING -> new Expr.Text(next().text());
            case BIND -> {
                next();
                yield new Expr.Bind(nextBind());
            }
            case POSITIONAL -> new Expr.Positional(Optional.empty(), Integer.parseInt(next().text()));
            case WORD -> word(token);
            case QUOTED -> named();
            case SYMBOL -> {
                expect("(");
                yield parenthesised();
            }
            case VARIABLE, STAGE, END -> throw SqlFailure.syntax(token);
        };
    }

    private Expr parenthesised() {
        if (at("SELECT") || at("WITH")) {
            Query query = ((Queries) this).query();
            expect(")");
            return new Expr.Scalar(query);
        }
        List<Expr> values = list();
        expect(")");
        return values.size() == 1 ? values.getFirst() : new Expr.Row(values);
    }

    private Expr word(Token token) {
        return switch (token.text()) {
            case "NULL" -> {
                next();
                yield new Expr.Null();
            }
            case "TRUE", "FALSE" -> new Expr.Bool(next().text().equals("TRUE"));
            case "CASE" -> {
                next();
                yield caseOf();
            }
            case "EXISTS" -> {
                next();
                expect("(");
                Query query = ((Queries) this).query();
                expect(")");
                yield new Expr.Exists(query);
            }
            case "CAST", "TRY_CAST" -> cast();
            case "DATE", "TIME", "TIMESTAMP" -> {
                if (peek(1).kind() != Token.Kind.STRING) {
                    yield named();
                }
                SfType literal = type();
                yield new Expr.Cast(new Expr.Text(string()), literal, false);
            }
            case "INTERVAL" -> throw SqlFailure.unsupported("INTERVAL");
            default -> {
                if (RESERVED.contains(token.text())) {
                    throw SqlFailure.syntax(token);
                }
                yield named();
            }
        };
    }

    private Expr cast() {
        boolean orNull = next().text().equals("TRY_CAST");
        expect("(");
        Expr value = expression();
        expect("AS");
        SfType type = type();
        expect(")");
        return new Expr.Cast(value, type, orNull);
    }

    private Expr named() {
        Token token = peek();
        if (token.kind() == Token.Kind.WORD && WITHOUT_PARENTHESES.contains(token.text()) && !peek(1).is("(")) {
            next();
            return call(token.text(), false);
        }
        List<String> parts = new ArrayList<>(List.of(identifier()));
        while (at(".") && (peek(1).isName() || peek(1).kind() == Token.Kind.POSITIONAL)) {
            next();
            if (peek().kind() == Token.Kind.POSITIONAL) {
                return new Expr.Positional(Optional.of(parts.getLast()), Integer.parseInt(next().text()));
            }
            parts.add(identifier());
        }
        if (at("(") && token.kind() == Token.Kind.WORD) {
            next();
            return call(String.join(".", parts), true);
        }
        return new Expr.Column(parts);
    }

    private Expr call(String name, boolean parentheses) {
        List<Expr> arguments = new ArrayList<>();
        Map<String, Expr> named = new LinkedHashMap<>();
        boolean distinct = false;
        boolean star = false;
        // SYSTEM$CANCEL_QUERY() and the like have no arguments.
        if (parentheses && !take(")")) {
            distinct = take("DISTINCT");
            star = take("*");
            if (!star) {
                do {
                    argument(arguments, named);
                } while (take(","));
            }
            expect(")");
        }
        List<Query.Order> within = List.of();
        if (take("WITHIN", "GROUP", "(")) {
            within = orderBy();
            expect(")");
        }
        Optional<Expr.Window> over = take("OVER") ? Optional.of(window()) : Optional.empty();
        return new Expr.Call(name, distinct, star, arguments, named, within, over);
    }

    final void argument(List<Expr> arguments, Map<String, Expr> named) {
        if (peek().kind() == Token.Kind.WORD && peek(1).is("=>")) {
            String name = next().text();
            next();
            named.put(name, expression());
        } else {
            arguments.add(expression());
        }
    }

    private Expr.Window window() {
        expect("(");
        List<Expr> partitions = take("PARTITION", "BY") ? list() : List.of();
        List<Query.Order> orders = at("ORDER") ? orderBy() : List.of();
        Optional<String> frame = Optional.empty();
        if (at("ROWS") || at("RANGE")) {
            StringBuilder text = new StringBuilder();
            while (!at(")")) {
                Token token = next();
                if (token.kind() != Token.Kind.WORD && token.kind() != Token.Kind.NUMBER) {
                    throw SqlFailure.syntax(token);
                }
                text.append(token.text()).append(' ');
            }
            frame = Optional.of(text.toString());
        }
        expect(")");
        return new Expr.Window(partitions, orders, frame);
    }

    /// `ORDER BY …`
    final List<Query.Order> orderBy() {
        expect("ORDER", "BY");
        List<Query.Order> orders = new ArrayList<>();
        do {
            Expr value = expression();
            boolean descending = take("DESC");
            if (!descending) {
                take("ASC");
            }
            Optional<Boolean> nullsFirst =
                    take("NULLS") ? Optional.of(expectOneOf("FIRST", "LAST").equals("FIRST")) : Optional.empty();
            orders.add(new Query.Order(value, descending, nullsFirst));
        } while (take(","));
        return orders;
    }

    private Expr caseOf() {
        Optional<Expr> value = at("WHEN") ? Optional.empty() : Optional.of(expression());
        List<Expr> whens = new ArrayList<>();
        List<Expr> thens = new ArrayList<>();
        while (take("WHEN")) {
            whens.add(expression());
            expect("THEN");
            thens.add(expression());
        }
        Optional<Expr> otherwise = take("ELSE") ? Optional.of(expression()) : Optional.empty();
        expect("END");
        return new Expr.Case(value, whens, thens, otherwise);
    }
}
