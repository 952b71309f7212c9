package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.machine.Listener;
import dev.sluice.model.RunRequest;
import dev.sluice.model.TableName;
import dev.sluice.run.RunReport;
import dev.sluice.testing.TestPostgres;
import dev.sluice.verify.TableResult;
import dev.sluice.warehouse.Retention;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A replay rebuilds slices from what earlier runs landed, without the source, and pins them.
@Tag("slow")
class ReplayTest {
    private static final String SALES = "public.sales";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private Bed sales(String... rows) {
        Bed bed = Bed.of(TestPostgres.MIDDLE, directory)
                .execute("CREATE TABLE sales (id int PRIMARY KEY, place text, v int)")
                .tables("public.sales: {strategy: sliced, slice_by: place}");
        for (String row : rows) {
            bed.execute("INSERT INTO sales VALUES " + row);
        }
        return bed;
    }

    private static String synced(Bed bed) {
        RunReport report = bed.sync();
        assertThat(report.status()).as("%s", report).isEqualTo("SUCCEEDED");
        return report.runId();
    }

    /// The command with a source that nobody can reach.
    private static Cli withoutSource(Bed bed) {
        return Cli.of(bed).replacing(bed.source().jdbcUrl(), "jdbc:postgresql://localhost:1/gone");
    }

    private static List<String> rows(Bed bed) {
        return bed.query("SELECT id || ' ' || coalesce(place, 'NULL') || ' ' || v FROM public.sales ORDER BY id");
    }

    private static List<String> actions(Bed bed) {
        return bed.query("SELECT slice || ' ' || action FROM sluice.slices ORDER BY slice");
    }

    @Test
    void aSliceIsRebuiltWithoutTheSourceAndStaysUntilItIsReleased() {
        Bed bed = sales("(1, 'A', 1), (2, 'B', 2)");
        String first = synced(bed);
        bed.execute("UPDATE sales SET v = v + 10");
        synced(bed);
        assertThat(rows(bed)).containsExactly("1 A 11", "2 B 12");

        withoutSource(bed)
                .run("replay", SALES, "--slice", "A", "--run", first)
                .exits(Sluice.OK)
                .says("SUCCEEDED", "1 slice is pinned by a replay", "sluice replay public.sales --release");
        assertThat(rows(bed)).containsExactly("1 A 1", "2 B 12");
        assertThat(actions(bed)).containsExactly("A replay", "B replace");
        bed.assertNoOrphans();

        // The source goes on, and so does the slice that is not pinned.
        bed.execute("UPDATE sales SET v = v + 100", "INSERT INTO sales VALUES (3, 'C', 3)");
        TableResult result = Bed.only(bed.sync());
        assertThat(result.pinned()).isEqualTo(1);
        assertThat(result.slices()).isEqualTo(new TableResult.Slices(1, 2, 0, 0));
        assertThat(rows(bed)).containsExactly("1 A 1", "2 B 112", "3 C 3");
        Cli cli = Cli.of(bed);
        cli.run("plan").exits(Sluice.OK).says("1 slice is pinned");
        assertThat(cli.run("plan", "-o", "json")
                        .json()
                        .at("/tables/0/actions/0/reason")
                        .asText())
                .startsWith("pinned by replay run ")
                .endsWith("release it with: sluice replay public.sales --slice A --release");
        cli.run("verify")
                .exits(Sluice.DIFFERENCES)
                .says("slice A: pinned by replay run", "same row count, other contents");
        cli.run("status").exits(Sluice.OK).says("1 slice is pinned");
        assertThat(cli.run("status", "-o", "json").json().at("/tables/0/pinned").asInt())
                .isEqualTo(1);

        // Vanishing at the source does not take it away either.
        bed.execute("DELETE FROM sales WHERE place = 'A'");
        synced(bed);
        assertThat(rows(bed)).containsExactly("1 A 1", "2 B 112", "3 C 3");

        withoutSource(bed)
                .run("replay", SALES, "--slice", "A", "--release")
                .exits(Sluice.OK)
                .doesNotSay("pinned");
        assertThat(rows(bed)).containsExactly("1 A 1", "2 B 112", "3 C 3");
        assertThat(actions(bed)).containsExactly("A release", "B replace", "C replace");
        bed.assertNoOrphans();
        synced(bed);
        bed.assertEqualEnds(SALES);
        bed.assertNoOrphans();
        cli.run("verify").exits(Sluice.OK);
    }

    @Test
    void aReleasedSliceThatDoesNotDifferIsKept() {
        Bed bed = sales("(1, 'A', 1), (2, 'B', 2)");
        synced(bed);
        Cli.of(bed).run("replay", SALES, "--slice", "A").exits(Sluice.OK);
        Cli.of(bed).run("replay", SALES, "--release").exits(Sluice.OK);
        RunReport report = bed.sync();
        assertThat(Bed.only(report).slices()).isEqualTo(new TableResult.Slices(2, 0, 0, 0));
        assertThat(bed.slicesRead(report)).isEmpty();
    }

    @Test
    void aWholeTableIsRebuiltWithTheSlicesThatItHadThen() {
        Bed bed = sales("(1, 'A', 1), (2, 'B', 2), (3, NULL, 3)");
        String first = synced(bed);
        bed.execute(
                "DELETE FROM sales WHERE place = 'A'",
                "UPDATE sales SET v = 20 WHERE id = 2",
                "INSERT INTO sales VALUES (4, 'D', 4), (5, 'E', 5)");
        synced(bed);

        TableResult replayed = Bed.only(bed.run(
                RunRequest.replay(SALES, new RunRequest.Replay(List.of(), Optional.of(first), false), false, "test"),
                Listener.NONE));
        assertThat(replayed.status()).isEqualTo(TableResult.Status.SUCCEEDED);
        assertThat(replayed.slices()).isEqualTo(new TableResult.Slices(0, 3, 2, 0));
        assertThat(replayed.pinned()).isEqualTo(5);
        assertThat(rows(bed)).containsExactly("1 A 1", "2 B 2", "3 NULL 3");

        // What did not exist then is pinned as absent.
        bed.execute("INSERT INTO sales VALUES (6, 'F', 6)");
        assertThat(Bed.only(bed.sync()).pinned()).isEqualTo(5);
        assertThat(rows(bed)).containsExactly("1 A 1", "2 B 2", "3 NULL 3", "6 F 6");

        Cli.of(bed)
                .run("replay", SALES, "--release", "--slice", "D", "--slice", "\\N")
                .exits(Sluice.OK);
        assertThat(Bed.only(bed.sync()).pinned()).isEqualTo(3);
        assertThat(rows(bed)).containsExactly("1 A 1", "2 B 2", "3 NULL 3", "4 D 4", "6 F 6");
        Cli.of(bed).run("replay", SALES, "--release").exits(Sluice.OK);
        synced(bed);
        bed.assertEqualEnds(SALES);
        bed.assertNoOrphans();
    }

    @Test
    void withoutARunWhatSomebodyDamagedInTheWarehouseIsPutBack() throws SQLException {
        Bed bed = sales("(1, 'A', 1), (2, 'B', 2), (3, 'B', 3)");
        synced(bed);
        damage(
                bed,
                "DELETE FROM public.sales WHERE id = 3",
                "INSERT INTO public.sales VALUES (9, 'Z', 9, 'Z', 'x', now())");
        withoutSource(bed).run("replay", SALES).exits(Sluice.OK);
        bed.assertEqualEnds(SALES);

        // Even where nothing is left.
        damage(bed, "DROP TABLE public.sales");
        Cli.of(bed)
                .run("sync")
                .exits(Sluice.FAILED)
                .says(
                        "the target table does not exist any more",
                        "sluice replay public.sales --release",
                        "rebuild it from the lake");
        withoutSource(bed)
                .run("replay", SALES, "--slice", "A")
                .exits(Sluice.FAILED)
                .says("rebuild it whole");
        withoutSource(bed).run("replay", SALES).exits(Sluice.OK);
        bed.assertEqualEnds(SALES);
        bed.assertNoOrphans();
    }

    private static void damage(Bed bed, String... statements) throws SQLException {
        try (Connection warehouse = bed.warehouse();
                Statement statement = warehouse.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Test
    void aPinnedSliceThatSomebodyChangedIsToldAndNotRepaired() throws SQLException {
        Bed bed = sales("(1, 'A', 1), (2, 'B', 2)");
        synced(bed);
        Cli cli = Cli.of(bed);
        cli.run("replay", SALES, "--slice", "A").exits(Sluice.OK);
        damage(bed, "DELETE FROM public.sales WHERE id = 1");
        cli.run("plan").says("! public.sales, slice A: pinned, but the warehouse holds 0 rows, the ledger says 1");
        cli.run("sync")
                .exits(Sluice.FAILED)
                .says(
                        "PARTIAL",
                        "slice A is pinned by a replay",
                        "put it back with: sluice replay public.sales --slice A");
        assertThat(rows(bed)).containsExactly("2 B 2");
        cli.run("replay", SALES, "--slice", "A").exits(Sluice.OK);
        cli.run("sync").exits(Sluice.OK);
        assertThat(rows(bed)).containsExactly("1 A 1", "2 B 2");
    }

    @Test
    void neitherFullNorAChangedDefinitionTakesAPinAway() {
        Bed bed = sales("(1, 'A', 1), (2, 'B', 2)");
        synced(bed);
        Cli cli = Cli.of(bed);
        cli.run("replay", SALES, "--slice", "A").exits(Sluice.OK);
        cli.run("sync", "--full")
                .exits(Sluice.FAILED)
                .says(
                        "--full was asked for, and a sync would replace the 1 slices that a replay pinned (A)",
                        "--release");
        bed.execute("ALTER TABLE sales ADD COLUMN w int");
        cli.run("sync").exits(Sluice.FAILED).says("the definition of the table changed", "--release");
        assertThat(actions(bed)).containsExactly("A replay", "B replace");
        cli.run("replay", SALES, "--release").exits(Sluice.OK);
        cli.run("sync").exits(Sluice.OK);
        bed.assertEqualEnds(SALES);
        bed.assertNoOrphans();
    }

    @Test
    void todaysDefinitionApplies() {
        Bed bed = sales("(1, 'A', 1), (2, 'B', 2)").execute("ALTER TABLE sales ADD COLUMN card text DEFAULT 'secret'");
        String first = synced(bed);
        bed.tables("public.sales: {strategy: sliced, slice_by: place, columns: [-card]}")
                .execute("ALTER TABLE sales ADD COLUMN w numeric(8,2) DEFAULT 1.5, ADD COLUMN note text DEFAULT 'n'")
                .execute("UPDATE sales SET v = v + 10");
        // Before a sync has told of the new definition, some slices alone would stand beside old ones.
        Cli cli = withoutSource(bed);
        cli.run("replay", SALES, "--slice", "A")
                .exits(Sluice.FAILED)
                .says("definition of public.sales changed", "sluice sync");
        synced(bed);

        cli.run("replay", SALES, "--slice", "A", "--run", first).exits(Sluice.OK);
        assertThat(
                        bed.query(
                                "SELECT concat_ws(' ', id, place, v, coalesce(w::VARCHAR, 'NULL'), coalesce(note, 'NULL')) FROM public.sales ORDER BY id"))
                .containsExactly("1 A 1 NULL NULL", "2 B 12 1.50 n");
        assertThat(bed.query("SELECT column_name FROM information_schema.columns WHERE table_name = 'sales'"))
                .doesNotContain("card");
        synced(bed);
        cli.run("replay", SALES, "--release").exits(Sluice.OK);
        synced(bed);
        bed.assertEqualEnds(SALES);
    }

    @Test
    void aWholeTableTakesTheDefinitionThatNoSyncHasSeen() {
        Bed bed = sales("(1, 'A', 1), (2, 'B', 2)").execute("ALTER TABLE sales ADD COLUMN card text DEFAULT 'secret'");
        synced(bed);
        bed.tables("public.sales: {strategy: sliced, slice_by: place, columns: [-card]}");
        withoutSource(bed).run("replay", SALES).exits(Sluice.OK);
        assertThat(bed.query("SELECT column_name FROM information_schema.columns WHERE table_name = 'sales'"))
                .doesNotContain("card");
        assertThat(Bed.only(bed.sync()).pinned()).isEqualTo(2);
        bed.assertEqualEnds(SALES);
    }

    @Test
    void rowsThatTodaysDefinitionCannotTakeAreRefused() {
        Bed bed = sales("(1, 'A', 1), (2, 'B', 2)");
        String first = synced(bed);
        bed.execute("ALTER TABLE sales ALTER COLUMN v TYPE bigint");
        assertThat(bed.syncFull().status()).isEqualTo("SUCCEEDED");
        Cli cli = withoutSource(bed);
        cli.run("replay", SALES, "--slice", "A", "--run", first)
                .exits(Sluice.FAILED)
                .says("slice A, as landed by run " + first, "column v was integer then and is bigint now");
        bed.execute("ALTER TABLE sales RENAME COLUMN v TO amount");
        assertThat(bed.syncFull().status()).isEqualTo("SUCCEEDED");
        cli.run("replay", SALES, "--slice", "A", "--run", first)
                .exits(Sluice.FAILED)
                .says("column amount was called v then");
        bed.execute("ALTER TABLE sales DROP COLUMN amount, ADD COLUMN must int NOT NULL DEFAULT 7");
        String last = bed.syncFull().runId();
        cli.run("replay", SALES, "--slice", "A", "--run", first)
                .exits(Sluice.FAILED)
                .says("column must, which is NOT NULL, did not arrive then");
        bed.tables("public.sales: {strategy: sliced, slice_by: id}");
        cli.run("replay", SALES, "--run", last).exits(Sluice.FAILED).says("sliced in another way then");
        bed.tables("public.sales: {strategy: sliced, slice_by: place}");
        bed.assertEqualEnds(SALES);
        bed.assertNoOrphans();
    }

    @Test
    void whatNobodyKnowsIsRefusedWithWhatThereIs() {
        Bed bed = sales("(1, 'A', 1), (2, 'B', 2)");
        Cli cli = withoutSource(bed);
        cli.run("replay", SALES).exits(Sluice.USAGE).says("was never loaded");
        String run = synced(bed);
        cli.run("replay", "public.nothing").exits(Sluice.USAGE).says("it has public.sales");
        cli.run("replay", "public.*").exits(Sluice.USAGE).says("the name of one table");
        cli.run("replay").exits(Sluice.USAGE);
        cli.run("replay", SALES, "--slice", "Z")
                .exits(Sluice.USAGE)
                .says("slice 'Z' of public.sales is not known; there is A, B");
        cli.run("replay", SALES, "--run", "X").exits(Sluice.USAGE).says("run 'X' is not known", run);
        cli.run("replay", SALES, "--release").exits(Sluice.USAGE).says("no pinned slices");
        cli.run("replay", SALES, "--run", run, "--release").exits(Sluice.USAGE).says("takes no run");
        cli.run("replay", SALES, "--slice", "A").exits(Sluice.OK);
        cli.run("replay", SALES, "--slice", "B", "--release")
                .exits(Sluice.USAGE)
                .says("slice 'B' of public.sales is not pinned; there is A");
    }

    @Test
    void aRunThatChangedNothingStandsForTheStateThatItFound() {
        Bed bed = sales("(1, 'A', 1), (2, 'B', 2)");
        synced(bed);
        String quiet = synced(bed);
        bed.execute("UPDATE sales SET v = 9");
        synced(bed);
        Cli.of(bed).run("replay", SALES, "--run", quiet).exits(Sluice.OK);
        assertThat(rows(bed)).containsExactly("1 A 1", "2 B 2");
    }

    @Test
    void aReplayThatShrinksTheTableMustBeAllowed() {
        Bed bed = sales("(1, 'A', 1)");
        String first = synced(bed);
        bed.execute("INSERT INTO sales SELECT i, 'B', i FROM generate_series(2, 9) i");
        synced(bed);
        Cli cli = Cli.of(bed);
        cli.run("replay", SALES, "--run", first)
                .exits(Sluice.FAILED)
                .says("would shrink from 9 to 1 rows", "sluice replay public.sales … with --allow-shrink");
        assertThat(rows(bed)).hasSize(9);
        cli.run("replay", SALES, "--run", first, "--allow-shrink").exits(Sluice.OK);
        assertThat(rows(bed)).containsExactly("1 A 1");
        // What the pinned slices hide from the copy is no shrinking of later syncs.
        assertThat(Bed.only(bed.sync()).pinned()).isEqualTo(2);
    }

    @Test
    void slicesOfAnyNameAndNull() {
        Bed bed = sales(
                "(1, NULL, 1), (2, 'NULL', 2), (3, '\\N', 3), (4, '', 4), (5, '@x', 5), (6, 'it''s \"/🧀', 6), (7, ' ', 7), (8, '--run', 8)");
        String first = synced(bed);
        bed.execute("UPDATE sales SET v = v * 100");
        synced(bed);
        Cli cli = Cli.of(bed);
        cli.run(
                        "replay",
                        SALES,
                        "--run",
                        first,
                        "--slice",
                        "\\N",
                        "--slice",
                        "\\\\N",
                        "--slice",
                        "",
                        "--slice",
                        "@x",
                        "--slice",
                        "it's \"/🧀",
                        "--slice= ",
                        "--slice=--run")
                .exits(Sluice.OK);
        assertThat(bed.query("SELECT v FROM public.sales ORDER BY id"))
                .containsExactly("1", "200", "3", "4", "5", "6", "7", "8");
        cli.run("replay", SALES, "--run", first, "--slice", "NULL").exits(Sluice.OK);
        assertThat(bed.query("SELECT v FROM public.sales WHERE id = 2")).containsExactly("2");
        for (String reason :
                bed.plan(SALES).plan().actions().stream().map(a -> a.reason()).toList()) {
            assertThat(reason).contains("--release");
        }
        bed.execute("DELETE FROM sales WHERE id = 2");
        cli.run("replay", SALES, "--release").exits(Sluice.OK);
        synced(bed);
        // Where no text is called so, NULL is NULL.
        cli.run("replay", SALES, "--slice", "NULL").exits(Sluice.OK);
        assertThat(actions(bed)).contains("NULL replay");
    }

    @Test
    void slicesOfTimeAreKeptAndComparedByHashOnceReleased() {
        Bed bed = Bed.of(TestPostgres.MIDDLE, directory)
                .execute(
                        "CREATE TABLE sales (id int, place date, v int)",
                        "INSERT INTO sales SELECT i, date '2020-01-01' + i, i FROM generate_series(0, 19) i")
                .tables("public.sales: {strategy: time-sliced, slice_by: place, grain: day}");
        String first = synced(bed);
        bed.execute("UPDATE sales SET v = -1 WHERE id = 18", "INSERT INTO sales VALUES (99, '2020-01-19', 99)");
        synced(bed);
        Cli cli = Cli.of(bed);
        cli.run("replay", SALES, "--slice", "2020-01-19", "--run", first).exits(Sluice.OK);
        assertThat(bed.query("SELECT v FROM public.sales WHERE place = '2020-01-19'"))
                .containsExactly("18");
        TableResult pinned = Bed.only(bed.sync());
        assertThat(pinned.pinned()).isEqualTo(1);
        assertThat(pinned.countedTo())
                .as("behind a pinned slice nothing is known")
                .contains("2020-01-20");
        // Now the source has as many rows as the pinned slice: only the hash tells.
        bed.execute("DELETE FROM sales WHERE id = 99");
        cli.run("replay", SALES, "--release").exits(Sluice.OK);
        synced(bed);
        bed.assertEqualEnds(SALES);
        bed.assertNoOrphans();
    }

    @Test
    void aWholesaleTableIsOneSlice() {
        Bed bed = sales("(1, 'A', 1), (2, 'B', 2)").tables("\"public.*\": {strategy: wholesale}");
        String first = synced(bed);
        bed.execute("UPDATE sales SET v = 5", "DELETE FROM sales WHERE id = 2");
        synced(bed);
        withoutSource(bed).run("replay", SALES, "--run", first).exits(Sluice.OK);
        assertThat(rows(bed)).containsExactly("1 A 1", "2 B 2");
        assertThat(Bed.only(bed.sync()).slices()).isEqualTo(new TableResult.Slices(1, 0, 0, 0));
        assertThat(bed.plan(SALES).plan().actions().getFirst().reason())
                .endsWith("sluice replay public.sales --release");
        assertThat(rows(bed)).containsExactly("1 A 1", "2 B 2");
        Cli.of(bed).run("replay", SALES, "--release").exits(Sluice.OK);
        synced(bed);
        bed.assertEqualEnds(SALES);
        bed.assertNoOrphans();
    }

    @Test
    void slicesReadEachAtAnInstantOfItsOwnLeavePinnedOnesAlone() {
        Bed bed = sales("(1, 'A', 1), (2, 'B', 2)")
                .tables("public.sales: {strategy: sliced, slice_by: place, consistency: slice}");
        String first = synced(bed);
        bed.execute("UPDATE sales SET v = v + 10");
        synced(bed);
        Cli.of(bed).run("replay", SALES, "--slice", "A", "--run", first).exits(Sluice.OK);
        bed.execute("UPDATE sales SET v = v + 10");
        TableResult result = Bed.only(bed.sync());
        assertThat(result.moving()).isZero();
        assertThat(rows(bed)).containsExactly("1 A 1", "2 B 22");
    }

    @Test
    void rawObjectsOfAPinnedSliceStayAndGoneOnesAreRefused() throws SQLException {
        Bed bed = sales("(1, 'A', 1), (2, 'B', 2)");
        String first = synced(bed);
        bed.execute("UPDATE sales SET v = v + 10");
        synced(bed);
        Cli cli = Cli.of(bed);
        cli.run("replay", SALES, "--slice", "A", "--run", first).exits(Sluice.OK);
        bed.execute("UPDATE sales SET v = v + 10");
        synced(bed);
        // lake.keep has passed for everything that is superseded.
        int deleted = bed.with(run -> new Retention(run.documents(), run.warehouse(), Duration.ZERO)
                .sweep(TableName.parse(SALES), Instant.now().plusSeconds(1), () -> {}));
        assertThat(deleted).isPositive();
        cli.run("replay", SALES, "--run", first)
                .exits(Sluice.FAILED)
                .says(
                        "raw objects of 1 of 2 slices of public.sales are gone from the lake (B)",
                        first,
                        "nothing was moved");
        assertThat(rows(bed)).containsExactly("1 A 1", "2 B 22");
        damage(bed, "DELETE FROM public.sales WHERE id = 1");
        withoutSource(bed).run("replay", SALES, "--slice", "A").exits(Sluice.OK);
        assertThat(rows(bed)).containsExactly("1 A 1", "2 B 22");
    }

    @Test
    void aSliceThatWasReadInChunksIsRebuiltFromAllOfThem() {
        Bed bed = Bed.of(TestPostgres.MIDDLE, directory)
                .execute(
                        "CREATE TABLE sales (id int, place text, v text)",
                        "INSERT INTO sales SELECT i, 'A' || i / 5000, md5(i::text) FROM generate_series(1, 6000) i",
                        "ANALYZE sales")
                .tables("public.sales: {strategy: sliced, slice_by: place, chunk_bytes: 64 kB}");
        String first = synced(bed);
        String parts = "SELECT DISTINCT raw_receipt FROM sluice.slices WHERE slice = 'A0'";
        assertThat(bed.query(parts)).singleElement().asString().endsWith("-whole-land.json");
        bed.execute("CREATE TABLE old AS SELECT * FROM sales", "UPDATE sales SET v = ''");
        synced(bed);
        withoutSource(bed).run("replay", SALES, "--run", first).exits(Sluice.OK);
        bed.assertEqualEnds("public.old", SALES);
        bed.assertNoOrphans();
    }

    /// Unlike a sync, which leaves its work to the other run.
    @Test
    void aReplayWhoseTableIsInOtherHandsFails() {
        Bed bed = sales("(1, 'A', 1)");
        synced(bed);
        String free = Locks.text(bed, SALES);
        Locks.overwrite(
                bed,
                SALES,
                free.replace("\"run_id\":\"\"", "\"run_id\":\"other\"")
                        .replaceAll("\"expires_at\":\"[^\"]*\"", "\"expires_at\":\"2999-01-01T00:00:00Z\""));
        Cli.of(bed).run("replay", SALES).exits(Sluice.FAILED).says("in the hands of run other");
        Locks.overwrite(bed, SALES, free);
        assertThat(actions(bed)).containsExactly("A replace");
        Cli.of(bed).run("replay", SALES).exits(Sluice.OK);
    }
}
