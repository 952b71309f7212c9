package dev.sluice.snowflake;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The tokens of one statement with a place in them, and what all statements are made of: names, types,
/// options. Expressions and queries are in [Expressions] and [Queries].
class Parser {
    private static final Set<String> NOT_AN_ALIAS = Set.of(
            "FROM",
            "WHERE",
            "GROUP",
            "HAVING",
            "QUALIFY",
            "ORDER",
            "LIMIT",
            "OFFSET",
            "FETCH",
            "UNION",
            "EXCEPT",
            "MINUS",
            "INTERSECT",
            "ON",
            "USING",
            "JOIN",
            "INNER",
            "LEFT",
            "RIGHT",
            "FULL",
            "CROSS",
            "NATURAL",
            "LATERAL",
            "SET",
            "WHEN",
            "THEN",
            "AND",
            "OR",
            "NOT",
            "AS",
            "VALUES",
            "SELECT",
            "WITH",
            "IN",
            "IS",
            "LIKE",
            "ILIKE",
            "BETWEEN",
            "CASE",
            "ELSE",
            "END",
            "ASC",
            "DESC",
            "NULLS",
            "FILE_FORMAT",
            "FILES",
            "PATTERN",
            "FORCE",
            "ON_ERROR",
            "AT",
            "BEFORE",
            "CHANGES",
            "MATCH_RECOGNIZE",
            "PIVOT",
            "UNPIVOT",
            "SAMPLE",
            "TABLESAMPLE",
            "ASOF",
            "CONNECT",
            "START",
            "OVER");

    private final String sql;
    private final List<Token> tokens;
    private int at;
    private int binds;

    Parser(String sql) {
        this(sql, Lexer.tokens(sql));
    }

    Parser(String sql, List<Token> tokens) {
        this.sql = sql;
        this.tokens = tokens;
    }

    final Token peek() {
        return tokens.get(at);
    }

    final Token peek(int further) {
        return tokens.get(Math.clamp(at + further, 0, tokens.size() - 1));
    }

    final Token next() {
        Token token = tokens.get(at);
        if (token.kind() != Token.Kind.END) {
            at++;
        }
        return token;
    }

    final int nextBind() {
        return ++binds;
    }

    final int bindCount() {
        return binds;
    }

    final String textFrom(Token first) {
        return sql.substring(first.start(), tokens.get(at - 1).end());
    }

    final boolean at(String... words) {
        for (int i = 0; i < words.length; i++) {
            if (!peek(i).is(words[i])) {
                return false;
            }
        }
        return true;
    }

    /// Takes the words if they are next.
    final boolean take(String... words) {
        if (!at(words)) {
            return false;
        }
        at += words.length;
        return true;
    }

    final void expect(String... words) {
        for (String word : words) {
            if (!take(word)) {
                throw SqlFailure.syntax(peek());
            }
        }
    }

    final String expectOneOf(String... words) {
        for (String word : words) {
            if (take(word)) {
                return word;
            }
        }
        throw SqlFailure.syntax(peek());
    }

    final Token expect(Token.Kind kind) {
        if (peek().kind() != kind) {
            throw SqlFailure.syntax(peek());
        }
        return next();
    }

    final void end() {
        take(";");
        if (peek().kind() != Token.Kind.END) {
            throw SqlFailure.syntax(peek());
        }
    }

    final String string() {
        return expect(Token.Kind.STRING).text();
    }

    final int integer() {
        Token token = expect(Token.Kind.NUMBER);
        try {
            return Integer.parseInt(token.text());
        } catch (NumberFormatException e) {
            throw SqlFailure.syntax(token);
        }
    }

    final String identifier() {
        if (!peek().isName()) {
            throw SqlFailure.syntax(peek());
        }
        String name = next().text();
        if (name.length() > 255) {
            throw SqlFailure.compilation("Identifier is too long: '%s'".formatted(name));
        }
        if (name.isEmpty()) {
            throw SqlFailure.compilation("Empty identifier");
        }
        return name;
    }

    final Name name() {
        if (take("IDENTIFIER", "(")) {
            Name name = new Parser(string()).name();
            expect(")");
            return name;
        }
        List<String> parts = new ArrayList<>(List.of(identifier()));
        while (parts.size() < 3 && take(".")) {
            parts.add(identifier());
        }
        return new Name(parts);
    }

    /// `(a, b)` if it is next.
    final List<String> columnList() {
        List<String> columns = new ArrayList<>();
        if (take("(")) {
            do {
                columns.add(identifier());
            } while (take(","));
            expect(")");
        }
        return columns;
    }

    final Query.Alias alias() {
        boolean said = take("AS");
        boolean name = peek().kind() == Token.Kind.QUOTED
                || peek().kind() == Token.Kind.WORD && (said || !NOT_AN_ALIAS.contains(peek().text()));
        if (!name) {
            if (said) {
                throw SqlFailure.syntax(peek());
            }
            return Query.Alias.NONE;
        }
        return new Query.Alias(Optional.of(identifier()), columnList());
    }

    final SfType type() {
        Token first = expect(Token.Kind.WORD);
        return switch (first.text()) {
            case "NUMBER", "DECIMAL", "NUMERIC", "DEC" -> numberType();
            case "INT", "INTEGER", "BIGINT", "SMALLINT", "TINYINT", "BYTEINT" -> SfType.number(38, 0);
            case "FLOAT", "FLOAT4", "FLOAT8", "REAL" -> SfType.REAL;
            case "DOUBLE" -> {
                take("PRECISION");
                yield SfType.REAL;
            }
            case "VARCHAR", "STRING", "TEXT", "NVARCHAR" -> SfType.text(length(SfType.MAX_TEXT));
            case "CHAR", "CHARACTER" -> SfType.text(length(1));
            case "BINARY", "VARBINARY" -> new SfType(SfType.Kind.BINARY, length(SfType.MAX_BINARY), 0);
            case "BOOLEAN" -> SfType.BOOLEAN;
            case "DATE" -> SfType.DATE;
            case "TIME" -> new SfType(SfType.Kind.TIME, 0, fraction());
            case "TIMESTAMP_NTZ", "DATETIME", "TIMESTAMP" -> new SfType(SfType.Kind.TIMESTAMP_NTZ, 0, fraction());
            case "TIMESTAMP_TZ" -> new SfType(SfType.Kind.TIMESTAMP_TZ, 0, fraction());
            case "TIMESTAMP_LTZ" -> new SfType(SfType.Kind.TIMESTAMP_LTZ, 0, fraction());
            case "VARIANT" -> SfType.VARIANT;
            case "OBJECT" -> new SfType(SfType.Kind.OBJECT, 0, 0);
            case "ARRAY" -> new SfType(SfType.Kind.ARRAY, 0, 0);
            default ->
                throw new SqlFailure(
                        "002040",
                        "42601",
                        "SQL compilation error:%nUnsupported data type '%s'.".formatted(first.text()));
        };
    }

    private SfType numberType() {
        if (!take("(")) {
            return SfType.number(38, 0);
        }
        int precision = integer();
        int scale = take(",") ? integer() : 0;
        expect(")");
        if (precision < 1 || precision > 38 || scale > precision) {
            throw new SqlFailure(
                    "002259",
                    "42601",
                    "SQL compilation error:%ninvalid precision or scale for NUMBER(%d,%d)".formatted(precision, scale));
        }
        return SfType.number(precision, scale);
    }

    private int length(int otherwise) {
        if (!take("(")) {
            return otherwise;
        }
        int length = integer();
        expect(")");
        return length;
    }

    private int fraction() {
        int scale = length(9);
        if (scale > 9) {
            throw SqlFailure.compilation("invalid fractional seconds precision %d".formatted(scale));
        }
        return scale;
    }

    /// `NAME = value …` until something else comes; commas between pairs are allowed.
    final Options options() {
        Map<String, Object> values = new LinkedHashMap<>();
        while (peek().kind() == Token.Kind.WORD && (peek(1).is("=") || peek(1).is("=>"))) {
            String name = next().text();
            next();
            if (values.put(name, optionValue()) != null) {
                throw SqlFailure.compilation("duplicate property '%s'".formatted(name));
            }
            take(",");
        }
        return new Options(values);
    }

    private Object optionValue() {
        if (take("(")) {
            return parenthesised();
        }
        Token token = next();
        return switch (token.kind()) {
            case NUMBER, STRING, STAGE -> token.text();
            case QUOTED, WORD -> {
                StringBuilder text =
                        new StringBuilder(token.kind() == Token.Kind.QUOTED ? Name.quoted(token.text()) : token.text());
                while (take(".")) {
                    text.append('.').append(Name.spelled(identifier()));
                }
                yield text.toString();
            }
            default -> throw SqlFailure.syntax(token);
        };
    }

    private Object parenthesised() {
        if (take(")")) {
            return List.of();
        }
        if (peek().kind() == Token.Kind.WORD && peek(1).is("=")) {
            Options options = options();
            expect(")");
            return options;
        }
        List<String> list = new ArrayList<>();
        do {
            Token token = next();
            if (token.kind() != Token.Kind.STRING && token.kind() != Token.Kind.NUMBER && !token.isName()) {
                throw SqlFailure.syntax(token);
            }
            list.add(token.text());
        } while (take(","));
        expect(")");
        return list;
    }
}
