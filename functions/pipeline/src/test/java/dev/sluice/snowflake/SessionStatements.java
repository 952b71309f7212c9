package dev.sluice.snowflake;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// ALTER SESSION, USE.
final class SessionStatements {
    private SessionStatements() {}

    static Statement alterSession(Parser parser) {
        if (parser.take("UNSET")) {
            List<String> names = new ArrayList<>();
            do {
                names.add(parser.identifier());
            } while (parser.take(","));
            return Statement.session(Outcome.ALTER_SESSION, run -> {
                names.forEach(run.session()::unset);
                return Outcome.done(Outcome.ALTER_SESSION);
            });
        }
        parser.expect("SET");
        Map<String, String> values = new LinkedHashMap<>();
        do {
            String name = parser.identifier();
            parser.expect("=");
            Token token = parser.next();
            if (token.kind() == Token.Kind.END || token.kind() == Token.Kind.SYMBOL) {
                throw SqlFailure.syntax(token);
            }
            values.put(name, token.text());
            parser.take(",");
        } while (parser.peek().isName());
        return Statement.session(Outcome.ALTER_SESSION, run -> {
            values.forEach(Parameters::checked);
            if (values.containsKey("AUTOCOMMIT") && Boolean.parseBoolean(values.get("AUTOCOMMIT"))) {
                run.session().transaction.filter(t -> !t.explicit).ifPresent(run.account::commit);
            }
            values.forEach(run.session()::set);
            return Outcome.done(Outcome.ALTER_SESSION);
        });
    }

    static Statement use(Parser parser) {
        parser.expect("USE");
        if (parser.take("ROLE")) {
            String role = parser.identifier();
            return use(run -> useRole(run, role));
        }
        if (parser.take("WAREHOUSE")) {
            String warehouse = parser.identifier();
            return use(run -> useWarehouse(run, warehouse));
        }
        if (parser.take("SECONDARY", "ROLES")) {
            parser.expectOneOf("NONE");
            return use(run -> {});
        }
        if (parser.take("SCHEMA")) {
            Name name = parser.name();
            return use(run -> useSchema(run, run.session().full(name, 2)));
        }
        boolean database = parser.take("DATABASE");
        Name name = parser.name();
        return use(run -> {
            if (name.parts().size() == 2 && !database) {
                useSchema(run, name);
            } else {
                useDatabase(run, name);
            }
        });
    }

    private static Statement use(java.util.function.Consumer<Run> action) {
        return Statement.session(Outcome.USE, run -> {
            action.accept(run);
            return Outcome.done(Outcome.USE);
        });
    }

    static void useRole(Run run, String role) {
        if (run.account.catalog.find(Thing.Type.ROLE, Name.of(role)).isEmpty()) {
            throw SqlFailure.missing("Role", role);
        }
        if (!run.account.rights.mayUseRole(run.session().user, role)) {
            throw new SqlFailure(
                    "003001",
                    "42501",
                    "SQL access control error:%nRequested role '%s' is not assigned to the executing user. Specify another role to activate."
                            .formatted(role));
        }
        run.session().role = role;
    }

    static void useWarehouse(Run run, String warehouse) {
        Optional<Thing> found = run.account.catalog.find(Thing.Type.WAREHOUSE, Name.of(warehouse));
        if (found.isEmpty() || !run.may("USAGE", found.get()) && !run.may("OPERATE", found.get())) {
            throw cannot();
        }
        run.session().warehouse = Optional.of(warehouse);
    }

    static void useDatabase(Run run, Name name) {
        Optional<Thing> found = run.account.catalog.find(Thing.Type.DATABASE, name);
        if (found.isEmpty() || !run.may("USAGE", found.get())) {
            throw cannot();
        }
        run.session().database = Optional.of(name.last());
        run.session().schema = run.account
                .catalog
                .find(Thing.Type.SCHEMA, Name.of(name.last(), "PUBLIC"))
                .filter(s -> run.may("USAGE", s))
                .map(ignored -> "PUBLIC");
    }

    static void useSchema(Run run, Name name) {
        Optional<Thing> found = run.account.catalog.find(Thing.Type.SCHEMA, name);
        Optional<Thing> database = run.account.catalog.find(
                Thing.Type.DATABASE, Name.of(name.parts().getFirst()));
        boolean allowed = found.isPresent()
                && database.isPresent()
                && run.may("USAGE", found.get())
                && run.may("USAGE", database.get());
        if (!allowed) {
            throw cannot();
        }
        run.session().database = Optional.of(name.parts().get(0));
        run.session().schema = Optional.of(name.parts().get(1));
    }

    private static SqlFailure cannot() {
        return new SqlFailure(
                "002043",
                "02000",
                "SQL compilation error:%nObject does not exist, or operation cannot be performed.".formatted());
    }
}
