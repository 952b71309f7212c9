package dev.sluice.adapter.snowflake;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.adapter.s3.S3Clients;
import dev.sluice.adapter.s3.S3ObjectStore;
import dev.sluice.config.Secret;
import dev.sluice.config.WarehouseConfig;
import dev.sluice.model.TableName;
import dev.sluice.store.ObjectStore;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import software.amazon.awssdk.services.s3.S3Client;

/// The contract against a real account, see CONTRIBUTING.md. Skipped unless the environment names one.
@Tag("slow")
class RealSnowflakeContractTest extends SnowflakeContract {
    private static final String PREFIX = "SLUICE_TEST_SNOWFLAKE_";
    private static final long STARTED = System.currentTimeMillis();
    private static int tables;

    @SuppressWarnings("NullAway.Init")
    private static S3Client client;

    @BeforeAll
    static void isAskedFor() {
        for (String name : new String[] {"URL", "USER", "PRIVATE_KEY", "LAKE"}) {
            assumeTrue(given(name).isPresent(), PREFIX + name + " is not set: no real account to test with");
        }
        client = S3Clients.aws(given("REGION"), Optional.empty());
    }

    @AfterAll
    static void stop() {
        Optional.ofNullable(client).ifPresent(S3Client::close);
    }

    private static Optional<String> given(String name) {
        return Optional.ofNullable(System.getenv(PREFIX + name)).filter(value -> !value.isBlank());
    }

    @Override
    protected WarehouseConfig.Snowflake account() {
        return new WarehouseConfig.Snowflake(
                given("URL").orElseThrow(),
                given("USER").orElseThrow(),
                new WarehouseConfig.KeyPair(
                        new Secret(given("PRIVATE_KEY").orElseThrow()),
                        given("PASSPHRASE").map(Secret::new)),
                given("ROLE"),
                given("STAGE").map(TableName::parse).orElse(WarehouseConfig.Snowflake.DEFAULT_STAGE));
    }

    @Override
    protected ObjectStore store() {
        URI lake = URI.create(given("LAKE").orElseThrow());
        return S3ObjectStore.of(client, lake.getHost(), lake.getPath().replaceAll("^/|/$", ""));
    }

    @Override
    protected TableName freshTable() {
        return new TableName("sluice_contract", String.format(Locale.ROOT, "t%d_%d", STARTED, ++tables));
    }
}
