package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.run.RunReport;
import dev.sluice.snowflake.SnowflakeServer;
import dev.sluice.store.Json;
import dev.sluice.testing.TestPostgres;
import dev.sluice.warehouse.Warehouse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole product with Snowflake as its warehouse, through the unmodified driver.
class SnowflakeSyncTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private SnowflakeBeside snowflake;

    @SuppressWarnings("NullAway.Init")
    private Bed bed;

    @BeforeEach
    void start() {
        snowflake = SnowflakeBeside.start(directory);
        bed = Bed.of(TestPostgres.NEWEST, directory, snowflake);
    }

    @AfterEach
    void stop() {
        snowflake.close();
    }

    /// What the server refused.
    private List<String> errors() {
        return snowflake.server().statements().stream()
                .flatMap(ran -> ran.error().map(error -> error + " " + ran.sql()).stream())
                .toList();
    }

    private RunReport succeeds(RunReport report) {
        assertThat(report.status()).as("%s %s", report, errors()).isEqualTo("SUCCEEDED");
        return report;
    }

    private void threeStrategies() {
        bed.execute(
                        "CREATE TABLE t (id int PRIMARY KEY, region text, day date, note text)",
                        "INSERT INTO t SELECT n, 'R' || n % 3, date '2024-01-01' + n % 12, 'it''s \\ ' || n FROM generate_series(1, 60) n")
                .execute("CREATE TABLE u AS TABLE t", "CREATE TABLE w AS TABLE t")
                .tables(
                        "public.t: {strategy: sliced, slice_by: region}",
                        "public.u: {strategy: time-sliced, slice_by: day, recheck: {recent: 100000}}",
                        "public.w: {strategy: wholesale, skip_unchanged: true}");
    }

    private void assertInStep() {
        bed.assertEqualEnds("public.t");
        bed.assertEqualEnds("public.u");
        bed.assertEqualEnds("public.w");
        bed.assertNoOrphans();
    }

    @Test
    void everyStrategyBringsItsTableInStepAndDeletesArriveToo() {
        threeStrategies();
        succeeds(bed.sync());
        assertInStep();
        for (String table : List.of("t", "u", "w")) {
            bed.execute(
                    "DELETE FROM " + table + " WHERE region = 'R1' OR id = 5",
                    "UPDATE " + table + " SET note = 'other' WHERE id = 6");
        }
        succeeds(bed.sync());
        assertInStep();
        assertThat(bed.verifyDeep().tables())
                .allSatisfy(t -> assertThat(t.differences().orElseThrow()).isEmpty());
    }

    @Test
    void aRunThatFindsNothingChangedSendsSnowflakeNoRequest() {
        threeStrategies();
        RunReport first = succeeds(bed.sync());
        long before = snowflake.server().requests();
        RunReport second = succeeds(bed.sync());
        RunReport third = succeeds(bed.sync());
        assertThat(snowflake.server().requests()).isEqualTo(before);
        assertThat(second.tables()).allSatisfy(t -> {
            assertThat(t.slices().replaced()).isZero();
            assertThat(t.statements()).isEmpty();
        });
        assertThat(first.tables())
                .allSatisfy(t -> assertThat(t.statements().orElseThrow().queryIds())
                        .hasSizeGreaterThan(8)
                        .doesNotHaveDuplicates());
        Cli.of(bed).run("runs").exits(0).says(first.runId(), second.runId(), third.runId());
        Cli.of(bed).run("status").exits(0).says("public.t", "public.u", "public.w");
        assertThat(bed.query("SELECT run_id FROM sluice.runs")).containsExactly(first.runId());
        bed.execute("UPDATE t SET note = 'x' WHERE id = 1");
        RunReport fourth = succeeds(bed.sync());
        assertThat(bed.query("SELECT run_id FROM sluice.runs"))
                .as("the run that wakes the warehouse enters those that did not")
                .containsExactlyInAnyOrder(first.runId(), second.runId(), third.runId(), fourth.runId());
    }

    @Test
    void runsTellWhatEachTableCost() {
        threeStrategies();
        Cli.of(bed).run("runs", "--credits", "7").exits(0).says("Nothing in the history yet");
        snowflake.server().credits(0.25);
        succeeds(bed.sync());
        List<Warehouse.Spent> spent = List.of(Json.read(
                Cli.of(bed).run("runs", "--credits", "7", "-o", "json").exits(0).out(),
                Warehouse.Spent[].class,
                "what it cost"));
        assertThat(spent).extracting(each -> each.table().orElse("")).contains("public.t", "public.u", "public.w");
        assertThat(spent).allSatisfy(each -> {
            assertThat(each.statements()).isPositive();
            assertThat(each.credits()).isEqualTo(0.25 * each.statements());
        });
        Cli.of(bed).run("runs", "--credits", "0").exits(2).says("--credits 0");
    }

    @Test
    void whoMayNotReadTheHistoryIsToldWhichGrantItTakes() {
        threeStrategies();
        snowflake.execute("CREATE ROLE SMALL", "GRANT USAGE ON WAREHOUSE LOADING_WH TO ROLE SMALL");
        snowflake.server().password("LITTLE", Cli.password(), "SMALL");
        Cli.of(bed)
                .replacing("user: " + SnowflakeBeside.USER, "user: LITTLE")
                .run("runs", "--credits", "7")
                .exits(2)
                .says("read the history of credits", "GRANT DATABASE ROLE SNOWFLAKE.USAGE_VIEWER TO ROLE");
    }

    @Test
    @Tag("slow")
    void theNumberOfStatementsDoesNotGrowWithTheNumberOfSlices() {
        bed.execute(
                        "CREATE TABLE t (id int PRIMARY KEY, part int, note text)",
                        "INSERT INTO t SELECT n, n % 5, 'x' FROM generate_series(1, 10) n")
                .tables("public.t: {strategy: sliced, slice_by: part}");
        succeeds(bed.sync());
        bed.execute("UPDATE t SET note = 'one' WHERE part = 3");
        List<String> one = statements(succeeds(bed.sync()));
        bed.execute("INSERT INTO t SELECT n, n, 'many' FROM generate_series(1001, 2001) n");
        List<String> many = statements(succeeds(bed.sync()));
        assertThat(many.stream().filter(sql -> sql.contains("METADATA$FILENAME")))
                .as("1 001 files take two COPYs")
                .hasSize(2);
        assertThat(many).hasSize(one.size() + 1);
        bed.assertEqualEnds("public.t");
    }

    /// Kinds of the statements of one run.
    private List<String> statements(RunReport report) {
        List<String> ids = Bed.only(report).statements().orElseThrow().queryIds();
        return snowflake.server().statements().stream()
                .filter(ran -> ids.contains(ran.queryId()))
                .map(SnowflakeServer.Ran::sql)
                .toList();
    }

    @Test
    void newColumnsArriveWideningsAreDoneAndTheRestNeedsFull() {
        threeStrategies();
        succeeds(bed.sync());
        Cli cli = Cli.of(bed);
        for (String table : List.of("t", "u", "w")) {
            bed.execute(
                    "ALTER TABLE " + table + " ADD COLUMN amount numeric(10,2)",
                    "ALTER TABLE " + table + " ALTER COLUMN id TYPE bigint",
                    "UPDATE " + table + " SET amount = 1.5, id = id + 4294967296");
        }
        cli.run("sync").exits(0);
        assertInStep();
        for (String table : List.of("t", "u", "w")) {
            bed.execute(
                    "ALTER TABLE " + table + " ALTER COLUMN amount TYPE text",
                    "ALTER TABLE " + table + " DROP COLUMN note");
        }
        cli.run("sync")
                .exits(1)
                .says("column amount is NUMBER(10,2) in the warehouse and would be VARCHAR", "column note was dropped");
        cli.run("sync", "--full").exits(0);
        assertInStep();
        cli.run("plan").exits(0);
    }

    @Test
    void viewsAndGrantsSurviveASync() {
        threeStrategies();
        succeeds(bed.sync());
        snowflake.execute(
                "CREATE VIEW PUBLIC.V AS SELECT COUNT(*) AS N FROM PUBLIC.T",
                "CREATE ROLE R",
                "GRANT USAGE ON WAREHOUSE LOADING_WH TO ROLE R",
                "GRANT USAGE ON DATABASE RETAIL TO ROLE R",
                "GRANT USAGE ON SCHEMA PUBLIC TO ROLE R",
                "GRANT SELECT ON TABLE PUBLIC.T TO ROLE R");
        snowflake.server().password("READS", Cli.password(), "R");
        bed.execute("DELETE FROM t WHERE id = 1");
        succeeds(bed.sync());
        assertThat(bed.query("SELECT n::VARCHAR FROM public.v")).containsExactly("59");
        snowflake.executeAs("READS", "SELECT ID FROM PUBLIC.T");
        bed.execute("ALTER TABLE t DROP COLUMN note");
        succeeds(bed.syncFull());
        snowflake.execute("SELECT * FROM PUBLIC.V");
        snowflake.executeAs("READS", "SELECT ID FROM PUBLIC.T");
    }

    @Test
    void aValueThatSnowflakeDoesNotHoldFailsItsTableWithTheWaysOut() {
        bed.execute(
                        "CREATE TABLE t (id int, day date, doc json)",
                        "INSERT INTO t VALUES (1, '2024-01-01', '{\"a\":1}')")
                .tables("public.t: {strategy: sliced, slice_by: id}");
        succeeds(bed.sync());
        bed.execute(
                "INSERT INTO t VALUES (2, '10000-01-01', '{\"a\":1}')",
                "INSERT INTO t VALUES (3, '2024-01-01', '{\"a\":1,\"a\":2}')",
                "INSERT INTO t VALUES (4, '2024-01-01', '{\"a\":" + "9".repeat(40) + "}')");
        Cli.of(bed)
                .run("sync")
                .exits(1)
                .says("column day has 1 rows with a date outside 0001 … 9999", "types: {day: text}")
                .doesNotSay("10000-01-01", "9999999");
        assertThat(bed.query("SELECT id::VARCHAR FROM public.t")).containsExactly("1");
        bed.tables("public.t: {strategy: sliced, slice_by: id, types: {day: text, doc: text}}");
        Cli.of(bed).run("sync", "--full").exits(0);
        bed.assertEqualEnds("public.t");
        bed.assertNoOrphans();
    }
}
