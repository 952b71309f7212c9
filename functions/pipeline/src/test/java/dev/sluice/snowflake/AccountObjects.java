package dev.sluice.snowflake;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Objects that are a name and properties: stages, file formats, integrations, warehouses, roles, monitors,
/// policies. A property that is not known is refused.
final class AccountObjects {
    private static final Map<Thing.Type, Set<String>> PROPERTIES = new EnumMap<>(Map.of(
            Thing.Type.STAGE,
                    Set.of(
                            "URL",
                            "STORAGE_INTEGRATION",
                            "FILE_FORMAT",
                            "DIRECTORY",
                            "COMMENT",
                            "CREDENTIALS",
                            "ENCRYPTION"),
            Thing.Type.FILE_FORMAT, Set.of(),
            Thing.Type.INTEGRATION,
                    Set.of(
                            "TYPE",
                            "STORAGE_PROVIDER",
                            "ENABLED",
                            "STORAGE_AWS_ROLE_ARN",
                            "STORAGE_AWS_EXTERNAL_ID",
                            "STORAGE_AWS_OBJECT_ACL",
                            "STORAGE_ALLOWED_LOCATIONS",
                            "STORAGE_BLOCKED_LOCATIONS",
                            "COMMENT"),
            Thing.Type.WAREHOUSE,
                    Set.of(
                            "WAREHOUSE_SIZE",
                            "WAREHOUSE_TYPE",
                            "AUTO_SUSPEND",
                            "AUTO_RESUME",
                            "INITIALLY_SUSPENDED",
                            "RESOURCE_MONITOR",
                            "COMMENT",
                            "MAX_CLUSTER_COUNT",
                            "MIN_CLUSTER_COUNT",
                            "SCALING_POLICY",
                            "STATEMENT_TIMEOUT_IN_SECONDS",
                            "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS",
                            "MAX_CONCURRENCY_LEVEL",
                            "ENABLE_QUERY_ACCELERATION"),
            Thing.Type.ROLE, Set.of("COMMENT"),
            Thing.Type.RESOURCE_MONITOR,
                    Set.of("CREDIT_QUOTA", "FREQUENCY", "START_TIMESTAMP", "END_TIMESTAMP", "NOTIFY_USERS")));
    private static final Map<Thing.Type, Set<String>> MORE = new EnumMap<>(Map.of(
            Thing.Type.MASKING_POLICY, Set.of("COMMENT", "EXEMPT_OTHER_POLICIES"),
            Thing.Type.ROW_ACCESS_POLICY, Set.of("COMMENT"),
            Thing.Type.DATABASE, Set.of("COMMENT", "DATA_RETENTION_TIME_IN_DAYS", "MAX_DATA_EXTENSION_TIME_IN_DAYS"),
            Thing.Type.SCHEMA, Set.of("COMMENT", "DATA_RETENTION_TIME_IN_DAYS", "MAX_DATA_EXTENSION_TIME_IN_DAYS")));

    private AccountObjects() {}

    static Statement create(Queries parser, boolean orReplace) {
        if (parser.at("TEMPORARY") || parser.at("TEMP") || parser.at("EXTERNAL") || parser.at("DYNAMIC")) {
            throw SqlFailure.unsupported("CREATE " + parser.peek().text());
        }
        Thing.Type type = DropStatements.type(parser);
        boolean ifNotExists = parser.take("IF", "NOT", "EXISTS");
        if (orReplace && ifNotExists) {
            throw SqlFailure.compilation("options IF NOT EXISTS and OR REPLACE are incompatible");
        }
        Name name = parser.name();
        Map<String, Object> properties = new LinkedHashMap<>();
        switch (type) {
            case RESOURCE_MONITOR -> monitor(parser, name, properties);
            case MASKING_POLICY, ROW_ACCESS_POLICY -> policy(parser, properties);
            default -> {
                parser.take("WITH");
                properties.putAll(checked(type, name, parser.options()));
            }
        }
        required(type, name, properties);
        return Statement.ddl(run -> {
            Name full = run.session().full(name, type.parts);
            if (type.parts == 3) {
                Thing schema = run.schemaFor(full);
                boolean skipped =
                        ifNotExists && run.account.catalog.find(type, full).isPresent();
                if (!skipped) {
                    run.require("CREATE " + type.name().replace('_', ' '), schema);
                }
            } else {
                run.requireOnAccount("CREATE " + type.name().replace('_', ' '));
            }
            Outcome outcome = CreateStatements.create(run, type, full, orReplace, ifNotExists, new Options(properties));
            if (type == Thing.Type.WAREHOUSE
                    && outcome.rows().rows().getFirst().toString().contains("created")) {
                boolean asleep = new Options(properties).flag("INITIALLY_SUSPENDED", false);
                run.find(type, full).properties.put("STATE", asleep ? "SUSPENDED" : "STARTED");
                run.session().warehouse = Optional.of(full.last());
            }
            return outcome;
        });
    }

    private static Map<String, Object> checked(Thing.Type type, Name name, Options options) {
        if (type == Thing.Type.FILE_FORMAT) {
            return FileFormat.of(options).options().values();
        }
        Set<String> known = PROPERTIES.containsKey(type) ? PROPERTIES.get(type) : MORE.get(type);
        return options.only(name, known == null ? Set.of() : known).values();
    }

    private static void required(Thing.Type type, Name name, Map<String, Object> properties) {
        List<String> needed = type == Thing.Type.INTEGRATION
                ? List.of("TYPE", "STORAGE_PROVIDER", "STORAGE_AWS_ROLE_ARN", "ENABLED", "STORAGE_ALLOWED_LOCATIONS")
                : List.of();
        for (String property : needed) {
            if (!properties.containsKey(property)) {
                throw SqlFailure.compilation("Missing option(s): [%s] for '%s'".formatted(property, name));
            }
        }
        if (type == Thing.Type.STAGE) {
            Options options = new Options(properties);
            if (!options.text("URL", "").startsWith("s3://")) {
                throw SqlFailure.unsupported("a stage that is not on s3://");
            }
            Options format = options.nested("FILE_FORMAT");
            if (!format.values().isEmpty() && !format.has("FORMAT_NAME")) {
                FileFormat.of(format);
            }
        }
    }

    /// `[WITH] CREDIT_QUOTA = n … TRIGGERS ON p PERCENT DO action …`
    private static void monitor(Parser parser, Name name, Map<String, Object> properties) {
        parser.take("WITH");
        properties.putAll(checked(Thing.Type.RESOURCE_MONITOR, name, parser.options()));
        if (parser.take("TRIGGERS")) {
            StringBuilder triggers = new StringBuilder();
            while (parser.take("ON")) {
                int percent = parser.integer();
                parser.expect("PERCENT", "DO");
                String action = parser.expectOneOf("SUSPEND_IMMEDIATE", "SUSPEND", "NOTIFY");
                triggers.append("%d%%:%s ".formatted(percent, action));
            }
            if (triggers.isEmpty()) {
                throw SqlFailure.syntax(parser.peek());
            }
            properties.put("TRIGGERS", triggers.toString().strip());
        }
    }

    /// `AS (val string) RETURNS string -> expression`
    private static void policy(Queries parser, Map<String, Object> properties) {
        parser.expect("AS");
        Token first = parser.peek();
        parser.expect("(");
        do {
            parser.identifier();
            parser.type();
        } while (parser.take(","));
        parser.expect(")");
        properties.put("SIGNATURE", parser.textFrom(first));
        parser.expect("RETURNS");
        properties.put("RETURN_TYPE", parser.type().toString());
        parser.expect("->");
        Token body = parser.peek();
        parser.expression();
        properties.put("BODY", parser.textFrom(body));
        Options options = parser.options();
        properties.putAll(checked(Thing.Type.MASKING_POLICY, Name.of("policy"), options));
    }

    static Statement alter(Queries parser) {
        Thing.Type type = DropStatements.type(parser);
        if (type == Thing.Type.TABLE) {
            throw SqlFailure.unsupported("ALTER VIEW");
        }
        boolean ifExists = parser.take("IF", "EXISTS");
        Name name = parser.name();
        if (type == Thing.Type.WAREHOUSE && !parser.at("SET")) {
            return power(parser, name);
        }
        if (parser.take("RENAME", "TO")) {
            Name to = parser.name();
            return on(
                    type,
                    name,
                    ifExists,
                    (run, thing) ->
                            run.account.catalog.rename(thing, run.session().full(to, type.parts)));
        }
        if (type == Thing.Type.MASKING_POLICY || type == Thing.Type.ROW_ACCESS_POLICY) {
            parser.expect("SET", "BODY", "->");
            Token body = parser.peek();
            parser.expression();
            String text = parser.textFrom(body);
            return on(type, name, ifExists, (run, thing) -> thing.properties.put("BODY", text));
        }
        Map<String, Object> properties = new LinkedHashMap<>();
        parser.expect("SET");
        if (type == Thing.Type.RESOURCE_MONITOR) {
            monitor(parser, name, properties);
        } else {
            properties.putAll(checked(type, name, parser.options()));
        }
        if (properties.isEmpty()) {
            throw SqlFailure.syntax(parser.peek());
        }
        return on(type, name, ifExists, (run, thing) -> thing.properties.putAll(properties));
    }

    private static Statement on(
            Thing.Type type, Name name, boolean ifExists, java.util.function.BiConsumer<Run, Thing> action) {
        return Statement.ddl(run -> {
            if (ifExists
                    && run.account
                            .catalog
                            .find(type, run.session().full(name, type.parts))
                            .isEmpty()) {
                return Outcome.done(Outcome.DDL);
            }
            Thing thing = run.thing(type, name);
            run.require(type == Thing.Type.WAREHOUSE ? "MODIFY" : "OWNERSHIP", thing);
            action.accept(run, thing);
            return Outcome.done(Outcome.DDL);
        });
    }

    private static Statement power(Parser parser, Name name) {
        boolean resume = parser.take("RESUME");
        if (!resume) {
            parser.expect("SUSPEND");
        }
        boolean ifSuspended = resume && parser.take("IF", "SUSPENDED");
        return Statement.ddl(run -> {
            Thing warehouse = run.thing(Thing.Type.WAREHOUSE, name);
            run.require("OPERATE", warehouse);
            String state = resume ? "STARTED" : "SUSPENDED";
            if (warehouse.property("STATE").equals(state) && !ifSuspended) {
                throw new SqlFailure(
                        "090064",
                        "22000",
                        "Invalid state. Warehouse '%s' cannot be %s."
                                .formatted(name, resume ? "resumed" : "suspended"));
            }
            warehouse.properties.put("STATE", state);
            return Outcome.done(Outcome.DDL);
        });
    }
}
