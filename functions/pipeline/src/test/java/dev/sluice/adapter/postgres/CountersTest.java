package dev.sluice.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.SliceBy;
import dev.sluice.model.Strategy;
import dev.sluice.model.TableSync;
import dev.sluice.source.Look;
import dev.sluice.source.Rows;
import dev.sluice.source.Sight;
import dev.sluice.source.Snapshot;
import dev.sluice.testing.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the counters of a server prove, and what must not fool whoever reads them.
@Tag("slow")
class CountersTest {
    private static final TestPostgres SERVER = TestPostgres.start(
            TestPostgres.NEWEST, Map.of("autovacuum", "off", "max_prepared_transactions", "5", "wal_level", "logical"));

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private final Shop shop = new Shop(SERVER.createDatabase());

    private static final TableSync T = Shop.by("public.t", "k");

    private Shop t() {
        return shop.run("CREATE TABLE t (id int, k text)", "INSERT INTO t SELECT i, 'a' FROM generate_series(1, 3) i");
    }

    private Sight sight(TableSync sync) {
        return shop.source().look(sync, "test-run", Optional.empty());
    }

    private Sight.Seen seen() {
        return seen(shop, Optional.empty());
    }

    private static Sight.Seen seen(Shop shop, Optional<Instant> since) {
        Sight sight = shop.source().look(T, "test-run", since);
        assertThat(sight).isInstanceOf(Sight.Seen.class);
        return (Sight.Seen) sight;
    }

    private String blind(TableSync sync) {
        Sight sight = sight(sync);
        assertThat(sight).isInstanceOf(Sight.Blind.class);
        return ((Sight.Blind) sight).why();
    }

    private Connection session() {
        return shop.database.connection();
    }

    private static void run(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Test
    void aTableThatNobodyWroteToLooksTheSame() {
        t();
        Look before = seen().look();
        Sight.Seen now = seen();
        assertThat(now.look().nothingEndedSince(before)).isTrue();
        assertThat(now.look().sameCounts(before)).isTrue();
        assertThat(now.uncounted()).isEmpty();
        assertThat(now.look().bytes()).isPositive();
        assertThat(now.definition().columns()).hasSize(2);
        try (Snapshot snapshot = shop.open(T)) {
            assertThat(snapshot.server()).isEqualTo(now.look().server());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO t VALUES (9, 'b')",
                "UPDATE t SET k = k || 'x' WHERE id = 2",
                "DELETE FROM t WHERE id = 2",
                "TRUNCATE t",
                "VACUUM FULL t",
                "ALTER TABLE t ALTER COLUMN id TYPE bigint",
                "CLUSTER t USING i",
                "MERGE INTO t USING (VALUES (2), (9)) s(x) ON x = id WHEN MATCHED THEN DELETE",
                "SET session_replication_role = replica; UPDATE t SET k = 'r' WHERE id = 1",
                "BEGIN; SAVEPOINT s; UPDATE t SET k = 'z'; ROLLBACK TO s; COMMIT",
                "COPY t FROM PROGRAM 'printf ''7\\tq\\n'''",
                "DROP TABLE t; CREATE TABLE t (id int, k text); INSERT INTO t VALUES (1, 'a'), (2, 'a'), (3, 'a')",
                "CREATE TABLE child () INHERITS (t)",
            })
    void everyWayToWriteShows(String write) throws SQLException {
        t();
        shop.run("CREATE INDEX i ON t (id)");
        Look before = seen().look();
        try (Connection writer = session()) {
            run(writer, write);
            assertThat(seen().look().nothingEndedSince(before)).isFalse();
        }
        // The session has ended, so it has counted.
        awaitOthersGone();
        assertThat(seen().look().nothingEndedSince(before)).isFalse();
        assertThat(seen().look().sameCounts(before)).isFalse();
    }

    /// No row is written, no file is replaced: only the definition says it.
    @Test
    void aColumnWithDefaultIsSeenByTheDefinition() {
        t();
        Sight.Seen before = seen();
        shop.run("ALTER TABLE t ADD COLUMN extra text DEFAULT 'x'");
        awaitOthersGone();
        Sight.Seen now = seen();
        assertThat(now.look().sameCounts(before.look())).as("the trap").isTrue();
        assertThat(now.definition().hash()).isNotEqualTo(before.definition().hash());
    }

    /// A session counts at most once a second; what it commits right after having counted waits for it to
    /// be idle for 10 s.
    @Test
    void whatAnIdleSessionHasCommittedButNotCountedIsNotOverlooked() throws SQLException, InterruptedException {
        t();
        try (Connection writer = session()) {
            for (int attempt = 0; ; attempt++) {
                Thread.sleep(1_100);
                run(writer, "UPDATE t SET k = 'b' WHERE id = 1");
                Look before = seen().look();
                run(writer, "UPDATE t SET k = 'c' WHERE id = 1");
                Sight.Seen now = seen();
                if (now.look().sameCounts(before)) {
                    assertThat(now.look().nothingEndedSince(before)).isFalse();
                    assertThat(now.uncounted()).contains("a session was active a moment ago");
                    Sight.Seen others = seen(shop, Optional.of(before.at()));
                    assertThat(others.uncounted()).as("nor with a later look").isPresent();
                    Thread.sleep(16_000);
                    Sight.Seen idle = seen();
                    assertThat(idle.look().sameCounts(before)).isFalse();
                    assertThat(idle.uncounted()).isEmpty();
                    return;
                }
                assertThat(attempt).as("no trap was set").isLessThan(10);
            }
        }
    }

    /// The same session, but it goes on with a transaction before the 10 s are over.
    @Test
    void whatASessionInALaterTransactionHasNotCountedIsNotOverlooked() throws SQLException, InterruptedException {
        t();
        try (Connection writer = session()) {
            for (int attempt = 0; ; attempt++) {
                Thread.sleep(1_100);
                run(writer, "UPDATE t SET k = 'b' WHERE id = 1");
                Look before = seen().look();
                run(writer, "UPDATE t SET k = 'c' WHERE id = 1", "BEGIN", "SELECT 1");
                Look first = seen().look();
                Thread.sleep(2_000);
                Sight.Seen now = seen(shop, Optional.of(first.at()));
                run(writer, "COMMIT");
                if (now.look().sameCounts(before)) {
                    assertThat(now.uncounted())
                            .contains("a session is at work and may not have counted what it wrote before");
                    return;
                }
                assertThat(attempt).as("no trap was set").isLessThan(10);
            }
        }
    }

    /// Each transaction of a procedure is young, but the session has not counted since the CALL.
    @Test
    void whatAProcedureHasCommittedInPassingIsNotOverlooked() throws SQLException, InterruptedException {
        t();
        shop.run("""
                CREATE PROCEDURE p() LANGUAGE plpgsql AS $$
                BEGIN
                    UPDATE t SET k = 'p' WHERE id = 1;
                    COMMIT;
                    FOR i IN 1..80 LOOP
                        PERFORM pg_sleep(0.1);
                        COMMIT;
                    END LOOP;
                END $$
                """);
        awaitOthersGone();
        Look before = seen().look();
        try (Connection writer = session()) {
            CompletableFuture<Void> call = CompletableFuture.runAsync(() -> {
                try {
                    run(writer, "CALL p()");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            Thread.sleep(1_000);
            Look first = seen().look();
            Thread.sleep(5_000);
            Sight.Seen now = withinSeconds(3, first.at());
            assertThat(now.look().sameCounts(before)).as("the trap").isTrue();
            assertThat(now.uncounted()).isPresent();
            call.join();
        }
    }

    /// As if sessions counted within so many seconds, so that no test has to wait for more than a minute.
    private Sight.Seen withinSeconds(int seconds, Instant since) {
        Session.Target target = new Session.Target(shop.database.jdbcUrl(), TestPostgres.USER, () -> "");
        try (Session session = Session.open(target, "sluice/test", Shop.TIMEOUT)) {
            return (Sight.Seen) new Counters(session, T, Duration.ofSeconds(seconds)).look(Optional.of(since));
        }
    }

    @Test
    void aTransactionInProgressThatCommitsLaterShows() throws SQLException {
        t();
        try (Connection writer = session()) {
            run(writer, "BEGIN", "UPDATE t SET k = 'w' WHERE id = 1");
            Look before = seen().look();
            assertThat(seen().look().nothingEndedSince(before)).isTrue();
            run(writer, "COMMIT");
            assertThat(seen().look().nothingEndedSince(before)).isFalse();
        }
    }

    /// The later transaction ends first, so the upper bound of the snapshot has risen already.
    @Test
    void aTransactionInProgressThatCommitsAfterALaterOneShows() throws SQLException {
        t();
        try (Connection writer = session()) {
            run(writer, "BEGIN", "UPDATE t SET k = 'w' WHERE id = 1");
            shop.run("CREATE TABLE other (id int)");
            Look before = seen().look();
            run(writer, "COMMIT");
            assertThat(seen().look().nothingEndedSince(before)).isFalse();
        }
    }

    @Test
    void aPreparedTransactionShowsWhenItIsCommitted() throws SQLException {
        t();
        try (Connection writer = session()) {
            run(writer, "BEGIN", "DELETE FROM t WHERE id = 1", "PREPARE TRANSACTION 'p'");
        }
        Look before = seen().look();
        try (Connection other = session()) {
            run(other, "COMMIT PREPARED 'p'");
            assertThat(seen().look().nothingEndedSince(before)).isFalse();
        }
        awaitOthersGone();
        assertThat(seen().look().sameCounts(before)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg_stat_reset()", "pg_stat_reset_single_table_counters('t'::regclass)"})
    void countersThatWereSetBackAndReachedTheSameNumbersAreNotBelieved(String reset) {
        t();
        awaitOthersGone();
        Look before = seen().look();
        shop.run("SELECT " + reset, "INSERT INTO t VALUES (7, 'x'), (8, 'x'), (9, 'x')");
        awaitOthersGone();
        Look now = seen().look();
        assertThat(now.files()).as("the trap").isEqualTo(before.files());
        assertThat(now.sameCounts(before)).isFalse();
        assertThat(now.nothingEndedSince(before)).isFalse();
    }

    @Test
    void countingThatMayHaveBeenOffIsNotBelieved() throws InterruptedException {
        t();
        awaitOthersGone();
        Look before = seen().look();
        shop.run("ALTER SYSTEM SET track_counts = off", "SELECT pg_reload_conf()");
        Thread.sleep(500);
        assertThat(blind(T)).isEqualTo("track_counts is off");
        shop.run("UPDATE t SET k = 'unseen'", "ALTER SYSTEM RESET track_counts", "SELECT pg_reload_conf()");
        Thread.sleep(500);
        awaitOthersGone();
        Look now = seen().look();
        assertThat(now.files()).as("the trap").isEqualTo(before.files());
        assertThat(now.sameCounts(before)).isFalse();
    }

    @Test
    void countersThatWereLostInACrashAndReachedTheSameNumbersAreNotBelieved(@TempDir Path directory) throws Exception {
        t();
        try (BareServer server =
                BareServer.copyOf(SERVER, directory.resolve("data"), false).start()) {
            Shop copy = new Shop(server.database(shop.database.name()));
            copy.run("INSERT INTO t VALUES (4, 'c'), (5, 'c'), (6, 'c')");
            Look settled = settled(copy);
            // The postmaster survives this one: its start stays the same.
            try (Connection victim = copy.database.connection();
                    Statement statement = victim.createStatement()) {
                java.sql.ResultSet pid = statement.executeQuery("SELECT pg_backend_pid()");
                pid.next();
                String start =
                        copy.database.value("SELECT pg_postmaster_start_time()").orElseThrow();
                ProcessHandle.of(pid.getLong(1)).orElseThrow().destroyForcibly();
                Shop again = awaitUp(copy);
                assertThat(again.database.value("SELECT pg_postmaster_start_time()"))
                        .contains(start);
            }
            copy.run("INSERT INTO t VALUES (7, 'd'), (8, 'd'), (9, 'd')");
            Look crashed = settled(copy);
            assertThat(crashed.files()).as("the trap").isEqualTo(settled.files());
            assertThat(crashed.sameCounts(settled)).isFalse();
            assertThat(crashed.nothingEndedSince(settled)).isFalse();
            server.stopAtOnce();
            server.start();
            copy.run("INSERT INTO t VALUES (17, 'd'), (18, 'd'), (19, 'd')");
            Look stopped = settled(copy);
            assertThat(stopped.files()).as("the trap").isEqualTo(settled.files());
            assertThat(stopped.sameCounts(crashed)).isFalse();
            server.stop();
            server.start();
            Look restarted = settled(copy);
            assertThat(restarted.files()).as("a clean stop keeps counters").isEqualTo(stopped.files());
            assertThat(restarted.sameServer(stopped))
                    .as("but may stand for a copy put back")
                    .isFalse();
        }
    }

    private static Shop awaitUp(Shop shop) throws InterruptedException {
        for (int attempt = 0; attempt < 100; attempt++) {
            Thread.sleep(200);
            try {
                shop.database.value("SELECT 1");
                return shop;
            } catch (IllegalStateException notYet) {
                // The server is still reading its log.
            }
        }
        throw new IllegalStateException("the server stays down");
    }

    private static Look settled(Shop shop) {
        awaitOthersGone(shop);
        return seen(shop, Optional.empty()).look();
    }

    @Test
    void partitionsThatComeAndGoShow() throws Exception {
        shop.run(
                "CREATE TABLE t (id int, k text) PARTITION BY LIST (k)",
                "CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a')",
                "CREATE TABLE t_b (id int, k text)",
                "INSERT INTO t_b VALUES (1, 'b')",
                "INSERT INTO t VALUES (1, 'a')");
        awaitOthersGone();
        Look before = seen().look();
        shop.run("ALTER TABLE t ATTACH PARTITION t_b FOR VALUES IN ('b')");
        awaitOthersGone();
        Look attached = seen().look();
        assertThat(attached.sameCounts(before)).isFalse();
        shop.run("INSERT INTO t_b VALUES (2, 'b')");
        awaitOthersGone();
        Look written = seen().look();
        assertThat(written.sameCounts(attached))
                .as("through the partition's own name")
                .isFalse();
        try (Connection reader = session();
                Connection detaching = session()) {
            run(reader, "BEGIN", "SELECT * FROM t");
            CompletableFuture<Void> detach = CompletableFuture.runAsync(() -> {
                try {
                    run(detaching, "ALTER TABLE t DETACH PARTITION t_b CONCURRENTLY");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            Thread.sleep(1_000);
            assertThat(shop.database.value("SELECT count(*) FROM t")).contains("1");
            assertThat(detach).as("the trap").isNotDone();
            assertThat(seen().look().sameCounts(written)).isFalse();
            run(reader, "COMMIT");
            detach.join();
        }
    }

    @Test
    void transactionsElsewhereLeaveTheCountsToDecide() {
        t();
        awaitOthersGone();
        Look before = seen().look();
        SERVER.createDatabase().execute("CREATE TABLE other (id int)");
        Sight.Seen now = seen();
        assertThat(now.look().nothingEndedSince(before)).isFalse();
        assertThat(now.look().sameCounts(before)).isTrue();
        assertThat(now.uncounted()).isEmpty();
    }

    @Test
    void aRoleWithoutRightsOnStatisticsReadsCountersButNotWhatSessionsDo() throws SQLException {
        t();
        shop.run(
                "DROP ROLE IF EXISTS plain_reader",
                "CREATE ROLE plain_reader LOGIN",
                "GRANT SELECT ON t TO plain_reader");
        awaitOthersGone();
        Sight.Seen before = (Sight.Seen) shop.source("plain_reader").look(T, "run", Optional.empty());
        assertThat(before.uncounted()).isEmpty();
        try (Connection other = session()) {
            run(other, "SELECT 1");
            Sight.Seen now = (Sight.Seen) shop.source("plain_reader").look(T, "run", Optional.empty());
            assertThat(now.look().nothingEndedSince(before.look())).isTrue();
            assertThat(now.uncounted())
                    .contains("the role may not see what other sessions do (GRANT pg_read_all_stats TO plain_reader)");
            shop.run("GRANT pg_read_all_stats TO plain_reader");
            now = (Sight.Seen) shop.source("plain_reader").look(T, "run", Optional.empty());
            assertThat(now.uncounted()).contains("a session was active a moment ago");
        }
        shop.run("DROP OWNED BY plain_reader", "DROP ROLE plain_reader");
    }

    @Test
    void sessionsOfSluiceItselfHideNothing() throws SQLException {
        t();
        awaitOthersGone();
        try (Snapshot snapshot = shop.open(T)) {
            assertThat(snapshot.fingerprints(Rows.all(), true)).isNotEmpty();
            assertThat(seen().uncounted()).isEmpty();
        }
        try (Connection other = session()) {
            run(other, "SET application_name = 'psql'", "BEGIN", "SELECT 1");
            assertThat(seen().uncounted()).isPresent();
        }
    }

    @Test
    void whatIsNotJustAHeapOfRowsIsLeftToOrdinaryDetection() {
        t();
        shop.run(
                "CREATE MATERIALIZED VIEW m AS SELECT * FROM t",
                "CREATE VIEW v AS SELECT * FROM t",
                "CREATE FOREIGN DATA WRAPPER nothing",
                "CREATE SERVER nowhere FOREIGN DATA WRAPPER nothing",
                "CREATE TABLE far (id int, k text) PARTITION BY LIST (k)",
                "CREATE FOREIGN TABLE far_a PARTITION OF far FOR VALUES IN ('a') SERVER nowhere",
                "CREATE TABLE computed (id int, k text GENERATED ALWAYS AS (id::text) VIRTUAL)",
                "CREATE TYPE pair AS (a int, b int)",
                "CREATE TABLE pairs (k text, p pair)",
                "CREATE FUNCTION region(text) RETURNS text IMMUTABLE LANGUAGE sql RETURN left($1, 1)");
        assertThat(blind(Shop.by("public.m", "k"))).isEqualTo("it is not an ordinary or partitioned table");
        assertThat(blind(Shop.by("public.v", "k"))).isEqualTo("it is not an ordinary or partitioned table");
        assertThat(blind(Shop.by("public.far", "k"))).isEqualTo("one of its partitions is not an ordinary table");
        assertThat(blind(Shop.by("public.computed", "k"))).startsWith("it has virtual generated columns");
        assertThat(blind(Shop.sync("public.pairs", Strategy.SLICED, new SliceBy.Value("k"), Map.of("p", "text"))))
                .isEqualTo("the text of column p depends on more than its rows");
        assertThat(blind(Shop.byExpression("public.t", "public.region(k)"))).startsWith("slice_by may use");
        assertThat(sight(Shop.byExpression("public.t", "left(k, 1)"))).isInstanceOf(Sight.Seen.class);
        shop.run("ALTER DATABASE " + shop.database.name() + " SET track_counts = off");
        assertThat(blind(T)).startsWith("track_counts is");
        shop.run("ALTER DATABASE " + shop.database.name() + " RESET track_counts");
        shop.run("ALTER ROLE postgres SET track_counts = on");
        assertThat(blind(T)).isEqualTo("track_counts is set for a role or database");
        shop.run("ALTER ROLE postgres RESET track_counts");
        assertThat(sight(T)).isInstanceOf(Sight.Seen.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 12, 14})
    void serversBefore15AreLeftToOrdinaryDetection(int major) {
        Shop old = new Shop(major).run("CREATE TABLE t (id int, k text)");
        assertThat(old.source().look(T, "run", Optional.empty()))
                .isEqualTo(new Sight.Blind("PostgreSQL " + major + " is older than 15"));
    }

    @Test
    void aStandbyIsRefused(@TempDir Path directory) throws Exception {
        t();
        try (BareServer standby =
                BareServer.copyOf(SERVER, directory.resolve("data"), true).start()) {
            shop.run("INSERT INTO t VALUES (4, 'streamed')");
            Shop there = new Shop(standby.database(shop.database.name()));
            for (int i = 0;
                    i < 100 && !there.database.value("SELECT count(*) FROM t").equals(Optional.of("4"));
                    i++) {
                Thread.sleep(100);
            }
            assertThat(there.database.value("SELECT count(*) FROM t")).contains("4");
            assertThat(there.source().look(T, "run", Optional.empty()))
                    .isEqualTo(new Sight.Blind("the server is a standby"));
            try (Snapshot snapshot = there.open(T)) {
                assertThat(snapshot.server()).isNotEqualTo(seen().look().server());
            }
        }
    }

    /// The whole wait, once: a session that is busy with transactions of its own for more than a minute.
    @Test
    @Tag("slow")
    void afterTheWaitEverySessionHasCounted() throws Exception {
        t();
        awaitOthersGone();
        Look before = seen().look();
        try (Connection busy = session()) {
            run(busy, "SELECT 1");
            Sight.Seen first = seen();
            assertThat(first.uncounted()).isPresent();
            assertThat(first.look().sameCounts(before)).isTrue();
            Instant end = Instant.now().plus(Look.COUNTED_AFTER).plus(Duration.ofSeconds(3));
            while (Instant.now().isBefore(end)) {
                run(busy, "SELECT pg_sleep(0.5)");
            }
            Sight.Seen second = seen(shop, Optional.of(first.look().at()));
            assertThat(second.uncounted()).isEmpty();
            assertThat(second.look().sameCounts(before)).isTrue();
            run(busy, "BEGIN", "SELECT 1");
            assertThat(seen(shop, Optional.of(first.look().at())).uncounted())
                    .as("began after the wait")
                    .isEmpty();
            assertThat(seen().uncounted()).as("seen for the first time").isPresent();
        }
    }

    private void awaitOthersGone() {
        awaitOthersGone(shop);
    }

    /// A session leaves the list after it has counted.
    private static void awaitOthersGone(Shop shop) {
        List<String> none = List.of("0");
        for (int i = 0; i < 200; i++) {
            String others = shop.database
                    .value("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                            + " AND pid <> pg_backend_pid() AND backend_type = 'client backend'")
                    .orElseThrow();
            if (none.contains(others)) {
                break;
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
