package dev.sluice.snowflake;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The driver repeats a disturbed request by itself, under the same request id.
@Tag("slow")
class SnowflakeFaultsTest {
    private final SnowflakeServer server = SnowflakeServer.start();
    private Connection connection;

    @BeforeEach
    void aTable() throws SQLException {
        server.faults().delay(Duration.ofMillis(20));
        connection = Clients.connect(server);
        Clients.execute(connection, "CREATE TABLE t (a INT)");
    }

    @AfterEach
    void stop() throws SQLException {
        server.faults().none();
        connection.close();
        server.close();
    }

    @ParameterizedTest
    @EnumSource(Faults.Kind.class)
    void aDisturbedStatementIsExecutedOnce(Faults.Kind kind) throws SQLException {
        server.faults().nextStatement(kind, "INSERT");
        assertThat(Clients.execute(connection, "INSERT INTO t VALUES (1)")).isOne();
        assertThat(server.faults().happened()).isOne();
        assertThat(Clients.rows(connection, "SELECT a FROM t")).containsExactly("1");
        assertThat(server.statements())
                .filteredOn(s -> s.sql().startsWith("INSERT"))
                .hasSize(1);
    }

    @Test
    void aTransactionSurvivesAnExpiredTokenAndADroppedConnection() throws SQLException {
        Clients.execute(connection, "BEGIN", "INSERT INTO t VALUES (1)");
        server.faults().nextStatement(Faults.Kind.EXPIRED_TOKEN, "VALUES (2)");
        server.faults().nextStatement(Faults.Kind.DROPPED_AFTER, "COMMIT");
        Clients.execute(connection, "INSERT INTO t VALUES (2)", "COMMIT");
        assertThat(Clients.rows(connection, "SELECT a FROM t ORDER BY a")).containsExactly("1", "2");
    }

    @Test
    void seededFaultsHitTheSameRequestsAgain() {
        Faults one = new Faults();
        Faults other = new Faults();
        one.seeded(7, 0.3);
        other.seeded(7, 0.3);
        Faults.Request request = new Faults.Request("/queries/v1/query-request", "SELECT 1");
        for (int i = 0; i < 100; i++) {
            assertThat(one.take(request)).isEqualTo(other.take(request));
        }
        assertThat(one.happened()).isBetween(10L, 60L);
    }

    @Test
    void workGoesOnUnderRandomFaults() throws SQLException {
        server.faults().seeded(42, 0.15);
        for (int i = 0; i < 15; i++) {
            Clients.execute(connection, "INSERT INTO t VALUES (" + i + ")");
        }
        server.faults().none();
        assertThat(Clients.value(connection, "SELECT count(*), count(DISTINCT a) FROM t"))
                .isEqualTo("15|15");
    }
}
