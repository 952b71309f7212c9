package dev.sluice.snowflake;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// `TABLE(…)`: RESULT_SCAN and the query history of INFORMATION_SCHEMA.
final class TableFunctions {
    private static final Set<String> HISTORY_ARGUMENTS = Set.of(
            "SESSION_ID",
            "END_TIME_RANGE_START",
            "END_TIME_RANGE_END",
            "RESULT_LIMIT",
            "INCLUDE_CLIENT_GENERATED_STATEMENT");

    private final Run run;

    TableFunctions(Run run) {
        this.run = run;
    }

    Source call(Query.Function function) {
        return switch (function.name().last()) {
            case "RESULT_SCAN" -> resultScan(function.arguments());
            case "QUERY_HISTORY", "QUERY_HISTORY_BY_SESSION", "QUERY_HISTORY_BY_USER" -> history(function);
            default -> throw Functions.unknown(function.name().toString());
        };
    }

    private Source resultScan(List<Expr> arguments) {
        Expr argument = arguments.getFirst();
        String id = argument instanceof Expr.Text text
                ? text.value()
                : run.translator()
                        .expressions
                        .translate(argument, Scope.empty())
                        .sql()
                        .replace("'", "");
        Execution execution = run.account
                .execution(id)
                .filter(e -> e.session.user.equals(run.session().user))
                .orElseThrow(() -> new SqlFailure("000709", "02000", "Statement %s not found".formatted(id)));
        if (execution.state() == Execution.State.RUNNING) {
            throw new SqlFailure("000710", "02000", "Statement %s is still running".formatted(id));
        }
        if (execution.failure().isPresent()) {
            throw new SqlFailure("000711", "02000", "Statement %s has failed".formatted(id));
        }
        return Source.of(execution.outcome.join().rows());
    }

    private Source history(Query.Function function) {
        for (String argument : function.named().keySet()) {
            if (!HISTORY_ARGUMENTS.contains(argument)) {
                throw SqlFailure.compilation("unexpected argument " + argument);
            }
        }
        if (!function.arguments().isEmpty()) {
            throw SqlFailure.unsupported("QUERY_HISTORY with positional arguments");
        }
        boolean bySession = function.name().last().equals("QUERY_HISTORY_BY_SESSION");
        long session = number(function.named(), "SESSION_ID").orElse(run.session().id);
        long limit = number(function.named(), "RESULT_LIMIT").orElse(100L);
        if (limit < 1 || limit > 10_000) {
            throw SqlFailure.compilation("RESULT_LIMIT must be between 1 and 10000");
        }
        Rows rows = Rows.named(
                "query_id",
                "query_text",
                "database_name",
                "schema_name",
                "query_type",
                "session_id#",
                "user_name",
                "role_name",
                "warehouse_name",
                "query_tag",
                "execution_status",
                "error_code",
                "error_message",
                "start_time@",
                "end_time@",
                "total_elapsed_time#",
                "credits_used_cloud_services%");
        boolean all = run.account.rights.roles(run.session().role).contains(Rights.ADMIN);
        run.account.executions().stream()
                .filter(e -> !bySession || e.session.id == session)
                .filter(e -> all || e.session.user.equals(run.session().user))
                .sorted(Comparator.comparing((Execution e) -> e.id).reversed())
                .limit(limit)
                .forEach(e -> rows.add(
                        e.id,
                        e.sql,
                        e.session.database.orElse(null),
                        e.session.schema.orElse(null),
                        null,
                        e.session.id,
                        e.session.user,
                        e.session.role,
                        e.warehouse.orElse(null),
                        e.tag,
                        e.state(),
                        e.failure().map(SqlFailure::code).orElse(null),
                        e.failure().map(Throwable::getMessage).orElse(null),
                        e.started,
                        e.ended().orElse(null),
                        e.ended()
                                .map(end -> end.toEpochMilli() - e.started.toEpochMilli())
                                .orElse(null),
                        run.account.credits.filter(ignored -> e.woke).orElse(null)));
        return Source.of(rows.upper());
    }

    private Optional<Long> number(Map<String, Expr> named, String name) {
        Expr expr = named.get(name);
        if (expr == null) {
            return Optional.empty();
        }
        return Optional.of(run.account.store.number("SELECT CAST(%s AS BIGINT)"
                .formatted(run.translator()
                        .expressions
                        .translate(expr, Scope.empty())
                        .sql())));
    }
}
