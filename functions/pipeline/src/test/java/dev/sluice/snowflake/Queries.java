package dev.sluice.snowflake;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Queries: `WITH`, set operations, `SELECT`, `VALUES`, what stands behind `FROM`.
final class Queries extends Expressions {
    Queries(String sql) {
        super(sql);
    }

    Queries(String sql, List<Token> tokens) {
        super(sql, tokens);
    }

    Query query() {
        List<Query.With> with = new ArrayList<>();
        if (take("WITH")) {
            do {
                String name = identifier();
                List<String> columns = columnList();
                expect("AS", "(");
                with.add(new Query.With(name, columns, query()));
                expect(")");
            } while (take(","));
        }
        Query.Body body = setOperation();
        List<Query.Order> orders = at("ORDER") ? orderBy() : List.of();
        Optional<Expr> limit = take("LIMIT") ? Optional.of(expression()) : Optional.empty();
        Optional<Expr> offset = take("OFFSET") ? Optional.of(expression()) : Optional.empty();
        return new Query(with, body, orders, limit, offset);
    }

    private Query.Body setOperation() {
        Query.Body left = simple();
        while (at("UNION") || at("EXCEPT") || at("MINUS") || at("INTERSECT")) {
            String operator = next().text();
            if (operator.equals("UNION") && take("ALL")) {
                operator = "UNION ALL";
            }
            left = new Query.SetOperation(operator.equals("MINUS") ? "EXCEPT" : operator, left, simple());
        }
        return left;
    }

    private Query.Body simple() {
        if (take("(")) {
            Query nested = query();
            expect(")");
            return new Query.Nested(nested);
        }
        if (take("VALUES")) {
            return new Query.Values(rows());
        }
        expect("SELECT");
        return select();
    }

    List<List<Expr>> rows() {
        List<List<Expr>> rows = new ArrayList<>();
        do {
            expect("(");
            rows.add(list());
            expect(")");
        } while (take(","));
        return rows;
    }

    private Query.Select select() {
        boolean distinct = take("DISTINCT");
        take("ALL");
        List<Query.Item> items = new ArrayList<>();
        do {
            items.add(item());
        } while (take(","));
        Optional<Query.From> from = take("FROM") ? Optional.of(from()) : Optional.empty();
        Optional<Expr> where = take("WHERE") ? Optional.of(expression()) : Optional.empty();
        boolean all = false;
        List<Expr> groups = List.of();
        if (take("GROUP", "BY")) {
            all = take("ALL");
            groups = all ? List.of() : list();
        }
        Optional<Expr> having = take("HAVING") ? Optional.of(expression()) : Optional.empty();
        Optional<Expr> qualify = take("QUALIFY") ? Optional.of(expression()) : Optional.empty();
        return new Query.Select(distinct, items, from, where, groups, all, having, qualify);
    }

    private Query.Item item() {
        if (take("*")) {
            return new Query.Star(Optional.empty(), excluded());
        }
        if (peek().isName() && peek(1).is(".") && peek(2).is("*")) {
            String table = identifier();
            next();
            next();
            return new Query.Star(Optional.of(table), excluded());
        }
        Token first = peek();
        Expr value = expression();
        String text = textFrom(first);
        return new Query.Value(value, alias().name(), text);
    }

    private List<String> excluded() {
        if (!take("EXCLUDE")) {
            return List.of();
        }
        return at("(") ? columnList() : List.of(identifier());
    }

    Query.From from() {
        Query.From left = joined();
        while (take(",")) {
            left = new Query.Join("CROSS", left, joined(), Optional.empty(), List.of());
        }
        return left;
    }

    private Query.From joined() {
        Query.From left = source();
        while (true) {
            String kind;
            if (take("JOIN") || take("INNER", "JOIN")) {
                kind = "INNER";
            } else if (take("CROSS", "JOIN")) {
                left = new Query.Join("CROSS", left, source(), Optional.empty(), List.of());
                continue;
            } else if ((at("LEFT") || at("RIGHT") || at("FULL")) && (peek(1).is("JOIN") || peek(1).is("OUTER"))) {
                kind = next().text();
                take("OUTER");
                expect("JOIN");
            } else {
                return left;
            }
            Query.From right = source();
            if (take("USING")) {
                left = new Query.Join(kind, left, right, Optional.empty(), columnList());
            } else {
                expect("ON");
                left = new Query.Join(kind, left, right, Optional.of(expression()), List.of());
            }
        }
    }

    private Query.From source() {
        if (peek().kind() == Token.Kind.STAGE) {
            return stage(next().text());
        }
        if (peek().kind() == Token.Kind.STRING && peek().text().startsWith("@")) {
            return stage(next().text().substring(1));
        }
        if (take("TABLE", "(")) {
            Query.From function = function();
            return function;
        }
        if (take("(")) {
            if (take("VALUES")) {
                List<List<Expr>> rows = rows();
                expect(")");
                return new Query.Derived(values(rows), alias());
            }
            if (at("SELECT") || at("WITH") || at("(")) {
                Query query = query();
                expect(")");
                return new Query.Derived(query, alias());
            }
            Query.From inner = from();
            expect(")");
            return inner;
        }
        if (take("VALUES")) {
            return new Query.Derived(values(rows()), alias());
        }
        return new Query.Table(name(), alias());
    }

    private static Query values(List<List<Expr>> rows) {
        return new Query(List.of(), new Query.Values(rows), List.of(), Optional.empty(), Optional.empty());
    }

    private Query.From function() {
        Name name = name();
        List<Expr> arguments = new ArrayList<>();
        Map<String, Expr> named = new LinkedHashMap<>();
        expect("(");
        if (!take(")")) {
            do {
                argument(arguments, named);
            } while (take(","));
            expect(")");
        }
        expect(")");
        return new Query.Function(name, arguments, named, alias());
    }

    private Query.From stage(String path) {
        Options options = Options.NONE;
        if (at("(") && (peek(1).is("FILE_FORMAT") || peek(1).is("PATTERN"))) {
            next();
            options = options();
            expect(")");
        }
        return new Query.Stage(path, options, alias());
    }
}
