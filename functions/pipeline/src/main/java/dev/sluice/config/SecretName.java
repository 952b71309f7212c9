package dev.sluice.config;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What `${secret:NAME#key}` names.
///
/// @param name name or ARN
/// @param key  a field of the JSON object that the secret is; empty: the secret as a whole
public record SecretName(String name, Optional<String> key) {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{secret:([^}#\\s]+)(?:#([^}#\\s]+))?}");

    static Optional<SecretName> parse(String reference) {
        Matcher parts = REFERENCE.matcher(reference);
        return parts.matches()
                ? Optional.of(new SecretName(parts.group(1), Optional.ofNullable(parts.group(2))))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return name + key.map(k -> "#" + k).orElse("");
    }
}
