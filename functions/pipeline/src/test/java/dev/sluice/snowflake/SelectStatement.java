package dev.sluice.snowflake;

import java.util.List;
import java.util.Optional;

record SelectStatement(Query query) implements Statement {
    static SelectStatement parse(Queries parser) {
        return new SelectStatement(parser.query());
    }

    @Override
    public Kind kind() {
        return Kind.QUERY;
    }

    @Override
    public long type() {
        return Outcome.SELECT;
    }

    @Override
    public Outcome run(Run run) {
        if (readsTables(query.body())) {
            run.needWarehouse();
        }
        Source source = run.translator().query(query, Optional.empty());
        return new Outcome(run.account.store.rows(source), Outcome.SELECT);
    }

    /// INFORMATION_SCHEMA and constants are answered without a warehouse.
    private static boolean readsTables(Query.Body body) {
        return switch (body) {
            case Query.Select select ->
                select.from().map(SelectStatement::readsTables).orElse(false);
            case Query.SetOperation set -> readsTables(set.left()) || readsTables(set.right());
            case Query.Nested nested -> readsTables(nested.query().body());
            case Query.Values ignored -> false;
        };
    }

    private static boolean readsTables(Query.From from) {
        return switch (from) {
            case Query.Table table -> !InformationSchema.isIn(table.name());
            case Query.Derived derived -> readsTables(derived.query().body());
            case Query.Function ignored -> false;
            case Query.Stage ignored -> true;
            case Query.Join join -> readsTables(join.left()) || readsTables(join.right());
        };
    }

    @Override
    public List<Rows.Column> describe(Run run) {
        return run.translator().query(query, Optional.empty()).columns();
    }
}
