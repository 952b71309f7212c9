package dev.sluice.snowflake;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A statement's view of the account while it runs: the session's names, rights and transaction.
final class Run implements Environment, Translator.Relations {
    final Account account;
    final Execution execution;
    private final Map<Integer, Typed> binds;
    private final List<Name> views = new ArrayList<>();

    Run(Account account, Execution execution, Map<Integer, Typed> binds) {
        this.account = account;
        this.execution = execution;
        this.binds = binds;
    }

    @Override
    public Session session() {
        return execution.session;
    }

    @Override
    public Optional<Typed> bind(int index) {
        return Optional.ofNullable(binds.get(index));
    }

    @Override
    public Optional<Typed> system(String name, List<String> arguments) {
        return new SystemFunctions(this).call(name, arguments);
    }

    Translator translator() {
        return new Translator(this, this);
    }

    /// The same statement with other values for `?`.
    Run with(Map<Integer, Typed> row) {
        return new Run(account, execution, row);
    }

    // --- names and rights

    Relation table(Name written) {
        Name full = session().full(written, 3);
        Relation table = account.catalog.table(full).orElseThrow(() -> SqlFailure.missingTable(written));
        visible(table, written);
        return table;
    }

    Relation table(Name written, String privilege) {
        Relation table = table(written);
        if (!may(privilege, table)) {
            throw SqlFailure.denied(
                    table.isView() ? "view" : "table", table.name().last());
        }
        return table;
    }

    private void visible(Thing thing, Name written) {
        usable(thing.name());
        if (!account.rights.sees(session().role, thing)) {
            throw SqlFailure.missingTable(written);
        }
    }

    /// USAGE on the database and the schema that a name lies in.
    void usable(Name full) {
        Thing database = find(Thing.Type.DATABASE, Name.of(full.parts().get(0)));
        requireUsage(database);
        if (full.parts().size() == 3) {
            requireUsage(find(Thing.Type.SCHEMA, new Name(full.parts().subList(0, 2))));
        }
    }

    void requireUsage(Thing thing) {
        if (!may("USAGE", thing)) {
            throw SqlFailure.missing(thing.type.word(), thing.name());
        }
    }

    Thing find(Thing.Type type, Name full) {
        return account.catalog.find(type, full).orElseThrow(() -> SqlFailure.missing(type.word(), full));
    }

    /// An object that the role may know of.
    Thing thing(Thing.Type type, Name written) {
        if (type == Thing.Type.TABLE) {
            return table(written);
        }
        Name full = session().full(written, type.parts);
        Thing thing = find(type, full);
        if (type.parts == 3) {
            usable(full);
        }
        if (type != Thing.Type.ROLE && type != Thing.Type.USER && !account.rights.sees(session().role, thing)) {
            throw SqlFailure.missing(type.word(), written);
        }
        return thing;
    }

    boolean may(String privilege, Thing thing) {
        return account.rights.may(session().role, privilege, Optional.of(thing));
    }

    void require(String privilege, Thing thing) {
        if (!may(privilege, thing)) {
            throw SqlFailure.denied(
                    Variants.lower(thing.type.word()), thing.name().last());
        }
    }

    /// A right on the whole account, like CREATE DATABASE.
    void requireOnAccount(String privilege) {
        if (!account.rights.may(session().role, privilege, Optional.empty())) {
            throw SqlFailure.denied("account", SnowflakeServer.ACCOUNT);
        }
    }

    Thing schemaFor(Name full) {
        Thing schema = find(Thing.Type.SCHEMA, new Name(full.parts().subList(0, 2)));
        usable(full);
        return schema;
    }

    // --- transactions

    Transaction transaction() {
        return session().transaction.orElseThrow(() -> new IllegalStateException("no transaction"));
    }

    long lockTimeoutSeconds() {
        return Long.parseLong(session().parameter("LOCK_TIMEOUT"));
    }

    void lockForUpdate(Relation table) {
        account.locks.update(table, transaction(), lockTimeoutSeconds(), execution::isCancelled);
        checkTransaction();
        transaction().touched.add(table);
    }

    void noteInsert(Relation table) {
        account.locks.insert(table, transaction());
        transaction().touched.add(table);
    }

    private void checkTransaction() {
        execution.checkCancelled();
        if (session().transaction.isEmpty() || transaction().aborted) {
            throw new SqlFailure("000604", "57014", "SQL execution canceled");
        }
    }

    /// Statements that compute wake the warehouse.
    void needWarehouse() {
        String name = session()
                .warehouse
                .orElseThrow(
                        () -> new SqlFailure(
                                "000606",
                                "57P03",
                                "No active warehouse selected in the current session.  Select an active warehouse with the 'use warehouse' command."));
        Thing warehouse = account.catalog
                .find(Thing.Type.WAREHOUSE, Name.of(name))
                .orElseThrow(() -> SqlFailure.missing("Warehouse", name));
        if (!may("USAGE", warehouse)) {
            throw SqlFailure.missing("Warehouse", name);
        }
        if (warehouse.property("STATE").equals("SUSPENDED")) {
            if (!warehouse.options().flag("AUTO_RESUME", true)) {
                throw new SqlFailure(
                        "000606",
                        "57P03",
                        "Warehouse '%s' cannot be resumed because auto resume is off.".formatted(name));
            }
            warehouse.properties.put("STATE", "STARTED");
        }
        execution.woke = true;
        execution.warehouse = Optional.of(name);
    }

    // --- relations

    @Override
    public Source source(Name written) {
        Optional<Source> system = InformationSchema.of(this, written).or(() -> AccountUsage.of(this, written));
        if (system.isPresent()) {
            return system.get();
        }
        Relation table = table(written, "SELECT");
        return table.isView() ? view(table) : rows(table);
    }

    private Source view(Relation view) {
        if (views.contains(view.name())) {
            throw SqlFailure.compilation("View %s refers to itself".formatted(view.name()));
        }
        views.add(view.name());
        try {
            return asOwner(view);
        } finally {
            views.removeLast();
        }
    }

    /// A view reads with its owner's rights, in its own schema.
    private Source asOwner(Relation view) {
        Session session = session();
        String role = session.role;
        Optional<String> database = session.database;
        Optional<String> schema = session.schema;
        try {
            session.role = view.owner();
            session.database = Optional.of(view.name().parts().get(0));
            session.schema = Optional.of(view.name().parts().get(1));
            Source source = translator().query(view.view.orElseThrow(), Optional.empty());
            List<String> names =
                    view.columns().stream().map(Relation.Column::name).toList();
            return source.renamed(names);
        } finally {
            session.role = role;
            session.database = database;
            session.schema = schema;
        }
    }

    /// The rows of a table that the statement sees.
    Source rows(Relation table) {
        List<String> items = new ArrayList<>();
        for (int i = 0; i < table.columns().size(); i++) {
            items.add(table.columns().get(i).duck() + " AS c" + (i + 1));
        }
        List<Rows.Column> columns = table.columns().stream()
                .map(c -> new Rows.Column(c.name(), c.type(), c.nullable()))
                .toList();
        return new Source(
                "SELECT %s FROM %s WHERE %s".formatted(String.join(", ", items), table.duck(), visible()), columns);
    }

    /// The condition under which a row exists for this statement.
    String visible() {
        long mine = session().transaction.map(t -> t.id).orElse(0L);
        return "%s IN (0, %d) AND %s IS DISTINCT FROM %d"
                .formatted(Store.INSERTED, mine, Store.DELETED, mine == 0 ? -1 : mine);
    }

    @Override
    public Source function(Query.Function function, Translator translator) {
        return new TableFunctions(this).call(function);
    }

    @Override
    public Source.Named stage(Query.Stage stage, String at) {
        return StageSource.all(this, stage, at);
    }
}
