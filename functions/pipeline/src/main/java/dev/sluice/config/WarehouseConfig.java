package dev.sluice.config;

import dev.sluice.model.TableName;
import java.nio.file.Path;
import java.util.Optional;

/// Where the tables are kept in step.
public sealed interface WarehouseConfig {
    /// A DuckDB file.
    ///
    /// @param path absolute
    record DuckDb(Path path) implements WarehouseConfig {}

    /// A database of a Snowflake account.
    ///
    /// @param url   `jdbc:snowflake://host/?db=…&warehouse=…`, without user and credentials
    /// @param role  empty: the user's default role
    /// @param stage the external stage whose address is that of the lake
    record Snowflake(String url, String user, Credentials credentials, Optional<String> role, TableName stage)
            implements WarehouseConfig {
        public static final TableName DEFAULT_STAGE = new TableName("SLUICE", "LAKE");
    }

    /// How a user of Snowflake proves who it is.
    sealed interface Credentials {}

    /// @param privateKey PKCS#8 in PEM
    /// @param passphrase of an encrypted key
    record KeyPair(Secret privateKey, Optional<Secret> passphrase) implements Credentials {}

    /// For trials on a laptop; Snowflake asks people with a password for a second factor.
    record Password(Secret password) implements Credentials {}
}
