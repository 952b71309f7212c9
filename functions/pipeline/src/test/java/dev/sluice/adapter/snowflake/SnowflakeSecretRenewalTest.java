package dev.sluice.adapter.snowflake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.adapter.secretsmanager.LoopbackSecrets;
import dev.sluice.adapter.secretsmanager.SecretsManager;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.Surroundings;
import dev.sluice.config.WarehouseConfig;
import dev.sluice.model.InvalidRequest;
import dev.sluice.snowflake.SnowflakeServer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A password of Snowflake that is rotated while a process lives: `${secret:}` through the protocols of
/// Secrets Manager and of Snowflake's login. (Keys need a driver in another locale than that of the
/// tests.)
class SnowflakeSecretRenewalTest {
    private static final String NAME = "sluice/test/snowflake";
    private static final String ENDPOINT = "aws.endpointUrlSecretsManager";
    private static final Map<String, String> ENVIRONMENT =
            Map.of("aws.accessKeyId", "a", "aws.secretAccessKey", "b", "aws.region", "eu-north-1");

    private final LoopbackSecrets kept = LoopbackSecrets.start();
    private final SnowflakeServer server = SnowflakeServer.start();

    @BeforeEach
    void environment() {
        ENVIRONMENT.forEach(System::setProperty);
        System.setProperty(ENDPOINT, kept.endpoint().toString());
    }

    @AfterEach
    void close() {
        ENVIRONMENT.keySet().forEach(System::clearProperty);
        System.clearProperty(ENDPOINT);
        server.close();
        kept.close();
    }

    @Test
    void aPasswordThatWasChangedIsReadAgainOnceAndUsed() {
        WarehouseConfig.Snowflake config = config("password: \"${secret:sluice/test/snowflake#password}\"");
        server.password("LOADER", "first");
        kept.put(NAME, "{\"password\": \"first\"}");
        login(config);
        server.password("LOADER", "second");
        kept.put(NAME, "{\"password\": \"second\"}");
        login(config);
        login(config);
        assertThat(kept.asked()).as("at first, and after the refusal").hasSize(2);
    }

    @Test
    void aSecondRefusalIsAMistakeOfTheConfigurationAndNotTriedAgain() {
        WarehouseConfig.Snowflake config = config("password: \"${secret:sluice/test/snowflake#password}\"");
        server.password("LOADER", "right");
        kept.put(NAME, "{\"password\": \"wrong-1\"}");
        refused(config, 1, 2);
        kept.put(NAME, "{\"password\": \"wrong-2\"}");
        refused(config, 2, 1);
        refused(config, 1, 1);
    }

    /// @param logins how often Snowflake is asked
    /// @param reads  how often Secrets Manager is
    private void refused(WarehouseConfig.Snowflake config, int logins, int reads) {
        long before = server.requests();
        int asked = kept.asked().size();
        assertThatThrownBy(() -> login(config))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("connect to Snowflake as LOADER: Snowflake says 390100")
                .hasMessageContaining("the login is refused; check warehouse.user, its key or password")
                .hasMessageNotContaining("wrong");
        assertThat(server.requests() - before).as("logins").isEqualTo(logins);
        assertThat(kept.asked().size() - asked).as("reads of the secret").isEqualTo(reads);
    }

    private static void login(WarehouseConfig.Snowflake config) {
        SnowflakeSession.open(config, Map.of()).close();
    }

    private WarehouseConfig.Snowflake config(String credentials) {
        String yaml = """
                version: 1
                source: {url: "jdbc:postgresql://h/d", user: u, password: "${env:PATH}"}
                lake: {url: "s3://lake/sluice"}
                warehouse: {type: snowflake, url: "%s", user: LOADER, %s}
                tables: {a.b: {strategy: wholesale}}
                """.formatted(server.jdbcUrl(), credentials);
        return (WarehouseConfig.Snowflake) SluiceConfig.parse(
                        yaml,
                        "sluice.yaml",
                        Path.of("/tmp"),
                        Surroundings.functions(System::getenv, new SecretsManager()))
                .warehouse();
    }
}
