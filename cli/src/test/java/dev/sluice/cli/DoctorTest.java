package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.testing.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `sluice doctor` before real servers that lack one thing at a time.
class DoctorTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private Bed bed;

    @SuppressWarnings("NullAway.Init")
    private Cli cli;

    @SuppressWarnings("NullAway.Init")
    private String role;

    @BeforeEach
    void table() {
        bed = Bed.of(TestPostgres.MIDDLE, directory)
                .execute(
                        "CREATE TABLE t (id int, region text, a int)",
                        "INSERT INTO t SELECT n, 'R' || n % 3, n FROM generate_series(1, 12) n",
                        "ANALYZE t")
                .tables("public.t: {strategy: sliced, slice_by: region}");
        role = "r_" + bed.source().name();
        bed.execute("DROP ROLE IF EXISTS " + role, "CREATE ROLE " + role + " LOGIN", "GRANT SELECT ON t TO " + role);
        cli = Cli.of(bed).replacing("user: postgres", "user: " + role);
    }

    /// Every file and directory, with its size.
    private Map<String, Long> files() {
        try (Stream<Path> found = Files.walk(directory)) {
            Map<String, Long> files = new TreeMap<>();
            for (Path file : found.toList()) {
                files.put(directory.relativize(file).toString(), Files.isDirectory(file) ? 0 : Files.size(file));
            }
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aHealthyPlaceGetsNothingButOkAndNothingIsChanged() {
        Cli.Outcome before = cli.run("doctor").exits(0);
        assertThat(before.out().lines().filter(l -> l.startsWith("warn") || l.startsWith("FAIL")))
                .isEmpty();
        before.says("table public.t", "sliced, about 12 rows", "does not exist yet", "conditional writes hold");
        assertThat(files()).containsOnlyKeys("", "sluice.yaml");

        cli.run("sync").exits(0);
        Map<String, Long> files = files();
        cli.run("doctor").exits(0).says("its ledger has 3 entries");
        assertThat(files()).isEqualTo(files);
        bed.assertNoOrphans();
    }

    @Test
    void theDocumentSaysTheSameAsTheLines() {
        bed.execute("REVOKE SELECT ON t FROM " + role);
        JsonNode json = cli.run("doctor", "-o", "json").exits(1).json();
        assertThat(json.path("healthy").asBoolean()).isFalse();
        JsonNode failed = null;
        for (JsonNode check : json.path("checks")) {
            if (check.path("status").asText().equals("FAIL")) {
                assertThat(failed).isNull();
                failed = check;
            }
        }
        assertThat(failed).isNotNull();
        assertThat(String.valueOf(failed)).contains("table public.t", "\"to_do\":\"GRANT USAGE");
    }

    @Test
    void aMistakeInTheConfigurationEndsBeforeAnyCheck() {
        bed.tables("public.t: {strategy: sliced}");
        assertThat(cli.run("doctor").exits(2).says("sluice.yaml:10:").out()).isEmpty();
        Cli.bare("doctor", "-c", directory.resolve("none.yaml").toString()).exits(2);
    }

    @Test
    void whatIsWrongWithTablesIsToldTableByTable() {
        bed.execute(
                        "CREATE TABLE no_select (id int)",
                        "CREATE TABLE partly (id int, v int)",
                        "GRANT SELECT (id) ON partly TO " + role,
                        "CREATE SCHEMA closed",
                        "CREATE TABLE closed.t (id int)",
                        "GRANT SELECT ON closed.t TO " + role,
                        "CREATE TABLE hidden (id int)",
                        "ALTER TABLE hidden ENABLE ROW LEVEL SECURITY",
                        "CREATE TABLE odd (id int, took interval, \"Much \" numeric)",
                        "CREATE TABLE named (id int)",
                        "CREATE TABLE clock (id int, at timestamptz)",
                        "CREATE TABLE fine (id int)",
                        "CREATE TABLE large (id int)",
                        "INSERT INTO large VALUES (1)",
                        "ANALYZE large",
                        "UPDATE pg_class SET reltuples = 2e7 WHERE oid = 'large'::regclass",
                        "GRANT SELECT ON hidden, odd, named, clock, fine, large TO " + role)
                .tables(
                        "public.missing: {strategy: wholesale}",
                        "public.no_select: {strategy: wholesale}",
                        "public.partly: {strategy: wholesale}",
                        "closed.t: {strategy: wholesale}",
                        "public.hidden: {strategy: wholesale}",
                        "public.odd: {strategy: wholesale}",
                        "public.named: {strategy: wholesale, columns: [-idd]}",
                        "public.clock: {strategy: sliced, slice_by: \"(at + random() * interval '1 s')::text\"}",
                        "\"nothing.*\": {strategy: wholesale}",
                        "public.large: {strategy: wholesale}",
                        "public.fine: {strategy: wholesale}");

        Cli.Outcome outcome = cli.run("doctor").exits(1);

        outcome.says(
                "FAIL  table public.missing",
                "the source has no such table",
                "FAIL  table public.no_select",
                "GRANT USAGE ON SCHEMA \"public\" TO \"" + role + "\"; GRANT SELECT ON \"public\".\"no_select\"",
                "FAIL  table public.partly",
                "SELECT on some of its columns only",
                "FAIL  table closed.t",
                "no USAGE on its schema",
                "FAIL  table nothing.*");
        outcome.says(
                "FAIL  table public.named",
                "the source has no column 'idd'",
                "FAIL  table public.hidden",
                "ALTER ROLE \"" + role + "\" BYPASSRLS",
                "FAIL  table public.odd",
                "types: {\"Much \": text, took: text} (took is interval, Much  is numeric)",
                "FAIL  table public.clock",
                "random() is volatile",
                "FAIL  table public.large",
                "above max_rows: 10000000",
                "ok    table public.fine");
    }

    @Test
    void aLargeTableWithoutAnIndexOnItsSliceColumnGetsAHint() {
        bed.execute("UPDATE pg_class SET reltuples = 2e7 WHERE oid = 't'::regclass");
        cli.run("doctor").exits(0).says("hint: no index begins with region");
        bed.execute("CREATE INDEX ON t (region)", "UPDATE pg_class SET reltuples = 2e7 WHERE oid = 't'::regclass");
        cli.run("doctor").exits(0).doesNotSay("hint:");
    }

    @Test
    void aSourceThatIsDownStillLetsLakeAndWarehouseBeLookedAt() {
        try (TestPostgres server = TestPostgres.start(TestPostgres.MIDDLE)) {
            cli.replacing(bed.source().jdbcUrl(), server.jdbcUrl());
        }
        cli.run("doctor")
                .exits(1)
                .says(
                        "FAIL  source",
                        "start the server",
                        "warn  tables",
                        "ok    lake",
                        "ok    warehouse",
                        "ok    heap");
    }

    @Test
    void aWrongPasswordIsAFailureWithoutThePassword() throws IOException {
        bed.execute("ALTER ROLE " + role + " PASSWORD 'another'");
        Path hba = Path.of(bed.source().value("SHOW hba_file").orElseThrow());
        String before = Files.readString(hba);
        Files.writeString(hba, "host all " + role + " all md5\n" + before);
        bed.execute("SELECT pg_reload_conf()", "SELECT pg_sleep(0.2)");
        try {
            cli.run("doctor")
                    .exits(1)
                    .says("FAIL  source", "does not let " + role + " in")
                    .doesNotSay("another");
        } finally {
            Files.writeString(hba, before);
            bed.execute("SELECT pg_reload_conf()");
        }
    }

    @Test
    void connectionsThatDoNotSufficeAreTold() {
        bed.execute("ALTER ROLE " + role + " CONNECTION LIMIT 2");
        cli.run("doctor")
                .exits(1)
                .says(
                        "FAIL  connections",
                        "the role has CONNECTION LIMIT 2",
                        "ALTER ROLE \"" + role + "\" CONNECTION LIMIT 3; or set source.max_connections to 2");
        bed.execute("ALTER ROLE " + role + " CONNECTION LIMIT -1");
        try (TestPostgres server = TestPostgres.start(
                TestPostgres.MIDDLE,
                Map.of(
                        "max_connections", "5",
                        "max_wal_senders", "1",
                        "superuser_reserved_connections", "3",
                        "track_counts", "off"))) {
            TestPostgres.Database database = server.createDatabase();
            database.execute(
                    "CREATE ROLE " + role + " LOGIN", "CREATE TABLE t (region text)", "GRANT SELECT ON t TO " + role);
            Cli other = Cli.of(bed)
                    .replacing("user: postgres", "user: " + role)
                    .replacing(bed.source().jdbcUrl(), database.jdbcUrl());
            other.run("doctor")
                    .exits(1)
                    .says(
                            "FAIL  connections",
                            "max_connections 5, 3 reserved",
                            "set source.max_connections to 2 or less",
                            "warn  counters",
                            "track_counts is off");
        }
    }

    @Test
    void timeoutsOfTheRoleAreMentionedAndASuperuserIsTooMuch() {
        bed.execute("ALTER ROLE " + role + " SET statement_timeout = '3s'");
        cli.run("doctor").exits(0).says("statement_timeout 3.0 s for this role; Sluice's transactions set their own");
        Cli.of(bed).run("doctor").exits(0).says("warn  role", "is a superuser");
    }

    @Test
    void aLakeThatIsNoDirectoryFails() throws IOException {
        Files.writeString(directory.resolve("lake"), "a file");
        cli.run("doctor").exits(1).says("FAIL  lake", "is not a directory", "ok    warehouse");
        assertThat(files()).containsOnlyKeys("", "lake", "sluice.yaml");
    }

    @Test
    void aWarehouseThatIsNoDuckDbFileFails() throws IOException {
        Files.writeString(
                directory.resolve("warehouse.duckdb"), "no database, but long enough to be looked at".repeat(500));
        cli.run("doctor").exits(1).says("FAIL  warehouse", "cannot read", "as a DuckDB file", "ok    lake");
        Files.delete(directory.resolve("warehouse.duckdb"));
        Files.createDirectory(directory.resolve("warehouse.duckdb"));
        cli.run("doctor").exits(1).says("FAIL  warehouse", "is not a file");
    }

    @Test
    @Tag("slow")
    void aWarehouseThatSomebodyHoldsSaysWho() {
        cli.run("sync").exits(0);
        String file = directory.resolve("warehouse.duckdb").toString();
        try (OtherProcess other = OtherProcess.start(directory, "", HoldsDuckDb.class, List.of(file, "60000"))) {
            other.awaitOutput("open");
            cli.run("doctor").exits(1).says("FAIL  warehouse", "is open in process " + other.pid(), "ok    lake");
        }
        cli.run("doctor").exits(0);
    }
}
