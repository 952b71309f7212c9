package dev.sluice.store;

import java.security.SecureRandom;
import java.time.Instant;

/// Names of attempts: 48 bits of milliseconds and 80 random bits in Crockford's base 32, so that they
/// sort by time.
public final class Ulid {
    private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final SecureRandom RANDOM = new SecureRandom();

    private Ulid() {}

    public static String at(Instant time) {
        StringBuilder text = new StringBuilder(26);
        long millis = time.toEpochMilli();
        for (int shift = 45; shift >= 0; shift -= 5) {
            text.append(ALPHABET.charAt((int) (millis >>> shift & 31)));
        }
        for (int i = 0; i < 16; i++) {
            text.append(ALPHABET.charAt(RANDOM.nextInt(32)));
        }
        return text.toString();
    }
}
