package dev.sluice.adapter.snowflake;

import dev.sluice.config.WarehouseConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Every object that a sync needs in Snowflake, as SQL that may run again. To be run by an administrator;
/// Sluice itself never runs it.
///
/// @param lake       address of the lake, `s3://bucket/prefix/`
/// @param roleArn    the AWS role that may read the lake
/// @param externalId under which Snowflake takes that role on
/// @param schemas    of the tables that are kept, as the source spells them
/// @param layers     further schemas, empty
/// @param credits    that the loading warehouse may spend in a month
/// @param retentionDays of Time Travel
/// @param policies   with examples of policies, which not every edition has
public record SnowflakeDdl(
        WarehouseConfig.Snowflake config,
        String lake,
        String roleArn,
        String externalId,
        List<String> schemas,
        List<String> layers,
        long credits,
        int retentionDays,
        boolean policies) {
    private static final String LOADER = "SLUICE_LOADER";
    private static final String READER = "SLUICE_READER";
    private static final int EXTERNAL_ID_DIGITS = 32;

    public SnowflakeDdl {
        schemas = List.copyOf(schemas);
        layers = List.copyOf(layers);
    }

    /// An external id that is the same whenever and wherever it is asked for, so that the AWS role's trust
    /// can be written before Snowflake's side exists.
    public static String externalId(WarehouseConfig.Snowflake config, String lake) {
        String account = config.url().replaceFirst("^jdbc:snowflake://", "").replaceFirst("[/?].*$", "");
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((account + " " + lake).getBytes(StandardCharsets.UTF_8));
            return "sluice-" + HexFormat.of().formatHex(digest).substring(0, EXTERNAL_ID_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    public String sql() {
        Map<String, String> names = new LinkedHashMap<>();
        String loader = config.role().orElse(LOADER);
        names.put("database", SnowflakeNames.sql(parameter("db")));
        names.put("warehouse", SnowflakeNames.sql(parameter("warehouse")));
        names.put("monitor", "\"SLUICE_MONITOR\"");
        names.put("integration", "\"SLUICE_LAKE\"");
        names.put("loader", SnowflakeNames.sql(loader));
        names.put("reader", SnowflakeNames.quoted(READER));
        names.put("loader_text", SnowflakeSql.text(SnowflakeNames.fold(loader)));
        names.put("stage", SnowflakeNames.sql(config.stage()));
        names.put("stage_schema", SnowflakeNames.sql(config.stage().schema()));
        names.put("lake", SnowflakeSql.text(lake));
        names.put("role_arn", SnowflakeSql.text(roleArn));
        names.put("external_id", SnowflakeSql.text(externalId));
        names.put("quota", String.valueOf(credits));
        names.put("retention", String.valueOf(retentionDays));
        names.put("ledger", SnowflakeSql.resource("ledger.sql").strip());
        names.put("drops", SnowflakeSql.resource("drops.sql").strip());
        StringBuilder all = new StringBuilder();
        for (String schema : schemas) {
            all.append(with(names, schema, "ddl-schema.sql"));
        }
        for (String layer : layers) {
            all.append('\n').append(with(names, layer, "ddl-layer.sql"));
        }
        names.put("schemas", all.toString().strip());
        String sql = filled("ddl.sql", names) + (policies ? "\n" + filled("ddl-policies.sql", names) : "");
        return """
                -- Everything that Sluice needs in Snowflake. Run it as ACCOUNTADMIN; it may run again.
                -- Trust policy of the AWS role %s: principal STORAGE_AWS_IAM_USER_ARN of
                -- DESC INTEGRATION "SLUICE_LAKE", condition sts:ExternalId = %s
                USE ROLE ACCOUNTADMIN;

                %s
                -- The user that loads has a key, no password:
                --   CREATE USER IF NOT EXISTS %5$s TYPE = SERVICE DEFAULT_ROLE = %4$s RSA_PUBLIC_KEY = '…';
                --   GRANT ROLE %4$s TO USER %5$s;
                """.formatted(roleArn, externalId, sql, SnowflakeNames.sql(loader), SnowflakeNames.sql(config.user()));
    }

    private static String with(Map<String, String> names, String schema, String resource) {
        Map<String, String> all = new LinkedHashMap<>(names);
        all.put("schema", SnowflakeNames.sql(schema));
        return filled(resource, all);
    }

    private String parameter(String name) {
        String query = config.url().substring(config.url().indexOf('?') + 1);
        return List.of(query.split("&", -1)).stream()
                .map(pair -> pair.split("=", 2))
                .filter(pair -> pair[0].equalsIgnoreCase(name) && pair.length == 2)
                .map(pair -> pair[1])
                .findFirst()
                .orElseThrow();
    }

    private static String filled(String resource, Map<String, String> names) {
        String text = SnowflakeSql.resource(resource);
        for (Map.Entry<String, String> name : names.entrySet()) {
            text = text.replace("${" + name.getKey() + "}", name.getValue());
        }
        Optional<String> open = text.lines().filter(line -> line.contains("${")).findFirst();
        if (open.isPresent()) {
            throw new IllegalStateException(resource + ": " + open.get());
        }
        return text;
    }
}
