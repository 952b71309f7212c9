package dev.sluice.snowflake;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SnowflakeTablesTest {
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
    void wordsFoldToCapitalsAndQuotedNamesAreExact() throws SQLException {
        Clients.execute(
                connection,
                "CREATE TABLE \"Sales\" (id INT, \"id\" INT, \"order\" INT, \"a\"\"b\" VARCHAR)",
                "CREATE TABLE SALES (x INT)",
                "INSERT INTO \"Sales\" (\"id\", ID, \"order\") VALUES (1, 2, 3)");
        assertThat(Clients.rows(connection, "SELECT id, \"id\", \"order\", \"a\"\"b\" FROM \"Sales\""))
                .containsExactly("2|1|3|null");
        assertThat(Clients.value(connection, "SELECT count(*) FROM sales")).isEqualTo("0");
        assertThat(
                        Clients.rows(
                                connection,
                                "SELECT column_name FROM information_schema.columns WHERE table_name = 'Sales' ORDER BY ordinal_position"))
                .containsExactly("ID", "id", "order", "a\"b");
    }

    @Test
    void columnsAreAddedWidenedAndDropped() throws SQLException {
        Clients.execute(
                connection,
                "CREATE TABLE t (a NUMBER(5,2), b VARCHAR(3))",
                "INSERT INTO t VALUES (1, 'x')",
                "ALTER TABLE t ADD COLUMN c TIMESTAMP_TZ(6)",
                "ALTER TABLE t ADD COLUMN IF NOT EXISTS c INT",
                "ALTER TABLE t ALTER COLUMN a SET DATA TYPE NUMBER(10,2)",
                "ALTER TABLE t ALTER COLUMN b SET DATA TYPE VARCHAR(30)",
                "INSERT INTO t VALUES (12345678.9, 'longer', NULL)");
        Clients.refused(connection, "ALTER TABLE t ALTER COLUMN a SET DATA TYPE NUMBER(10,3)", 2108, "22000");
        Clients.refused(connection, "ALTER TABLE t ALTER COLUMN a SET DATA TYPE VARCHAR", 2108, "22000");
        Clients.execute(connection, "ALTER TABLE t DROP COLUMN c");
        assertThat(Clients.rows(connection, "SELECT * FROM t ORDER BY a"))
                .containsExactly("1.00|x", "12345678.90|longer");
        assertThat(Clients.rows(connection, "DESCRIBE TABLE t"))
                .first()
                .asString()
                .startsWith("A|NUMBER(10,2)|COLUMN|Y|");
    }

    @Test
    void aTableIsReplacedWithItsGrants() throws SQLException {
        Clients.execute(
                connection,
                "CREATE ROLE reader",
                "CREATE TABLE t (a INT)",
                "GRANT SELECT ON TABLE t TO ROLE reader",
                "CREATE OR REPLACE TABLE t (a INT NOT NULL, b VARCHAR) COPY GRANTS AS SELECT 1 AS x, 'y'");
        assertThat(Clients.rows(connection, "SELECT a, b FROM t")).containsExactly("1|y");
        assertThat(Clients.rows(connection, "SHOW GRANTS ON TABLE t"))
                .anyMatch(g -> g.contains("|SELECT|TABLE|RETAIL.PUBLIC.T|ROLE|READER|"));
        Clients.execute(connection, "CREATE OR REPLACE TABLE t (a INT)");
        assertThat(Clients.rows(connection, "SHOW GRANTS ON TABLE t")).isEmpty();
    }

    @Test
    void tablesSwapLikeAndTruncate() throws SQLException {
        Clients.execute(
                connection,
                "CREATE TRANSIENT TABLE a (x INT)",
                "INSERT INTO a VALUES (1)",
                "CREATE TRANSIENT TABLE b LIKE a",
                "ALTER TABLE a SWAP WITH b");
        assertThat(Clients.value(connection, "SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b)"))
                .isEqualTo("0|1");
        Clients.execute(connection, "TRUNCATE TABLE b");
        assertThat(Clients.value(connection, "SELECT count(*) FROM b")).isEqualTo("0");
        assertThat(Clients.rows(
                        connection,
                        "SELECT table_name, table_type, is_transient FROM information_schema.tables ORDER BY 1"))
                .containsExactly("A|BASE TABLE|YES", "B|BASE TABLE|YES");
    }

    @Test
    void aViewFollowsItsTable() throws SQLException {
        Clients.execute(
                connection,
                "CREATE TABLE log (k VARCHAR, epoch INT)",
                "CREATE VIEW newest AS SELECT * FROM log QUALIFY ROW_NUMBER() OVER (PARTITION BY k ORDER BY epoch DESC) = 1",
                "INSERT INTO log VALUES ('a', 1), ('a', 2), ('b', 1)");
        assertThat(Clients.rows(connection, "SELECT k, epoch FROM newest ORDER BY k"))
                .containsExactly("a|2", "b|1");
    }

    @Test
    void mergeUpdatesDeletesAndInserts() throws SQLException {
        Clients.execute(
                connection,
                "CREATE TABLE t (k INT, v VARCHAR)",
                "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')",
                "MERGE INTO t USING (SELECT column1 AS k, column2 AS v FROM VALUES (1, 'A'), (2, NULL), (4, 'D')) s ON t.k = s.k WHEN MATCHED AND s.v IS NULL THEN DELETE WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT (k, v) VALUES (s.k, s.v)");
        assertThat(Clients.rows(connection, "SELECT k, v FROM t ORDER BY k")).containsExactly("1|A", "3|c", "4|D");
        Clients.refused(
                connection,
                "MERGE INTO t USING (SELECT column1 AS k FROM VALUES (1), (1)) s ON t.k = s.k WHEN MATCHED THEN UPDATE SET v = 'twice'",
                100090,
                "42P18");
    }

    @Test
    void updatesAndDeletesTakeOtherTablesIntoAccount() throws SQLException {
        Clients.execute(
                connection,
                "CREATE TABLE t (k INT, v VARCHAR)",
                "CREATE TABLE w (k INT, n VARCHAR)",
                "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')",
                "INSERT INTO w VALUES (1, 'x'), (3, NULL)");
        assertThat(Clients.execute(
                        connection, "UPDATE t SET v = w.n || t.v FROM w WHERE w.k = t.k AND w.n IS NOT NULL"))
                .isOne();
        assertThat(Clients.execute(connection, "DELETE FROM t USING w WHERE w.k = t.k AND w.n IS NULL"))
                .isOne();
        assertThat(Clients.execute(connection, "DELETE FROM t WHERE k IN (SELECT k FROM w)"))
                .isOne();
        assertThat(Clients.rows(connection, "SELECT * FROM t")).containsExactly("2|b");
    }

    @Test
    void queriesJoinGroupAndOrder() throws SQLException {
        Clients.execute(
                connection,
                "CREATE TABLE t (s VARCHAR, n NUMBER(10,2))",
                "INSERT INTO t VALUES ('a', 1), ('a', 2.5), (NULL, 3)");
        assertThat(
                        Clients.rows(
                                connection,
                                "WITH g AS (SELECT s, sum(n) AS total, count(*) c FROM t GROUP BY s HAVING count(*) > 0) SELECT g.s, g.total, coalesce(o.c, 0) FROM g LEFT JOIN g o ON o.s = g.s ORDER BY g.s DESC"))
                .containsExactly("null|3.00|0", "a|3.50|2");
        assertThat(Clients.rows(connection, "SELECT s, n FROM t ORDER BY s, n DESC LIMIT 2"))
                .containsExactly("a|2.50", "a|1.00");
        assertThat(Clients.rows(connection, "SELECT s FROM t EXCEPT SELECT 'a'"))
                .containsExactly("null");
        assertThat(Clients.rows(
                        connection,
                        "SELECT iff(n > 2, 'big', 'small') AS size, count(*) FROM t GROUP BY size ORDER BY 1"))
                .containsExactly("big|2", "small|1");
    }
}
