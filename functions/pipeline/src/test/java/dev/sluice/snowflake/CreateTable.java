package dev.sluice.snowflake;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// `CREATE [OR REPLACE] [TRANSIENT] TABLE [IF NOT EXISTS] t {(columns) | LIKE u | [(columns)] AS query}`
record CreateTable(
        Name name,
        boolean orReplace,
        boolean ifNotExists,
        String tableKind,
        List<ColumnDefinition> columns,
        Optional<Name> like,
        Optional<Query> query,
        boolean copyGrants,
        Options options,
        List<Expr> clusterBy)
        implements Statement {
    private static final Set<String> OPTIONS =
            Set.of("COMMENT", "DATA_RETENTION_TIME_IN_DAYS", "MAX_DATA_EXTENSION_TIME_IN_DAYS", "CHANGE_TRACKING");

    record ColumnDefinition(
            String name, Optional<SfType> type, boolean nullable, Optional<Expr> defaultValue, String comment) {}

    static Statement parse(Queries parser, boolean orReplace) {
        String kind = parser.take("TRANSIENT") ? "TRANSIENT" : "TABLE";
        parser.expect("TABLE");
        boolean ifNotExists = parser.take("IF", "NOT", "EXISTS");
        if (orReplace && ifNotExists) {
            throw SqlFailure.compilation("options IF NOT EXISTS and OR REPLACE are incompatible");
        }
        Name name = parser.name();
        Optional<Name> like = parser.take("LIKE") ? Optional.of(parser.name()) : Optional.empty();
        List<ColumnDefinition> columns = like.isEmpty() && parser.take("(") ? columns(parser) : List.of();
        List<Expr> clusterBy = List.of();
        Options options = Options.NONE;
        boolean copyGrants = false;
        while (true) {
            if (parser.take("CLUSTER", "BY", "(")) {
                clusterBy = parser.list();
                parser.expect(")");
            } else if (parser.take("COPY", "GRANTS")) {
                copyGrants = true;
            } else {
                Options more = parser.options();
                if (more.values().isEmpty()) {
                    break;
                }
                more.values().putAll(options.values());
                options = more;
            }
        }
        options.only(name, OPTIONS);
        Optional<Query> query = parser.take("AS") ? Optional.of(parser.query()) : Optional.empty();
        if (columns.isEmpty() && query.isEmpty() && like.isEmpty()) {
            throw SqlFailure.syntax(parser.peek());
        }
        return new CreateTable(
                name, orReplace, ifNotExists, kind, columns, like, query, copyGrants, options, clusterBy);
    }

    private static List<ColumnDefinition> columns(Queries parser) {
        List<ColumnDefinition> columns = new ArrayList<>();
        do {
            columns.add(column(parser));
        } while (parser.take(","));
        parser.expect(")");
        Set<String> names = new HashSet<>();
        for (ColumnDefinition column : columns) {
            if (!names.add(column.name())) {
                throw new SqlFailure(
                        "002025",
                        "42S21",
                        "SQL compilation error:%nduplicate column name '%s'".formatted(column.name()));
            }
        }
        return columns;
    }

    static ColumnDefinition column(Queries parser) {
        String name = parser.identifier();
        boolean untyped = parser.at(",") || parser.at(")");
        Optional<SfType> type = untyped ? Optional.empty() : Optional.of(parser.type());
        boolean nullable = true;
        Optional<Expr> defaultValue = Optional.empty();
        String comment = "";
        while (true) {
            if (parser.take("NOT", "NULL")) {
                nullable = false;
            } else if (parser.take("DEFAULT")) {
                defaultValue = Optional.of(parser.expression());
            } else if (parser.take("COMMENT")) {
                comment = parser.string();
            } else if (!parser.take("NULL")) {
                return new ColumnDefinition(name, type, nullable, defaultValue, comment);
            }
        }
    }

    @Override
    public Kind kind() {
        return Kind.DDL;
    }

    @Override
    public Outcome run(Run run) {
        Account account = run.account;
        Name full = run.session().full(name, 3);
        Thing schema = run.schemaFor(full);
        Optional<Relation> before = account.catalog.table(full);
        if (before.isPresent() && !orReplace) {
            if (ifNotExists) {
                return Outcome.status(Outcome.DDL, full.last() + " already exists, statement succeeded.");
            }
            throw SqlFailure.exists(name);
        }
        run.require("CREATE TABLE", schema);
        if (before.isPresent()) {
            run.require("OWNERSHIP", before.get());
        }
        if (query.isPresent()) {
            run.needWarehouse();
        }
        Optional<Source> source = query.map(q -> run.translator().query(q, Optional.empty()));
        Relation table = define(run, full, source);
        clusterBy.forEach(e -> run.translator().expressions.translate(e, columnsOf(table)));
        account.store.execute(ddl(table));
        source.ifPresent(s -> fill(run, table, s));
        before.ifPresent(old -> {
            account.locks.alter(old, run.transaction(), run.lockTimeoutSeconds(), run.execution::isCancelled);
            if (copyGrants) {
                account.rights.copy(old, table);
            }
            DropStatements.drop(run, old);
        });
        account.catalog.add(table);
        account.rights.created(table);
        return Outcome.created("Table", full.last());
    }

    private static Scope columnsOf(Relation table) {
        Scope scope = Scope.empty();
        scope.sources.add(new Source.Named(
                Optional.empty(),
                Optional.empty(),
                "t",
                table.columns().stream()
                        .map(c -> new Rows.Column(c.name(), c.type(), c.nullable()))
                        .toList(),
                Optional.empty()));
        return scope;
    }

    private Relation define(Run run, Name full, Optional<Source> source) {
        Relation table =
                new Relation(run.account.catalog.nextId(), full, run.session().role, tableKind, Optional.empty(), "");
        table.properties.putAll(options.values());
        if (!clusterBy.isEmpty()) {
            table.properties.put("CLUSTER_BY", clusterBy.toString());
        }
        if (like.isPresent()) {
            for (Relation.Column column : run.table(like.get(), "SELECT").columns()) {
                table.addColumn(
                        column.name(), column.type(), column.nullable(), column.defaultValue(), column.comment());
            }
            return table;
        }
        if (columns.isEmpty()) {
            Set<String> names = new HashSet<>();
            for (Rows.Column column : source.orElseThrow().columns()) {
                if (!names.add(column.name())) {
                    throw new SqlFailure(
                            "002025",
                            "42S21",
                            "SQL compilation error:%nduplicate column name '%s'".formatted(column.name()));
                }
                table.addColumn(column.name(), column.type(), true, Optional.empty(), "");
            }
            return table;
        }
        for (int i = 0; i < columns.size(); i++) {
            ColumnDefinition column = columns.get(i);
            int position = i;
            SfType type = column.type()
                    .or(() -> source.map(s -> s.columns().get(position).type()))
                    .orElseThrow(() -> SqlFailure.compilation("column %s has no type".formatted(column.name())));
            table.addColumn(column.name(), type, column.nullable(), column.defaultValue(), column.comment());
        }
        return table;
    }

    static String ddl(Relation table) {
        String list = table.columns().stream()
                .map(c -> c.duck() + " " + c.type().duck())
                .collect(Collectors.joining(", "));
        return "CREATE TABLE %s (%s, %s BIGINT, %s BIGINT)"
                .formatted(table.duck(), list, Store.INSERTED, Store.DELETED);
    }

    private static void fill(Run run, Relation table, Source source) {
        if (source.columns().size() != table.columns().size()) {
            throw new SqlFailure(
                    "002026",
                    "42601",
                    "SQL compilation error:%nInvalid column definition list: expected %d columns"
                            .formatted(source.columns().size()));
        }
        Target target = new Target(run, table);
        Map<Relation.Column, String> values = new java.util.LinkedHashMap<>();
        for (int i = 0; i < source.columns().size(); i++) {
            Relation.Column column = table.columns().get(i);
            values.put(
                    column,
                    target.fitted(
                            new Typed("q.c" + (i + 1), source.columns().get(i).type()), column));
        }
        target.insert(values, " FROM (" + source.sql() + ") q");
        run.account.store.execute("UPDATE %s SET %s = 0".formatted(table.duck(), Store.INSERTED));
    }
}
