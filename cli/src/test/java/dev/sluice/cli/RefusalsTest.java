package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.machine.Listener;
import dev.sluice.machine.TimeSource;
import dev.sluice.model.RunRequest;
import dev.sluice.model.StoreUnavailable;
import dev.sluice.store.Progress;
import dev.sluice.testing.TestPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Mistakes of configuration and rights as a user meets them: the message, the exit code, and nothing
/// changed.
class RefusalsTest {
    private static final String SLICED = "public.t: {strategy: sliced, slice_by: region}";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private Bed bed;

    @SuppressWarnings("NullAway.Init")
    private Cli cli;

    @BeforeEach
    void table() {
        bed = Bed.of(TestPostgres.MIDDLE, directory)
                .execute(
                        "CREATE TABLE t (id int, region text, a int)",
                        "INSERT INTO t SELECT n, 'R' || n % 3, n FROM generate_series(1, 12) n")
                .tables(SLICED);
        cli = Cli.of(bed);
    }

    @Test
    void mistakesInTheConfigurationAreShownWithLineAndColumnBeforeAnythingIsTouched() throws IOException {
        bed.tables(
                "public.t: {strategy: sliced, slice_by: region, slise_by: a, max_shrink: 2}",
                "public.u: {strategy: sliced}",
                "public.v: {strategy: wholesale, detect: guess, mask: {email: hash}}");
        cli.run("sync")
                .exits(2)
                .says(
                        "sluice.yaml:10:",
                        "slise_by",
                        "did you mean `slice_by`",
                        "max_shrink",
                        "sluice.yaml:11:",
                        "tables.public.u.slice_by",
                        "sluice.yaml:12:",
                        "guess",
                        "mask");
        try (var files = Files.list(directory)) {
            assertThat(files.map(f -> f.getFileName().toString())).containsExactly("sluice.yaml");
        }
    }

    @Test
    void whatTheSourceDoesNotHaveIsNamed() {
        bed.tables("public.tt: {strategy: wholesale}");
        cli.run("sync").exits(2).says("public.tt", "the source has no such table", "public.t");
        bed.tables("public.t: {strategy: sliced, slice_by: regio}");
        cli.run("sync").exits(2).says("sluice.yaml:10:", "the source has no column 'regio'", "id, region, a");
        bed.tables("public.t: {strategy: wholesale, columns: [-aa]}");
        cli.run("sync").exits(2).says("the source has no column 'aa'");
        bed.tables("public.t: {strategy: sliced, slice_by: lower(regio)}");
        cli.run("sync").exits(1).says("column \"regio\" does not exist");
        bed.tables("public.t: {strategy: sliced, slice_by: \"now()::text\"}");
        cli.run("sync").exits(1).says("now() is stable");
        assertThat(Cli.holdings(bed, "public.t")).isEqualTo("absent under ");
    }

    @Test
    void twoTablesWithOneTargetAreRefused() {
        bed.execute("CREATE TABLE u (id int)")
                .tables("public.t: {strategy: wholesale}", "public.u: {strategy: wholesale, target: public.T}");
        cli.run("sync").exits(2).says("public.t and public.u would both be written to public.T", "target:");
        bed.tables("\"public.*\": {strategy: wholesale}", "public.u: {strategy: wholesale, target: public.t}");
        cli.run("plan").exits(2).says("would both be written to public.t");
        assertThat(Cli.holdings(bed, "public.t")).startsWith("absent");
    }

    @Test
    void aWholesaleTableAboveItsLimitIsRefusedWithTheStrategyToUse() {
        bed.tables("public.t: {strategy: wholesale, max_rows: 11}");
        cli.run("sync").exits(1).says("public.t has 12 rows", "max_rows: 11", "strategy: sliced");
        assertThat(Cli.holdings(bed, "public.t")).isEqualTo("absent under ");
        bed.tables("public.t: {strategy: wholesale, max_rows: 12}");
        cli.run("sync").exits(0);
        bed.assertEqualEnds("public.t");
    }

    @Test
    void aTypeThatTheWarehouseCannotHoldIsRefusedWithTheWaysOut() {
        bed.execute("ALTER TABLE t ADD COLUMN took interval, ADD COLUMN much numeric");
        cli.run("sync")
                .exits(1)
                .says("took interval", "much numeric", "columns: [-name]", "types: {name: text}", "numeric(38,9)");
        assertThat(Cli.holdings(bed, "public.t")).isEqualTo("absent under ");
        bed.tables("public.t: {strategy: sliced, slice_by: region, types: {took: text, much: \"numeric(38,9)\"}}");
        cli.run("sync").exits(0);
        bed.assertEqualEnds("public.t");
    }

    @Test
    @Tag("slow")
    void aSourceThatCannotBeReachedIsTriedAgainForAWhileAndSaysSo() throws IOException {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0)) {
            nobody = socket.getLocalPort();
        }
        cli.replacing(bed.source().jdbcUrl(), "jdbc:postgresql://localhost:" + nobody + "/any");
        Instant before = Instant.now();
        cli.run("sync").exits(1).says("connecting to the source", "refused", "attempt 2 follows in");
        assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(70));
    }

    @Test
    void aWrongPasswordOrDatabaseIsRefusedAtOnceAndNotShown() throws IOException {
        String role = role("CREATE ROLE %s LOGIN PASSWORD 'another'");
        Path hba = Path.of(bed.source().value("SHOW hba_file").orElseThrow());
        Files.writeString(hba, "host all " + role + " all md5\n" + Files.readString(hba));
        bed.execute("SELECT pg_reload_conf()", "SELECT pg_sleep(0.2)");
        cli.replacing("user: postgres", "user: " + role);
        cli.run("sync")
                .exits(2)
                .says("does not let " + role + " in", "source.password")
                .doesNotSay("another");

        cli.replacing(bed.source().jdbcUrl(), bed.source().jdbcUrl() + "x")
                .replacing("user: " + role, "user: postgres");
        cli.run("sync").exits(2).says("database \"" + bed.source().name() + "x\" does not exist");
    }

    @Test
    void rowsThatRowLevelSecurityHidesAreNotTakenForMissingOnes() {
        String role = role("CREATE ROLE %s LOGIN");
        bed.execute(
                "GRANT SELECT ON t TO " + role,
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY regional ON t USING (region = 'R1')");
        cli.run("sync").exits(0);
        String before = Cli.holdings(bed, "public.t");
        cli.replacing("user: postgres", "user: " + role);
        cli.run("sync").exits(1).says("row-level security", "ALTER ROLE \"" + role + "\" BYPASSRLS");
        cli.run("verify").exits(1).says("row-level security");
        assertThat(Cli.holdings(bed, "public.t")).isEqualTo(before);
    }

    @Test
    void aMissingRightIsNamedWithTheGrantThatGivesIt() {
        String role = role("CREATE ROLE %s LOGIN");
        cli.replacing("user: postgres", "user: " + role);
        cli.run("sync")
                .exits(2)
                .says(
                        "public.t: the source has no such table, or the role may not see it",
                        "GRANT SELECT ON \"public\".\"t\"");
        bed.execute("GRANT SELECT (id) ON t TO " + role);
        cli.run("sync").exits(1).says("permission denied", "GRANT SELECT ON \"public\".\"t\" TO " + q(role));
        bed.execute("GRANT SELECT ON t TO " + role);
        cli.run("sync").exits(0);
        bed.assertEqualEnds("public.t");
    }

    @Test
    void aTargetThatSomebodyElseMadeIsLeftAlone() throws Exception {
        try (var warehouse = bed.warehouse();
                var statement = warehouse.createStatement()) {
            statement.execute("CREATE SCHEMA public");
            statement.execute("CREATE TABLE public.t AS SELECT 7 AS id");
        }
        cli.run("sync").exits(1).says("already has a table public.t that Sluice did not make", "target:");
        assertThat(bed.query("SELECT id FROM public.t")).containsExactly("7");
        bed.tables("public.t: {strategy: sliced, slice_by: region, target: public.t2}");
        cli.run("sync").exits(0);
        bed.assertEqualEnds("public.t", "public.t2");
    }

    @Test
    void aTableEmptiedByAccidentIsKeptUntilTheCommandInTheMessageIsGiven() {
        cli.run("sync").exits(0);
        String before = Cli.holdings(bed, "public.t");
        bed.execute("DELETE FROM t WHERE id > 5");
        cli.run("sync").exits(1).says("would shrink from 12 to 5 rows", "max_shrink: 0.5");
        bed.execute("TRUNCATE t");
        Cli.Outcome refused = cli.run("sync").exits(1).says("public.t would become empty (12 rows before)");
        cli.run("plan").exits(1).says("would become empty");
        assertThat(Cli.holdings(bed, "public.t")).isEqualTo(before);

        String advice = refused.out()
                .lines()
                .filter(l -> l.contains("sluice sync "))
                .findFirst()
                .orElseThrow();
        String[] arguments = advice.substring(advice.indexOf("sluice sync ") + "sluice sync ".length())
                .split(" ", -1);
        cli.run("sync", arguments).exits(0);
        assertThat(bed.query("SELECT count(*) FROM public.t")).containsExactly("0");
        cli.run("verify", "--deep").exits(0);
    }

    private String role(String create) {
        String role = "r_" + bed.source().name();
        bed.execute("DROP ROLE IF EXISTS " + role, create.formatted(role), "GRANT USAGE ON SCHEMA public TO " + role);
        return role;
    }

    private static String q(String identifier) {
        return '"' + identifier + '"';
    }

    @Test
    void aLakeThatDoesNotAnswerIsNamedByWhatWasTriedFirst() {
        Bed bed = Bed.of(TestPostgres.MIDDLE, directory)
                .execute("CREATE TABLE t (id int)")
                .tables("public.t: {strategy: wholesale}")
                .lake("lake: { url: \"s3://lake/sluice\", region: us-east-1, endpoint: \"http://127.0.0.1:1\" }");
        // What the environment gives elsewhere.
        System.setProperty("aws.accessKeyId", "a");
        System.setProperty("aws.secretAccessKey", "b");
        LocalRun.Patience hurried = new LocalRun.Patience(Duration.ofSeconds(1), new Hurried());
        try (LocalRun run = LocalRun.open(bed.config(), directory.resolve(".sluice"), Progress.NONE, hurried)) {
            assertThatThrownBy(() -> run.run("R-1", Bed.request(RunRequest.Mode.SYNC), Listener.NONE))
                    .isInstanceOf(StoreUnavailable.class)
                    .hasMessageContaining("s3://lake/sluice/runs/R-1/request.json")
                    .hasMessageContaining("S3 cannot be reached at http://127.0.0.1:1 (ConnectException)");
        }
    }

    /// Waits for nothing.
    private record Hurried() implements TimeSource {
        @Override
        public Instant now() {
            return Instant.now();
        }

        @Override
        public void sleep(Duration duration) {}

        @Override
        public Timer after(Duration delay, Runnable action) {
            return TimeSource.SYSTEM.after(delay, action);
        }
    }
}
