package dev.sluice.snowflake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.Calendar;
import java.util.TimeZone;
import net.snowflake.client.api.connection.SnowflakeConnection;
import net.snowflake.client.api.resultset.QueryStatus;
import net.snowflake.client.api.resultset.SnowflakeResultSet;
import net.snowflake.client.api.statement.SnowflakeStatement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SnowflakeProtocolTest {
    private final SnowflakeServer server = SnowflakeServer.start();
    private Connection connection;

    @BeforeEach
    void connect() throws SQLException {
        connection = Clients.connect(server);
    }

    @AfterEach
    void stop() throws SQLException {
        connection.close();
        server.close();
    }

    @Test
    void aStatementCanBeSubmittedAndItsResultFetchedLaterByAnotherSession() throws Exception {
        String id;
        try (java.sql.Statement statement = connection.createStatement();
                ResultSet submitted = statement
                        .unwrap(SnowflakeStatement.class)
                        .executeAsyncQuery("SELECT SYSTEM$WAIT(300, 'MILLISECONDS'), 7")) {
            id = submitted.unwrap(SnowflakeResultSet.class).getQueryID();
        }
        try (Connection other = Clients.connect(server)) {
            SnowflakeConnection snowflake = other.unwrap(SnowflakeConnection.class);
            assertThat(snowflake.getQueryStatus(id).isStillRunning()).isTrue();
            QueryStatus status = snowflake.getQueryStatus(id);
            while (status.isStillRunning()) {
                Thread.sleep(20);
                status = snowflake.getQueryStatus(id);
            }
            assertThat(status.isSuccess()).isTrue();
            try (ResultSet rows = snowflake.createResultSet(id)) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(2)).isEqualTo(7);
            }
        }
    }

    @Test
    void aSubmittedStatementThatFailsSaysSo() throws Exception {
        try (java.sql.Statement statement = connection.createStatement();
                ResultSet submitted = statement.unwrap(SnowflakeStatement.class).executeAsyncQuery("SELECT 'x'::INT")) {
            String id = submitted.unwrap(SnowflakeResultSet.class).getQueryID();
            SnowflakeConnection snowflake = connection.unwrap(SnowflakeConnection.class);
            QueryStatus status = snowflake.getQueryStatus(id);
            while (status.isStillRunning()) {
                Thread.sleep(20);
                status = snowflake.getQueryStatus(id);
            }
            assertThat(status.isAnError()).isTrue();
            assertThat(status.getErrorCode()).isEqualTo(100038);
            assertThatThrownBy(() -> snowflake.createResultSet(id).next()).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void theResultOfACopyThatWasSubmittedHasItsColumns() throws Exception {
        MapBucket lake = new MapBucket().put("a/1.json", "{\"x\": 1}");
        server.bucket("lake", lake);
        Clients.execute(connection, "CREATE STAGE s URL = 's3://lake/'", "CREATE TABLE t (x INT)");
        try (java.sql.Statement statement = connection.createStatement();
                ResultSet submitted = statement
                        .unwrap(SnowflakeStatement.class)
                        .executeAsyncQuery(
                                "COPY INTO t FROM (SELECT $1:x::INT FROM @s) FILES = ('a/1.json') FILE_FORMAT = (TYPE = JSON)")) {
            String id = submitted.unwrap(SnowflakeResultSet.class).getQueryID();
            try (ResultSet rows = connection.unwrap(SnowflakeConnection.class).createResultSet(id)) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString("status")).isEqualTo("LOADED");
                assertThat(rows.getLong("rows_loaded")).isOne();
            }
        }
    }

    @Test
    void aLongStatementIsAskedForAgain() throws SQLException {
        server.answersAfter(Duration.ofMillis(50));
        assertThat(Clients.value(connection, "SELECT SYSTEM$WAIT(400, 'MILLISECONDS')"))
                .isEqualTo("waited 400 milliseconds");
        assertThat(server.statements())
                .filteredOn(s -> s.sql().contains("WAIT"))
                .hasSize(1);
    }

    @Test
    void severalStatementsInOneRequestNeedToBeAnnounced() throws SQLException {
        String both = "CREATE TABLE t (a INT); INSERT INTO t VALUES (1), (2); SELECT a FROM t ORDER BY a";
        Clients.refused(connection, both, 8, "0A000");
        try (java.sql.Statement statement = connection.createStatement()) {
            statement.unwrap(SnowflakeStatement.class).setParameter("MULTI_STATEMENT_COUNT", 3);
            statement.execute(both);
            statement.getMoreResults();
            assertThat(statement.getUpdateCount()).isEqualTo(2);
            assertThat(statement.getMoreResults()).isTrue();
            try (ResultSet rows = statement.getResultSet()) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isOne();
            }
        }
    }

    @Test
    void bindsOfEveryTypeArrive() throws SQLException {
        Calendar utc = Calendar.getInstance(TimeZone.getTimeZone("UTC"));
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT ?, ?, ?, ?::DATE, ?::TIMESTAMP_NTZ(6), ?::BINARY, ?, coalesce(?, 'nothing')")) {
            statement.setLong(1, Long.MIN_VALUE);
            statement.setString(2, "it's \\ \u2615");
            statement.setBigDecimal(3, new BigDecimal("12.340"));
            statement.setDate(4, Date.valueOf("2024-02-29"));
            statement.setTimestamp(5, java.sql.Timestamp.from(Instant.parse("2026-01-02T03:04:05.123456Z")), utc);
            statement.setBytes(6, new byte[] {1, (byte) 0xff});
            statement.setBoolean(7, true);
            statement.setNull(8, Types.VARCHAR);
            try (ResultSet row = statement.executeQuery()) {
                assertThat(row.next()).isTrue();
                assertThat(row.getLong(1)).isEqualTo(Long.MIN_VALUE);
                assertThat(row.getString(2)).isEqualTo("it's \\ \u2615");
                assertThat(row.getBigDecimal(3)).isEqualByComparingTo("12.34");
                assertThat(row.getString(4)).isEqualTo("2024-02-29");
                assertThat(row.getString(5)).startsWith("2026-01-02 03:04:05.123");
                assertThat(row.getBytes(6)).containsExactly(1, 0xff);
                assertThat(row.getBoolean(7)).isTrue();
                assertThat(row.getString(8)).isEqualTo("nothing");
            }
        }
    }

    @Test
    void aBatchIsOneStatement() throws SQLException {
        Clients.execute(connection, "CREATE TABLE t (a INT, b VARCHAR)");
        long before = server.statements().size();
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO t (a, b) VALUES (?, ?)")) {
            for (int i = 0; i < 50; i++) {
                statement.setInt(1, i);
                statement.setString(2, i % 2 == 0 ? null : "b" + i);
                statement.addBatch();
            }
            assertThat(statement.executeBatch()).hasSize(50);
        }
        assertThat(server.statements()).hasSize((int) before + 1);
        assertThat(Clients.value(connection, "SELECT count(*), count(b), max(a) FROM t"))
                .isEqualTo("50|25|49");
    }

    @Test
    void resultsCanBeScannedAndTheHistoryHasTheTag() throws SQLException {
        Clients.execute(connection, "ALTER SESSION SET QUERY_TAG = '{\"run\":\"r1\"}'");
        Clients.rows(connection, "SELECT 1 AS a, 'x' AS \"b\" UNION ALL SELECT 2, NULL");
        String id = Clients.value(connection, "SELECT LAST_QUERY_ID()");
        assertThat(Clients.rows(connection, "SELECT a + 1, \"b\" FROM TABLE(RESULT_SCAN('" + id + "')) ORDER BY 1"))
                .containsExactly("2|x", "3|null");
        assertThat(Clients.rows(
                        connection,
                        "SELECT query_id, execution_status, credits_used_cloud_services FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY_BY_SESSION()) WHERE PARSE_JSON(NULLIF(query_tag, '')):run::VARCHAR = 'r1' AND query_id = '"
                                + id + "'"))
                .containsExactly(id + "|SUCCESS|null");
    }

    @Test
    void creditsAreWhatTheTestSays() throws SQLException {
        Clients.execute(connection, "CREATE TABLE t (a INT)");
        server.credits(0.25);
        Clients.execute(connection, "INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (2)");
        assertThat(
                        Clients.value(
                                connection,
                                "SELECT sum(credits_used_cloud_services) FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY_BY_SESSION())"))
                .isEqualTo("0.5");
    }

    @Test
    void metadataIsSnowflakes() throws SQLException {
        try (java.sql.Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT 1::NUMBER(10,2) AS n, 1::FLOAT AS f, 'a'::VARCHAR(7) AS v, '2020-01-01'::TIMESTAMP_TZ(6) AS tz, PARSE_JSON('1') AS j")) {
            assertThat(rows.getMetaData().getPrecision(1)).isEqualTo(10);
            assertThat(rows.getMetaData().getScale(1)).isEqualTo(2);
            assertThat(rows.getMetaData().getColumnTypeName(2)).isEqualTo("DOUBLE");
            assertThat(rows.getMetaData().getPrecision(3)).isEqualTo(7);
            assertThat(rows.getMetaData().getColumnTypeName(4)).isEqualTo("TIMESTAMPTZ");
            assertThat(rows.getMetaData().getColumnTypeName(5)).isEqualTo("VARIANT");
        }
    }

    @Test
    void aPreparedStatementIsDescribedWithoutBeingRun() throws SQLException {
        Clients.execute(connection, "CREATE TABLE t (a NUMBER(5,1), b VARCHAR)");
        try (PreparedStatement statement = connection.prepareStatement("SELECT b, a FROM t WHERE a = ?")) {
            assertThat(statement.getMetaData().getColumnName(2)).isEqualTo("A");
            assertThat(statement.getMetaData().getScale(2)).isOne();
        }
        assertThat(server.statements()).hasSize(1);
    }
}
