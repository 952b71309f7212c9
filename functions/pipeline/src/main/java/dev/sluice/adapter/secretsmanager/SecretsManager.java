package dev.sluice.adapter.secretsmanager;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.config.SecretName;
import dev.sluice.config.Secrets;
import dev.sluice.model.Failure;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.StoreUnavailable;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;

/// Reads secrets of AWS Secrets Manager, with the credentials, region and endpoint of the environment. The
/// client is made when the first secret is asked for. Thread-safe.
///
/// Messages name the secret and never hold what the service says, which may name a principal; a text that
/// is no JSON is not shown either, nor is the parser's complaint.
public final class SecretsManager implements Secrets {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(15);
    private static final ObjectMapper JSON = new ObjectMapper();

    /// By name or ARN: the secret as a whole, as it was read last.
    private final Map<String, String> read = new ConcurrentHashMap<>();

    /// What was last handed out. Two fields of one secret are renewed one after the other, and the first
    /// of them reads the secret anew for both.
    private final Map<SecretName, String> given = new ConcurrentHashMap<>();

    private @Nullable SecretsManagerClient client;

    @Override
    public String value(SecretName name) {
        String value = field(name, read.computeIfAbsent(name.name(), this::ask));
        given.put(name, value);
        return value;
    }

    @Override
    public boolean renew(SecretName name) {
        String now = ask(name.name());
        read.put(name.name(), now);
        return !field(name, now).equals(given.get(name));
    }

    private String ask(String name) {
        try {
            String text =
                    client().getSecretValue(request -> request.secretId(name)).secretString();
            if (text == null || text.isEmpty()) {
                throw new InvalidRequest(
                        "secret %s: it holds no text; aws secretsmanager put-secret-value puts one in".formatted(name));
            }
            return text;
        } catch (SdkException e) {
            throw failure(name, e);
        }
    }

    private synchronized SecretsManagerClient client() {
        SecretsManagerClient made = client;
        if (made == null) {
            made = SecretsManagerClient.builder()
                    .httpClient(UrlConnectionHttpClient.builder()
                            .connectionTimeout(CONNECT_TIMEOUT)
                            .socketTimeout(READ_TIMEOUT)
                            .build())
                    .build();
            client = made;
        }
        return made;
    }

    private static Failure failure(String name, SdkException e) {
        if (e instanceof ResourceNotFoundException) {
            return new InvalidRequest(
                    "secret %s: there is none of that name in this region, or it has no value yet; Terraform makes the entry, its value is put in by hand"
                            .formatted(name),
                    e);
        }
        boolean refused = e instanceof AwsServiceException service
                && service.statusCode() < 500
                && service.statusCode() != 429
                && !service.isThrottlingException();
        if (refused) {
            String code = ((AwsServiceException) e).awsErrorDetails().errorCode();
            return new InvalidRequest(
                    "secret %s: Secrets Manager answers %s; the function needs secretsmanager:GetSecretValue on it, and kms:Decrypt on its key"
                            .formatted(name, code),
                    e);
        }
        return new StoreUnavailable(
                "secret %s: Secrets Manager cannot be reached, or has trouble of its own (%s)"
                        .formatted(name, e.getClass().getSimpleName()),
                e);
    }

    private static String field(SecretName name, String text) {
        if (name.key().isEmpty()) {
            return text;
        }
        String key = name.key().get();
        JsonNode field = object(name, text).path(key);
        if (!field.isTextual() || field.textValue().isEmpty()) {
            throw new InvalidRequest("secret %s: expected a JSON object with a text under '%s'".formatted(name, key));
        }
        return field.textValue();
    }

    private static JsonNode object(SecretName name, String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException hidden) {
            throw new InvalidRequest(
                    "secret %s: expected a JSON object, because a field of it is asked for".formatted(name));
        }
    }
}
