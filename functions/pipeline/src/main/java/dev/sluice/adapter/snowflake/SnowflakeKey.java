package dev.sluice.adapter.snowflake;

import dev.sluice.config.Secret;
import dev.sluice.config.WarehouseConfig;
import dev.sluice.model.InvalidRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Properties;

/// The private key of a user, from PEM to what the driver takes. A plain key is read by the JDK; one that
/// is encrypted by the driver, which knows more ways of encryption, such as the 3DES of Snowflake's own
/// instructions.
final class SnowflakeKey {
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String ENCRYPTED = "-----BEGIN ENCRYPTED PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";

    private SnowflakeKey() {}

    static void put(WarehouseConfig.KeyPair pair, Properties properties) {
        properties.put("authenticator", "SNOWFLAKE_JWT");
        // A variable of the environment may hold the line ends as two characters each.
        String pem = pair.privateKey().reveal().replace("\\n", "\n").strip();
        if (pem.startsWith(BEGIN)) {
            properties.put("privateKey", plain(pem));
            return;
        }
        if (!pem.startsWith(ENCRYPTED)) {
            throw new InvalidRequest(
                    "warehouse.private_key: found a text that is no private key in PKCS#8; expected PEM: %s or %s"
                            .formatted(BEGIN, ENCRYPTED));
        }
        byte[] bytes = (pem + "\n").getBytes(StandardCharsets.US_ASCII);
        properties.put("private_key_base64", Base64.getEncoder().encodeToString(bytes));
        properties.put("private_key_pwd", pair.passphrase().map(Secret::reveal).orElse(""));
    }

    private static PrivateKey plain(String pem) {
        int end = pem.indexOf(END);
        if (end < 0) {
            throw new InvalidRequest("warehouse.private_key: the line %s is missing".formatted(END));
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(pem.substring(BEGIN.length(), end));
            return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new InvalidRequest(
                    "warehouse.private_key: not an RSA key in PKCS#8; openssl genrsa 2048 | openssl pkcs8 -topk8 -nocrypt -out key.p8 makes one");
        }
    }
}
