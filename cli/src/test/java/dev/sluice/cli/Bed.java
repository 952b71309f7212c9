package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.config.SluiceConfig;
import dev.sluice.machine.Listener;
import dev.sluice.model.RunRequest;
import dev.sluice.model.Slice;
import dev.sluice.model.TableName;
import dev.sluice.plan.PlanDocument;
import dev.sluice.raw.LandReceipt;
import dev.sluice.run.RunReport;
import dev.sluice.store.Documents;
import dev.sluice.store.Json;
import dev.sluice.store.Keys;
import dev.sluice.store.ObjectStore;
import dev.sluice.store.Progress;
import dev.sluice.testing.TestPostgres;
import dev.sluice.verify.TableResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/// A database of a real PostgreSQL, an empty lake behind the real S3 protocol, and an empty DuckDB file
/// or Snowflake account, with the product between them: the real state machine file, run in this process.
final class Bed {
    private static final String DUCKDB = "warehouse: { type: duckdb, path: warehouse.duckdb }";

    private final Path directory;
    private final TestPostgres.Database source;
    private final Optional<SnowflakeBeside> snowflake;
    private String lake = "lake: { url: \"file:lake\" }";
    private String tables = "";
    private RunRequest request = request(RunRequest.Mode.SYNC);

    private Bed(Path directory, TestPostgres.Database source, Optional<SnowflakeBeside> snowflake) {
        this.directory = directory;
        this.source = source;
        this.snowflake = snowflake;
    }

    /// @param major     of PostgreSQL, one of [TestPostgres#MAJORS]
    /// @param directory empty
    static Bed of(int major, Path directory) {
        return new Bed(directory, TestPostgres.shared(major).createDatabase(), Optional.empty());
    }

    /// On a server of the test's own.
    static Bed of(TestPostgres server, Path directory) {
        return new Bed(directory, server.createDatabase(), Optional.empty());
    }

    /// With Snowflake instead of the DuckDB file.
    static Bed of(int major, Path directory, SnowflakeBeside snowflake) {
        return new Bed(directory, TestPostgres.shared(major).createDatabase(), Optional.of(snowflake));
    }

    /// Runs statements at the source as superuser.
    Bed execute(String... statements) {
        source.execute(statements);
        return this;
    }

    /// What stands under `tables:` in the configuration from now on, one entry a line, `public.t:
    /// {strategy: …}`.
    Bed tables(String... entries) {
        tables = String.join("\n  ", entries);
        return this;
    }

    /// What stands under `lake:` from now on, instead of a directory.
    Bed lake(String yaml) {
        lake = yaml;
        return this;
    }

    String yaml() {
        return """
                version: 1
                source:
                  url: %s
                  user: postgres
                  password: ${env:PASSWORD}
                  max_connections: 3
                %s
                tables:
                  %s
                """.formatted(
                        source.jdbcUrl(), snowflake.map(SnowflakeBeside::yaml).orElse(lake + "\n" + DUCKDB), tables);
    }

    /// Writes the configuration to `sluice.yaml`, for tests that start another process.
    Path writeConfig() {
        Path file = directory.resolve("sluice.yaml");
        try {
            Files.writeString(file, yaml());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    SluiceConfig config() {
        return config("");
    }

    /// @param more what stands at the end of the file
    SluiceConfig config(String more) {
        return SluiceConfig.parse(
                yaml() + more, "sluice.yaml", directory, name -> name.equals("PASSWORD") ? "any" : System.getenv(name));
    }

    Path directory() {
        return directory;
    }

    TestPostgres.Database source() {
        return source;
    }

    static RunRequest request(RunRequest.Mode mode) {
        return new RunRequest(List.of(), false, Optional.empty(), List.of(), mode, false, "test");
    }

    /// A sync as `sluice sync` does it.
    RunReport sync() {
        return run(request, Listener.NONE);
    }

    RunReport syncFull() {
        return run(
                new RunRequest(List.of(), true, Optional.empty(), List.of(), RunRequest.Mode.SYNC, false, "test"),
                Listener.NONE);
    }

    RunReport syncAllowingShrink(String table) {
        return run(
                new RunRequest(List.of(), false, Optional.empty(), List.of(table), RunRequest.Mode.SYNC, false, "test"),
                Listener.NONE);
    }

    RunReport verifyDeep() {
        return run(
                new RunRequest(List.of(), false, Optional.empty(), List.of(), RunRequest.Mode.VERIFY, true, "test"),
                Listener.NONE);
    }

    RunReport run(RunRequest asked, Listener listener) {
        return with(run -> run.run(LocalRun.newRunId(), asked, listener));
    }

    /// Work on the open product: lake, warehouse, stages.
    <T> T with(Function<LocalRun, T> work) {
        try (LocalRun run = LocalRun.open(config(), directory.resolve(".sluice"), Progress.NONE)) {
            return work.apply(run);
        }
    }

    /// The plan that a sync would make now, by table.
    PlanDocument plan(String target) {
        return with(run -> {
            RunReport report = run.run(LocalRun.newRunId(), request(RunRequest.Mode.PLAN), Listener.NONE);
            assertThat(report.status()).as("%s", report).isEqualTo("SUCCEEDED");
            return run.documents()
                    .find(Keys.plan(report.runId(), TableName.parse(target)), PlanDocument.class)
                    .orElseThrow();
        });
    }

    static TableResult only(RunReport report) {
        assertThat(report.tables()).as("%s", report).hasSize(1);
        return report.tables().getFirst();
    }

    /// The slices whose rows a run read from the source, encoded, sorted.
    List<String> slicesRead(RunReport report) {
        return with(run -> {
            Documents documents = run.documents();
            TreeSet<String> slices = new TreeSet<>();
            for (ObjectStore.Stat stat : documents.store().list(Keys.run(report.runId()))) {
                if (stat.key().endsWith("-land.json")) {
                    documents
                            .get(stat.key(), LandReceipt.class)
                            .slices()
                            .forEach(s -> slices.add(s.slice().encoded()));
                }
            }
            return List.copyOf(slices);
        });
    }

    /// The slices whose rows in the warehouse carry this run, encoded, sorted.
    List<String> slicesWritten(RunReport report, String target) {
        return query("SELECT DISTINCT _sluice_slice FROM %s WHERE _sluice_run = '%s' ORDER BY 1"
                .formatted(quoted(target), report.runId()));
    }

    /// First column of a query on the warehouse, as texts.
    List<String> query(String sql) {
        try (Connection connection = warehouse();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /// Whether a run has made a warehouse yet.
    boolean hasWarehouse() {
        return snowflake.isPresent() || Files.exists(directory.resolve("warehouse.duckdb"));
    }

    /// The DuckDB file, opened by the test itself; or what a reader of Snowflake finds, as such a file.
    Connection warehouse() throws SQLException {
        if (snowflake.isPresent()) {
            return snowflake.get().copy();
        }
        Connection connection = DriverManager.getConnection("jdbc:duckdb:" + directory.resolve("warehouse.duckdb"));
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
        }
        return connection;
    }

    /// Proves by an independent full read of both ends that they hold the same rows.
    void assertEqualEnds(String table) {
        assertEqualEnds(table, table);
    }

    void assertEqualEnds(String table, String target) {
        try (Connection here = source.connection();
                Connection there = warehouse()) {
            BothEnds.assertEqual(here, table, there, target);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /// No object in the lake that no ledger entry needs, no temporary file, no lock that is held.
    void assertNoOrphans() {
        snowflake.ifPresent(beside -> {
            assertThat(beside.staging()).as("staging tables").isEmpty();
            assertThat(beside.server().transactions()).as("open transactions").isZero();
        });
        with(run -> {
            assertThat(run.documents().store().list("sessions/"))
                    .as("sessions at work")
                    .isEmpty();
            assertThat(run.documents().store().list("ledger/").stream()
                            .map(ObjectStore.Stat::key)
                            .filter(k -> k.endsWith(".publishing.json"))
                            .toList())
                    .as("publish markers")
                    .isEmpty();
            TreeSet<String> needed = new TreeSet<>();
            for (ObjectStore.Stat lock : run.documents().store().list("locks/")) {
                String text =
                        run.documents().store().read(lock.key()).orElseThrow().text();
                assertThat(text).contains("\"run_id\":\"\"");
                TableName target = TableName.parse(Json.read(text, JsonNode.class, lock.key())
                        .path("table")
                        .asText());
                run.warehouse().history(target).forEach(h -> {
                    needed.addAll(parts(run.documents(), h.rawReceipt(), h.slice()));
                    needed.addAll(parts(run.documents(), h.lakeReceipt(), h.slice()));
                });
            }
            TreeSet<String> found = new TreeSet<>();
            run.documents().store().list("raw/").forEach(s -> found.add(s.key()));
            run.documents().store().list("lake/").forEach(s -> found.add(s.key()));
            assertThat(found).as("objects that nothing refers to").isEqualTo(needed);
            return needed;
        });
    }

    /// Objects of one slice, as a receipt that may speak of many lists them.
    private static List<String> parts(Documents documents, String receipt, Slice slice) {
        List<String> keys = new ArrayList<>();
        if (!receipt.isEmpty()) {
            for (JsonNode landed : documents.get(receipt, JsonNode.class).path("slices")) {
                if (landed.path("slice").asText().equals(slice.encoded())) {
                    landed.path("parts")
                            .forEach(part -> keys.add(part.path("key").asText()));
                }
            }
        }
        return keys;
    }

    static String quoted(String table) {
        TableName name = TableName.parse(table);
        return "\"" + name.schema().replace("\"", "\"\"") + "\".\""
                + name.name().replace("\"", "\"\"") + "\"";
    }
}
