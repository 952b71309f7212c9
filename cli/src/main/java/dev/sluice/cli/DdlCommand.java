package dev.sluice.cli;

import dev.sluice.adapter.snowflake.SnowflakeDdl;
import dev.sluice.config.LakeConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.WarehouseConfig;
import dev.sluice.model.InvalidRequest;
import dev.sluice.store.Json;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sluice ddl`.
@Command(
        name = "ddl",
        mixinStandardHelpOptions = true,
        description =
                "Prints every object and grant that a sync needs in Snowflake as SQL that may run again: database, schemas,"
                        + " storage integration, stage, ledger, roles, warehouse, resource monitor. Connects to nothing.",
        footer = "An administrator runs it, for example with: sluice ddl --role-arn … | snow sql -i")
final class DdlCommand implements Callable<Integer> {
    private static final String NO_ROLE = "arn:aws:iam::000000000000:role/TO-BE-NAMED";

    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    @Option(
            names = "--role-arn",
            paramLabel = "ARN",
            defaultValue = NO_ROLE,
            description = "The AWS role that may read the lake.")
    @SuppressWarnings("NullAway.Init")
    private String roleArn;

    @Option(
            names = "--external-id",
            paramLabel = "ID",
            defaultValue = "",
            description = "Under which Snowflake takes that role on (default: derived from account and lake, always the"
                    + " same).")
    @SuppressWarnings("NullAway.Init")
    private String externalId;

    @Option(
            names = "--quota",
            paramLabel = "CREDITS",
            defaultValue = "20",
            description = "What the loading warehouse may spend in a month (default: 20).")
    private long credits;

    @Option(
            names = "--retention-days",
            paramLabel = "DAYS",
            defaultValue = "1",
            description = "Time Travel (default: 1; above that needs Enterprise edition).")
    private int retentionDays;

    @Option(names = "--silver", description = "With an empty schema SILVER for what is made of the tables.")
    private boolean silver;

    @Option(names = "--gold", description = "With an empty schema GOLD for what is shown of them.")
    private boolean gold;

    @Option(
            names = "--no-policies",
            description = "Without the examples of a masking and a row access policy, which need Enterprise edition.")
    private boolean noPolicies;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    /// What `-o json` prints.
    record Result(String externalId, String sql) {}

    @Override
    public Integer call() {
        checkOptions();
        SluiceConfig config = options.loadWithoutSecrets();
        if (!(config.warehouse() instanceof WarehouseConfig.Snowflake snowflake)
                || !(config.lake() instanceof LakeConfig.S3 lake)) {
            throw new InvalidRequest("sluice ddl: the warehouse of %s is a file, which needs no objects made before"
                    .formatted(options.file));
        }
        String address = lake.address() + "/";
        String id = externalId.isEmpty() ? SnowflakeDdl.externalId(snowflake, address) : externalId;
        List<String> layers = new ArrayList<>();
        if (silver) {
            layers.add("silver");
        }
        if (gold) {
            layers.add("gold");
        }
        SnowflakeDdl ddl = new SnowflakeDdl(
                snowflake, address, roleArn, id, config.targetSchemas(), layers, credits, retentionDays, !noPolicies);
        PrintWriter out = spec.commandLine().getOut();
        if (options.json()) {
            out.println(Json.write(new Result(id, ddl.sql())));
        } else {
            out.println(ddl.sql().strip());
            spec.commandLine().getErr().println("external id: " + id);
        }
        if (roleArn.equals(NO_ROLE)) {
            spec.commandLine()
                    .getErr()
                    .println("no --role-arn was given; put the ARN of the AWS role in its place before running this");
        }
        return Sluice.OK;
    }

    private void checkOptions() {
        refuse(
                !roleArn.matches("arn:[a-z-]+:iam::\\d{12}:role/[\\w+=,.@/-]+"),
                "--role-arn: expected arn:aws:iam::ACCOUNT:role/NAME");
        refuse(!externalId.matches("[\\w+=,.@:/-]*"), "--external-id: expected letters, digits and +=,.@:/-");
        refuse(credits < 1, "--quota: expected 1 credit or more");
        refuse(retentionDays < 0 || retentionDays > 90, "--retention-days: expected 0 to 90");
    }

    private void refuse(boolean wrong, String what) {
        if (wrong) {
            throw new CommandLine.ParameterException(spec.commandLine(), what);
        }
    }
}
