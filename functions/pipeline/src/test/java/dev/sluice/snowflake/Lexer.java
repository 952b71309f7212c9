package dev.sluice.snowflake;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Text to tokens by Snowflake's rules: words fold to upper case, strings know backslashes, `--`, `//` and
/// `/* */` are comments, `$$…$$` is a string.
final class Lexer {
    private static final Set<String> PAIRS = Set.of("::", "=>", "<=", ">=", "<>", "!=", "||", "->");

    private final String sql;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private Lexer(String sql) {
        this.sql = sql;
    }

    static List<Token> tokens(String sql) {
        return new Lexer(sql).read();
    }

    private List<Token> read() {
        while (true) {
            skipBlanks();
            int start = at;
            if (start >= sql.length()) {
                add(Token.Kind.END, "", start);
                return tokens;
            }
            next(sql.charAt(start), start);
        }
    }

    private void next(char c, int start) {
        if (Character.isLetter(c) || c == '_') {
            add(Token.Kind.WORD, takeWord().toUpperCase(Locale.ROOT), start);
        } else if (c >= '0' && c <= '9' || c == '.' && digitAt(at + 1)) {
            add(Token.Kind.NUMBER, takeNumber(), start);
        } else if (c == '"') {
            add(Token.Kind.QUOTED, takeQuoted(), start);
        } else if (c == '\'') {
            add(Token.Kind.STRING, takeString(), start);
        } else if (c == '$') {
            takeDollar(start);
        } else if (c == '@') {
            at++;
            add(Token.Kind.STAGE, takeStage(), start);
        } else if (c == '?') {
            at++;
            add(Token.Kind.BIND, "?", start);
        } else {
            takeSymbol(start);
        }
    }

    private void takeSymbol(int start) {
        if (at + 1 < sql.length() && PAIRS.contains(sql.substring(at, at + 2))) {
            at += 2;
        } else if ("()[]{},;.:=<>+-*/%!&|^".indexOf(sql.charAt(at)) >= 0) {
            at++;
        } else {
            throw SqlFailure.syntax(token(Token.Kind.SYMBOL, String.valueOf(sql.charAt(at)), start));
        }
        add(Token.Kind.SYMBOL, sql.substring(start, at), start);
    }

    private void takeDollar(int start) {
        if (sql.startsWith("$$", at)) {
            int end = sql.indexOf("$$", at + 2);
            if (end < 0) {
                throw SqlFailure.syntax(token(Token.Kind.SYMBOL, "$$", start));
            }
            String text = sql.substring(at + 2, end);
            at = end + 2;
            add(Token.Kind.STRING, text, start);
            return;
        }
        at++;
        if (digitAt(at)) {
            add(Token.Kind.POSITIONAL, takeNumber(), start);
        } else {
            add(Token.Kind.VARIABLE, takeWord().toUpperCase(Locale.ROOT), start);
        }
    }

    private String takeWord() {
        int start = at;
        while (at < sql.length() && (Character.isLetterOrDigit(sql.charAt(at)) || "_$".indexOf(sql.charAt(at)) >= 0)) {
            at++;
        }
        return sql.substring(start, at);
    }

    private String takeNumber() {
        int start = at;
        while (digitAt(at)) {
            at++;
        }
        if (at < sql.length() && sql.charAt(at) == '.') {
            at++;
            while (digitAt(at)) {
                at++;
            }
        }
        if (at < sql.length() && (sql.charAt(at) == 'e' || sql.charAt(at) == 'E')) {
            int sign = at + 1 < sql.length() && "+-".indexOf(sql.charAt(at + 1)) >= 0 ? 1 : 0;
            if (digitAt(at + 1 + sign)) {
                at += 1 + sign;
                while (digitAt(at)) {
                    at++;
                }
            }
        }
        return sql.substring(start, at);
    }

    private boolean digitAt(int index) {
        return index < sql.length() && sql.charAt(index) >= '0' && sql.charAt(index) <= '9';
    }

    private String takeQuoted() {
        int start = at;
        StringBuilder name = new StringBuilder();
        at++;
        while (at < sql.length()) {
            char c = sql.charAt(at++);
            if (c != '"') {
                name.append(c);
            } else if (at < sql.length() && sql.charAt(at) == '"') {
                name.append('"');
                at++;
            } else {
                return name.toString();
            }
        }
        throw SqlFailure.syntax(token(Token.Kind.SYMBOL, "\"", start));
    }

    private String takeString() {
        int start = at;
        StringBuilder text = new StringBuilder();
        at++;
        while (at < sql.length()) {
            char c = sql.charAt(at++);
            if (c == '\\' && at < sql.length()) {
                takeEscape(text);
            } else if (c != '\'') {
                text.append(c);
            } else if (at < sql.length() && sql.charAt(at) == '\'') {
                text.append('\'');
                at++;
            } else {
                return text.toString();
            }
        }
        throw SqlFailure.syntax(token(Token.Kind.SYMBOL, "'", start));
    }

    private void takeEscape(StringBuilder text) {
        char c = sql.charAt(at++);
        switch (c) {
            case 'n' -> text.append('\n');
            case 't' -> text.append('\t');
            case 'r' -> text.append('\r');
            case 'b' -> text.append('\b');
            case 'f' -> text.append('\f');
            case '0' -> text.append('\0');
            case 'x' -> takeCode(text, 2);
            case 'u' -> takeCode(text, 4);
            default -> text.append(c);
        }
    }

    private void takeCode(StringBuilder text, int digits) {
        if (at + digits > sql.length()) {
            throw SqlFailure.syntax(token(Token.Kind.SYMBOL, "\\", at));
        }
        text.append((char) Integer.parseInt(sql.substring(at, at + digits), 16));
        at += digits;
    }

    private String takeStage() {
        int start = at;
        boolean quoted = false;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (Character.isWhitespace(c) || "(),;'".indexOf(c) >= 0)) {
                break;
            }
            at++;
        }
        return sql.substring(start, at);
    }

    private void skipBlanks() {
        while (at < sql.length()) {
            if (Character.isWhitespace(sql.charAt(at))) {
                at++;
            } else if (sql.startsWith("--", at) || sql.startsWith("//", at)) {
                int end = sql.indexOf('\n', at);
                at = end < 0 ? sql.length() : end + 1;
            } else if (sql.startsWith("/*", at)) {
                int end = sql.indexOf("*/", at + 2);
                at = end < 0 ? sql.length() : end + 2;
            } else {
                return;
            }
        }
    }

    private void add(Token.Kind kind, String text, int start) {
        tokens.add(token(kind, text, start));
    }

    private Token token(Token.Kind kind, String text, int start) {
        String before = sql.substring(0, start);
        int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
        return new Token(kind, text, line, start - before.lastIndexOf('\n') - 1, start, at);
    }
}
