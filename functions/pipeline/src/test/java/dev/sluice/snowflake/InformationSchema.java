package dev.sluice.snowflake;

import java.util.List;
import java.util.Optional;

/// The views of INFORMATION_SCHEMA that this server has. They show what the role may see.
final class InformationSchema {
    private static final String SCHEMA = "INFORMATION_SCHEMA";

    private InformationSchema() {}

    static boolean isIn(Name name) {
        return name.parts().size() > 1
                && name.parts().get(name.parts().size() - 2).equals(SCHEMA);
    }

    static Optional<Source> of(Run run, Name written) {
        if (!isIn(written)) {
            return Optional.empty();
        }
        Name full = run.session().full(written, 3);
        String database = full.parts().getFirst();
        run.requireUsage(run.find(Thing.Type.DATABASE, Name.of(database)));
        Rows rows = switch (written.last()) {
            case "TABLES" -> tables(run, database);
            case "VIEWS" -> views(run, database);
            case "COLUMNS" -> columns(run, database);
            case "SCHEMATA" -> schemata(run, database);
            case "STAGES" -> stages(run, database);
            case "LOAD_HISTORY" -> throw SqlFailure.unsupported("LOAD_HISTORY");
            default -> throw SqlFailure.missingTable(written);
        };
        return Optional.of(Source.of(rows.upper()));
    }

    private static List<Relation> visible(Run run, String database) {
        return run.account.catalog.relations().stream()
                .filter(t -> t.name().parts().getFirst().equals(database))
                .filter(t -> run.account.rights.sees(run.session().role, t))
                .filter(t -> run.may(
                        "USAGE",
                        run.find(Thing.Type.SCHEMA, new Name(t.name().parts().subList(0, 2)))))
                .toList();
    }

    private static Rows tables(Run run, String database) {
        Rows rows = Rows.named(
                "table_catalog",
                "table_schema",
                "table_name",
                "table_owner",
                "table_type",
                "is_transient",
                "clustering_key",
                "row_count#",
                "bytes#",
                "retention_time#",
                "created@",
                "last_altered@",
                "comment");
        for (Relation table : visible(run, database)) {
            List<String> name = table.name().parts();
            Long count = table.isView() ? null : run.account.store.rows(table);
            rows.add(
                    name.get(0),
                    name.get(1),
                    name.get(2),
                    table.owner(),
                    table.isView() ? "VIEW" : "BASE TABLE",
                    table.isView() ? null : table.isTransient() ? "YES" : "NO",
                    table.options().text("CLUSTER_BY").orElse(null),
                    count,
                    count,
                    table.options().text("DATA_RETENTION_TIME_IN_DAYS").orElse("1"),
                    table.created(),
                    table.created(),
                    table.options().text("COMMENT").orElse(null));
        }
        return rows;
    }

    private static Rows views(Run run, String database) {
        Rows rows = Rows.named(
                "table_catalog", "table_schema", "table_name", "table_owner", "view_definition", "is_secure");
        for (Relation view : visible(run, database)) {
            if (view.isView()) {
                List<String> name = view.name().parts();
                rows.add(
                        name.get(0),
                        name.get(1),
                        name.get(2),
                        view.owner(),
                        view.viewText,
                        view.property("SECURE").equals("true") ? "YES" : "NO");
            }
        }
        return rows;
    }

    private static Rows columns(Run run, String database) {
        Rows rows = Rows.named(
                "table_catalog",
                "table_schema",
                "table_name",
                "column_name",
                "ordinal_position#",
                "column_default",
                "is_nullable",
                "data_type",
                "character_maximum_length#",
                "character_octet_length#",
                "numeric_precision#",
                "numeric_precision_radix#",
                "numeric_scale#",
                "datetime_precision#",
                "comment");
        for (Relation table : visible(run, database)) {
            List<String> name = table.name().parts();
            int position = 0;
            for (Relation.Column column : table.columns()) {
                SfType type = column.type();
                boolean sized = type.kind() == SfType.Kind.TEXT || type.kind() == SfType.Kind.BINARY;
                boolean fixed = type.kind() == SfType.Kind.FIXED;
                boolean timed = type.kind().isTimestamp() || type.kind() == SfType.Kind.TIME;
                rows.add(
                        name.get(0),
                        name.get(1),
                        name.get(2),
                        column.name(),
                        ++position,
                        column.defaultValue().map(Object::toString).orElse(null),
                        column.nullable() ? "YES" : "NO",
                        type.family(),
                        sized ? type.precision() : null,
                        sized ? Math.min(SfType.MAX_TEXT, type.precision() * 4L) : null,
                        fixed ? type.precision() : null,
                        fixed ? 10 : null,
                        fixed ? type.scale() : null,
                        timed ? type.scale() : null,
                        column.comment().isEmpty() ? null : column.comment());
            }
        }
        return rows;
    }

    private static Rows schemata(Run run, String database) {
        Rows rows = Rows.named(
                "catalog_name",
                "schema_name",
                "schema_owner",
                "is_transient",
                "is_managed_access",
                "retention_time#",
                "created@",
                "comment");
        for (Thing schema : run.account.catalog.all(Thing.Type.SCHEMA)) {
            if (schema.name().parts().getFirst().equals(database)
                    && run.account.rights.sees(run.session().role, schema)) {
                rows.add(
                        database,
                        schema.name().last(),
                        schema.owner(),
                        "NO",
                        schema.property("MANAGED_ACCESS").equals("true") ? "YES" : "NO",
                        schema.options().text("DATA_RETENTION_TIME_IN_DAYS").orElse("1"),
                        schema.created(),
                        schema.options().text("COMMENT").orElse(null));
            }
        }
        return rows;
    }

    private static Rows stages(Run run, String database) {
        Rows rows = Rows.named("stage_catalog", "stage_schema", "stage_name", "stage_url", "stage_type", "stage_owner");
        for (Thing stage : run.account.catalog.all(Thing.Type.STAGE)) {
            List<String> name = stage.name().parts();
            if (name.getFirst().equals(database) && run.account.rights.sees(run.session().role, stage)) {
                rows.add(name.get(0), name.get(1), name.get(2), stage.property("URL"), "External Named", stage.owner());
            }
        }
        return rows;
    }
}
