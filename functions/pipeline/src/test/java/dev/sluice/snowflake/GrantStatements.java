package dev.sluice.snowflake;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// GRANT and REVOKE of privileges and roles.
final class GrantStatements {
    private static final Set<String> PRIVILEGES = Set.of(
            "ALL",
            "USAGE",
            "SELECT",
            "INSERT",
            "UPDATE",
            "DELETE",
            "TRUNCATE",
            "REFERENCES",
            "OWNERSHIP",
            "OPERATE",
            "MONITOR",
            "MODIFY",
            "READ",
            "WRITE",
            "APPLY",
            "CREATE TABLE",
            "CREATE VIEW",
            "CREATE SCHEMA",
            "CREATE STAGE",
            "CREATE FILE FORMAT",
            "CREATE DATABASE",
            "CREATE WAREHOUSE",
            "CREATE ROLE",
            "CREATE INTEGRATION",
            "CREATE MASKING POLICY",
            "CREATE ROW ACCESS POLICY",
            "CREATE RESOURCE MONITOR",
            "APPLY MASKING POLICY",
            "APPLY ROW ACCESS POLICY",
            "MANAGE GRANTS",
            "MONITOR USAGE",
            "IMPORTED PRIVILEGES",
            "EXECUTE TASK",
            "REBUILD");
    private static final Set<String> PLURALS = Set.of("TABLES", "VIEWS", "SCHEMAS", "STAGES", "FILE FORMATS");

    private GrantStatements() {}

    static Statement grant(Parser parser) {
        parser.expect("GRANT");
        if (parser.at("ROLE") && !parser.peek(1).is("ON") && !parser.peek(1).is(",")) {
            return role(parser, "TO", Rights::add);
        }
        return privileges(
                parser,
                "TO",
                (rights, privilege, on, role) ->
                        rights.add(new Rights.Grant(privilege, on, role, false, Rights.ADMIN)));
    }

    static Statement revoke(Parser parser) {
        parser.expect("REVOKE");
        if (parser.at("ROLE")) {
            return role(parser, "FROM", Rights::remove);
        }
        return privileges(parser, "FROM", Rights::revoke);
    }

    private interface Membership {
        void change(Rights rights, Rights.Membership membership);
    }

    private interface Change {
        void apply(Rights rights, String privilege, Optional<Thing> on, String role);
    }

    private static Statement role(Parser parser, String word, Membership change) {
        parser.expect("ROLE");
        String role = parser.identifier();
        parser.expect(word);
        boolean user = parser.expectOneOf("ROLE", "USER").equals("USER");
        String member = parser.identifier();
        return Statement.ddl(run -> {
            Thing found = run.find(Thing.Type.ROLE, Name.of(role));
            run.find(user ? Thing.Type.USER : Thing.Type.ROLE, Name.of(member));
            run.require("OWNERSHIP", found);
            change.change(run.account.rights, new Rights.Membership(role, member, user));
            return Outcome.done(Outcome.DDL);
        });
    }

    private static Statement privileges(Parser parser, String word, Change change) {
        List<String> privileges = new ArrayList<>();
        do {
            StringBuilder privilege = new StringBuilder(parser.identifier());
            while (!parser.at(",") && !parser.at("ON")) {
                String more = parser.identifier();
                if (!more.equals("PRIVILEGES") || !privilege.toString().equals("ALL")) {
                    privilege.append(' ').append(more);
                }
            }
            if (!PRIVILEGES.contains(privilege.toString())) {
                throw SqlFailure.compilation("unknown privilege '%s'".formatted(privilege));
            }
            privileges.add(privilege.toString());
        } while (parser.take(","));
        parser.expect("ON");
        if (parser.at("ALL") || parser.at("FUTURE")) {
            return many(parser, word, privileges, change);
        }
        Optional<Thing.Type> type =
                parser.take("ACCOUNT") ? Optional.empty() : Optional.of(DropStatements.type(parser));
        Optional<Name> name = type.map(ignored -> parser.name());
        String role = toRole(parser, word);
        return Statement.ddl(run -> {
            run.find(Thing.Type.ROLE, Name.of(role));
            Optional<Thing> on = type.map(t -> run.thing(t, name.orElseThrow()));
            requireGrant(run, on);
            for (String privilege : privileges) {
                if (privilege.equals("OWNERSHIP") && word.equals("TO")) {
                    on.orElseThrow().own(role);
                } else {
                    change.apply(run.account.rights, privilege, on, role);
                }
            }
            return Outcome.done(Outcome.DDL);
        });
    }

    private static String toRole(Parser parser, String word) {
        parser.expect(word);
        parser.take("ROLE");
        String role = parser.identifier();
        if (!parser.take("WITH", "GRANT", "OPTION") && !parser.take("COPY", "CURRENT", "GRANTS")) {
            parser.take("REVOKE", "CURRENT", "GRANTS");
        }
        return role;
    }

    private static void requireGrant(Run run, Optional<Thing> on) {
        boolean allowed = run.account.rights.may(run.session().role, "MANAGE GRANTS", Optional.empty())
                || on.isPresent() && run.may("OWNERSHIP", on.get());
        if (!allowed) {
            throw on.map(t -> SqlFailure.denied(
                            Variants.lower(t.type.word()), t.name().last()))
                    .orElseGet(() -> SqlFailure.denied("account", SnowflakeServer.ACCOUNT));
        }
    }

    /// `ON {ALL | FUTURE} TABLES IN {SCHEMA | DATABASE} x`
    private static Statement many(Parser parser, String word, List<String> privileges, Change change) {
        boolean future = parser.expectOneOf("ALL", "FUTURE").equals("FUTURE");
        String plural = parser.identifier();
        if (plural.equals("FILE")) {
            plural = "FILE " + parser.identifier();
        }
        if (!PLURALS.contains(plural)) {
            throw SqlFailure.compilation("unknown kind of object '%s'".formatted(plural));
        }
        boolean views = plural.equals("VIEWS");
        Thing.Type type = views
                ? Thing.Type.TABLE
                : Thing.Type.valueOf(plural.substring(0, plural.length() - 1).replace(' ', '_'));
        parser.expect("IN");
        Thing.Type container = Thing.Type.valueOf(parser.expectOneOf("SCHEMA", "DATABASE"));
        Name in = parser.name();
        String role = toRole(parser, word);
        if (future && word.equals("FROM")) {
            throw SqlFailure.unsupported("REVOKE … ON FUTURE");
        }
        return Statement.ddl(run -> {
            run.find(Thing.Type.ROLE, Name.of(role));
            Thing inside = run.thing(container, in);
            requireGrant(run, Optional.of(inside));
            for (String privilege : privileges) {
                if (future) {
                    run.account.rights.add(new Rights.Future(privilege, type, inside.name(), role));
                    continue;
                }
                for (Thing thing : run.account.catalog.all(type)) {
                    List<String> parts = inside.name().parts();
                    boolean wanted = thing.name().parts().size() > parts.size()
                            && thing.name().parts().subList(0, parts.size()).equals(parts)
                            && (!(thing instanceof Relation relation) || relation.isView() == views);
                    if (wanted) {
                        change.apply(run.account.rights, privilege, Optional.of(thing), role);
                    }
                }
            }
            return Outcome.done(Outcome.DDL);
        });
    }
}
