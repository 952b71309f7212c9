package dev.sluice.model;

/// What a stage may end with, sorted by who has to act. The message says operation, object and place
/// (table, slice, key), and what to do next; it never holds a row's content or a secret.
/// Anything that is not a `Failure` is a bug of ours and is not retried.
public abstract sealed class Failure extends RuntimeException
        permits InvalidRequest,
                SourceUnavailable,
                StoreUnavailable,
                WarehouseUnavailable,
                LimitExceeded,
                UnsupportedValue,
                DataMismatch {
    private static final long serialVersionUID = 1L;

    Failure(String message) {
        super(message);
    }

    Failure(String message, Throwable cause) {
        super(message, cause);
    }
}
