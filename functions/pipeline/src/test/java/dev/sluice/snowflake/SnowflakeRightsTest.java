package dev.sluice.snowflake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SnowflakeRightsTest {
    private final SnowflakeServer server = SnowflakeServer.start();
    private Connection admin;
    private Connection loader;

    @BeforeEach
    void aLoaderWithoutRights() throws SQLException {
        server.bucket("acme-lake", new MapBucket().put("x/1.json", "{\"a\": 1}"));
        admin = Clients.connect(server);
        Clients.execute(
                admin,
                "CREATE ROLE IF NOT EXISTS loader",
                "CREATE TABLE t (a INT)",
                "INSERT INTO t VALUES (1)",
                "CREATE STORAGE INTEGRATION lake TYPE = EXTERNAL_STAGE STORAGE_PROVIDER = 'S3' ENABLED = TRUE STORAGE_AWS_ROLE_ARN = 'arn:aws:iam::1:role/lake' STORAGE_AWS_EXTERNAL_ID = 'x' STORAGE_ALLOWED_LOCATIONS = ('s3://acme-lake/x/')",
                "CREATE FILE FORMAT json TYPE = JSON",
                "CREATE STAGE lake URL = 's3://acme-lake/x/' STORAGE_INTEGRATION = lake FILE_FORMAT = (FORMAT_NAME = 'RETAIL.PUBLIC.JSON')");
        server.password("LOADER", "secret", "LOADER");
        loader = Clients.connect(server, "user", "loader", "password", "secret");
    }

    @AfterEach
    void stop() throws SQLException {
        admin.close();
        loader.close();
        server.close();
    }

    @Test
    void eachMissingRightIsItsOwnError() throws SQLException {
        Clients.refused(loader, "USE WAREHOUSE loading_wh", 2043, "02000");
        Clients.refused(loader, "USE DATABASE retail", 2043, "02000");
        Clients.refused(loader, "SELECT * FROM retail.public.t", 606, "57P03");
        grant("USAGE ON WAREHOUSE loading_wh");
        Clients.execute(loader, "USE WAREHOUSE loading_wh");
        Clients.refused(loader, "SELECT * FROM retail.public.t", 2003, "02000");
        grant("USAGE ON DATABASE retail");
        Clients.execute(loader, "USE DATABASE retail");
        Clients.refused(loader, "SELECT * FROM retail.public.t", 2003, "02000");
        grant("USAGE ON SCHEMA retail.public");
        Clients.refused(loader, "SELECT * FROM retail.public.t", 2003, "42S02");
        grant("SELECT ON TABLE retail.public.t");
        assertThat(Clients.value(loader, "SELECT * FROM retail.public.t")).isEqualTo("1");
        Clients.execute(loader, "USE SCHEMA retail.public");
        Clients.refused(loader, "INSERT INTO t VALUES (2)", 3001, "42501");
        Clients.refused(loader, "DELETE FROM t", 3001, "42501");
        Clients.refused(loader, "ALTER TABLE t ADD COLUMN b INT", 3001, "42501");
        Clients.refused(loader, "CREATE TABLE mine (a INT)", 3001, "42501");
        Clients.refused(loader, "CREATE SCHEMA mine", 3001, "42501");
        Clients.refused(loader, "ALTER WAREHOUSE loading_wh SUSPEND", 3001, "42501");
        Clients.refused(loader, "GRANT SELECT ON TABLE t TO ROLE PUBLIC", 3001, "42501");
        grant("INSERT, DELETE ON TABLE t", "CREATE TABLE ON SCHEMA retail.public", "OPERATE ON WAREHOUSE loading_wh");
        Clients.execute(
                loader, "INSERT INTO t VALUES (2)", "DELETE FROM t", "CREATE TABLE mine (a INT)", "DROP TABLE mine");
        Clients.execute(loader, "ALTER WAREHOUSE loading_wh SUSPEND");
    }

    @Test
    void copyNeedsTheStageTheFormatAndTheTable() throws SQLException {
        grant(
                "USAGE ON WAREHOUSE loading_wh",
                "USAGE ON DATABASE retail",
                "USAGE ON SCHEMA retail.public",
                "INSERT ON TABLE t");
        Clients.execute(loader, "USE WAREHOUSE loading_wh", "USE SCHEMA retail.public");
        String copy = "COPY INTO t FROM (SELECT $1:a::INT FROM @lake)";
        Clients.refused(loader, copy, 2003, "02000");
        grant("USAGE ON STAGE lake");
        Clients.refused(loader, copy, 2003, "02000");
        grant("USAGE ON FILE FORMAT json");
        Clients.execute(loader, copy);
        assertThat(Clients.value(admin, "SELECT count(*) FROM t")).isEqualTo("2");
    }

    @Test
    void whoMakesATableOwnsItAndFutureGrantsReachIt() throws SQLException {
        grant(
                "USAGE ON WAREHOUSE loading_wh",
                "USAGE ON DATABASE retail",
                "USAGE, CREATE TABLE ON SCHEMA retail.public");
        Clients.execute(
                admin,
                "CREATE ROLE reader",
                "GRANT USAGE ON DATABASE retail TO ROLE reader",
                "GRANT USAGE ON SCHEMA public TO ROLE reader",
                "GRANT USAGE ON WAREHOUSE loading_wh TO ROLE reader",
                "GRANT SELECT ON FUTURE TABLES IN SCHEMA public TO ROLE reader");
        Clients.execute(
                loader,
                "USE WAREHOUSE loading_wh",
                "USE SCHEMA retail.public",
                "CREATE TABLE made (a INT)",
                "INSERT INTO made VALUES (5)",
                "ALTER TABLE made ADD COLUMN b INT");
        server.password("READER", "secret", "READER");
        try (Connection reader = Clients.connect(server, "user", "reader", "password", "secret")) {
            assertThat(Clients.value(reader, "SELECT a FROM made")).isEqualTo("5");
            Clients.refused(reader, "SELECT a FROM t", 2003, "42S02");
            assertThat(Clients.rows(reader, "SHOW TABLES")).hasSize(1);
            Clients.refused(reader, "DROP TABLE made", 3001, "42501");
        }
    }

    @Test
    void aRoleThatTheUserDoesNotHaveIsRefusedAtLogin() {
        assertThatThrownBy(() -> Clients.connect(server, "user", "loader", "password", "secret", "role", "ACCOUNTADMIN")
                        .close())
                .hasMessageContaining(
                        "Role 'ACCOUNTADMIN' specified in the connect string does not exist or not authorized");
        Clients.refused(loader, "USE ROLE accountadmin", 3001, "42501");
    }

    @Test
    void objectsAreRememberedAndShown() throws SQLException {
        Clients.execute(
                admin,
                "CREATE DATABASE IF NOT EXISTS retail DATA_RETENTION_TIME_IN_DAYS = 3",
                "CREATE WAREHOUSE IF NOT EXISTS night WITH WAREHOUSE_SIZE = 'XSMALL' AUTO_SUSPEND = 60 AUTO_RESUME = TRUE INITIALLY_SUSPENDED = TRUE",
                "CREATE RESOURCE MONITOR IF NOT EXISTS budget WITH CREDIT_QUOTA = 20 FREQUENCY = MONTHLY START_TIMESTAMP = IMMEDIATELY TRIGGERS ON 75 PERCENT DO NOTIFY ON 100 PERCENT DO SUSPEND ON 110 PERCENT DO SUSPEND_IMMEDIATE",
                "ALTER WAREHOUSE night SET RESOURCE_MONITOR = budget",
                "USE DATABASE retail",
                "CREATE MASKING POLICY IF NOT EXISTS mask AS (val VARCHAR) RETURNS VARCHAR -> CASE WHEN current_role() = 'X' THEN val ELSE '***' END",
                "CREATE ROW ACCESS POLICY IF NOT EXISTS regions AS (region VARCHAR) RETURNS BOOLEAN -> current_role() = 'X' OR region = 'PUBLIC'",
                "CREATE TABLE people (email VARCHAR, region VARCHAR)",
                "ALTER TABLE people MODIFY COLUMN email SET MASKING POLICY mask",
                "ALTER TABLE people ADD ROW ACCESS POLICY regions ON (region)");
        assertThat(Clients.rows(admin, "SHOW WAREHOUSES LIKE 'NIGHT'"))
                .singleElement()
                .asString()
                .startsWith("NIGHT|SUSPENDED|STANDARD|XSMALL|60|true|ACCOUNTADMIN||BUDGET|");
        assertThat(Clients.rows(admin, "SHOW RESOURCE MONITORS"))
                .singleElement()
                .asString()
                .startsWith("BUDGET|20|0.00|MONTHLY|75%:NOTIFY 100%:SUSPEND 110%:SUSPEND_IMMEDIATE|");
        assertThat(Clients.rows(admin, "SHOW STAGES LIKE 'LAKE' IN SCHEMA retail.public"))
                .singleElement()
                .asString()
                .contains("|LAKE|RETAIL|PUBLIC|s3://acme-lake/x/|N|");
        assertThat(Clients.rows(admin, "DESC INTEGRATION lake")).contains("|STORAGE_AWS_EXTERNAL_ID|String|x|");
        assertThat(Clients.rows(admin, "DESCRIBE TABLE people"))
                .first()
                .asString()
                .endsWith("|RETAIL.PUBLIC.MASK");
        assertThat(Clients.rows(admin, "SHOW INTEGRATIONS")).hasSize(1);
        assertThat(Clients.rows(admin, "SHOW FILE FORMATS")).hasSize(1);
        assertThat(Clients.rows(admin, "SHOW SCHEMAS IN DATABASE retail")).hasSize(1);
    }

    private void grant(String... what) throws SQLException {
        for (String each : what) {
            Clients.execute(admin, "GRANT " + each + " TO ROLE loader");
        }
    }
}
