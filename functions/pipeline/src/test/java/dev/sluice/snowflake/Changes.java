package dev.sluice.snowflake;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Changed rows on their way: collected with their place, then deleted there and inserted again.
final class Changes {
    private Changes() {}

    /// @param values SQL for the columns that change
    static void collect(Run run, Target target, String from, String condition, Map<Relation.Column, String> values) {
        List<String> items = new ArrayList<>();
        for (int i = 0; i < target.table.columns().size(); i++) {
            Relation.Column column = target.table.columns().get(i);
            String value = values.getOrDefault(column, "tgt.c" + (i + 1));
            items.add("%s AS %s".formatted(value, column.duck()));
        }
        run.account.store.execute(
                "CREATE OR REPLACE TEMP TABLE changes AS SELECT DISTINCT ON (tgt.r) tgt.r AS r, %s FROM (%s) tgt%s WHERE %s"
                        .formatted(String.join(", ", items), target.rowsWithPlace(), from, condition));
    }

    static long replace(Run run, Target target) {
        target.delete("rowid IN (SELECT r FROM changes)");
        List<String> columns = new ArrayList<>(
                target.table.columns().stream().map(Relation.Column::duck).toList());
        String names = String.join(", ", columns);
        return run.account.store.execute("INSERT INTO %s (%s, %s) SELECT %s, %d FROM changes"
                .formatted(target.table.duck(), names, Store.INSERTED, names, run.transaction().id));
    }
}
