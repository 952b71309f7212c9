package dev.sluice.cli;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Steps of docs/deploy.md that can be taken without an account.
class DeployGuideTest {
    @ParameterizedTest
    @ValueSource(strings = {"dev", "prod"})
    void theObjectsOfAnEnvironmentAreWrittenWithoutItsSecrets(String environment) {
        Cli.bare(
                        "ddl",
                        "-c",
                        "../infra/environments/" + environment + "/sluice.yaml",
                        "--role-arn",
                        "arn:aws:iam::111122223333:role/sluice-" + environment + "-snowflake")
                .exits(0)
                .says(
                        "'s3://acme-sluice-lake-" + environment + "/sluice/'",
                        "CREATE STORAGE INTEGRATION IF NOT EXISTS",
                        "condition sts:ExternalId = sluice-")
                .doesNotSay("${secret:");
    }
}
