package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.config.SluiceConfig;
import dev.sluice.drop.DropEntry;
import dev.sluice.drop.FileReceipt;
import dev.sluice.machine.Listener;
import dev.sluice.run.DropReport;
import dev.sluice.store.Json;
import dev.sluice.store.ObjectStore;
import dev.sluice.store.Part;
import dev.sluice.store.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/// A local lake into which files are dropped, an empty DuckDB file, and the product between them: the real
/// state machine file, the real reader, the real S3 protocol.
final class DropsBed {
    private static final String LOCAL = """
            lake: { url: "file:lake" }
            warehouse: { type: duckdb, path: warehouse.duckdb }""";

    private final Path directory;
    private final Optional<SnowflakeBeside> snowflake;
    private String feeds = "";

    DropsBed(Path directory) {
        this(directory, Optional.empty());
    }

    /// With its lake and its tables there.
    DropsBed(Path directory, SnowflakeBeside snowflake) {
        this(directory, Optional.of(snowflake));
    }

    private DropsBed(Path directory, Optional<SnowflakeBeside> snowflake) {
        this.directory = directory;
        this.snowflake = snowflake;
    }

    /// What stands under `drops:` from now on, one line each.
    DropsBed feeds(String... lines) {
        feeds = String.join("\n  ", lines);
        return this;
    }

    Path directory() {
        return directory;
    }

    String yaml() {
        return """
                version: 1
                source: { url: "jdbc:postgresql://localhost:1/nobody", user: nobody, password: "${env:PATH}" }
                %s
                drops:
                  %s
                """.formatted(snowflake.map(SnowflakeBeside::yaml).orElse(LOCAL), feeds);
    }

    Path writeConfig() {
        try {
            return Files.writeString(directory.resolve("sluice.yaml"), yaml());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Puts a file into the lake's directory by hand, long enough ago for nobody to be writing it.
    DropsBed drop(String key, String content) {
        return drop(key, content, Instant.now().minusSeconds(60));
    }

    DropsBed drop(String key, byte[] content) {
        return drop(key, content, Instant.now().minusSeconds(60));
    }

    DropsBed drop(String key, String content, Instant at) {
        return drop(key, content.getBytes(StandardCharsets.UTF_8), at);
    }

    private DropsBed drop(String key, byte[] content, Instant at) {
        Path lake = snowflake.isPresent() ? SnowflakeBeside.lake(directory) : directory.resolve("lake/lake");
        Path file = lake.resolve(key);
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, content);
            Files.setLastModifiedTime(file, FileTime.from(at));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    DropReport receive() {
        return with(run -> run.receive(LocalRun.newRunId(), List.of(), Listener.NONE));
    }

    <T> T with(Function<LocalRun, T> work) {
        SluiceConfig config = SluiceConfig.parse(yaml(), "sluice.yaml", directory, name -> Cli.password());
        try (LocalRun run = LocalRun.open(config, directory.resolve(".sluice"), Progress.NONE)) {
            return work.apply(run);
        }
    }

    OtherProcess command(String places, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-c", writeConfig().toString()));
        return OtherProcess.start(directory, places, Sluice.class, all);
    }

    /// Rows of a query on the warehouse, columns joined by `|`.
    List<String> query(String sql) {
        if (snowflake.isEmpty() && !Files.exists(directory.resolve("warehouse.duckdb"))) {
            return List.of();
        }
        try (Connection connection = connection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.add(String.valueOf(rows.getString(i)));
                }
                found.add(String.join("|", row));
            }
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private Connection connection() throws SQLException {
        return snowflake.isPresent()
                ? snowflake.get().copy()
                : DriverManager.getConnection("jdbc:duckdb:" + directory.resolve("warehouse.duckdb"));
    }

    /// Keys below a prefix of the lake.
    List<String> keys(String prefix) {
        return with(run -> run.documents().store().list(prefix).stream()
                .map(ObjectStore.Stat::key)
                .toList());
    }

    /// No object that no ledger entry needs, no lock that is held, no temporary file.
    void assertNoOrphans() {
        snowflake.ifPresent(beside -> assertThat(beside.staging()).isEmpty());
        SluiceConfig config = SluiceConfig.parse(yaml(), "sluice.yaml", directory, name -> Cli.password());
        with(run -> {
            TreeSet<String> needed = new TreeSet<>();
            for (var feed : config.drops()) {
                for (DropEntry entry : run.drops().history(feed.target())) {
                    run.documents().get(entry.receipt(), FileReceipt.class).files().stream()
                            .filter(file -> file.file().key().equals(entry.key()))
                            .forEach(file -> {
                                file.original().map(Part::key).ifPresent(needed::add);
                                file.parts().forEach(part -> needed.add(part.key()));
                                file.quarantine().map(Part::key).ifPresent(needed::add);
                            });
                }
            }
            TreeSet<String> found = new TreeSet<>();
            for (String prefix : List.of("raw/", "lake/", "quarantine/")) {
                run.documents().store().list(prefix).forEach(stat -> found.add(stat.key()));
            }
            assertThat(found).as("objects that nothing refers to").isEqualTo(needed);
            for (ObjectStore.Stat lock : run.documents().store().list("locks/")) {
                String text =
                        run.documents().store().read(lock.key()).orElseThrow().text();
                assertThat(Json.read(text, JsonNode.class, "").path("run_id").asText())
                        .isEmpty();
            }
            return needed;
        });
    }
}
