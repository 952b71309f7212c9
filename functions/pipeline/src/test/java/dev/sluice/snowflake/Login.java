package dev.sluice.snowflake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Who may log in: users with a password or a public key that the token must be signed for.
final class Login {
    record User(String name, String role, Optional<String> password, Optional<PublicKey> key) {}

    private static final ObjectMapper JSON = new ObjectMapper();
    private final Map<String, User> users = new ConcurrentHashMap<>();

    void add(User user) {
        users.put(user.name(), user);
    }

    User check(JsonNode data) {
        User user = users.get(Variants.upper(data.path("LOGIN_NAME").asText()));
        String authenticator = Variants.upper(data.path("AUTHENTICATOR").asText("SNOWFLAKE"));
        boolean right = user != null
                && switch (authenticator) {
                    case "SNOWFLAKE", "" ->
                        user.password().equals(Optional.of(data.path("PASSWORD").asText()));
                    case "SNOWFLAKE_JWT" -> signed(user, data.path("TOKEN").asText());
                    default -> false;
                };
        if (user == null || !right) {
            throw authenticator.equals("SNOWFLAKE_JWT")
                    ? new SqlFailure("390144", "08001", "JWT token is invalid.")
                    : new SqlFailure("390100", "08001", "Incorrect username or password was specified.");
        }
        return user;
    }

    private static boolean signed(User user, String token) {
        String[] parts = token.split("\\.");
        if (parts.length != 3 || user.key().isEmpty()) {
            return false;
        }
        try {
            PublicKey key = user.key().get();
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initVerify(key);
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            JsonNode header = JSON.readTree(Base64.getUrlDecoder().decode(parts[0]));
            JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
            String subject = SnowflakeServer.ACCOUNT + "." + user.name();
            return signature.verify(Base64.getUrlDecoder().decode(parts[2]))
                    && header.path("alg").asText().equals("RS256")
                    && claims.path("sub").asText().equals(subject)
                    && claims.path("iss").asText().equals(subject + "." + fingerprint(key))
                    && claims.path("exp").asLong() > Instant.now().getEpochSecond();
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            return false;
        }
    }

    private static String fingerprint(PublicKey key) throws GeneralSecurityException {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
        return "SHA256:" + Base64.getEncoder().encodeToString(digest);
    }
}
