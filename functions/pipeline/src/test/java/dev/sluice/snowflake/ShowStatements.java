package dev.sluice.snowflake;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// SHOW and DESCRIBE.
final class ShowStatements {
    private static final Map<String, Thing.Type> KINDS = Map.of(
            "DATABASES", Thing.Type.DATABASE,
            "SCHEMAS", Thing.Type.SCHEMA,
            "TABLES", Thing.Type.TABLE,
            "VIEWS", Thing.Type.TABLE,
            "STAGES", Thing.Type.STAGE,
            "WAREHOUSES", Thing.Type.WAREHOUSE,
            "ROLES", Thing.Type.ROLE,
            "INTEGRATIONS", Thing.Type.INTEGRATION);

    /// What a SHOW may be narrowed by.
    private record Filter(Optional<String> like, Optional<Name> in, boolean inAccount) {}

    private ShowStatements() {}

    static Statement show(Parser parser) {
        parser.expect("SHOW");
        parser.take("TERSE");
        if (parser.take("GRANTS")) {
            return grants(parser);
        }
        if (parser.take("PARAMETERS")) {
            return parameters(parser);
        }
        if (parser.take("TRANSACTIONS")) {
            return shown(ShowStatements::transactions);
        }
        if (parser.take("LOCKS")) {
            throw SqlFailure.unsupported("SHOW LOCKS");
        }
        Thing.Type type = type(parser);
        boolean views = type == Thing.Type.TABLE && parser.peek(-1).is("VIEWS");
        Filter filter = filter(parser);
        return shown(run -> things(run, type, views, filter));
    }

    private static Thing.Type type(Parser parser) {
        if (parser.take("FILE", "FORMATS")) {
            return Thing.Type.FILE_FORMAT;
        }
        if (parser.take("STORAGE", "INTEGRATIONS")) {
            return Thing.Type.INTEGRATION;
        }
        if (parser.take("RESOURCE", "MONITORS")) {
            return Thing.Type.RESOURCE_MONITOR;
        }
        if (parser.take("MASKING", "POLICIES")) {
            return Thing.Type.MASKING_POLICY;
        }
        if (parser.take("ROW", "ACCESS", "POLICIES")) {
            return Thing.Type.ROW_ACCESS_POLICY;
        }
        Thing.Type type = KINDS.get(parser.peek().text());
        if (type == null) {
            throw SqlFailure.syntax(parser.peek());
        }
        parser.next();
        return type;
    }

    private static Filter filter(Parser parser) {
        Optional<String> like = parser.take("LIKE") ? Optional.of(parser.string()) : Optional.empty();
        Optional<Name> in = Optional.empty();
        boolean account = false;
        if (parser.take("IN")) {
            account = parser.take("ACCOUNT");
            if (!account) {
                if (!parser.take("SCHEMA")) {
                    parser.take("DATABASE");
                }
                in = Optional.of(parser.name());
            }
        }
        return new Filter(like, in, account);
    }

    private static Statement shown(java.util.function.Function<Run, Rows> rows) {
        return Statement.session(Outcome.SHOW, run -> new Outcome(rows.apply(run), Outcome.SHOW));
    }

    private static Predicate<Thing> wanted(Run run, Thing.Type type, Filter filter) {
        String pattern = filter.like().orElse("%");
        java.util.regex.Pattern like = java.util.regex.Pattern.compile(
                java.util.regex.Pattern.quote(pattern).replace("%", "\\E.*\\Q").replace("_", "\\E.\\Q"),
                java.util.regex.Pattern.CASE_INSENSITIVE | java.util.regex.Pattern.DOTALL);
        List<String> in = filter.in()
                .map(Name::parts)
                .orElseGet(() -> filter.inAccount() || type.parts == 1 ? List.of() : within(run, type));
        List<String> full = type.parts == 3
                        && in.size() == 1
                        && filter.in().isPresent()
                        && run.account
                                .catalog
                                .find(Thing.Type.DATABASE, Name.of(in.getFirst()))
                                .isEmpty()
                ? run.session().full(new Name(in), 2).parts()
                : in;
        return thing -> like.matcher(thing.name().last()).matches()
                && thing.name().parts().size() > full.size()
                && thing.name().parts().subList(0, full.size()).equals(full)
                && (type == Thing.Type.ROLE || run.account.rights.sees(run.session().role, thing));
    }

    private static List<String> within(Run run, Thing.Type type) {
        Session session = run.session();
        if (session.database.isEmpty()) {
            return List.of();
        }
        return type.parts == 3 && session.schema.isPresent()
                ? List.of(session.database.get(), session.schema.get())
                : List.of(session.database.get());
    }

    private static Rows things(Run run, Thing.Type type, boolean views, Filter filter) {
        List<Thing> found = run.account.catalog.all(type).stream()
                .filter(wanted(run, type, filter))
                .filter(t -> !(t instanceof Relation relation) || relation.isView() == views)
                .toList();
        return switch (type) {
            case TABLE -> tables(run, found);
            case WAREHOUSE -> warehouses(found);
            case STAGE -> stages(found);
            case RESOURCE_MONITOR -> monitors(found);
            default -> plain(found, type);
        };
    }

    private static Rows tables(Run run, List<Thing> found) {
        Rows rows = Rows.named(
                "created_on@",
                "name",
                "database_name",
                "schema_name",
                "kind",
                "comment",
                "cluster_by",
                "rows#",
                "bytes#",
                "owner",
                "retention_time");
        for (Thing thing : found) {
            Relation table = (Relation) thing;
            Long count = table.isView() ? null : run.account.store.rows(table);
            rows.add(
                    table.created(),
                    table.name().last(),
                    table.name().parts().get(0),
                    table.name().parts().get(1),
                    table.kind(),
                    table.property("COMMENT"),
                    table.property("CLUSTER_BY"),
                    count,
                    count,
                    table.owner(),
                    table.options().text("DATA_RETENTION_TIME_IN_DAYS", "1"));
        }
        return rows;
    }

    private static Rows warehouses(List<Thing> found) {
        Rows rows = Rows.named(
                "name",
                "state",
                "type",
                "size",
                "auto_suspend#",
                "auto_resume",
                "owner",
                "comment",
                "resource_monitor",
                "created_on@");
        for (Thing thing : found) {
            Options options = thing.options();
            rows.add(
                    thing.name().last(),
                    options.text("STATE", "STARTED"),
                    options.text("WAREHOUSE_TYPE", "STANDARD"),
                    options.text("WAREHOUSE_SIZE", "X-Small"),
                    options.text("AUTO_SUSPEND", "600"),
                    options.flag("AUTO_RESUME", true),
                    thing.owner(),
                    options.text("COMMENT", ""),
                    options.text("RESOURCE_MONITOR", "null"),
                    thing.created());
        }
        return rows;
    }

    private static Rows stages(List<Thing> found) {
        Rows rows = Rows.named(
                "created_on@",
                "name",
                "database_name",
                "schema_name",
                "url",
                "has_credentials",
                "owner",
                "comment",
                "type",
                "cloud",
                "storage_integration");
        for (Thing thing : found) {
            Options options = thing.options();
            rows.add(
                    thing.created(),
                    thing.name().last(),
                    thing.name().parts().get(0),
                    thing.name().parts().get(1),
                    options.text("URL", ""),
                    options.has("CREDENTIALS") ? "Y" : "N",
                    thing.owner(),
                    options.text("COMMENT", ""),
                    "EXTERNAL",
                    "AWS",
                    options.text("STORAGE_INTEGRATION").orElse(null));
        }
        return rows;
    }

    private static Rows monitors(List<Thing> found) {
        Rows rows = Rows.named("name", "credit_quota", "used_credits", "frequency", "triggers", "owner", "created_on@");
        for (Thing thing : found) {
            rows.add(
                    thing.name().last(),
                    thing.property("CREDIT_QUOTA"),
                    "0.00",
                    thing.property("FREQUENCY"),
                    thing.property("TRIGGERS"),
                    thing.owner(),
                    thing.created());
        }
        return rows;
    }

    private static Rows plain(List<Thing> found, Thing.Type type) {
        Rows rows = Rows.named(
                "created_on@",
                "name",
                "database_name",
                "schema_name",
                "owner",
                "comment",
                "type",
                "retention_time",
                "properties");
        for (Thing thing : found) {
            List<String> parts = thing.name().parts();
            rows.add(
                    thing.created(),
                    thing.name().last(),
                    parts.size() > 1 ? parts.get(0) : null,
                    parts.size() > 2 ? parts.get(1) : null,
                    thing.owner(),
                    thing.property("COMMENT"),
                    thing.options().text("TYPE", type.name()),
                    thing.options().text("DATA_RETENTION_TIME_IN_DAYS", "1"),
                    thing.properties.toString());
        }
        return rows;
    }

    private static Statement grants(Parser parser) {
        if (parser.take("TO", "ROLE")) {
            String role = parser.identifier();
            return shown(run -> {
                run.find(Thing.Type.ROLE, Name.of(role));
                return grants(run, g -> g.role().equals(role));
            });
        }
        if (parser.take("OF", "ROLE")) {
            String role = parser.identifier();
            return shown(run -> {
                Rows rows = Rows.named("created_on@", "role", "granted_to", "grantee_name", "granted_by");
                run.account.rights.memberships().stream()
                        .filter(m -> m.role().equals(role))
                        .forEach(m -> rows.add(
                                java.time.Instant.now(), role, m.user() ? "USER" : "ROLE", m.member(), Rights.ADMIN));
                return rows;
            });
        }
        parser.expect("ON");
        Thing.Type type = DropStatements.type(parser);
        Name name = parser.name();
        return shown(run -> {
            Thing thing = run.thing(type, name);
            return grants(run, g -> g.on().equals(Optional.of(thing)));
        });
    }

    private static Rows grants(Run run, Predicate<Rights.Grant> wanted) {
        Rows rows = Rows.named(
                "created_on@",
                "privilege",
                "granted_on",
                "name",
                "granted_to",
                "grantee_name",
                "grant_option",
                "granted_by");
        for (Rights.Grant grant : run.account.rights.grants()) {
            if (wanted.test(grant)) {
                rows.add(
                        java.time.Instant.now(),
                        grant.privilege(),
                        grant.on().map(t -> t.type.name()).orElse("ACCOUNT"),
                        grant.on().map(t -> t.name().toString()).orElse(SnowflakeServer.ACCOUNT),
                        "ROLE",
                        grant.role(),
                        grant.withGrantOption(),
                        grant.by());
            }
        }
        return rows;
    }

    private static Statement parameters(Parser parser) {
        Optional<String> like = parser.take("LIKE") ? Optional.of(parser.string()) : Optional.empty();
        if (parser.take("IN")) {
            parser.expect("SESSION");
        }
        String pattern = like.map(l ->
                        l.toUpperCase(java.util.Locale.ROOT).replace("%", ".*").replace("_", "."))
                .orElse(".*");
        return shown(run -> {
            Rows rows = Rows.named("key", "value", "default", "level", "description", "type");
            run.session().parameters().forEach((key, value) -> {
                if (key.matches(pattern)) {
                    String otherwise = Parameters.defaultOf(key);
                    rows.add(key, value, otherwise, value.equals(otherwise) ? "" : "SESSION", "", "STRING");
                }
            });
            return rows;
        });
    }

    private static Rows transactions(Run run) {
        Rows rows = Rows.named("id#", "user", "session#", "name", "started_on@", "state", "scope#");
        run.account
                .transactions()
                .forEach(t ->
                        rows.add(t.id, t.session.user, t.session.id, Long.toString(t.id), t.started, "running", 0));
        return rows;
    }

    static Statement describe(Parser parser) {
        parser.next();
        Thing.Type type = DropStatements.type(parser);
        Name name = parser.name();
        return Statement.session(Outcome.DESCRIBE, run -> {
            Thing thing = run.thing(type, name);
            return new Outcome(thing instanceof Relation table ? columns(table) : properties(thing), Outcome.DESCRIBE);
        });
    }

    private static Rows columns(Relation table) {
        Rows rows = Rows.named(
                "name",
                "type",
                "kind",
                "null?",
                "default",
                "primary key",
                "unique key",
                "check",
                "expression",
                "comment",
                "policy name");
        for (Relation.Column column : table.columns()) {
            String policy = table.policies().stream()
                    .filter(p -> p.startsWith(column.name() + " masked by "))
                    .findFirst()
                    .map(p -> p.substring((column.name() + " masked by ").length()))
                    .orElse(null);
            rows.add(
                    column.name(),
                    column.type(),
                    "COLUMN",
                    column.nullable() ? "Y" : "N",
                    column.defaultValue().map(Object::toString).orElse(null),
                    "N",
                    "N",
                    null,
                    null,
                    column.comment().isEmpty() ? null : column.comment(),
                    policy);
        }
        return rows;
    }

    private static Rows properties(Thing thing) {
        Rows rows = Rows.named("parent_property", "property", "property_type", "property_value", "property_default");
        thing.properties.forEach((key, value) -> {
            if (value instanceof Options options) {
                options.values().forEach((inner, v) -> rows.add(key, inner, "String", v, ""));
            } else {
                rows.add(
                        "",
                        key,
                        value instanceof List<?> ? "List" : "String",
                        value instanceof List<?> list
                                ? String.join(
                                        ",", list.stream().map(Object::toString).toList())
                                : value,
                        "");
            }
        });
        return rows;
    }
}
