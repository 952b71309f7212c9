package dev.sluice.snowflake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class SnowflakeTransactionsTest {
    private final SnowflakeServer server = SnowflakeServer.start();
    private final ExecutorService others = Executors.newCachedThreadPool();
    private Connection mine;
    private Connection theirs;

    @BeforeEach
    void twoSessionsAndATable() throws SQLException {
        mine = Clients.connect(server);
        theirs = Clients.connect(server);
        Clients.execute(mine, "CREATE TABLE t (a INT, b VARCHAR)", "INSERT INTO t VALUES (1, 'one'), (2, 'two')");
    }

    @AfterEach
    void stop() throws SQLException {
        others.shutdownNow();
        mine.close();
        theirs.close();
        server.close();
    }

    @Test
    void othersSeeWhatIsCommittedAndOnlyThat() throws SQLException {
        Clients.execute(mine, "BEGIN", "DELETE FROM t WHERE a = 1", "INSERT INTO t VALUES (3, 'three')");
        Clients.execute(mine, "UPDATE t SET b = 'zwei' WHERE a = 2");
        assertThat(Clients.rows(mine, "SELECT a, b FROM t ORDER BY a")).containsExactly("2|zwei", "3|three");
        assertThat(Clients.rows(theirs, "SELECT a, b FROM t ORDER BY a")).containsExactly("1|one", "2|two");
        Clients.execute(mine, "COMMIT");
        assertThat(Clients.rows(theirs, "SELECT a, b FROM t ORDER BY a")).containsExactly("2|zwei", "3|three");
    }

    @Test
    void aTransactionSeesWhatOthersCommittedSinceItBegan() throws SQLException {
        Clients.execute(mine, "BEGIN");
        assertThat(Clients.value(mine, "SELECT count(*) FROM t")).isEqualTo("2");
        Clients.execute(theirs, "INSERT INTO t VALUES (3, 'three')");
        assertThat(Clients.value(mine, "SELECT count(*) FROM t")).isEqualTo("3");
        Clients.execute(mine, "ROLLBACK");
    }

    @Test
    void ddlCommitsWhatIsOpen() throws SQLException {
        Clients.execute(mine, "BEGIN", "DELETE FROM t", "CREATE TABLE u (a INT)", "ROLLBACK");
        assertThat(Clients.value(theirs, "SELECT count(*) FROM t")).isEqualTo("0");
    }

    @Test
    void aFailedStatementLeavesTheTransactionOpenAndCommitKeepsWhatWentWell() throws SQLException {
        Clients.execute(mine, "BEGIN", "DELETE FROM t");
        Clients.refused(mine, "INSERT INTO t SELECT 'x', 'y'", 100038, "22018");
        Clients.execute(mine, "COMMIT");
        assertThat(Clients.value(theirs, "SELECT count(*) FROM t")).isEqualTo("0");
    }

    @Test
    void withAbortOnErrorNothingOfTheTransactionIsKept() throws SQLException {
        Clients.execute(mine, "ALTER SESSION SET TRANSACTION_ABORT_ON_ERROR = TRUE", "BEGIN", "DELETE FROM t");
        Clients.refused(mine, "INSERT INTO t SELECT 'x', 'y'", 100038, "22018");
        assertThatThrownBy(() -> Clients.execute(mine, "INSERT INTO t VALUES (9, 'nine')"))
                .hasMessageContaining("aborted");
        Clients.execute(mine, "COMMIT");
        assertThat(Clients.rows(mine, "SELECT a FROM t ORDER BY a")).containsExactly("1", "2");
    }

    @Test
    void withoutAutocommitTheFirstChangeBegins() throws SQLException {
        mine.setAutoCommit(false);
        Clients.execute(mine, "DELETE FROM t");
        assertThat(server.transactions()).isOne();
        mine.rollback();
        assertThat(Clients.value(mine, "SELECT count(*) FROM t")).isEqualTo("2");
    }

    @Test
    void aDeleteOfNoRowsLocksTheTable() throws Exception {
        Clients.execute(mine, "BEGIN", "DELETE FROM t WHERE a = 99");
        Future<Integer> waiting = others.submit(() -> Clients.execute(theirs, "DELETE FROM t WHERE a = 1"));
        Thread.sleep(150);
        assertThat(waiting).isNotDone();
        Clients.execute(mine, "INSERT INTO t VALUES (1, 'again')", "COMMIT");
        assertThat(waiting.get(10, TimeUnit.SECONDS)).isEqualTo(2);
    }

    @Test
    void insertsDoNotWaitForUpdates() throws SQLException {
        Clients.execute(mine, "BEGIN", "UPDATE t SET b = 'x'");
        Clients.execute(theirs, "INSERT INTO t VALUES (3, 'three')");
        Clients.execute(mine, "COMMIT");
        assertThat(Clients.rows(mine, "SELECT a, b FROM t ORDER BY a")).containsExactly("1|x", "2|x", "3|three");
    }

    @Test
    void aWaiterGivesUpAfterTheLockTimeout() throws SQLException {
        Clients.execute(mine, "BEGIN", "DELETE FROM t");
        Clients.execute(theirs, "ALTER SESSION SET LOCK_TIMEOUT = 1");
        Clients.refused(
                theirs, "MERGE INTO t USING (SELECT 1 AS k) s ON t.a = s.k WHEN MATCHED THEN DELETE", 625, "57014");
    }

    @Test
    void onlyTwentyWait() throws Exception {
        Clients.execute(mine, "BEGIN", "DELETE FROM t");
        List<Connection> waiters = new ArrayList<>();
        List<Future<Integer>> waiting = new ArrayList<>();
        for (int i = 0; i < TableLocks.MOST_WAITERS; i++) {
            Connection waiter = Clients.connect(server);
            waiters.add(waiter);
            waiting.add(others.submit(() -> Clients.execute(waiter, "UPDATE t SET b = 'w'")));
        }
        Thread.sleep(500);
        Clients.refused(theirs, "DELETE FROM t", 625, "57014");
        Clients.execute(mine, "ROLLBACK");
        for (Future<Integer> each : waiting) {
            assertThat(each.get(20, TimeUnit.SECONDS)).isEqualTo(2);
        }
        for (Connection waiter : waiters) {
            waiter.close();
        }
    }

    @Test
    void aSessionThatEndsRollsBack() throws SQLException {
        Clients.execute(theirs, "BEGIN", "DELETE FROM t");
        theirs.close();
        assertThat(Clients.execute(mine, "DELETE FROM t")).isEqualTo(2);
    }

    @Test
    void anAbortedSessionRollsBackAndIsOver() throws SQLException {
        String session = Clients.value(theirs, "SELECT current_session()");
        Clients.execute(theirs, "BEGIN", "DELETE FROM t");
        assertThat(Clients.value(mine, "SELECT SYSTEM$ABORT_SESSION(" + session + ")"))
                .contains("aborted");
        assertThat(Clients.value(mine, "SELECT count(*) FROM t")).isEqualTo("2");
        assertThat(server.transactions()).isZero();
        Clients.refused(theirs, "SELECT 1", 390111, "XX000");
    }

    @Test
    void anAbortedTransactionRollsBackAndTheSessionGoesOn() throws SQLException {
        Clients.execute(theirs, "BEGIN", "DELETE FROM t");
        String transaction = Clients.value(theirs, "SELECT current_transaction()");
        Clients.value(mine, "SELECT SYSTEM$ABORT_TRANSACTION(" + transaction + ")");
        assertThat(Clients.value(theirs, "SELECT count(*) FROM t")).isEqualTo("2");
    }

    @Test
    void aRunningStatementCanBeCancelledFromElsewhere() throws Exception {
        Clients.execute(theirs, "BEGIN", "DELETE FROM t");
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Callable<Boolean> wait = () -> {
            try {
                Clients.execute(mine, "DELETE FROM t WHERE a = 2");
                return outcome.complete(new AssertionError("it ran"));
            } catch (SQLException e) {
                return outcome.complete(e);
            }
        };
        Future<Boolean> waiting = others.submit(wait);
        Thread.sleep(150);
        String id = server.statements().stream()
                .filter(s -> s.sql().equals("DELETE FROM t WHERE a = 2"))
                .map(SnowflakeServer.Ran::queryId)
                .findFirst()
                .orElseThrow();
        assertThat(Clients.value(theirs, "SELECT SYSTEM$CANCEL_QUERY('" + id + "')"))
                .contains("terminated");
        assertThat(waiting.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(outcome.get())
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(604));
        Clients.execute(theirs, "ROLLBACK");
    }

    @Test
    void theDriverCancelsWhatTakesTooLong() throws SQLException, ExecutionException, InterruptedException {
        try (java.sql.Statement statement = mine.createStatement()) {
            statement.setQueryTimeout(1);
            assertThatThrownBy(() -> statement.execute("SELECT SYSTEM$WAIT(20)"))
                    .isInstanceOf(SQLException.class);
        }
        assertThat(server.statements()).anyMatch(s -> s.sql().contains("SYSTEM$WAIT"));
        Clients.execute(theirs, "ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = 1");
        long before = System.nanoTime();
        Clients.refused(theirs, "SELECT SYSTEM$WAIT(20)", 630, "57014");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
    }
}
