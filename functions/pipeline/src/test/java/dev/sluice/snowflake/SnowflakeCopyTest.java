package dev.sluice.snowflake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.adapter.s3.LoopbackS3;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

class SnowflakeCopyTest {
    private static final String FORMAT =
            " FILE_FORMAT = (TYPE = PARQUET USE_LOGICAL_TYPE = TRUE BINARY_AS_TEXT = FALSE USE_VECTORIZED_SCANNER = TRUE)";
    private final SnowflakeServer server = SnowflakeServer.start();
    private final MapBucket lake = new MapBucket();
    private Connection connection;

    @BeforeEach
    void aStage() throws SQLException {
        server.bucket("acme-lake", lake);
        connection = Clients.connect(server);
        Clients.execute(
                connection,
                "CREATE STAGE lake URL = 's3://acme-lake/sluice/' FILE_FORMAT = (TYPE = PARQUET)",
                "CREATE TABLE t (id NUMBER(10,0), name VARCHAR(5))");
        lake.put("sluice/a/1.parquet", ParquetBytes.of("SELECT 1 AS id, 'one' AS name UNION ALL SELECT 2, 'two'"));
        lake.put("sluice/a/2.parquet", ParquetBytes.of("SELECT 3 AS id, NULL::VARCHAR AS name"));
        lake.put(
                "sluice/b/long.parquet",
                ParquetBytes.of("SELECT 4 AS id, 'ok' AS name UNION ALL SELECT 5, 'too long'"));
    }

    @AfterEach
    void stop() throws SQLException {
        connection.close();
        server.close();
    }

    @Test
    void aTransformationLoadsTheNamedFilesAndSaysWhatItDidWithEach() throws SQLException {
        assertThat(Clients.rows(
                        connection,
                        "COPY INTO t FROM (SELECT $1:\"id\"::NUMBER(10,0), $1:\"name\"::VARCHAR(5) FROM @lake/a) FILES = ('1.parquet', '2.parquet') ON_ERROR = ABORT_STATEMENT"
                                + FORMAT))
                .containsExactly(
                        "s3://acme-lake/sluice/a/1.parquet|LOADED|2|2|1|0|null|null|null|null",
                        "s3://acme-lake/sluice/a/2.parquet|LOADED|1|1|1|0|null|null|null|null");
        assertThat(Clients.rows(connection, "SELECT * FROM t ORDER BY id")).containsExactly("1|one", "2|two", "3|null");
    }

    @Test
    void metadataColumnsNameTheFileWithinTheBucketAndTheRow() throws SQLException {
        Clients.execute(
                connection,
                "CREATE TABLE m (file VARCHAR, row_number INT, id INT)",
                "COPY INTO m FROM (SELECT METADATA$FILENAME, METADATA$FILE_ROW_NUMBER, t.$1:\"id\" FROM @lake/a/1 t) FILE_FORMAT = (TYPE = PARQUET)");
        assertThat(Clients.rows(connection, "SELECT * FROM m ORDER BY 2"))
                .containsExactly("sluice/a/1.parquet|1|1", "sluice/a/1.parquet|2|2");
    }

    @Test
    void whatWasLoadedIsSkippedUnlessForced() throws SQLException {
        String copy = "COPY INTO t FROM @lake/a/ MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE" + FORMAT;
        Clients.execute(connection, copy);
        assertThat(Clients.rows(connection, copy)).allMatch(row -> row.contains("|LOAD_SKIPPED|0|0|"));
        assertThat(Clients.value(connection, "SELECT count(*) FROM t")).isEqualTo("3");
        Clients.execute(connection, copy + " FORCE = TRUE");
        assertThat(Clients.value(connection, "SELECT count(*) FROM t")).isEqualTo("6");
    }

    @Test
    void aRolledBackCopyIsForgotten() throws SQLException {
        String copy = "COPY INTO t FROM @lake/a/ MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE" + FORMAT;
        Clients.execute(connection, "BEGIN", copy, "ROLLBACK", copy);
        assertThat(Clients.value(connection, "SELECT count(*) FROM t")).isEqualTo("3");
    }

    @Test
    void namesThatDoNotMatchLoadRowsOfNothing() throws SQLException {
        Clients.execute(connection, "COPY INTO t FROM @lake/a/ MATCH_BY_COLUMN_NAME = CASE_SENSITIVE" + FORMAT);
        assertThat(Clients.rows(connection, "SELECT * FROM t"))
                .containsOnly("null|null")
                .hasSize(3);
    }

    @Test
    void aKeyThatIsNotThereIsNull() throws SQLException {
        Clients.execute(
                connection,
                "COPY INTO t FROM (SELECT $1:\"ID\"::NUMBER(10,0), $1:\"name\"::VARCHAR FROM @lake/a/) PATTERN = '.*/1[.]parquet'"
                        + FORMAT);
        assertThat(Clients.rows(connection, "SELECT * FROM t ORDER BY name")).containsExactly("null|one", "null|two");
    }

    @Test
    void aValueThatDoesNotFitStopsTheStatementAndNamesFileAndColumn() throws SQLException {
        String copy = "COPY INTO t FROM (SELECT $1:\"id\"::NUMBER(10,0), $1:\"name\"::VARCHAR FROM @lake) ";
        assertThatThrownBy(() -> Clients.execute(connection, copy + FORMAT))
                .hasMessageContaining("'too long' is too long and would be truncated")
                .hasMessageContaining("File 'sluice/b/long.parquet'")
                .hasMessageContaining("Row 2, column \"T\"[\"NAME\":2]");
        assertThat(Clients.value(connection, "SELECT count(*) FROM t")).isEqualTo("0");
        assertThat(Clients.rows(connection, copy + FORMAT + " ON_ERROR = SKIP_FILE")
                        .getLast())
                .startsWith("s3://acme-lake/sluice/b/long.parquet|LOAD_FAILED|2|0|1|1|String 'too long'");
        assertThat(Clients.rows(connection, copy + FORMAT + " ON_ERROR = CONTINUE")
                        .getLast())
                .startsWith("s3://acme-lake/sluice/b/long.parquet|PARTIALLY_LOADED|2|1|2|1|String 'too long'");
        assertThat(Clients.value(connection, "SELECT count(*) FROM t")).isEqualTo("4");
    }

    @Test
    void aMissingFileIsNoticedOnlyIfNamed() throws SQLException {
        String copy = "COPY INTO t FROM @lake/a/ MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE" + FORMAT;
        Clients.refused(connection, copy + " FILES = ('1.parquet', 'none.parquet')", 100016, "22000");
        assertThat(Clients.value(connection, "SELECT count(*) FROM t")).isEqualTo("0");
        Clients.execute(connection, copy.replace("/a/", "/none/"));
    }

    @Test
    void aThousandFilesAreTheLimit() {
        String files =
                IntStream.rangeClosed(0, 1000).mapToObj(i -> "'" + i + "'").collect(Collectors.joining(","));
        Clients.refused(connection, "COPY INTO t FROM @lake FILES = (" + files + ")" + FORMAT, 1058, "22023");
    }

    @Test
    void nothingGoesIntoANotNullColumn() throws SQLException {
        Clients.execute(connection, "CREATE TABLE n (name VARCHAR NOT NULL)");
        Clients.refused(
                connection, "COPY INTO n FROM (SELECT $1:\"name\"::VARCHAR FROM @lake/a/)" + FORMAT, 100072, "22000");
    }

    @Test
    void withoutLogicalTypesATimestampIsANumber() throws SQLException {
        lake.put("sluice/ts/1.parquet", ParquetBytes.of("SELECT TIMESTAMP '2026-01-01 10:00:00' AS at"));
        Clients.execute(connection, "CREATE TABLE ts (at TIMESTAMP_NTZ(6), raw VARIANT)");
        String copy = "COPY INTO ts FROM (SELECT $1:\"at\"::TIMESTAMP_NTZ(6), $1:\"at\" FROM @lake/ts/) FORCE = TRUE ";
        Clients.execute(connection, copy + FORMAT, copy + "FILE_FORMAT = (TYPE = PARQUET)");
        assertThat(Clients.rows(connection, "SELECT raw::VARCHAR FROM ts"))
                .containsExactly("2026-01-01 10:00:00.000", "1767261600000000");
    }

    @Test
    void jsonLinesAreVariants() throws SQLException {
        lake.put(
                "sluice/m/1.json",
                "{\"slice\": \"M3C\", \"rows\": 2, \"note\": null}\n{\"slice\": \"\\\\N\", \"rows\": 18446744073709551615}\n");
        Clients.execute(
                connection,
                "CREATE TABLE j (slice VARCHAR, n NUMBER(20,0), file VARCHAR)",
                "COPY INTO j FROM (SELECT $1:slice::VARCHAR, $1:\"rows\"::NUMBER(20,0), METADATA$FILENAME FROM @lake/m/) FILE_FORMAT = (TYPE = JSON)");
        assertThat(Clients.rows(connection, "SELECT * FROM j ORDER BY n"))
                .containsExactly("M3C|2|sluice/m/1.json", "\\N|18446744073709551615|sluice/m/1.json");
        Clients.execute(
                connection, "CREATE TABLE v (v VARIANT)", "COPY INTO v FROM @lake/m/ FILE_FORMAT = (TYPE = JSON)");
        assertThat(Clients.rows(connection, "SELECT v:note IS NULL, IS_NULL_VALUE(v:note) FROM v"))
                .contains("FALSE|TRUE");
    }

    @Test
    void aStageCanBeReadWithoutLoading() throws SQLException {
        Clients.execute(connection, "CREATE FILE FORMAT pq TYPE = PARQUET USE_LOGICAL_TYPE = TRUE");
        assertThat(
                        Clients.rows(
                                connection,
                                "SELECT count(*), sum($1:\"id\"::INT), min(METADATA$FILENAME) FROM @lake/a/ (FILE_FORMAT => 'pq')"))
                .containsExactly("3|6|sluice/a/1.parquet");
    }

    @Test
    void aBucketMayBeBehindAnEndpoint(@TempDir Path directory) throws SQLException {
        try (LoopbackS3 endpoint = new LoopbackS3(directory)) {
            endpoint.client()
                    .putObject(r -> r.bucket(LoopbackS3.BUCKET).key("x/1.json"), RequestBody.fromString("[7, 8]"));
            server.bucket("lake", new S3Bucket(endpoint.client(), LoopbackS3.BUCKET));
            Clients.execute(
                    connection,
                    "CREATE STAGE s3 URL = 's3://lake/x' FILE_FORMAT = (TYPE = JSON STRIP_OUTER_ARRAY = TRUE)",
                    "COPY INTO t (id) FROM (SELECT $1 FROM @s3) PATTERN = '.*json'");
            assertThat(Clients.rows(connection, "SELECT id FROM t ORDER BY id")).containsExactly("7", "8");
            Clients.refused(
                    connection, "COPY INTO t (id) FROM (SELECT $1 FROM @s3) FILES = ('2.json')", 100016, "22000");
        }
    }

    @Test
    void whatCopyDoesNotKnowIsRefused() {
        Clients.refused(connection, "COPY INTO t FROM @lake FILE_FORMATT = (TYPE = PARQUET)", 1420, "22023");
        Clients.refused(
                connection, "COPY INTO t FROM @lake FILE_FORMAT = (TYPE = PARQUET SKIP_HEADER = 1)", 1420, "22023");
        Clients.refused(connection, "COPY INTO t FROM @lake ON_ERROR = IGNORE" + FORMAT, 1007, "22023");
        Clients.refused(connection, "COPY INTO t FROM @lake" + FORMAT, 1007, "22023");
        Clients.refused(
                connection,
                "COPY INTO t FROM (SELECT $1:\"id\", $1:\"name\" FROM @lake) MATCH_BY_COLUMN_NAME = CASE_SENSITIVE"
                        + FORMAT,
                1007,
                "22023");
        Clients.refused(
                connection,
                "COPY INTO t FROM (SELECT $1:\"id\", $1:\"name\" FROM @lake WHERE true)" + FORMAT,
                2050,
                "0A000");
        Clients.refused(connection, "COPY INTO t FROM @lake VALIDATION_MODE = RETURN_ERRORS", 2, "0A000");
        Clients.refused(connection, "COPY INTO @lake FROM t", 2, "0A000");
        Clients.refused(connection, "COPY INTO t FROM @nowhere" + FORMAT, 2003, "02000");
    }
}
