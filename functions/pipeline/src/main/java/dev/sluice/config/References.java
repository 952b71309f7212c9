package dev.sluice.config;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Replaces `${env:NAME}` in texts, and finds what `${secret:NAME#key}` stands for. `$${` is a plain `${`. What a
/// variable holds is not searched again,
/// and the messages of this class do not show it.
final class References {
    private static final Pattern ENVIRONMENT = Pattern.compile("\\$\\{env:([A-Za-z_][A-Za-z0-9_]*)}");

    private final UnaryOperator<@Nullable String> environment;
    private final Optional<Secrets> secrets;

    References(Surroundings surroundings) {
        this.environment = surroundings.environment();
        this.secrets = surroundings.secrets();
    }

    /// Nothing but one reference, as secrets are written.
    static boolean isOne(String text) {
        return ENVIRONMENT.matcher(text).matches();
    }

    static boolean isIn(String text) {
        return text.contains("${");
    }

    /// @param problem told what is wrong with each reference that cannot be replaced
    /// @return empty when there was a problem
    Optional<String> replace(String text, Consumer<String> problem) {
        StringBuilder replaced = new StringBuilder();
        Matcher reference = ENVIRONMENT.matcher(text);
        boolean sound = true;
        int at = 0;
        while (at < text.length()) {
            if (text.startsWith("$${", at)) {
                replaced.append("${");
                at += 3;
            } else if (!text.startsWith("${", at)) {
                replaced.append(text.charAt(at++));
            } else if (reference.region(at, text.length()).lookingAt()) {
                String value = environment.apply(reference.group(1));
                if (value == null) {
                    problem.accept("found `${env:%1$s}`; expected an environment variable %1$s, and there is none"
                            .formatted(reference.group(1)));
                    sound = false;
                } else {
                    replaced.append(value);
                }
                at = reference.end();
            } else {
                problem.accept(refusal(text, at));
                return Optional.empty();
            }
        }
        return sound ? Optional.of(replaced.toString()) : Optional.empty();
    }

    /// A secret that a service keeps, not asked for yet.
    Optional<Secret> kept(String text, Consumer<String> problem) {
        Optional<SecretName> name = SecretName.parse(text);
        if (name.isEmpty()) {
            problem.accept(
                    "found a reference that is not understood; expected `${secret:NAME#key}` or `${secret:NAME}`, with the name or ARN of a secret");
        } else if (secrets.isEmpty()) {
            problem.accept(
                    "`${secret:…}` is read from AWS Secrets Manager by the functions; where Sluice runs in one process, use `${env:NAME}`");
        }
        return name.isPresent() && secrets.isPresent()
                ? Optional.of(Secret.kept(name.get(), text, secrets.get()))
                : Optional.empty();
    }

    static boolean isKept(String text) {
        return text.startsWith("${secret:");
    }

    private static String refusal(String text, int at) {
        return text.startsWith("${secret:", at)
                ? "`${secret:…}` stands only for a password or a key; use `${env:NAME}`"
                : "found a reference that is not understood; expected `${env:NAME}` (a plain `${` is written `$${`)";
    }
}
