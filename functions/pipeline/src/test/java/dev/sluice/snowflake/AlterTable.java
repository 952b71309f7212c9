package dev.sluice.snowflake;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// ALTER TABLE.
final class AlterTable {
    private static final Set<String> OPTIONS =
            Set.of("COMMENT", "DATA_RETENTION_TIME_IN_DAYS", "MAX_DATA_EXTENSION_TIME_IN_DAYS", "CHANGE_TRACKING");

    private interface Action {
        void on(Run run, Relation table);
    }

    private AlterTable() {}

    static Statement parse(Queries parser) {
        boolean ifExists = parser.take("IF", "EXISTS");
        Name name = parser.name();
        Action action = action(parser, name);
        return Statement.ddl(run -> {
            if (ifExists
                    && run.account.catalog.table(run.session().full(name, 3)).isEmpty()) {
                return Outcome.done(Outcome.DDL);
            }
            Relation table = run.table(name, "OWNERSHIP");
            if (table.isView()) {
                throw SqlFailure.compilation("%s is a view".formatted(name));
            }
            run.account.locks.alter(table, run.transaction(), run.lockTimeoutSeconds(), run.execution::isCancelled);
            action.on(run, table);
            return Outcome.done(Outcome.DDL);
        });
    }

    private static Action action(Queries parser, Name name) {
        if (parser.take("ADD")) {
            if (parser.take("ROW", "ACCESS", "POLICY")) {
                return addRowPolicy(parser);
            }
            return addColumns(parser);
        }
        if (parser.take("DROP", "ROW", "ACCESS", "POLICY")) {
            Name policy = parser.name();
            return (run, table) ->
                    table.policies().remove(run.session().full(policy, 3).toString());
        }
        if (parser.take("DROP")) {
            return dropColumns(parser);
        }
        if (parser.take("RENAME", "TO")) {
            Name to = parser.name();
            return (run, table) -> rename(run, table, to);
        }
        if (parser.take("RENAME", "COLUMN")) {
            String from = parser.identifier();
            parser.expect("TO");
            String to = parser.identifier();
            return (run, table) -> change(table, from, c -> {
                refuseTwice(table, to);
                return new Relation.Column(to, c.type(), c.nullable(), c.defaultValue(), c.id(), c.comment());
            });
        }
        if (parser.take("SWAP", "WITH")) {
            Name with = parser.name();
            return (run, table) -> swap(run, table, with);
        }
        if (parser.at("ALTER") || parser.at("MODIFY")) {
            parser.next();
            return alterColumns(parser);
        }
        if (parser.take("CLUSTER", "BY", "(")) {
            List<Expr> keys = parser.list();
            parser.expect(")");
            return (run, table) -> table.properties.put("CLUSTER_BY", keys.toString());
        }
        if (parser.take("UNSET")) {
            String property = parser.identifier();
            return (run, table) -> table.properties.remove(property);
        }
        parser.expect("SET");
        Options options = parser.options().only(name, OPTIONS);
        if (options.values().isEmpty()) {
            throw SqlFailure.syntax(parser.peek());
        }
        return (run, table) -> table.properties.putAll(options.values());
    }

    private static Action addColumns(Queries parser) {
        parser.take("COLUMN");
        boolean ifNotExists = parser.take("IF", "NOT", "EXISTS");
        List<CreateTable.ColumnDefinition> columns = new ArrayList<>();
        do {
            parser.take("COLUMN");
            columns.add(CreateTable.column(parser));
        } while (parser.take(","));
        return (run, table) -> columns.forEach(c -> addColumn(run, table, c, ifNotExists));
    }

    private static void addColumn(Run run, Relation table, CreateTable.ColumnDefinition column, boolean ifNotExists) {
        if (table.column(column.name()).isPresent()) {
            if (ifNotExists) {
                return;
            }
            throw new SqlFailure(
                    "001430", "42S21", "SQL compilation error:%ncolumn '%s' already exists".formatted(column.name()));
        }
        boolean hasRows = run.account.store.number("SELECT count(*) FROM " + table.duck()) > 0;
        if (!column.nullable() && column.defaultValue().isEmpty() && hasRows) {
            throw new SqlFailure(
                    "002028",
                    "42601",
                    "SQL compilation error:%nNon-nullable column '%s' cannot be added to non-empty table '%s' unless it has a non-null default value."
                            .formatted(column.name(), table.name().last()));
        }
        SfType type = column.type().orElseThrow(() -> SqlFailure.compilation("a column needs a type"));
        Relation.Column added =
                table.addColumn(column.name(), type, column.nullable(), column.defaultValue(), column.comment());
        run.account.store.execute("ALTER TABLE %s ADD COLUMN %s %s".formatted(table.duck(), added.duck(), type.duck()));
        column.defaultValue().ifPresent(value -> {
            Target target = new Target(run, table);
            Typed typed = target.translator().expressions.translate(value, Scope.empty());
            run.account.store.execute(
                    "UPDATE %s SET %s = %s".formatted(table.duck(), added.duck(), target.fitted(typed, added)));
        });
    }

    private static Action dropColumns(Queries parser) {
        parser.take("COLUMN");
        boolean ifExists = parser.take("IF", "EXISTS");
        List<String> names = new ArrayList<>();
        do {
            names.add(parser.identifier());
        } while (parser.take(","));
        return (run, table) -> {
            for (String name : names) {
                Optional<Relation.Column> column = table.column(name);
                if (column.isEmpty() && ifExists) {
                    continue;
                }
                Relation.Column found = column.orElseThrow(() -> SqlFailure.identifier(Name.spelled(name)));
                if (table.columns().size() == 1) {
                    throw SqlFailure.compilation("cannot drop the only column of a table");
                }
                table.columns(
                        table.columns().stream().filter(c -> !c.equals(found)).toList());
                run.account.store.execute("ALTER TABLE %s DROP COLUMN %s".formatted(table.duck(), found.duck()));
            }
        };
    }

    private static Action alterColumns(Queries parser) {
        boolean list = parser.take("(");
        List<Action> actions = new ArrayList<>();
        do {
            parser.take("COLUMN");
            actions.add(alterColumn(parser, parser.identifier()));
        } while (parser.take(",") || parser.take("ALTER"));
        if (list) {
            parser.expect(")");
        }
        return (run, table) -> actions.forEach(a -> a.on(run, table));
    }

    private static Action alterColumn(Queries parser, String name) {
        if (parser.take("SET", "MASKING", "POLICY")) {
            Name policy = parser.name();
            return (run, table) -> {
                Thing found = run.thing(Thing.Type.MASKING_POLICY, policy);
                change(table, name, c -> c);
                table.policies().add(name + " masked by " + found.name());
            };
        }
        if (parser.take("UNSET", "MASKING", "POLICY")) {
            return (run, table) -> table.policies().removeIf(p -> p.startsWith(name + " masked by "));
        }
        if (parser.take("DROP", "NOT", "NULL")) {
            return (run, table) -> change(
                    table,
                    name,
                    c -> new Relation.Column(c.name(), c.type(), true, c.defaultValue(), c.id(), c.comment()));
        }
        if (parser.take("SET", "NOT", "NULL")) {
            return (run, table) -> change(table, name, c -> {
                if (run.account.store.number(
                                "SELECT count(*) FROM %s WHERE %s IS NULL".formatted(table.duck(), c.duck()))
                        > 0) {
                    throw SqlFailure.compilation(
                            "column %s contains null values. Not null constraint cannot be added.".formatted(name));
                }
                return new Relation.Column(c.name(), c.type(), false, c.defaultValue(), c.id(), c.comment());
            });
        }
        if (parser.take("COMMENT")) {
            String comment = parser.string();
            return (run, table) -> change(
                    table,
                    name,
                    c -> new Relation.Column(c.name(), c.type(), c.nullable(), c.defaultValue(), c.id(), comment));
        }
        parser.take("SET", "DATA");
        parser.expect("TYPE");
        SfType type = parser.type();
        return (run, table) -> change(table, name, c -> retyped(run, table, c, type));
    }

    /// What Snowflake allows: longer text and binary, shorter text that still holds what is there, more
    /// digits at the same scale.
    private static Relation.Column retyped(Run run, Relation table, Relation.Column column, SfType to) {
        SfType from = column.type();
        boolean allowed = from.kind() == to.kind()
                && switch (from.kind()) {
                    case FIXED ->
                        to.scale() == from.scale()
                                && (to.precision() >= from.precision() || fits(run, table, column, to));
                    case TEXT -> to.precision() >= from.precision();
                    default -> from.equals(to);
                };
        if (!allowed) {
            throw new SqlFailure(
                    "002108",
                    "22000",
                    "SQL compilation error:%ncannot change column %s from type %s to %s"
                            .formatted(column.name(), from, to));
        }
        run.account.store.execute(
                "ALTER TABLE %s ALTER COLUMN %s SET DATA TYPE %s".formatted(table.duck(), column.duck(), to.duck()));
        return new Relation.Column(
                column.name(), to, column.nullable(), column.defaultValue(), column.id(), column.comment());
    }

    private static boolean fits(Run run, Relation table, Relation.Column column, SfType to) {
        return run.account.store.number("SELECT count(*) FROM %s WHERE %s IS NOT NULL AND TRY_CAST(%s AS %s) IS NULL"
                        .formatted(table.duck(), column.duck(), column.duck(), to.duck()))
                == 0;
    }

    private static Action addRowPolicy(Queries parser) {
        Name policy = parser.name();
        parser.expect("ON");
        List<String> columns = parser.columnList();
        return (run, table) -> {
            Thing found = run.thing(Thing.Type.ROW_ACCESS_POLICY, policy);
            for (String column : columns) {
                if (table.column(column).isEmpty()) {
                    throw SqlFailure.identifier(Name.spelled(column));
                }
            }
            table.policies().add(found.name().toString());
        };
    }

    private static void change(Relation table, String name, java.util.function.UnaryOperator<Relation.Column> how) {
        Relation.Column old = table.column(name).orElseThrow(() -> SqlFailure.identifier(Name.spelled(name)));
        Relation.Column changed = how.apply(old);
        table.columns(
                table.columns().stream().map(c -> c.equals(old) ? changed : c).toList());
    }

    private static void refuseTwice(Relation table, String name) {
        if (table.column(name).isPresent()) {
            throw SqlFailure.compilation("duplicate column name '%s'".formatted(name));
        }
    }

    private static void rename(Run run, Relation table, Name to) {
        Name full = run.session().full(to, 3);
        run.require("CREATE TABLE", run.schemaFor(full));
        if (run.account.catalog.table(full).isPresent()) {
            throw SqlFailure.exists(to);
        }
        run.account.catalog.rename(table, full);
    }

    private static void swap(Run run, Relation table, Name with) {
        Relation other = run.table(with, "OWNERSHIP");
        if (table.isTransient() != other.isTransient()) {
            throw SqlFailure.compilation("a permanent and a transient table cannot be swapped");
        }
        Name mine = table.name();
        Name theirs = other.name();
        table.rename(theirs);
        other.rename(mine);
        run.account.catalog.add(table);
        run.account.catalog.add(other);
    }
}
