package dev.sluice.adapter.postgres;

import dev.sluice.model.InvalidRequest;
import dev.sluice.model.TableName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A slice expression cut into tokens, with all that can be refused without a server: it is pasted into
/// statements, so it must be one closed expression; and some words read the clock without being
/// functions.
///
/// @param sql     the expression as configured
/// @param tokens  without blanks
record SliceExpression(String sql, List<Token> tokens) {
    enum Kind {
        WORD,
        QUOTED_NAME,
        TEXT,
        NUMBER,
        SYMBOL
    }

    /// @param value words in lower case, quoted names and texts without their quotes, symbols as they are
    record Token(Kind kind, String value) {
        boolean is(String symbol) {
            return kind == Kind.SYMBOL && value.equals(symbol);
        }
    }

    private static final Pattern TOKEN = Pattern.compile("""
            (?<blank>\\s+)\
            |(?<comment>--|/\\*)\
            |(?<unicode>[uU]&["'])\
            |(?<dollar>\\$)\
            |(?<escaped>[eE]'(?:[^'\\\\]|\\\\.|'')*')\
            |(?<text>[bBxXnN]?'(?:[^']|'')*')\
            |(?<name>"(?:[^"]|"")+")\
            |(?<word>[\\p{L}_][\\p{L}\\p{N}_$]*)\
            |(?<number>\\d+(?:\\.\\d*)?(?:[eE][+-]?\\d+)?|\\.\\d+)\
            |(?<symbol>::|[-+*/<>=~!@#%^&|?`]+|[()\\[\\],.:;])""", Pattern.DOTALL);

    private static final Set<String> CLOCK_WORDS =
            Set.of("current_date", "current_time", "current_timestamp", "localtime", "localtimestamp");
    private static final Set<String> SESSION_WORDS =
            Set.of("current_user", "session_user", "user", "current_role", "current_catalog", "current_schema");
    private static final Set<String> QUERY_WORDS =
            Set.of("select", "with", "union", "intersect", "except", "over", "filter", "within", "exists", "returning");
    private static final Set<String> CLOCK_TEXTS = Set.of("now", "today", "tomorrow", "yesterday");

    /// Words that are followed by a parenthesis without being functions of `pg_proc` by that name.
    private static final Set<String> SYNTAX = Set.of(
            "and",
            "or",
            "not",
            "in",
            "any",
            "all",
            "some",
            "case",
            "when",
            "then",
            "else",
            "end",
            "cast",
            "coalesce",
            "nullif",
            "greatest",
            "least",
            "row",
            "array",
            "is",
            "between",
            "like",
            "ilike",
            "similar",
            "as",
            "from",
            "for",
            "distinct",
            "varchar",
            "char",
            "character",
            "varying",
            "numeric",
            "decimal",
            "dec",
            "float",
            "bit",
            "time",
            "timestamp",
            "interval",
            "bpchar",
            "precision",
            "to",
            "symmetric",
            "asymmetric",
            "using",
            "collate",
            "zone",
            "normalize",
            "normalized");

    SliceExpression {
        tokens = List.copyOf(tokens);
    }

    /// @throws InvalidRequest with the word that is to blame
    static SliceExpression parse(TableName table, String sql) {
        SliceExpression expression = new SliceExpression(sql, tokens(table, sql));
        expression.refusal().ifPresent(why -> {
            throw refused(table, sql, why);
        });
        return expression;
    }

    static InvalidRequest refused(TableName table, String sql, String why) {
        return new InvalidRequest("%s: slice_by '%s': %s".formatted(table, sql, why));
    }

    private static List<Token> tokens(TableName table, String sql) {
        List<Token> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(sql);
        int at = 0;
        while (at < sql.length()) {
            if (!matcher.find(at) || matcher.start() != at) {
                throw refused(table, sql, "cannot be read from '%s' on".formatted(sql.substring(at)));
            }
            if (matcher.group("comment") != null) {
                throw refused(table, sql, "comments have no place in it");
            }
            if (matcher.group("unicode") != null || matcher.group("dollar") != null) {
                throw refused(table, sql, "write texts in plain quotes, without U& or $");
            }
            token(matcher).ifPresent(tokens::add);
            at = matcher.end();
        }
        return tokens;
    }

    private static Optional<Token> token(Matcher matcher) {
        String all = matcher.group();
        if (matcher.group("blank") != null) {
            return Optional.empty();
        }
        if (matcher.group("word") != null) {
            return Optional.of(new Token(Kind.WORD, all.toLowerCase(Locale.ROOT)));
        }
        if (matcher.group("name") != null) {
            return Optional.of(new Token(Kind.QUOTED_NAME, unquoted(all, 1, "\"")));
        }
        if (matcher.group("text") != null || matcher.group("escaped") != null) {
            return Optional.of(new Token(Kind.TEXT, unquoted(all, all.indexOf('\'') + 1, "'")));
        }
        return Optional.of(new Token(matcher.group("number") != null ? Kind.NUMBER : Kind.SYMBOL, all));
    }

    private static String unquoted(String all, int from, String quote) {
        return all.substring(from, all.length() - 1).replace(quote + quote, quote);
    }

    private Optional<String> refusal() {
        if (tokens.isEmpty()) {
            return Optional.of("is empty");
        }
        return unbalanced().or(this::forbiddenWord);
    }

    private Optional<String> unbalanced() {
        java.util.ArrayDeque<String> open = new java.util.ArrayDeque<>();
        for (Token token : tokens) {
            if (token.is(";")) {
                return Optional.of("';' ends a statement, and it must be one expression");
            }
            if (token.is("(") || token.is("[")) {
                open.push(token.value());
            } else if (token.is(")") || token.is("]")) {
                if (open.isEmpty() || !open.pop().equals(token.is(")") ? "(" : "[")) {
                    return Optional.of("'%s' closes what was not opened".formatted(token.value()));
                }
            } else if (token.is(",") && open.isEmpty()) {
                return Optional.of("',' makes it more than one expression");
            }
        }
        return open.isEmpty() ? Optional.empty() : Optional.of("'%s' is not closed".formatted(open.peek()));
    }

    private Optional<String> forbiddenWord() {
        if (isPlainColumn()) {
            return Optional.empty();
        }
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            boolean qualified = i > 0 && tokens.get(i - 1).is(".");
            if (token.kind() == Kind.WORD && !qualified) {
                if (CLOCK_WORDS.contains(token.value())) {
                    return Optional.of("%s reads the clock".formatted(token.value()));
                }
                if (SESSION_WORDS.contains(token.value())) {
                    return Optional.of("%s depends on who is connected".formatted(token.value()));
                }
                if (QUERY_WORDS.contains(token.value())) {
                    return Optional.of("%s: subqueries, aggregates and window functions look beyond one row"
                            .formatted(token.value()));
                }
            }
            if (token.kind() == Kind.TEXT && readsClock(token.value())) {
                return Optional.of("'%s' reads the clock when it becomes a date".formatted(token.value()));
            }
        }
        return Optional.empty();
    }

    private static boolean readsClock(String text) {
        for (String word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}]+")) {
            if (CLOCK_TEXTS.contains(word)) {
                return true;
            }
        }
        return false;
    }

    /// Nothing but one name: a column, whatever it is called.
    boolean isPlainColumn() {
        return tokens.size() == 1
                && (tokens.getFirst().kind() == Kind.QUOTED_NAME
                        || (tokens.getFirst().kind() == Kind.WORD
                                && !CLOCK_WORDS.contains(tokens.getFirst().value())
                                && !SESSION_WORDS.contains(tokens.getFirst().value())));
    }

    /// Names that are called like functions.
    Set<String> functions() {
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i + 1 < tokens.size(); i++) {
            Token token = tokens.get(i);
            boolean isName =
                    token.kind() == Kind.QUOTED_NAME || (token.kind() == Kind.WORD && !SYNTAX.contains(token.value()));
            if (isName && tokens.get(i + 1).is("(")) {
                names.add(token.value());
                // EXTRACT(field FROM …) becomes date_part() before PostgreSQL 14.
                if (token.value().equals("extract")) {
                    names.add("date_part");
                }
            }
        }
        return names;
    }
}
