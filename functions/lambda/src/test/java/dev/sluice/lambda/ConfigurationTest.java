package dev.sluice.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.adapter.secretsmanager.SecretsManager;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.InvalidRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
    private static final String GOOD = """
            version: 1
            source: {url: "jdbc:postgresql://h/d", user: u, password: "${secret:sluice/source#password}"}
            lake: {url: "s3://lake/sluice"}
            warehouse: {type: snowflake, url: "jdbc:snowflake://acme.snowflakecomputing.com/?db=D&warehouse=W", user: U,
              private_key: "${secret:sluice/snowflake#key}"}
            tables:
              public.sales: {strategy: sliced, slice_by: store}
            """;

    @TempDir
    Path directory;

    private SluiceConfig read(String yaml) throws IOException {
        Path file = Files.writeString(directory.resolve("sluice.yaml"), yaml);
        return new Configuration(Map.of(Configuration.VARIABLE, file.toString()), new SecretsManager()).read();
    }

    @Test
    void noSecretIsAskedForWhenTheFileIsRead() throws IOException {
        assertThat(read(GOOD).tables()).hasSize(1);
    }

    @Test
    void whatFunctionsCannotShareIsRefused() {
        refused(GOOD.replace("slice_by: store", "slice_by: store, consistency: table"))
                .hasMessageEndingWith(
                        "sluice.yaml:7:3: tables.public.sales: consistency: table needs a process that outlives the stages, which functions are not; expected slice, or no such key");
        String duckdb = GOOD.replaceAll("(?s)warehouse: .*?}\"}", "warehouse: {type: duckdb, path: w}");
        refused(duckdb).hasMessageStartingWith("warehouse.type: a DuckDB file lies on one machine");
        refused(duckdb.replace("s3://lake/sluice", "file:lake"))
                .hasMessageStartingWith("lake.url: a directory of one machine");
    }

    @Test
    void thePlaceOfTheFileIsToBeNamed() {
        assertThatThrownBy(() -> new Configuration(Map.of(), new SecretsManager()).read())
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("SLUICE_CONFIG is not set");
        assertThatThrownBy(() ->
                        new Configuration(Map.of(Configuration.VARIABLE, "s3://bucket"), new SecretsManager()).read())
                .isInstanceOf(InvalidRequest.class)
                .hasMessage("SLUICE_CONFIG is 's3://bucket'; expected s3://bucket/key");
    }

    private org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> refused(String yaml) {
        return assertThatThrownBy(() -> read(yaml)).isInstanceOf(InvalidRequest.class);
    }
}
