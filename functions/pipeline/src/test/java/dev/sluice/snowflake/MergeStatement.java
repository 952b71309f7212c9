package dev.sluice.snowflake;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `MERGE INTO t USING s ON … WHEN [NOT] MATCHED [AND …] THEN …`
record MergeStatement(Name table, Query.Alias alias, Query.From source, Expr on, List<Clause> clauses)
        implements Statement {
    sealed interface Clause {
        Optional<Expr> condition();
    }

    record Update(Optional<Expr> condition, Map<String, Expr> set) implements Clause {}

    record Delete(Optional<Expr> condition) implements Clause {}

    record Insert(Optional<Expr> condition, List<String> columns, List<Expr> values) implements Clause {}

    static MergeStatement parse(Queries parser) {
        parser.expect("MERGE", "INTO");
        Name table = parser.name();
        Query.Alias alias = parser.alias();
        parser.expect("USING");
        Query.From source = parser.from();
        parser.expect("ON");
        Expr on = parser.expression();
        List<Clause> clauses = new ArrayList<>();
        while (parser.take("WHEN")) {
            clauses.add(clause(parser));
        }
        if (clauses.isEmpty()) {
            throw SqlFailure.syntax(parser.peek());
        }
        return new MergeStatement(table, alias, source, on, clauses);
    }

    private static Clause clause(Queries parser) {
        boolean matched = !parser.take("NOT");
        parser.expect("MATCHED");
        Optional<Expr> condition = parser.take("AND") ? Optional.of(parser.expression()) : Optional.empty();
        parser.expect("THEN");
        if (!matched) {
            parser.expect("INSERT");
            List<String> columns = parser.columnList();
            parser.expect("VALUES", "(");
            List<Expr> values = parser.list();
            parser.expect(")");
            return new Insert(condition, columns, values);
        }
        if (parser.take("DELETE")) {
            return new Delete(condition);
        }
        parser.expect("UPDATE", "SET");
        return new Update(condition, UpdateStatement.assignments(parser));
    }

    @Override
    public Kind kind() {
        return Kind.DML;
    }

    @Override
    public long type() {
        return Outcome.MERGE;
    }

    @Override
    public List<Rows.Column> describe(Run run) {
        run.table(table);
        return Rows.named(counts().toArray(String[]::new)).columns();
    }

    private List<String> counts() {
        List<String> names = new ArrayList<>();
        if (clauses.stream().anyMatch(Insert.class::isInstance)) {
            names.add("number of rows inserted#");
        }
        if (clauses.stream().anyMatch(Update.class::isInstance)) {
            names.add("number of rows updated#");
        }
        if (clauses.stream().anyMatch(Delete.class::isInstance)) {
            names.add("number of rows deleted#");
        }
        return names;
    }

    @Override
    public Outcome run(Run run) {
        run.needWarehouse();
        Relation relation = run.table(table);
        requireRights(run, relation);
        run.lockForUpdate(relation);
        run.noteInsert(relation);
        Target target = new Target(run, relation);
        Map<String, Long> counted = run.account.store.atomically(() -> merge(run, target));
        Rows rows = Rows.named(counts().toArray(String[]::new));
        return new Outcome(
                rows.add(rows.columns().stream()
                        .map(c -> counted.getOrDefault(c.name(), 0L))
                        .toArray()),
                Outcome.MERGE);
    }

    private void requireRights(Run run, Relation relation) {
        for (Clause clause : clauses) {
            String privilege = switch (clause) {
                case Update ignored -> "UPDATE";
                case Delete ignored -> "DELETE";
                case Insert ignored -> "INSERT";
            };
            run.table(relation.name(), privilege);
        }
    }

    private Map<String, Long> merge(Run run, Target target) {
        Scope scope = Scope.empty();
        scope.sources.add(target.named(alias, "tgt"));
        String from = target.translator().from(source, scope);
        String at = scope.sources.get(1).at();
        ExpressionTranslator expressions = target.translator().expressions;
        String condition = expressions.condition(on, scope);
        Store store = run.account.store;
        // Which clause takes which row is decided before anything changes.
        List<String> choice = new ArrayList<>();
        for (int i = 0; i < clauses.size(); i++) {
            Clause clause = clauses.get(i);
            String matched = "tgt.r IS %sNULL".formatted(clause instanceof Insert ? "" : "NOT ");
            String and = clause.condition()
                    .map(c -> " AND " + expressions.condition(c, scope))
                    .orElse("");
            choice.add("WHEN %s%s THEN %d".formatted(matched, and, i));
        }
        String width = columns(scope.sources.get(1));
        store.execute(
                "CREATE OR REPLACE TEMP TABLE merging AS SELECT tgt.* EXCLUDE (r), tgt.r AS r, CASE %s ELSE -1 END AS which, %s FROM %s LEFT JOIN (%s) tgt ON %s"
                        .formatted(String.join(" ", choice), width, from, target.rowsWithPlace(), condition));
        long twice = store.number(
                "SELECT count(*) FROM (SELECT r FROM merging WHERE r IS NOT NULL AND which >= 0 GROUP BY r HAVING count(*) > 1)");
        if (twice > 0) {
            throw new SqlFailure("100090", "42P18", "Duplicate row detected during DML action");
        }
        Map<String, Long> counted = new LinkedHashMap<>();
        for (int i = 0; i < clauses.size(); i++) {
            apply(run, target, scope, at, i, counted);
        }
        return counted;
    }

    private static String columns(Source.Named source) {
        List<String> items = new ArrayList<>();
        for (int i = 1; i <= source.columns().size(); i++) {
            items.add("%s.c%d AS s%d".formatted(source.at(), i, i));
        }
        return String.join(", ", items);
    }

    private void apply(Run run, Target target, Scope before, String at, int which, Map<String, Long> counted) {
        Scope scope = Scope.empty();
        scope.sources.addAll(before.sources);
        ExpressionTranslator expressions = target.translator().expressions;
        String renamed =
                "(SELECT %s FROM merging WHERE which = %d) %s".formatted(again(before.sources.get(1)), which, at);
        switch (clauses.get(which)) {
            case Insert insert -> {
                List<Relation.Column> columns = target.columns(insert.columns());
                if (columns.size() != insert.values().size()) {
                    throw SqlFailure.compilation("Insert value list does not match column list");
                }
                Map<Relation.Column, String> values = new LinkedHashMap<>();
                for (int i = 0; i < columns.size(); i++) {
                    Typed value = expressions.translate(insert.values().get(i), scope);
                    values.put(columns.get(i), target.fitted(value, columns.get(i)));
                }
                counted.merge("number of rows inserted", target.insert(values, " FROM " + renamed), Long::sum);
            }
            case Update update -> {
                List<Relation.Column> columns =
                        target.columns(new ArrayList<>(update.set().keySet()));
                Map<Relation.Column, String> values = new LinkedHashMap<>();
                int i = 0;
                for (Expr expr : update.set().values()) {
                    values.put(columns.get(i), target.fitted(expressions.translate(expr, scope), columns.get(i)));
                    i++;
                }
                Changes.collect(run, target, ", " + renamed, "tgt.r = %s.r".formatted(at), values);
                counted.merge("number of rows updated", Changes.replace(run, target), Long::sum);
            }
            case Delete ignored ->
                counted.merge(
                        "number of rows deleted",
                        target.delete("rowid IN (SELECT r FROM merging WHERE which = %d)".formatted(which)),
                        Long::sum);
        }
    }

    private static String again(Source.Named source) {
        List<String> items = new ArrayList<>(List.of("r"));
        for (int i = 1; i <= source.columns().size(); i++) {
            items.add("s%d AS c%d".formatted(i, i));
        }
        return String.join(", ", items);
    }
}
