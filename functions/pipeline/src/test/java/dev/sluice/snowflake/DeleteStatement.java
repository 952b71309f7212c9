package dev.sluice.snowflake;

import java.util.List;
import java.util.Optional;

/// `DELETE FROM t [USING …] [WHERE …]`, `TRUNCATE` is DDL-like and elsewhere.
record DeleteStatement(Name table, Query.Alias alias, Optional<Query.From> using, Optional<Expr> where)
        implements Statement {
    static DeleteStatement parse(Queries parser) {
        parser.expect("DELETE", "FROM");
        Name table = parser.name();
        Query.Alias alias = parser.alias();
        Optional<Query.From> using = parser.take("USING") ? Optional.of(parser.from()) : Optional.empty();
        Optional<Expr> where = parser.take("WHERE") ? Optional.of(parser.expression()) : Optional.empty();
        return new DeleteStatement(table, alias, using, where);
    }

    @Override
    public Kind kind() {
        return Kind.DML;
    }

    @Override
    public long type() {
        return Outcome.DELETE;
    }

    @Override
    public List<Rows.Column> describe(Run run) {
        run.table(table, "DELETE");
        return Rows.count("number of rows deleted", 0).columns();
    }

    @Override
    public Outcome run(Run run) {
        run.needWarehouse();
        Relation relation = run.table(table, "DELETE");
        run.lockForUpdate(relation);
        Target target = new Target(run, relation);
        Scope scope = Scope.empty();
        scope.sources.add(target.named(alias, "tgt"));
        String from = using.map(u -> ", " + target.translator().from(u, scope)).orElse("");
        String condition = where.map(w -> target.translator().expressions.condition(w, scope))
                .orElse("true");
        long rows = target.delete(
                "rowid IN (SELECT tgt.r FROM (%s) tgt%s WHERE %s)".formatted(target.rowsWithPlace(), from, condition));
        return new Outcome(Rows.count("number of rows deleted", rows), Outcome.DELETE);
    }
}
