package dev.sluice.lambda;

import dev.sluice.adapter.s3.S3Clients;
import dev.sluice.adapter.s3.S3ObjectStore;
import dev.sluice.config.LakeConfig;
import dev.sluice.config.Secrets;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.Surroundings;
import dev.sluice.config.TableEntry;
import dev.sluice.config.WarehouseConfig;
import dev.sluice.model.Consistency;
import dev.sluice.model.InvalidRequest;
import dev.sluice.store.ObjectStore;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.s3.S3Client;

/// The configuration where `SLUICE_CONFIG` says: an object, `s3://bucket/key`, or a file.
///
/// @param environment of the process
record Configuration(Map<String, String> environment, Secrets secrets) {
    static final String VARIABLE = "SLUICE_CONFIG";

    private static final String S3 = "s3://";

    /// Reads it. Done on every invocation, so that what is deployed holds from then on.
    ///
    /// @throws InvalidRequest with every problem, also those that only functions have
    SluiceConfig read() {
        String place = Optional.ofNullable(environment.get(VARIABLE))
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> new InvalidRequest(
                        "the environment variable %s is not set; expected s3://bucket/key of sluice.yaml"
                                .formatted(VARIABLE)));
        Surroundings surroundings = Surroundings.functions(environment::get, secrets);
        SluiceConfig config = place.startsWith(S3)
                ? SluiceConfig.parse(object(place), place, Path.of("/"), surroundings)
                : SluiceConfig.load(Path.of(place), surroundings);
        check(config);
        return config;
    }

    private static String object(String place) {
        String path = place.substring(S3.length());
        int slash = path.indexOf('/');
        if (slash < 1 || slash == path.length() - 1) {
            throw new InvalidRequest("%s is '%s'; expected s3://bucket/key".formatted(VARIABLE, place));
        }
        try (S3Client client = S3Clients.aws(Optional.empty(), Optional.empty())) {
            return S3ObjectStore.of(client, path.substring(0, slash), "")
                    .read(path.substring(slash + 1))
                    .map(ObjectStore.Content::text)
                    .orElseThrow(() -> new InvalidRequest(place + ": there is no such object"));
        }
    }

    private static void check(SluiceConfig config) {
        if (!(config.lake() instanceof LakeConfig.S3)) {
            throw new InvalidRequest(
                    "lake.url: a directory of one machine, which functions do not share; expected s3://…");
        }
        if (!(config.warehouse() instanceof WarehouseConfig.Snowflake)) {
            throw new InvalidRequest(
                    "warehouse.type: a DuckDB file lies on one machine, and functions do not share one; expected snowflake");
        }
        for (TableEntry entry : config.tables()) {
            if (entry.settings()
                    .filter(s -> s.consistency() == Consistency.TABLE)
                    .isPresent()) {
                throw new InvalidRequest(
                        "%s: tables.%s: consistency: table needs a process that outlives the stages, which functions are not; expected slice, or no such key"
                                .formatted(entry.at(), entry.pattern()));
            }
        }
    }
}
