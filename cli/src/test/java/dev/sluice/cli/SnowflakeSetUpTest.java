package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import net.snowflake.client.api.statement.SnowflakeStatement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// From an empty account to a sync, with the rights that `sluice ddl` gives and no others.
@Tag("slow")
class SnowflakeSetUpTest {
    private static final String LOADER = "LITTLE_LOADER";
    private static final String READER = "LITTLE_READER";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private SnowflakeBeside snowflake;

    @SuppressWarnings("NullAway.Init")
    private Bed bed;

    @SuppressWarnings("NullAway.Init")
    private Cli cli;

    @BeforeEach
    void start() {
        snowflake = SnowflakeBeside.bare(directory);
        bed = Bed.of(TestPostgres.NEWEST, directory, snowflake)
                .execute(
                        "CREATE TABLE t (id int PRIMARY KEY, region text)",
                        "INSERT INTO t SELECT n, 'R' || n % 3 FROM generate_series(1, 12) n")
                .tables("public.t: {strategy: sliced, slice_by: region}");
        cli = Cli.of(bed).replacing("user: " + SnowflakeBeside.USER, "user: " + LOADER);
    }

    @AfterEach
    void stop() {
        snowflake.close();
    }

    private void setUp() {
        String sql = cli.run("ddl", "--role-arn", "arn:aws:iam::123456789012:role/lake", "--silver", "--gold")
                .exits(0)
                .out();
        script(sql);
        script(sql);
        // Readers come with a warehouse of their own.
        snowflake.execute("GRANT USAGE ON WAREHOUSE LOADING_WH TO ROLE SLUICE_READER");
        snowflake.server().password(LOADER, Cli.password(), "SLUICE_LOADER");
        snowflake.server().password(READER, Cli.password(), "SLUICE_READER");
    }

    private void script(String sql) {
        try (Connection connection = snowflake.connection();
                Statement statement = connection.createStatement()) {
            statement.unwrap(SnowflakeStatement.class).setParameter("MULTI_STATEMENT_COUNT", 0);
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void run(String user, String sql) throws SQLException {
        try (Connection connection = snowflake.connection(user);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void whatDdlPrintsIsAllThatASyncNeeds() throws SQLException {
        setUp();
        cli.run("doctor").exits(0);
        cli.run("sync").exits(0);
        bed.assertEqualEnds("public.t");
        bed.execute("DELETE FROM t WHERE region = 'R1'", "UPDATE t SET region = 'R9' WHERE id = 2");
        cli.run("sync").exits(0);
        bed.assertEqualEnds("public.t");
        cli.run("verify", "--deep").exits(0);
        bed.assertNoOrphans();
        run(READER, "SELECT * FROM PUBLIC.T");
        run(READER, "SELECT * FROM SLUICE.SLICES");
    }

    @Test
    void andAllThatAFeedNeeds() throws Exception {
        cli.replacing("tables:", """
                drops:
                  pos: {match: "drops/*.csv", format: csv, target: retail.pos, columns: {id: integer}, mode: upsert, key: [id]}
                tables:""");
        setUp();
        cli.run("doctor").exits(0);
        Path drops = Files.createDirectories(SnowflakeBeside.lake(directory).resolve("drops"));
        Files.writeString(drops.resolve("a.csv"), "id\n1\n");
        Files.setLastModifiedTime(
                drops.resolve("a.csv"), FileTime.from(Instant.now().minusSeconds(60)));
        cli.run("receive").exits(0);
        run(READER, "SELECT * FROM RETAIL.POS");
        run(READER, "SELECT * FROM SLUICE.DROPS");
        assertThatThrownBy(() -> run(LOADER, "DELETE FROM SLUICE.DROPS"))
                .hasMessageContaining("Insufficient privileges");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            LITTLE_READER; DELETE FROM PUBLIC.T
            LITTLE_READER; INSERT INTO SLUICE.RUNS SELECT * FROM SLUICE.RUNS
            LITTLE_READER; CREATE TABLE PUBLIC.OTHER (A INT)
            LITTLE_LOADER; DELETE FROM SLUICE.SLICE_LOG
            LITTLE_LOADER; UPDATE SLUICE.SLICE_LOG SET EPOCH = 1
            LITTLE_LOADER; CREATE DATABASE OTHER
            """)
    void nobodyMayDoMore(String user, String sql) {
        setUp();
        cli.run("sync").exits(0);
        assertThatThrownBy(() -> run(user, sql))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("Insufficient privileges");
        bed.assertEqualEnds("public.t");
    }

    @Test
    void anEmptyAccountIsPointedToDdl() {
        snowflake.server().password(LOADER, Cli.password());
        cli.run("doctor").exits(1).says("run sluice ddl");
        cli.run("sync").exits(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            USAGE ON STAGE SLUICE.LAKE;           GRANT USAGE ON STAGE
            CREATE TABLE ON SCHEMA SLUICE;        CREATE TABLE ON SCHEMA SLUICE TO ROLE
            SELECT ON TABLE SLUICE.SLICE_LOG;     GRANT SELECT ON ALL TABLES IN SCHEMA SLUICE TO ROLE
            SELECT ON VIEW SLUICE.SLICES;         ON ALL TABLES IN SCHEMA SLUICE TO ROLE
            USAGE ON WAREHOUSE LOADING_WH;        GRANT USAGE ON WAREHOUSE
            USAGE ON DATABASE RETAIL;             GRANT USAGE ON DATABASE
            CREATE TABLE ON SCHEMA PUBLIC;        CREATE TABLE ON SCHEMA
            """)
    void doctorSaysWhichGrantIsMissing(String right, String says) {
        setUp();
        snowflake.execute("REVOKE " + right + " FROM ROLE SLUICE_LOADER");
        cli.run("doctor").exits(1).says(says);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            --role-arn;       arn:aws:iam::123456789012:role/lake DROP
            --role-arn;       bogus
            --external-id;    a b
            --quota;          0
            --retention-days; 91
            """)
    void ddlRefusesWhatCannotBe(String option, String value) {
        cli.run("ddl", option, value).exits(2).says(option + ": expected");
    }

    @Test
    void aRefusedLoginIsNoReasonToTryAgain() {
        setUp();
        long before = snowflake.server().requests();
        Cli.of(bed)
                .replacing("user: " + SnowflakeBeside.USER, "user: NOBODY")
                .run("runs", "--credits", "1")
                .exits(2)
                .says("Snowflake says 390100", "the login is refused; check warehouse.user");
        assertThat(snowflake.server().requests() - before).isLessThan(3);
    }

    @Test
    void ddlHasNothingToSayOfAFile() {
        Bed file = Bed.of(TestPostgres.NEWEST, directory).tables("public.t: {strategy: wholesale}");
        Cli.of(file).run("ddl").exits(2).says("is a file");
    }
}
