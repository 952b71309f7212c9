package dev.sluice.cli.doctor;

import dev.sluice.adapter.duckdb.DuckDbInspection;
import dev.sluice.adapter.s3.S3Clients;
import dev.sluice.adapter.s3.S3ObjectStore;
import dev.sluice.adapter.snowflake.SnowflakeInspection;
import dev.sluice.cli.lake.EmbeddedS3;
import dev.sluice.config.LakeConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.WarehouseConfig;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.SourceTable;
import dev.sluice.model.SourceUnavailable;
import dev.sluice.model.WarehouseUnavailable;
import dev.sluice.source.Inspection;
import dev.sluice.source.ServerFacts;
import dev.sluice.source.Source;
import dev.sluice.store.ObjectStore;
import dev.sluice.warehouse.WarehouseInspection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.services.s3.S3Client;

/// All checks, in the order in which a sync needs what they look at.
public final class Doctor {
    private final SluiceConfig config;
    private final Path home;
    private final Optional<SourceEnd> source;
    private final Findings findings = new Findings();

    /// Where tables are read from.
    public record SourceEnd(int maxConnections, Source source, Inspection inspection) {}

    /// @param home   where a sync puts its temporary files
    /// @param source empty if the configuration has only files under `drops:`
    public Doctor(SluiceConfig config, Path home, Optional<SourceEnd> source) {
        this.config = config;
        this.home = home;
        this.source = source;
    }

    public Findings examine() {
        findings.ok(
                "config",
                "%d entries under tables, %d under drops"
                        .formatted(config.tables().size(), config.drops().size()));
        List<SourceTable> tables = source.map(this::source).orElse(List.of());
        lake();
        warehouse();
        MachineChecks machine = new MachineChecks(findings);
        machine.directory("work directory", home.resolve("work"), tables);
        if (config.warehouse() instanceof WarehouseConfig.DuckDb(Path path)) {
            Path parent = path.toAbsolutePath().getParent();
            machine.directory("warehouse disk", parent == null ? path : parent, tables);
        }
        machine.heap(Runtime.getRuntime().maxMemory());
        return findings;
    }

    private List<SourceTable> source(SourceEnd end) {
        Inspection inspection = end.inspection();
        Optional<ServerFacts> server;
        try {
            server = Optional.of(inspection.server());
        } catch (SourceUnavailable e) {
            findings.fail(
                    "source",
                    String.valueOf(e.getMessage()),
                    "start the server, or correct host and port in source.url; a firewall or listen_addresses may be in"
                            + " the way");
            server = Optional.empty();
        } catch (InvalidRequest e) {
            findings.fail(
                    "source",
                    String.valueOf(e.getMessage()),
                    "correct source.url, source.user or the variable that source.password names");
            server = Optional.empty();
        }
        if (server.isEmpty()) {
            findings.warn("tables", "not looked at, because the source does not answer", "see source above");
            return List.of();
        }
        ServerChecks checks = new ServerChecks(findings, end.maxConnections());
        checks.server(server.get());
        findings.ask("pooler", "try again when two connections are free", inspection::pooling)
                .ifPresent(checks::pooling);
        String role = server.get().role();
        return findings.ask(
                        "tables",
                        "try again, or look at the tables by hand",
                        () -> new Tables(findings, end.source(), inspection, role).check(config))
                .orElse(List.of());
    }

    private void lake() {
        switch (config.lake()) {
            case LakeConfig.File file -> directory(file.path());
            case LakeConfig.S3 s3 -> {
                Optional<S3Client> client = findings.ask(
                        "lake",
                        "set lake.region, or AWS_REGION; credentials come from the AWS environment",
                        () -> S3Clients.aws(s3.region(), s3.endpoint()));
                if (client.isPresent()) {
                    try (S3Client open = client.get()) {
                        ObjectStore store = S3ObjectStore.of(open, s3.bucket(), s3.prefix());
                        lake(store, "s3://" + s3.bucket() + "/" + s3.prefix());
                        feeds(store, "s3://" + s3.bucket() + "/" + store.bucketKey(""));
                    }
                }
            }
        }
    }

    private void lake(ObjectStore store, String place) {
        new LakeChecks(findings, store).check(place);
    }

    /// @param place where files are put, with a slash at its end
    private FeedChecks feeds(ObjectStore store, String place) {
        FeedChecks checks = new FeedChecks(findings, store, place, Instant.now());
        checks.check(config.drops());
        return checks;
    }

    /// A lake that is not there yet is tried in a directory beside its place, which is deleted: nothing of it
    /// may stay.
    private void directory(Path lake) {
        String toDo = "name a directory that this user can write in lake.url, or move what is there away";
        if (Files.isDirectory(lake.resolve(EmbeddedS3.BUCKET))) {
            findings.ask("lake", toDo, () -> probe(lake, lake));
            return;
        }
        Path there = lake;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        if (!Files.isDirectory(there)) {
            findings.fail("lake", there + " is not a directory", toDo);
            return;
        }
        try {
            Path beside = Files.createTempDirectory(there, ".sluice-doctor-");
            try {
                findings.ask("lake", toDo, () -> probe(beside, lake));
            } finally {
                delete(beside);
            }
        } catch (IOException e) {
            findings.fail("lake", "%s cannot be written: %s".formatted(there, e), toDo);
        }
    }

    private boolean probe(Path directory, Path lake) {
        try (EmbeddedS3 s3 = EmbeddedS3.start(directory)) {
            lake(s3.store(""), "file:" + lake);
            feeds(s3.store(""), lake.resolve(EmbeddedS3.BUCKET) + "/").unseen(config.drops(), s3::unseen);
            return true;
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> found = Files.walk(directory)) {
            List<Path> deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        }
    }

    private void warehouse() {
        switch (config.warehouse()) {
            case WarehouseConfig.DuckDb(Path path) -> duckDb(path, new DuckDbInspection(path));
            case WarehouseConfig.Snowflake snowflake -> snowflake(snowflake);
        }
    }

    private void snowflake(WarehouseConfig.Snowflake warehouse) {
        if (!(config.lake() instanceof LakeConfig.S3 lake)) {
            return;
        }
        String toDo = "sluice ddl prints every object and grant that a sync needs";
        findings.ask("warehouse", toDo, () -> {
                    try (S3Client client = S3Clients.aws(lake.region(), lake.endpoint())) {
                        return new SnowflakeInspection(warehouse)
                                .examine(
                                        lake.address(),
                                        S3ObjectStore.of(client, lake.bucket(), lake.prefix()),
                                        config.targetSchemas());
                    }
                })
                .orElse(List.of())
                .forEach(check -> {
                    if (check.fine()) {
                        findings.ok("warehouse " + check.what(), check.says());
                    } else {
                        findings.fail("warehouse " + check.what(), check.says(), toDo);
                    }
                });
    }

    private void duckDb(Path path, WarehouseInspection warehouse) {
        try {
            WarehouseInspection.Look look = warehouse.look();
            findings.ok(
                    "warehouse",
                    !look.exists()
                            ? "%s does not exist yet; the first sync makes it".formatted(path)
                            : "%s opens with DuckDB %s; %s"
                                    .formatted(
                                            path,
                                            look.version(),
                                            look.ledger()
                                                    ? "its ledger has %d entries".formatted(look.entries())
                                                    : "it has no ledger yet"));
        } catch (WarehouseUnavailable held) {
            findings.fail(
                    "warehouse",
                    String.valueOf(held.getMessage()),
                    "close it there: DuckDB lets one process at a time write, and none read meanwhile. If it is a sync,"
                            + " wait for its end");
        } catch (InvalidRequest wrong) {
            findings.fail(
                    "warehouse",
                    String.valueOf(wrong.getMessage()),
                    "name a DuckDB file, or one that does not exist yet, in warehouse.path");
        }
    }
}
