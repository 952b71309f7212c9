package dev.sluice.adapter.snowflake;

import dev.sluice.config.WarehouseConfig;
import dev.sluice.model.Failure;
import dev.sluice.model.InvalidRequest;
import dev.sluice.store.Keys;
import dev.sluice.store.ObjectStore;
import dev.sluice.store.Ulid;
import dev.sluice.warehouse.WarehouseInspection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Whether everything is there that a sync needs. Makes what a publish makes, a staging table and an
/// object that is copied into it, and takes both away again.
public final class SnowflakeInspection implements WarehouseInspection {
    private final WarehouseConfig.Snowflake config;

    public SnowflakeInspection(WarehouseConfig.Snowflake config) {
        this.config = config;
    }

    /// One thing that was tried.
    ///
    /// @param says what was found, or what was refused and which GRANT helps
    public record Check(String what, boolean fine, String says) {}

    @Override
    public Look look() {
        try (SnowflakeSession session = open()) {
            session.doing("ask Snowflake for its version", "GRANT USAGE ON WAREHOUSE … TO ROLE …");
            String version = session.query("SELECT CURRENT_VERSION()", row -> row.getString(1))
                    .getFirst();
            boolean ledger = SnowflakeLedger.exists(session);
            session.doing("count the ledger", "GRANT SELECT ON ALL TABLES IN SCHEMA SLUICE TO ROLE …");
            long entries = ledger ? session.number("SELECT COUNT(*) FROM \"SLUICE\".\"SLICE_LOG\"") : 0;
            return new Look(true, version, ledger, entries);
        }
    }

    private SnowflakeSession open() {
        return SnowflakeSession.open(config, Map.of("app", "sluice", "run", "doctor"));
    }

    /// @param lake    where the stage must point to, `s3://bucket/prefix`
    /// @param store   the same lake
    /// @param schemas of the targets, as the source spells them
    /// @throws Failure nothing can be tried, because there is no session
    public List<Check> examine(String lake, ObjectStore store, Iterable<String> schemas) {
        List<Check> checks = new ArrayList<>();
        try (SnowflakeSession session = open()) {
            checks.add(tried("session", () -> session(session)));
            checks.add(tried("ledger", () -> ledger(session)));
            checks.add(tried("stage", () -> stage(session, lake)));
            checks.add(tried("staging", () -> staging(session, store)));
            schemas.forEach(schema -> checks.add(tried("schema " + schema, () -> schema(session, schema))));
        }
        return checks;
    }

    private static Check tried(String what, Supplier<String> attempt) {
        try {
            return new Check(what, true, attempt.get());
        } catch (Failure failure) {
            return new Check(what, false, String.valueOf(failure.getMessage()));
        }
    }

    private String session(SnowflakeSession session) {
        session.doing("ask for role and warehouse", "GRANT USAGE ON WAREHOUSE … TO ROLE …");
        List<Optional<String>> found = session.query(
                        "SELECT CURRENT_VERSION(), CURRENT_ROLE(), CURRENT_WAREHOUSE(), CURRENT_DATABASE()",
                        row -> List.of(
                                Optional.ofNullable(row.getString(1)),
                                Optional.ofNullable(row.getString(2)),
                                Optional.ofNullable(row.getString(3)),
                                Optional.ofNullable(row.getString(4))))
                .getFirst();
        String role = found.get(1).orElse("none");
        if (found.get(2).isEmpty()) {
            throw new InvalidRequest(
                    "the warehouse of warehouse.url cannot be used; GRANT USAGE ON WAREHOUSE … TO ROLE " + role);
        }
        if (found.get(3).isEmpty()) {
            throw new InvalidRequest(
                    "the database of warehouse.url cannot be used; GRANT USAGE ON DATABASE … TO ROLE " + role);
        }
        return "Snowflake %s as %s, role %s, warehouse %s, database %s"
                .formatted(
                        found.get(0).orElse(""),
                        config.user(),
                        role,
                        found.get(2).get(),
                        found.get(3).get());
    }

    private static String ledger(SnowflakeSession session) {
        if (!SnowflakeLedger.exists(session)) {
            throw new InvalidRequest(
                    "there is no ledger that this role can see; run sluice ddl, or GRANT USAGE ON SCHEMA SLUICE and SELECT, INSERT ON ALL TABLES IN SCHEMA SLUICE TO ROLE …");
        }
        session.doing("read the ledger", "GRANT SELECT ON ALL TABLES IN SCHEMA SLUICE TO ROLE …");
        return "it has %d entries".formatted(session.number("SELECT COUNT(*) FROM \"SLUICE\".\"SLICE_LOG\""));
    }

    private String stage(SnowflakeSession session, String lake) {
        String name = SnowflakeNames.sql(config.stage());
        session.doing("look at the stage " + name, "GRANT USAGE ON STAGE %s TO ROLE …".formatted(name));
        Optional<String> url = session
                .query(
                        "SHOW STAGES LIKE %s IN SCHEMA %s"
                                .formatted(
                                        SnowflakeSql.text(SnowflakeNames.fold(
                                                config.stage().name())),
                                        SnowflakeNames.sql(config.stage().schema())),
                        row -> row.getString("url"))
                .stream()
                .findFirst();
        if (url.isEmpty()) {
            throw new InvalidRequest(
                    "there is no stage %s that this role can see; run sluice ddl, or GRANT USAGE ON STAGE %s TO ROLE …"
                            .formatted(name, name));
        }
        if (!slashed(url.get()).equals(slashed(lake))) {
            throw new InvalidRequest("the stage %s points to %s, the lake is %s; they must be the same"
                    .formatted(name, url.get(), lake));
        }
        return "%s points to %s".formatted(name, url.get());
    }

    private static String slashed(String address) {
        return address.endsWith("/") ? address : address + "/";
    }

    /// What a publish does before its transaction.
    private String staging(SnowflakeSession session, ObjectStore store) {
        String id = "DOCTOR_" + Ulid.at(Instant.now());
        String table = "\"SLUICE\"." + SnowflakeNames.quoted(id);
        String key = Keys.run("doctor-" + id) + "probe.json";
        store.write(key, "{\"probe\":1}\n");
        try {
            session.doing("create a staging table", "GRANT USAGE, CREATE TABLE ON SCHEMA SLUICE TO ROLE …");
            session.execute("CREATE TRANSIENT TABLE %s (\"PROBE\" NUMBER(10,0))".formatted(table));
            try {
                session.doing(
                        "copy an object of the lake",
                        "GRANT USAGE ON STAGE %s TO ROLE …, and an AWS role that trusts Snowflake"
                                .formatted(SnowflakeNames.sql(config.stage())));
                session.execute(
                        "COPY INTO %s FROM (SELECT $1:\"probe\"::NUMBER(10,0) FROM @%s) FILES = (%s) FILE_FORMAT = (TYPE = JSON)"
                                .formatted(table, SnowflakeNames.sql(config.stage()), SnowflakeSql.text(key)));
            } finally {
                session.execute("DROP TABLE IF EXISTS " + table);
            }
        } finally {
            store.delete(List.of(key));
        }
        return "a staging table can be made and filled from the lake";
    }

    private static String schema(SnowflakeSession session, String schema) {
        String name = SnowflakeNames.sql(schema);
        session.doing("look for schema " + name, "GRANT USAGE, CREATE TABLE ON SCHEMA %s TO ROLE …".formatted(name));
        boolean exists = !session.query(
                        "SELECT \"SCHEMA_NAME\" FROM INFORMATION_SCHEMA.SCHEMATA WHERE \"SCHEMA_NAME\" = "
                                + SnowflakeSql.text(SnowflakeNames.fold(schema)),
                        row -> row.getString(1))
                .isEmpty();
        if (!exists) {
            throw new InvalidRequest(
                    "there is no schema %s that this role can see; run sluice ddl, or GRANT USAGE, CREATE TABLE ON SCHEMA %s TO ROLE …"
                            .formatted(name, name));
        }
        String table = name + "." + SnowflakeNames.quoted("SLUICE_DOCTOR_" + Ulid.at(Instant.now()));
        session.execute("CREATE TRANSIENT TABLE %s (\"PROBE\" NUMBER(10,0))".formatted(table));
        session.execute("DROP TABLE IF EXISTS " + table);
        return "tables can be made in it";
    }
}
