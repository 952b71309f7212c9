package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.machine.Listener;
import dev.sluice.machine.TimeSource;
import dev.sluice.model.RunRequest;
import dev.sluice.model.Slice;
import dev.sluice.model.TableName;
import dev.sluice.plan.PlanDocument;
import dev.sluice.plan.PlannedSlice;
import dev.sluice.plan.Untouched;
import dev.sluice.run.RunReport;
import dev.sluice.source.Look;
import dev.sluice.store.Json;
import dev.sluice.store.Keys;
import dev.sluice.store.Progress;
import dev.sluice.testing.TestPostgres;
import dev.sluice.verify.TableResult;
import dev.sluice.warehouse.LedgerMirror;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tier 0: a table that nobody wrote to since it was last in step is not read.
@Tag("slow")
class UntouchedTest {
    /// Nothing here but the tests takes a transaction id.
    private static final TestPostgres SERVER = TestPostgres.start(TestPostgres.NEWEST, Map.of("autovacuum", "off"));

    private static final TableName SALES = TableName.parse("public.sales");
    private static final String SLICED = "public.sales: {strategy: sliced, slice_by: postal_code%s}";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private Bed sales(String options) {
        return Bed.of(SERVER, directory)
                .execute(
                        "CREATE TABLE sales (id int PRIMARY KEY, postal_code text, amount int)",
                        "INSERT INTO sales SELECT i, 'P' || i % 5, i FROM generate_series(1, 100) i")
                .tables(SLICED.formatted(options));
    }

    private Bed visits(String options) {
        return Bed.of(SERVER, directory)
                .execute(
                        "CREATE TABLE sales (id int PRIMARY KEY, at date, amount int)",
                        "INSERT INTO sales SELECT i, (now() AT TIME ZONE 'UTC')::date - i % 20, i FROM generate_series(1, 100) i")
                .tables("public.sales: {strategy: time-sliced, slice_by: at%s}".formatted(options));
    }

    private static Untouched untouched(Bed bed) {
        return bed.plan("public.sales").untouched().orElseThrow();
    }

    private static void assertLeftAlone(Bed bed) {
        PlanDocument plan = bed.plan("public.sales");
        assertThat(plan.leftAlone()).as("%s", plan.untouched()).isTrue();
        assertThat(plan.plan().nothingToDo()).isTrue();
        assertThat(plan.plan().actions()).extracting(PlannedSlice::reason).containsOnly("untouched");
    }

    private static void assertNotUsed(Bed bed, String why) {
        assertThat(untouched(bed)).isEqualTo(new Untouched(false, why));
    }

    private static TableResult succeeded(RunReport report) {
        assertThat(report.status()).as("%s", report).isEqualTo("SUCCEEDED");
        return Bed.only(report);
    }

    /// Changes a document of the lake, to play that something happened or long ago.
    private static void edit(Bed bed, String key, Consumer<ObjectNode> change) {
        bed.with(run -> {
            ObjectNode document = (ObjectNode) run.documents().get(key, JsonNode.class);
            change.accept(document);
            run.documents().put(key, document);
            return key;
        });
    }

    private static boolean hasBaseline(Bed bed) {
        return bed.with(
                run -> run.documents().store().stat(Keys.baseline(SALES)).isPresent());
    }

    private static Map<Slice, Instant> provenAt(Bed bed) {
        return bed.with(run -> run.documents().get(Keys.ledger(SALES), LedgerMirror.Mirror.class))
                .provenAt();
    }

    private static String scans(Bed bed) {
        return bed.source()
                .value("SELECT seq_scan + coalesce(idx_scan, 0) FROM pg_stat_user_tables WHERE relname = 'sales'")
                .orElseThrow();
    }

    @Test
    void aTableThatNobodyWroteToIsNeitherReadNorPublishedAndTheReportSaysSo() {
        Bed bed = sales("");
        succeeded(bed.sync());
        String scans = scans(bed);
        Map<Slice, Instant> provenAt = provenAt(bed);
        TableResult quiet = succeeded(bed.sync());
        assertThat(scans(bed)).isEqualTo(scans);
        assertThat(provenAt(bed)).as("nothing was proven anew").isEqualTo(provenAt);
        assertThat(quiet.slices()).isEqualTo(new TableResult.Slices(5, 0, 0, 0));
        assertThat(quiet.warehouseRows()).isEqualTo(100);
        assertLeftAlone(bed);
        assertThat(scans(bed)).isEqualTo(scans);
        RunReport verified = bed.verifyDeep();
        assertThat(Bed.only(verified).differences()).contains(List.of());
        assertThat(scans(bed)).as("verify does read").isNotEqualTo(scans);
        bed.assertNoOrphans();
    }

    @Test
    void whoeverWritesIsFound() {
        Bed bed = sales("");
        succeeded(bed.sync());
        for (String change : List.of(
                "UPDATE sales SET amount = -1 WHERE id = 7",
                "UPDATE sales SET amount = CASE id WHEN 1 THEN 6 ELSE 1 END WHERE id IN (1, 6)",
                "DELETE FROM sales WHERE id = 9",
                "INSERT INTO sales VALUES (9, 'new', 3)",
                "ALTER TABLE sales ADD COLUMN note text DEFAULT 'x'",
                "DROP TABLE sales; CREATE TABLE sales (id int PRIMARY KEY, postal_code text, amount int, note text);"
                        + " INSERT INTO sales SELECT i, 'P' || i % 5, 2 * i, 'y' FROM generate_series(1, 100) i",
                "TRUNCATE sales; INSERT INTO sales SELECT i, 'P' || i % 4, i, 'z' FROM generate_series(1, 90) i")) {
            bed.execute(change);
            RunReport report = bed.sync();
            succeeded(report);
            assertThat(bed.slicesRead(report)).as(change).isNotEmpty();
            bed.assertEqualEnds("public.sales");
            assertLeftAlone(bed);
        }
    }

    @Test
    void whatChangesAfterThePlanIsFoundByTheNextRun() {
        Bed bed = sales("");
        Interference afterPlan = new Interference()
                .after("PlanTable", 1, () -> bed.execute("UPDATE sales SET amount = -1 WHERE id = 7"));
        succeeded(afterPlan.sync(bed));
        assertThat(bed.slicesRead(bed.sync())).containsExactly("P2");
        bed.assertEqualEnds("public.sales");
        Interference quiet = new Interference()
                .after("PlanTable", 1, () -> bed.execute("UPDATE sales SET amount = -2 WHERE id = 7"));
        succeeded(quiet.sync(bed));
        assertThat(bed.slicesRead(bed.sync()))
                .as("after a plan that left the table alone")
                .containsExactly("P2");
        bed.assertEqualEnds("public.sales");
    }

    @Test
    void aTransactionInProgressDuringTheRunIsFoundWhenItHasCommitted() throws SQLException {
        Bed bed = sales("");
        try (Connection writer = bed.source().connection();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("UPDATE sales SET amount = -1 WHERE id = 7");
            succeeded(bed.sync());
            assertLeftAlone(bed);
            writer.commit();
            assertThat(bed.slicesRead(bed.sync())).containsExactly("P2");
            bed.assertEqualEnds("public.sales");
        }
    }

    @Test
    void whatWasOnlyCountedStaysOnlyCountedHoweverOftenNobodyWrote() {
        Bed bed = visits(", recheck: {recent: 3}");
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        String oldest = today.minusDays(19).toString();
        TableResult first = succeeded(bed.sync());
        assertThat(first.provenTo()).contains(oldest);
        assertThat(succeeded(bed.sync()).provenTo())
                .as("all of it was loaded, nobody wrote")
                .contains(oldest);
        bed.execute("UPDATE sales SET amount = -1 WHERE at = (now() AT TIME ZONE 'UTC')::date - 19");
        TableResult counted = succeeded(bed.sync());
        assertThat(counted.slices().replaced())
                .as("an old slice, changed in place")
                .isZero();
        TableResult quiet = succeeded(bed.sync());
        assertLeftAlone(bed);
        for (TableResult each : List.of(counted, quiet)) {
            assertThat(each.provenTo()).contains(today.minusDays(2).toString());
            assertThat(each.countedTo()).contains(oldest);
        }
        edit(
                bed,
                Keys.ledger(SALES),
                mirror -> ((ObjectNode) mirror.path("proven_at"))
                        .put(oldest, Instant.now().minus(29, ChronoUnit.DAYS).toString()));
        assertNotUsed(bed, "every slice is compared within 30 days");
        assertThat(bed.slicesRead(bed.sync())).containsExactly(oldest);
        bed.assertEqualEnds("public.sales");
    }

    @Test
    void aFullComparisonIsDueWithinTheAuditPeriodAllTheSame() {
        Bed bed = sales("");
        succeeded(bed.sync());
        edit(bed, Keys.ledger(SALES), mirror -> {
            ObjectNode provenAt = (ObjectNode) mirror.path("proven_at");
            provenAt.put("P3", Instant.now().minus(29, ChronoUnit.DAYS).toString());
        });
        assertNotUsed(bed, "every slice is compared within 30 days");
        succeeded(bed.sync());
        assertLeftAlone(bed);
    }

    @Test
    void aTableThatIsOnlyCountedGainsAsWell() {
        Bed bed = sales(", detect: cardinality");
        succeeded(bed.sync());
        assertLeftAlone(bed);
        edit(
                bed,
                Keys.baseline(SALES),
                b -> b.put(
                        "compared_at", Instant.now().minus(29, ChronoUnit.DAYS).toString()));
        assertNotUsed(bed, "every slice is compared within 30 days");
        succeeded(bed.sync());
        assertLeftAlone(bed);
        bed.tables(SLICED.formatted(""));
        assertThat(untouched(bed).holds())
                .as("a baseline of counts proves no fingerprint")
                .isFalse();
    }

    @Test
    void theWarehouseIsLookedAtAsOftenAsAskedFor() throws SQLException {
        Bed bed = sales(", recheck: {warehouse: always}");
        succeeded(bed.sync());
        deleteFromWarehouse(bed);
        assertNotUsed(bed, "the warehouse is not what the ledger says");
        assertThat(bed.slicesRead(bed.sync())).containsExactly("P3");
        bed.assertEqualEnds("public.sales");
        bed.tables(SLICED.formatted(", recheck: {warehouse: never}"));
        deleteFromWarehouse(bed);
        assertLeftAlone(bed);
        bed.tables(SLICED.formatted(", recheck: {warehouse: daily}"));
        assertLeftAlone(bed);
        edit(
                bed,
                Keys.ledger(SALES),
                mirror -> mirror.put(
                        "counted_at", Instant.now().minus(21, ChronoUnit.HOURS).toString()));
        assertNotUsed(bed, "the warehouse is not what the ledger says");
        assertThat(bed.slicesRead(bed.sync())).containsExactly("P3");
        bed.assertEqualEnds("public.sales");
    }

    private static void deleteFromWarehouse(Bed bed) throws SQLException {
        try (Connection warehouse = bed.warehouse();
                Statement statement = warehouse.createStatement()) {
            statement.execute("DELETE FROM public.sales WHERE id = 3");
        }
    }

    @Test
    void whoAsksForEverythingOrForReadingGetsIt() {
        Bed bed = sales("");
        succeeded(bed.sync());
        assertThat(bed.slicesRead(bed.syncFull())).hasSize(5);
        assertLeftAlone(bed);
        bed.tables(SLICED.formatted(", untouched: false"));
        assertNotUsed(bed, "untouched: false");
        String scans = scans(bed);
        succeeded(bed.sync());
        assertThat(scans(bed)).isNotEqualTo(scans);
        bed.tables("public.sales: {strategy: wholesale}");
        assertNotUsed(bed, "recreated on every sync");
        bed.tables("public.sales: {strategy: wholesale, skip_unchanged: true}");
        succeeded(bed.sync());
        assertLeftAlone(bed);
    }

    @Test
    void aBaselineOfAnotherLedgerIsOfNoUse() {
        Bed bed = sales("");
        succeeded(bed.sync());
        bed.execute("UPDATE sales SET amount = -1 WHERE id = 7");
        succeeded(bed.sync());
        assertLeftAlone(bed);
        edit(
                bed,
                Keys.baseline(SALES),
                b -> b.put("ledger_epoch", b.path("ledger_epoch").asLong() - 1));
        assertNotUsed(bed, "the table was not brought in step since it was last published or defined anew");
    }

    @Test
    void aRunThatLeavesSlicesBehindLeavesNoBaseline() {
        Bed bed = visits("");
        succeeded(bed.sync());
        assertThat(hasBaseline(bed)).isTrue();
        bed.execute("INSERT INTO sales VALUES (1000, 'infinity', 0), (1001, (now() AT TIME ZONE 'UTC')::date, 0)");
        assertThat(bed.sync().status()).isEqualTo("PARTIAL");
        assertThat(hasBaseline(bed)).isFalse();
        assertThat(bed.sync().status()).as("and nothing is forgotten").isNotEqualTo("SUCCEEDED");
        bed.execute("DELETE FROM sales WHERE id = 1000");
        succeeded(bed.sync());
        assertLeftAlone(bed);
        bed.assertEqualEnds("public.sales");
    }

    @Test
    void slicesReadAtInstantsOfTheirOwnLeaveNoBaselineUntilARunFindsThemAllEqual() {
        Bed bed = sales(", consistency: slice");
        succeeded(bed.sync());
        assertThat(hasBaseline(bed)).isFalse();
        succeeded(bed.sync());
        assertLeftAlone(bed);
    }

    /// The judge of an expression makes a table and takes a transaction id, by which every other table's
    /// baseline would lose the shortest of its proofs, again and again.
    @Test
    void tablesSlicedByExpressionsComeToRestBesideABusySession() throws SQLException {
        Bed bed = sales("")
                .execute("CREATE TABLE a AS TABLE sales", "CREATE TABLE b AS TABLE sales")
                .tables(
                        SLICED.formatted(""),
                        "public.a: {strategy: sliced, slice_by: \"left(postal_code, 2)\"}",
                        "public.b: {strategy: sliced, slice_by: \"id % 3\"}");
        try (Connection busy = bed.source().connection();
                Statement statement = busy.createStatement()) {
            for (int run = 0; run < 3; run++) {
                statement.execute("SELECT 1");
                bed.sync();
            }
            statement.execute("SELECT 1");
            for (String table : List.of("public.sales", "public.a", "public.b")) {
                assertThat(bed.plan(table).leftAlone()).as(table).isTrue();
            }
        }
    }

    /// Time that passes at once, with something that happens meanwhile.
    private record Passing(List<Duration> waits, Runnable meanwhile) implements TimeSource {
        @Override
        public Instant now() {
            return SYSTEM.now();
        }

        @Override
        public void sleep(Duration duration) {
            waits.add(duration);
            meanwhile.run();
        }

        @Override
        public Timer after(Duration delay, Runnable action) {
            return SYSTEM.after(delay, action);
        }
    }

    private static PlanDocument waiting(Bed bed, List<Duration> waits, Runnable meanwhile) {
        LocalRun.Patience patience = new LocalRun.Patience(Duration.ofSeconds(5), new Passing(waits, meanwhile));
        try (LocalRun run = LocalRun.open(bed.config(), bed.directory().resolve(".sluice"), Progress.NONE, patience)) {
            RunReport report = run.run(LocalRun.newRunId(), Bed.request(RunRequest.Mode.PLAN), Listener.NONE);
            return run.documents()
                    .find(Keys.plan(report.runId(), SALES), PlanDocument.class)
                    .orElseThrow();
        }
    }

    private static void endOthers(Bed bed) {
        bed.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'");
    }

    @Test
    void aRunWaitsForCountersOnlyWhereReadingTheTableTakesLonger() throws SQLException {
        Bed bed = sales("");
        succeeded(bed.sync());
        List<Duration> waits = new ArrayList<>();
        try (Connection busy = bed.source().connection();
                Statement statement = busy.createStatement()) {
            statement.execute("CREATE TABLE elsewhere (id int)");
            assertThat(waiting(bed, waits, () -> {}).untouched())
                    .contains(new Untouched(false, "a session was active a moment ago"));
            assertThat(waits).as("reading it took a moment").isEmpty();
            edit(bed, Keys.baseline(SALES), b -> b.put("compare_seconds", Look.COUNTED_AFTER.toSeconds() + 1.0));
            assertThat(waiting(bed, waits, () -> {}).untouched())
                    .contains(new Untouched(false, "a session was active a moment ago"));
            assertThat(waits.getFirst()).isGreaterThan(Look.COUNTED_AFTER);
            assertThat(waits).hasSize(6);
            PlanDocument written = waiting(bed, waits, () -> {
                bed.execute("UPDATE sales SET amount = -1 WHERE id = 7");
            });
            assertThat(written.untouched()).contains(new Untouched(false, "somebody wrote to it a moment ago"));
            assertThat(written.plan().nothingToDo()).isFalse();
        }
        succeeded(bed.sync());
        edit(bed, Keys.baseline(SALES), b -> b.put("compare_seconds", Look.COUNTED_AFTER.toSeconds() + 1.0));
        waits.clear();
        try (Connection busy = bed.source().connection();
                Statement statement = busy.createStatement()) {
            statement.execute("DROP TABLE elsewhere");
            Optional<Untouched> after =
                    waiting(bed, waits, () -> endOthers(bed)).untouched();
            assertThat(after.orElseThrow().holds()).as("%s", after).isTrue();
            assertThat(waits).hasSize(1);
        }
    }

    @Test
    void serversThatCannotTellAreReadAsEver() {
        Bed bed = Bed.of(TestPostgres.MIDDLE, directory)
                .execute("CREATE TABLE sales (id int, postal_code text)", "INSERT INTO sales VALUES (1, 'a')")
                .tables(SLICED.formatted(""));
        succeeded(bed.sync());
        succeeded(bed.sync());
        assertNotUsed(bed, "PostgreSQL 14 is older than 15");
        assertThat(Json.write(bed.plan("public.sales"))).contains("\"untouched\":{\"holds\":false");
    }
}
