package dev.sluice.adapter.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DuckDbFileTest {
    @TempDir
    private Path directory = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"DOUBLE", "FLOAT"})
    void runsOfZerosKeepTheirSignsInTheFile(String type) {
        file().with(connection -> execute(connection, """
                CREATE TABLE zeros AS
                SELECT i, (CASE WHEN i < 1000 THEN '0' WHEN i < 2000 THEN '-0' ELSE '1.5' END)::%s AS f
                FROM range(3000) r(i)
                """.formatted(type)));
        assertThat(file().with(DuckDbFileTest::negativeZeros)).isEqualTo(1000);
    }

    private DuckDbFile file() {
        return new DuckDbFile(directory.resolve("w.duckdb"), directory, 192L << 20, Duration.ofSeconds(5));
    }

    private static boolean execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.execute(sql);
        }
    }

    private static long negativeZeros(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("SELECT count(*) FROM zeros WHERE f::VARCHAR = '-0.0'")) {
            count.next();
            return count.getLong(1);
        }
    }
}
