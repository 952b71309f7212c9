package dev.sluice.adapter.snowflake;

import dev.sluice.model.Column;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.TableName;
import dev.sluice.warehouse.Publication;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Makes the target fit, with statements that each commit by themselves and change no value: a reader
/// sees new columns without values until the wave is published.
final class SnowflakeTarget {
    private final SnowflakeSession session;
    private final Publication publication;
    private final TableName target;
    private final Map<String, Column> columns;
    private final Map<String, String> existing;

    SnowflakeTarget(SnowflakeSession session, Publication publication) {
        this.session = session;
        this.publication = publication;
        this.target = publication.definition().target();
        this.columns = SnowflakeNames.columns(publication.definition());
        this.existing = SnowflakeLedger.columns(session, target);
    }

    boolean exists() {
        return !existing.isEmpty();
    }

    /// Creates or alters the target.
    ///
    /// @return false if it does not fit and is to be recreated instead
    boolean evolve() {
        if (existing.isEmpty()) {
            create(session, target, ddl());
            return true;
        }
        if (!SnowflakeLedger.isOurs(existing)) {
            throw new InvalidRequest(
                    "the warehouse already has a table %s that Sluice did not make; name another one with target:, or drop it"
                            .formatted(target));
        }
        List<String> misfits = misfits();
        if (!misfits.isEmpty() && publication.recreate()) {
            return false;
        }
        if (!misfits.isEmpty()) {
            throw new InvalidRequest("%s: %s. Recreate the target with: sluice sync --full --select %s"
                    .formatted(
                            target,
                            String.join("; ", misfits),
                            publication.definition().source()));
        }
        alter();
        return true;
    }

    /// Creates a table, and its schema if there is none.
    static void create(SnowflakeSession session, TableName target, String ddl) {
        session.doing(
                "create " + target, "GRANT USAGE, CREATE TABLE ON SCHEMA %s TO ROLE …".formatted(target.schema()));
        if (session.query(
                        "SELECT \"SCHEMA_NAME\" FROM INFORMATION_SCHEMA.SCHEMATA WHERE \"SCHEMA_NAME\" = "
                                + SnowflakeSql.text(SnowflakeNames.fold(target.schema())),
                        row -> row.getString(1))
                .isEmpty()) {
            session.doing("create the schema of " + target, "GRANT CREATE SCHEMA ON DATABASE … TO ROLE …");
            session.execute("CREATE SCHEMA IF NOT EXISTS " + SnowflakeNames.sql(target.schema()));
        }
        session.execute("CREATE TABLE IF NOT EXISTS %s (%s)".formatted(SnowflakeNames.sql(target), ddl));
    }

    /// The columns of the target, in order, with the ones that Sluice adds.
    String ddl() {
        StringBuilder ddl = new StringBuilder();
        columns.forEach((name, column) -> ddl.append(SnowflakeNames.quoted(name))
                .append(' ')
                .append(SnowflakeTypes.ddl(column.type()))
                .append(", "));
        return ddl.append("""
                        "_SLUICE_SLICE" VARCHAR NOT NULL, "_SLUICE_RUN" VARCHAR NOT NULL, "_SLUICE_SYNCED_AT" TIMESTAMP_TZ(6) NOT NULL""").toString();
    }

    private List<String> misfits() {
        List<String> misfits = new ArrayList<>();
        columns.forEach((name, column) -> {
            String has = existing.get(name);
            String wants = SnowflakeTypes.ddl(column.type());
            if (has == null && column.notNull() && !publication.replaceAll()) {
                misfits.add("column %s is new and NOT NULL".formatted(column.name()));
            }
            if (has != null && !has.equals(wants) && !SnowflakeTypes.widens(has, wants)) {
                misfits.add("column %s is %s in the warehouse and would be %s".formatted(column.name(), has, wants));
            }
        });
        Set<String> atSource =
                SnowflakeNames.folded(publication.sourceColumns()).keySet();
        for (String name : existing.keySet()) {
            if (!SnowflakeNames.isAdded(name) && !columns.containsKey(name) && !atSource.contains(name)) {
                misfits.add("column %s was dropped or renamed at the source".formatted(SnowflakeNames.unfolded(name)));
            }
        }
        return misfits;
    }

    private void alter() {
        String table = SnowflakeNames.sql(target);
        session.doing("alter " + target, "GRANT OWNERSHIP ON TABLE %s TO ROLE …".formatted(table));
        columns.forEach((name, column) -> {
            String has = existing.get(name);
            String wants = SnowflakeTypes.ddl(column.type());
            if (has == null) {
                session.execute("ALTER TABLE %s ADD COLUMN IF NOT EXISTS %s %s"
                        .formatted(table, SnowflakeNames.quoted(name), wants));
            } else if (!has.equals(wants)) {
                session.execute("ALTER TABLE %s ALTER COLUMN %s SET DATA TYPE %s"
                        .formatted(table, SnowflakeNames.quoted(name), wants));
            }
        });
    }

    /// Columns that the configuration leaves out go after the commit: until then a reader finds the old
    /// rows whole.
    void dropLeftOut() {
        String table = SnowflakeNames.sql(target);
        session.doing("alter " + target, "GRANT OWNERSHIP ON TABLE %s TO ROLE …".formatted(table));
        for (String name : existing.keySet()) {
            if (!SnowflakeNames.isAdded(name) && !columns.containsKey(name)) {
                session.execute(
                        "ALTER TABLE %s DROP COLUMN IF EXISTS %s".formatted(table, SnowflakeNames.quoted(name)));
            }
        }
    }
}
