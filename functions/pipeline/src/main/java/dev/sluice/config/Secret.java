package dev.sluice.config;

import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// A text that must not show in a log, an error or a `toString`. What stands in the environment is known at
/// once; what a service keeps is asked for when it is needed. Thread-safe.
public final class Secret {
    /// Tells two secrets apart: the text itself, or what the service calls it.
    private final String identity;

    private final Supplier<String> value;
    private final BooleanSupplier renewal;

    public Secret(String value) {
        this(value, () -> value, () -> false);
    }

    private Secret(String identity, Supplier<String> value, BooleanSupplier renewal) {
        this.identity = identity;
        this.value = value;
        this.renewal = renewal;
    }

    /// A secret that is asked for each time, and never known to have changed.
    public static Secret of(Supplier<String> value) {
        return new Secret("", value, () -> false);
    }

    /// @param reference as it stands in the file
    static Secret kept(SecretName name, String reference, Secrets secrets) {
        return new Secret(reference, () -> secrets.value(name), () -> secrets.renew(name));
    }

    /// The text itself, for the one call that needs it.
    public String reveal() {
        return value.get();
    }

    /// Looks whether the secret was changed where it is kept, for one that was refused.
    ///
    /// @return true if [#reveal] gives another text from now on
    public boolean renew() {
        return renewal.getAsBoolean();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && secret.identity.equals(identity);
    }

    @Override
    public int hashCode() {
        return identity.hashCode();
    }

    @Override
    public String toString() {
        return "(hidden)";
    }
}
