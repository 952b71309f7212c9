package dev.sluice.snowflake;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the server does not know it refuses, so that no mistake passes as done.
class SnowflakeRefusalsTest {
    private static SnowflakeServer server;
    private static Connection connection;

    @BeforeAll
    static void aTable() throws SQLException {
        server = SnowflakeServer.start();
        connection = Clients.connect(server);
        Clients.execute(
                connection, "CREATE TABLE t (a INT NOT NULL, b VARCHAR(3))", "CREATE VIEW v AS SELECT a FROM t");
    }

    @AfterAll
    static void stop() throws SQLException {
        connection.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FROBNICATE t",
                "VACUUM",
                "CREATE SEQUENCE s",
                "CREATE TEMPORARY TABLE x (a INT)",
                "CREATE TABLE x (a INT) WITH TAG (y = 'z')",
                "CREATE TABLE x (a INT PRIMARY KEY)",
                "CREATE TABLE x (a INT) RETENTION = 3",
                "CREATE OR REPLACE TABLE IF NOT EXISTS x (a INT)",
                "CREATE TABLE x CLONE t",
                "CREATE TABLE x (a SERIAL)",
                "CREATE TABLE x (a NUMBER(39,0))",
                "ALTER TABLE t FROB",
                "ALTER TABLE t SET MAGIC = 1",
                "ALTER TABLE t DROP PRIMARY KEY",
                "ALTER SESSION SET NO_SUCH_PARAMETER = 1",
                "ALTER SESSION SET TIMEZONE = 'Mars'",
                "ALTER SESSION SET LOCK_TIMEOUT = 'soon'",
                "ALTER SESSION SET AUTOCOMMIT = maybe",
                "CREATE STAGE s URL = 's3://b/' PURGE = TRUE",
                "CREATE STAGE s",
                "CREATE FILE FORMAT f TYPE = ORC",
                "CREATE FILE FORMAT f TYPE = PARQUET FIELD_DELIMITER = ','",
                "CREATE WAREHOUSE w WITH SIZE = 'XSMALL'",
                "CREATE STORAGE INTEGRATION i TYPE = EXTERNAL_STAGE",
                "CREATE RESOURCE MONITOR m WITH CREDIT_QUOTA = 5 TRIGGERS ON 90 PERCENT DO EXPLODE",
                "GRANT FLY ON TABLE t TO ROLE PUBLIC",
                "GRANT SELECT ON TABLE t TO ROLE NOBODY",
                "SHOW EVERYTHING",
                "DESCRIBE NOTHING t",
                "SELECT a FROM t AT (OFFSET => -60)",
                "SELECT frob(a) FROM t",
                "SELECT SYSTEM$FROB()",
                "SELECT a FROM t WHERE a = 1 FETCH FIRST 1 ROWS ONLY",
                "SELECT TO_VARCHAR(1.5, '999')",
                "SELECT * FROM TABLE(GENERATOR(ROWCOUNT => 3))",
                "SELECT a FROM t SAMPLE (10)",
                "SELECT 'open",
                "SELECT a b c FROM t",
                "SELECT a FROM t;; FROB",
                "INSERT INTO t VALUES (1)",
                "INSERT INTO t (a, a) VALUES (1, 2)",
                "INSERT INTO v VALUES (1)",
                "INSERT INTO t (a, b) VALUES (1, 'long')",
                "INSERT INTO t (b) VALUES ('x')",
                "UPDATE t SET c = 1",
                "DELETE t",
                "DELETE FROM t WHERE c = 1",
                "MERGE INTO t USING t s ON t.a = s.a",
                "USE DATABASE nowhere",
                "USE ROLE nobody",
                "USE WAREHOUSE nothing",
                "DROP TABLE nothing",
                "DROP VIEW t",
                "EXECUTE IMMEDIATE 'SELECT 1'",
                "CALL p()",
                "PUT file:///etc/passwd @s",
                "ROLLBACK TO SAVEPOINT x",
                ""
            })
    void whatIsNotKnownIsAnError(String sql) {
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> {
                    try (java.sql.Statement statement = connection.createStatement()) {
                        statement.execute(sql);
                    }
                })
                .as(sql)
                .isInstanceOf(SQLException.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            SELECT nope FROM t; 904; 42000
            SELECT t2.a FROM t; 904; 42000
            SELECT a FROM nope; 2003; 42S02
            SELECT x.a FROM t x JOIN t y ON a = 1; 2028; 42601
            SELECT "a" FROM t; 904; 42000
            SELECT a, count(*) FROM t; 979; 42601
            SELECT FROB(1); 2140; 42601
            CREATE TABLE t (a INT); 2002; 42710
            CREATE TABLE x (a INT, A INT); 2025; 42S21
            ALTER TABLE t ADD COLUMN a INT; 1430; 42S21
            ALTER TABLE t ALTER COLUMN b SET DATA TYPE VARCHAR(2); 2108; 22000
            SELEC 1; 1003; 42000
            """)
    void errorsHaveSnowflakesNumbers(String sql, int code, String state) {
        Clients.refused(connection, sql, code, state);
    }

    @Test
    void nothingOfAllThatWasDone() throws SQLException {
        assertThat(Clients.value(connection, "SELECT count(*) FROM t")).isEqualTo("0");
    }

    @Test
    void aStatementWithoutAWarehouseIsRefusedUnlessItComputesNothing() throws SQLException {
        try (Connection idle = Clients.connect(server, "warehouse", "NOTHING")) {
            Clients.refused(idle, "SELECT a FROM t", 606, "57P03");
            Clients.refused(idle, "DELETE FROM t", 606, "57P03");
            assertThat(Clients.value(idle, "SELECT 1")).isEqualTo("1");
            Clients.execute(idle, "CREATE TABLE IF NOT EXISTS t (a INT)", "DESCRIBE TABLE t");
        }
    }
}
