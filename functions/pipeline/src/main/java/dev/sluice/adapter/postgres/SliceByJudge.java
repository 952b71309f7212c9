package dev.sluice.adapter.postgres;

import dev.sluice.model.InvalidRequest;
import dev.sluice.model.TableName;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Lets the server say whether a slice expression is immutable. Where it may create a temporary table, an
/// index on that table is the judge: PostgreSQL refuses to index what is not immutable. Elsewhere (a
/// standby, a role without the right) every function is judged by its name, which refuses more than
/// needed: all functions of that name must be immutable. Casts and operators are then not judged; under
/// the pinned settings they give one answer.
final class SliceByJudge {
    private final Session session;
    private final TableName table;
    private final SliceExpression expression;
    private final Operation operation;

    SliceByJudge(Session session, TableName table, SliceExpression expression) {
        this.session = session;
        this.table = table;
        this.expression = expression;
        this.operation = Operation.on(table, "checking slice_by '" + expression.sql() + "' of")
                .withExpression();
    }

    void judge() {
        session.beginReading(operation);
        session.execute(
                Sql.statement("judge_plan.sql", Map.of("table", Sql.table(table), "expression", expression.sql())),
                operation);
        if (expression.isPlainColumn()) {
            return;
        }
        List<String> suspects = suspects();
        boolean exact = session.query(Sql.statement("judge_rights.sql", Map.of()), operation, row -> row.getBoolean(1))
                .contains(true);
        session.rollback(operation);
        if (exact) {
            judgeByIndex(suspects);
        } else if (!suspects.isEmpty()) {
            throw SliceExpression.refused(
                    table,
                    expression.sql(),
                    "%s; on this server (a standby, or without the right to create temporary tables) functions are judged by name, and all of that name must be immutable"
                            .formatted(String.join(", ", suspects)));
        }
    }

    private void judgeByIndex(List<String> suspects) {
        session.beginJudging(operation);
        String twin = Sql.identifier(table.name());
        session.execute(Sql.statement("judge_table.sql", Map.of("name", twin, "table", Sql.table(table))), operation);
        try {
            session.execute(
                    Sql.statement("judge_index.sql", Map.of("name", twin, "expression", expression.sql())), operation);
        } catch (InvalidRequest e) {
            String blame = suspects.isEmpty()
                    ? "a cast or operator in it depends on a setting, such as timestamptz to date: write (c AT TIME ZONE 'UTC')::date"
                    : String.join(", ", suspects);
            throw new InvalidRequest(e.getMessage() + " (" + blame + ")", e);
        }
        session.rollback(operation);
    }

    /// Functions of the expression that have an overload which is not immutable, with what it is.
    private List<String> suspects() {
        Set<String> names = expression.functions();
        if (names.isEmpty()) {
            return List.of();
        }
        return session.query(
                Sql.statement(
                        "judge_functions.sql",
                        Map.of(
                                "names",
                                names.stream().map(Sql::literal).collect(Collectors.joining(", ")),
                                "special",
                                session.version().atLeast(11)
                                        ? "(p.prokind <> 'f')"
                                        : "(p.proisagg OR p.proiswindow)")),
                operation,
                row -> "%s() is %s".formatted(row.getString(1), row.getString(2)));
    }
}
