package dev.sluice.snowflake;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `INSERT [OVERWRITE] INTO t [(columns)] query`
record InsertStatement(Name table, boolean overwrite, List<String> columns, Query query) implements Statement {
    static InsertStatement parse(Queries parser) {
        parser.expect("INSERT");
        boolean overwrite = parser.take("OVERWRITE");
        parser.expect("INTO");
        Name table = parser.name();
        List<String> columns = parser.columnList();
        return new InsertStatement(table, overwrite, columns, parser.query());
    }

    @Override
    public Kind kind() {
        return Kind.DML;
    }

    @Override
    public long type() {
        return Outcome.INSERT;
    }

    @Override
    public boolean takesArrays() {
        return query.body() instanceof Query.Values;
    }

    @Override
    public List<Rows.Column> describe(Run run) {
        run.table(table, "INSERT");
        return Rows.count("number of rows inserted", 0).columns();
    }

    @Override
    public Outcome run(Run run) {
        run.needWarehouse();
        Relation relation = run.table(table, "INSERT");
        Target target = new Target(run, relation);
        if (overwrite) {
            run.require("DELETE", relation);
            run.lockForUpdate(relation);
        }
        run.noteInsert(relation);
        Source source = target.translator().query(query, Optional.empty());
        List<Relation.Column> into = target.columns(columns);
        if (into.size() != source.columns().size()) {
            throw new SqlFailure(
                    "002020",
                    "21S01",
                    "SQL compilation error:%nInsert value list does not match column list expecting %d but got %d"
                            .formatted(into.size(), source.columns().size()));
        }
        Map<Relation.Column, String> values = new LinkedHashMap<>();
        for (int i = 0; i < into.size(); i++) {
            Typed value = new Typed("q.c" + (i + 1), source.columns().get(i).type());
            values.put(into.get(i), target.fitted(value, into.get(i)));
        }
        long rows = run.account.store.atomically(() -> {
            if (overwrite) {
                target.delete("true");
            }
            return target.insert(values, " FROM (" + source.sql() + ") q");
        });
        return new Outcome(Rows.count("number of rows inserted", rows), Outcome.INSERT);
    }
}
