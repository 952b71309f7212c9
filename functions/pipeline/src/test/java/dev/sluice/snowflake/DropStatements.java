package dev.sluice.snowflake;

import java.util.Map;
import java.util.Optional;

/// DROP and TRUNCATE.
final class DropStatements {
    private static final Map<String, Thing.Type> ONE_WORD = Map.of(
            "TABLE", Thing.Type.TABLE,
            "VIEW", Thing.Type.TABLE,
            "SCHEMA", Thing.Type.SCHEMA,
            "DATABASE", Thing.Type.DATABASE,
            "STAGE", Thing.Type.STAGE,
            "WAREHOUSE", Thing.Type.WAREHOUSE,
            "ROLE", Thing.Type.ROLE,
            "INTEGRATION", Thing.Type.INTEGRATION);

    private DropStatements() {}

    /// The kind of object that the next words name.
    static Thing.Type type(Parser parser) {
        if (parser.take("FILE", "FORMAT")) {
            return Thing.Type.FILE_FORMAT;
        }
        if (parser.take("STORAGE", "INTEGRATION")) {
            return Thing.Type.INTEGRATION;
        }
        if (parser.take("RESOURCE", "MONITOR")) {
            return Thing.Type.RESOURCE_MONITOR;
        }
        if (parser.take("MASKING", "POLICY")) {
            return Thing.Type.MASKING_POLICY;
        }
        if (parser.take("ROW", "ACCESS", "POLICY")) {
            return Thing.Type.ROW_ACCESS_POLICY;
        }
        Thing.Type type = ONE_WORD.get(parser.peek().text());
        if (type == null || parser.peek().kind() != Token.Kind.WORD) {
            throw SqlFailure.syntax(parser.peek());
        }
        parser.next();
        return type;
    }

    static Statement drop(Parser parser) {
        boolean view = parser.at("VIEW");
        Thing.Type type = type(parser);
        boolean ifExists = parser.take("IF", "EXISTS");
        Name name = parser.name();
        if (!parser.take("CASCADE")) {
            parser.take("RESTRICT");
        }
        return Statement.ddl(run -> {
            Name full = run.session().full(name, type.parts);
            Optional<Thing> found = run.account.catalog.find(type, full);
            if (found.isEmpty() && ifExists) {
                return Outcome.status(
                        Outcome.DDL,
                        "Drop statement executed successfully (%s already dropped).".formatted(full.last()));
            }
            Thing thing = run.thing(type, name);
            if (thing instanceof Relation relation && relation.isView() != view) {
                throw SqlFailure.compilation("%s is not a %s".formatted(name, view ? "view" : "table"));
            }
            run.require("OWNERSHIP", thing);
            if (thing instanceof Relation relation && !relation.isView()) {
                run.account.locks.alter(
                        relation, run.transaction(), run.lockTimeoutSeconds(), run.execution::isCancelled);
            }
            boolean dropped = run.account.store.atomically(() -> {
                // Another session may have been faster.
                boolean there = run.account.catalog.find(type, full).isPresent();
                if (there) {
                    drop(run, thing);
                }
                return there;
            });
            if (!dropped && !ifExists) {
                throw SqlFailure.missingTable(name);
            }
            return Outcome.status(Outcome.DDL, full.last() + " successfully dropped.");
        });
    }

    static void drop(Run run, Thing thing) {
        if (thing.type == Thing.Type.DATABASE || thing.type == Thing.Type.SCHEMA) {
            for (Relation table : run.account.catalog.relations()) {
                int depth = thing.name().parts().size();
                if (table.name().parts().subList(0, depth).equals(thing.name().parts())) {
                    drop(run, table);
                }
            }
        }
        if (thing instanceof Relation table && !table.isView()) {
            run.account.store.execute("DROP TABLE " + table.duck());
        }
        run.account.rights.forget(thing);
        run.account.catalog.remove(thing);
    }

    static Statement truncate(Parser parser) {
        parser.expect("TRUNCATE");
        parser.take("TABLE");
        boolean ifExists = parser.take("IF", "EXISTS");
        Name name = parser.name();
        return Statement.ddl(run -> {
            if (ifExists
                    && run.account.catalog.table(run.session().full(name, 3)).isEmpty()) {
                return Outcome.done(Outcome.DDL);
            }
            Relation table = run.table(name, "TRUNCATE");
            run.account.locks.alter(table, run.transaction(), run.lockTimeoutSeconds(), run.execution::isCancelled);
            run.account.store.execute("DELETE FROM " + table.duck());
            table.loaded.clear();
            return Outcome.done(Outcome.DDL);
        });
    }
}
