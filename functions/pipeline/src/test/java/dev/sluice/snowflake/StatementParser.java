package dev.sluice.snowflake;

import java.util.ArrayList;
import java.util.List;

/// Text to statements. A first word that is not here is a syntax error.
final class StatementParser {
    /// @param text  as it was sent
    /// @param binds how many `?` it has
    record Parsed(String text, Statement statement, int binds) {}

    private StatementParser() {}

    static List<Parsed> parse(String sql) {
        List<Parsed> parsed = new ArrayList<>();
        List<Token> tokens = Lexer.tokens(sql);
        List<Token> one = new ArrayList<>();
        for (Token token : tokens) {
            boolean end = token.kind() == Token.Kind.END;
            if (!end && !token.is(";")) {
                one.add(token);
                continue;
            }
            if (!one.isEmpty()) {
                String text =
                        sql.substring(one.getFirst().start(), one.getLast().end());
                one.add(new Token(Token.Kind.END, "", token.line(), token.position(), token.start(), token.start()));
                Queries parser = new Queries(sql, List.copyOf(one));
                Statement statement = statement(parser, text);
                parser.end();
                parsed.add(new Parsed(text, statement, parser.bindCount()));
                one.clear();
            }
        }
        if (parsed.isEmpty()) {
            throw new SqlFailure("000900", "42601", "SQL compilation error:%nEmpty SQL statement.".formatted());
        }
        return parsed;
    }

    private static Statement statement(Queries parser, String text) {
        Token first = parser.peek();
        return switch (first.kind() == Token.Kind.WORD ? first.text() : first.is("(") ? "SELECT" : "") {
            case "SELECT", "WITH", "VALUES" -> SelectStatement.parse(parser);
            case "INSERT" -> InsertStatement.parse(parser);
            case "UPDATE" -> UpdateStatement.parse(parser);
            case "DELETE" -> DeleteStatement.parse(parser);
            case "MERGE" -> MergeStatement.parse(parser);
            case "COPY" -> CopyStatement.parse(parser);
            case "BEGIN", "START" -> TransactionStatements.begin(parser);
            case "COMMIT" -> TransactionStatements.commit(parser);
            case "ROLLBACK" -> TransactionStatements.rollback(parser);
            case "USE" -> SessionStatements.use(parser);
            case "CREATE" -> create(parser, text);
            case "DROP" -> {
                parser.next();
                yield DropStatements.drop(parser);
            }
            case "TRUNCATE" -> DropStatements.truncate(parser);
            case "ALTER" -> alter(parser);
            case "SHOW" -> ShowStatements.show(parser);
            case "DESCRIBE", "DESC" -> ShowStatements.describe(parser);
            case "GRANT" -> GrantStatements.grant(parser);
            case "REVOKE" -> GrantStatements.revoke(parser);
            default -> throw SqlFailure.syntax(first);
        };
    }

    private static Statement create(Queries parser, String text) {
        parser.expect("CREATE");
        boolean orReplace = parser.take("OR", "REPLACE");
        if (parser.at("TABLE") || parser.at("TRANSIENT", "TABLE")) {
            return CreateTable.parse(parser, orReplace);
        }
        if (parser.at("VIEW") || parser.at("SECURE", "VIEW")) {
            return CreateStatements.view(parser, orReplace, text);
        }
        if (parser.at("SCHEMA") || parser.at("TRANSIENT", "SCHEMA")) {
            return CreateStatements.schema(parser, orReplace);
        }
        if (parser.at("DATABASE") || parser.at("TRANSIENT", "DATABASE")) {
            return CreateStatements.database(parser, orReplace);
        }
        return AccountObjects.create(parser, orReplace);
    }

    private static Statement alter(Queries parser) {
        parser.expect("ALTER");
        if (parser.take("SESSION")) {
            return SessionStatements.alterSession(parser);
        }
        if (parser.take("TABLE")) {
            return AlterTable.parse(parser);
        }
        return AccountObjects.alter(parser);
    }
}
