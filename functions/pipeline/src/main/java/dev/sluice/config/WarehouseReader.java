package dev.sluice.config;

import dev.sluice.model.InvalidRequest;
import dev.sluice.model.TableName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Reads the section `warehouse`. A key that belongs to another type is refused.
final class WarehouseReader {
    private static final List<String> DUCKDB_KEYS = List.of("path");
    private static final List<String> SNOWFLAKE_KEYS =
            List.of("url", "user", "private_key", "private_key_passphrase", "password", "role", "stage");
    private static final String KEY_EXPECTED = "a reference such as `${env:SLUICE_SNOWFLAKE_KEY}` to a private key";
    private static final String PEM_EXPECTED =
            "a private key in PEM, PKCS#8: -----BEGIN PRIVATE KEY----- or -----BEGIN ENCRYPTED PRIVATE KEY-----";
    private static final String STAGE_EXPECTED = "the external stage of the lake as schema.stage";

    private enum Type {
        DUCKDB,
        SNOWFLAKE
    }

    private static final Map<String, Type> TYPES =
            new TreeMap<>(Map.of("duckdb", Type.DUCKDB, "snowflake", Type.SNOWFLAKE));

    private final Section section;
    private final Path base;
    private final Optional<LakeConfig> lake;

    WarehouseReader(Section section, Path base, Optional<LakeConfig> lake) {
        this.section = section;
        this.base = base;
        this.lake = lake;
    }

    Optional<WarehouseConfig> read() {
        Optional<Value> type = section.required("type", "duckdb or snowflake");
        if (type.isEmpty()) {
            return Optional.empty();
        }
        Optional<Type> known = type.get().word(TYPES, Set.of());
        if (known.isEmpty()) {
            section.value("path").ifPresent(this::path);
            return Optional.empty();
        }
        return switch (known.get()) {
            case DUCKDB -> duckDb();
            case SNOWFLAKE -> snowflake(type.get());
        };
    }

    private Optional<WarehouseConfig> duckDb() {
        refuse(SNOWFLAKE_KEYS, "snowflake", "duckdb");
        return section.required("path", "the path of a DuckDB file")
                .flatMap(this::path)
                .map(WarehouseConfig.DuckDb::new);
    }

    private Optional<Path> path(Value value) {
        return value.text("the path of a DuckDB file").flatMap(text -> Addresses.path(value, text, base));
    }

    private Optional<WarehouseConfig> snowflake(Value type) {
        refuse(DUCKDB_KEYS, "duckdb", "snowflake");
        if (lake.isPresent() && lake.get() instanceof LakeConfig.File) {
            type.problem(
                    "found `snowflake` with a lake on this machine's disk, which Snowflake cannot read; expected lake.url to be s3://bucket/prefix");
        }
        Optional<String> url =
                section.required("url", Addresses.SNOWFLAKE_EXPECTED).flatMap(Addresses::snowflake);
        String userExpected = "the user that loads";
        Optional<String> user = section.required("user", userExpected).flatMap(value -> value.text(userExpected));
        Optional<WarehouseConfig.Credentials> credentials = credentials();
        Optional<String> role = section.value("role").flatMap(value -> value.text("the role that loads"));
        Optional<TableName> stage = section.has("stage")
                ? section.value("stage").flatMap(WarehouseReader::stage)
                : Optional.of(WarehouseConfig.Snowflake.DEFAULT_STAGE);
        return url.isPresent() && user.isPresent() && credentials.isPresent() && stage.isPresent()
                ? Optional.of(
                        new WarehouseConfig.Snowflake(url.get(), user.get(), credentials.get(), role, stage.get()))
                : Optional.empty();
    }

    private Optional<WarehouseConfig.Credentials> credentials() {
        Optional<Secret> passphrase = section.value("private_key_passphrase").flatMap(Value::secret);
        Optional<Secret> password = section.value("password").flatMap(Value::secret);
        if (section.has("private_key_passphrase") && !section.has("private_key")) {
            section.refuse("private_key_passphrase", "`private_key_passphrase` belongs to a private_key");
        }
        if (section.has("private_key")) {
            if (section.has("password")) {
                section.refuse("password", "found both private_key and password; expected one of them");
            }
            Value value = section.value("private_key").orElseThrow();
            boolean known = !References.isKept(value.written().orElse(""));
            return value.secret()
                    .flatMap(key -> known ? pem(value, key) : Optional.of(key))
                    .map(key -> new WarehouseConfig.KeyPair(key, passphrase));
        }
        if (!section.has("password")) {
            section.missing("private_key", KEY_EXPECTED);
        }
        return password.map(WarehouseConfig.Password::new);
    }

    /// Sees only what kind of key it is; the key itself is read when it is used.
    private Optional<Secret> pem(Value value, Secret key) {
        String text = key.reveal();
        if (text.contains("-----BEGIN RSA PRIVATE KEY-----")) {
            return value.refuse(
                    "a key in PKCS#1",
                    PEM_EXPECTED + "; openssl pkcs8 -topk8 -nocrypt -in key.pem -out key.p8 writes it");
        }
        boolean encrypted = text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----");
        if (!encrypted && !text.contains("-----BEGIN PRIVATE KEY-----")) {
            return value.refuse("a text that is no such key", PEM_EXPECTED);
        }
        if (encrypted && !section.has("private_key_passphrase")) {
            return value.refuse("an encrypted key", "private_key_passphrase with it");
        }
        return Optional.of(key);
    }

    private static Optional<TableName> stage(Value value) {
        Optional<String> text = value.text(STAGE_EXPECTED);
        try {
            return text.map(TableName::parse);
        } catch (InvalidRequest notTwoParts) {
            return value.refuse(value.shown(), STAGE_EXPECTED);
        }
    }

    private void refuse(List<String> keys, String theirs, String actual) {
        keys.stream()
                .filter(section::has)
                .forEach(key -> section.refuse(
                        key, "`%s` belongs to type: %s; this warehouse is %s".formatted(key, theirs, actual)));
    }
}
