package dev.sluice.adapter.secretsmanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.SecretName;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.StoreUnavailable;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SecretsManagerTest {
    private static final SecretName PASSWORD = new SecretName("sluice/source", Optional.of("password"));
    private static final SecretName WHOLE = new SecretName("sluice/source", Optional.empty());
    private static final String ENDPOINT = "aws.endpointUrlSecretsManager";

    /// What the environment says elsewhere.
    private static final Map<String, String> ENVIRONMENT =
            Map.of("aws.accessKeyId", "a", "aws.secretAccessKey", "b", "aws.region", "eu-north-1");

    private final LoopbackSecrets service = LoopbackSecrets.start();
    private final SecretsManager secrets = new SecretsManager();

    @BeforeEach
    void environment() {
        ENVIRONMENT.forEach(System::setProperty);
        System.setProperty(ENDPOINT, service.endpoint().toString());
    }

    @AfterEach
    void close() {
        ENVIRONMENT.keySet().forEach(System::clearProperty);
        System.clearProperty(ENDPOINT);
        service.close();
    }

    @Test
    void aSecretIsAskedForOnceAndAnewOnlyWhenItIsToBeRenewed() {
        service.put("sluice/source", "{\"password\": \"first\", \"other\": \"x\"}");
        assertThat(secrets.value(PASSWORD)).isEqualTo("first");
        assertThat(secrets.value(PASSWORD)).isEqualTo("first");
        assertThat(secrets.value(WHOLE)).startsWith("{");
        assertThat(service.asked()).containsExactly("sluice/source");
        service.put("sluice/source", "{\"password\": \"first\", \"other\": \"y\"}");
        assertThat(secrets.renew(PASSWORD)).as("another field changed").isFalse();
        service.put("sluice/source", "{\"password\": \"second\"}");
        assertThat(secrets.value(PASSWORD)).isEqualTo("first");
        assertThat(secrets.renew(PASSWORD)).isTrue();
        assertThat(secrets.value(PASSWORD)).isEqualTo("second");
        assertThat(service.asked()).hasSize(3);
    }

    @Test
    void aFieldThatChangedIsSeenAlsoWhenAnotherOfTheSameSecretWasRenewedBefore() {
        SecretName other = new SecretName("sluice/source", Optional.of("other"));
        service.put("sluice/source", "{\"password\": \"first\", \"other\": \"x\"}");
        assertThat(secrets.value(PASSWORD) + secrets.value(other)).isEqualTo("firstx");
        service.put("sluice/source", "{\"password\": \"second\", \"other\": \"x\"}");
        assertThat(secrets.renew(other)).isFalse();
        assertThat(secrets.renew(PASSWORD)).isTrue();
    }

    @Test
    void whatIsWrongWithASecretIsSaidWithoutItsTextAndWithoutTheServicesWords() {
        assertThatThrownBy(() -> secrets.value(PASSWORD))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("secret sluice/source: there is none of that name");
        service.put("sluice/source", "hunter2");
        assertThatThrownBy(() -> secrets.value(PASSWORD))
                .isInstanceOf(InvalidRequest.class)
                .hasMessage("secret sluice/source#password: expected a JSON object, because a field of it is asked for")
                .hasNoCause();
        service.put("sluice/source", "{\"passwort\": \"hunter2\"}");
        secrets.renew(WHOLE);
        assertThatThrownBy(() -> secrets.value(PASSWORD))
                .isInstanceOf(InvalidRequest.class)
                .hasMessage("secret sluice/source#password: expected a JSON object with a text under 'password'");
    }

    @Test
    void aMissingRightIsAMistakeAndTroubleOfTheServicePasses() {
        service.refuse("AccessDeniedException");
        assertThatThrownBy(() -> secrets.value(PASSWORD))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("AccessDeniedException; the function needs secretsmanager:GetSecretValue")
                .hasMessageNotContaining("somebody");
        service.refuse("InternalServiceError");
        assertThatThrownBy(() -> secrets.value(PASSWORD)).isInstanceOf(StoreUnavailable.class);
    }
}
