package dev.sluice.config;

/// A service that keeps secrets. Thread-safe.
///
/// Every method throws `InvalidRequest` when there is no such secret or the right to read it is missing,
/// and `StoreUnavailable` when the service cannot be reached.
public interface Secrets {
    /// The secret, as it was when it was first asked for.
    String value(SecretName name);

    /// Asks the service again.
    ///
    /// @return true if the secret is another one now
    boolean renew(SecretName name);
}
