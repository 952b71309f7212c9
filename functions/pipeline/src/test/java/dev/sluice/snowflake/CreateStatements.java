package dev.sluice.snowflake;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// CREATE of databases, schemas and views.
final class CreateStatements {
    private static final Set<String> CONTAINER_OPTIONS =
            Set.of("COMMENT", "DATA_RETENTION_TIME_IN_DAYS", "MAX_DATA_EXTENSION_TIME_IN_DAYS");

    private CreateStatements() {}

    static Statement database(Parser parser, boolean orReplace) {
        boolean isTransient = parser.take("TRANSIENT");
        parser.expect("DATABASE");
        boolean ifNotExists = parser.take("IF", "NOT", "EXISTS");
        String name = parser.identifier();
        Options options = parser.options().only(name, CONTAINER_OPTIONS);
        return Statement.ddl(run -> {
            run.requireOnAccount("CREATE DATABASE");
            Outcome outcome = create(run, Thing.Type.DATABASE, Name.of(name), orReplace, ifNotExists, options);
            run.account
                    .catalog
                    .find(Thing.Type.DATABASE, Name.of(name))
                    .ifPresent(d -> d.properties.put("TRANSIENT", Boolean.toString(isTransient)));
            if (run.account
                    .catalog
                    .find(Thing.Type.SCHEMA, Name.of(name, "PUBLIC"))
                    .isEmpty()) {
                run.account.catalog.add(new Thing(Thing.Type.SCHEMA, Name.of(name, "PUBLIC"), run.session().role));
            }
            run.session().database = Optional.of(name);
            run.session().schema = Optional.of("PUBLIC");
            return outcome;
        });
    }

    static Statement schema(Parser parser, boolean orReplace) {
        parser.take("TRANSIENT");
        parser.expect("SCHEMA");
        boolean ifNotExists = parser.take("IF", "NOT", "EXISTS");
        Name name = parser.name();
        boolean managed = parser.take("WITH", "MANAGED", "ACCESS");
        Options options = parser.options().only(name, CONTAINER_OPTIONS);
        return Statement.ddl(run -> {
            Name full = run.session().full(name, 2);
            Thing database = run.find(Thing.Type.DATABASE, Name.of(full.parts().getFirst()));
            run.requireUsage(database);
            if (ifNotExists && run.account.catalog.find(Thing.Type.SCHEMA, full).isPresent()) {
                return Outcome.status(Outcome.DDL, full.last() + " already exists, statement succeeded.");
            }
            run.require("CREATE SCHEMA", database);
            Outcome outcome = create(run, Thing.Type.SCHEMA, full, orReplace, ifNotExists, options);
            run.find(Thing.Type.SCHEMA, full).properties.put("MANAGED_ACCESS", Boolean.toString(managed));
            run.session().database = Optional.of(full.parts().getFirst());
            run.session().schema = Optional.of(full.last());
            return outcome;
        });
    }

    /// Makes an object that is only a name with properties.
    static Outcome create(
            Run run, Thing.Type type, Name full, boolean orReplace, boolean ifNotExists, Options options) {
        Optional<Thing> before = run.account.catalog.find(type, full);
        if (before.isPresent() && !orReplace) {
            if (ifNotExists) {
                return Outcome.status(Outcome.DDL, full.last() + " already exists, statement succeeded.");
            }
            throw SqlFailure.exists(full);
        }
        before.ifPresent(old -> {
            run.require("OWNERSHIP", old);
            run.account.rights.forget(old);
            run.account.catalog.remove(old);
        });
        Thing thing = new Thing(type, full, run.session().role);
        thing.properties.putAll(options.values());
        run.account.catalog.add(thing);
        run.account.rights.created(thing);
        return Outcome.created(type.word(), full.last());
    }

    static Statement view(Queries parser, boolean orReplace, String sql) {
        boolean secure = parser.take("SECURE");
        parser.expect("VIEW");
        boolean ifNotExists = parser.take("IF", "NOT", "EXISTS");
        Name name = parser.name();
        List<String> columns = parser.columnList();
        boolean copyGrants = parser.take("COPY", "GRANTS");
        Options options = parser.options().only(name, Set.of("COMMENT"));
        parser.expect("AS");
        Query query = parser.query();
        return Statement.ddl(run -> {
            Name full = run.session().full(name, 3);
            Thing schema = run.schemaFor(full);
            Optional<Relation> before = run.account.catalog.table(full);
            if (before.isPresent() && !orReplace) {
                if (ifNotExists) {
                    return Outcome.status(Outcome.DDL, full.last() + " already exists, statement succeeded.");
                }
                throw SqlFailure.exists(name);
            }
            run.require("CREATE VIEW", schema);
            Source source = run.translator().query(query, Optional.empty()).renamed(columns);
            Relation view = new Relation(
                    run.account.catalog.nextId(), full, run.session().role, "VIEW", Optional.of(query), sql);
            view.properties.putAll(options.values());
            view.properties.put("SECURE", Boolean.toString(secure));
            source.columns().forEach(c -> view.addColumn(c.name(), c.type(), true, Optional.empty(), ""));
            before.ifPresent(old -> {
                if (copyGrants) {
                    run.account.rights.copy(old, view);
                }
                DropStatements.drop(run, old);
            });
            run.account.catalog.add(view);
            run.account.rights.created(view);
            return Outcome.created("View", full.last());
        });
    }
}
