package dev.sluice.snowflake;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `UPDATE t SET c = v, … [FROM …] [WHERE …]`
record UpdateStatement(
        Name table, Query.Alias alias, Map<String, Expr> set, Optional<Query.From> from, Optional<Expr> where)
        implements Statement {
    static UpdateStatement parse(Queries parser) {
        parser.expect("UPDATE");
        Name table = parser.name();
        Query.Alias alias = parser.alias();
        parser.expect("SET");
        Map<String, Expr> set = assignments(parser);
        Optional<Query.From> from = parser.take("FROM") ? Optional.of(parser.from()) : Optional.empty();
        Optional<Expr> where = parser.take("WHERE") ? Optional.of(parser.expression()) : Optional.empty();
        return new UpdateStatement(table, alias, set, from, where);
    }

    static Map<String, Expr> assignments(Queries parser) {
        Map<String, Expr> set = new LinkedHashMap<>();
        do {
            String column = parser.name().last();
            parser.expect("=");
            if (set.put(column, parser.expression()) != null) {
                throw SqlFailure.compilation("duplicate column name '%s'".formatted(column));
            }
        } while (parser.take(","));
        return set;
    }

    @Override
    public Kind kind() {
        return Kind.DML;
    }

    @Override
    public long type() {
        return Outcome.UPDATE;
    }

    @Override
    public List<Rows.Column> describe(Run run) {
        run.table(table, "UPDATE");
        return Rows.named("number of rows updated#", "number of multi-joined rows updated#")
                .columns();
    }

    @Override
    public Outcome run(Run run) {
        run.needWarehouse();
        Relation relation = run.table(table, "UPDATE");
        run.lockForUpdate(relation);
        run.noteInsert(relation);
        Target target = new Target(run, relation);
        Scope scope = Scope.empty();
        scope.sources.add(target.named(alias, "tgt"));
        String more = from.map(f -> ", " + target.translator().from(f, scope)).orElse("");
        String condition = where.map(w -> target.translator().expressions.condition(w, scope))
                .orElse("true");
        Map<Relation.Column, String> values = newValues(target, scope);
        long rows = run.account.store.atomically(() -> {
            Changes.collect(run, target, more, condition, values);
            long changed = Changes.replace(run, target);
            return changed;
        });
        return new Outcome(
                Rows.named("number of rows updated#", "number of multi-joined rows updated#")
                        .add(rows, 0),
                Outcome.UPDATE);
    }

    private Map<Relation.Column, String> newValues(Target target, Scope scope) {
        List<Relation.Column> columns = target.columns(new java.util.ArrayList<>(set.keySet()));
        Map<Relation.Column, String> values = new LinkedHashMap<>();
        int i = 0;
        for (Expr expr : set.values()) {
            Relation.Column column = columns.get(i++);
            values.put(column, target.fitted(target.translator().expressions.translate(expr, scope), column));
        }
        return values;
    }
}
