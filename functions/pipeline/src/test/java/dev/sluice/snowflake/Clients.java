package dev.sluice.snowflake;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;

/// Connections of the unmodified driver, and short ways to ask.
final class Clients {
    private Clients() {}

    static Connection connect(SnowflakeServer server, String... properties) throws SQLException {
        Properties all = properties();
        all.put("user", "ADMIN");
        all.put("password", "admin");
        for (int i = 0; i < properties.length; i += 2) {
            all.put(properties[i], properties[i + 1]);
        }
        return connect(server, all);
    }

    static Connection connect(SnowflakeServer server, Properties properties) throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(), properties);
    }

    static Properties properties() {
        Properties properties = new Properties();
        properties.put("disablePlatformDetection", true);
        properties.put("JDBC_QUERY_RESULT_FORMAT", "JSON");
        properties.put("CLIENT_TELEMETRY_ENABLED", "false");
        properties.put("TIMEZONE", "UTC");
        return properties;
    }

    static int execute(Connection connection, String... statements) throws SQLException {
        int count = 0;
        try (java.sql.Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
                count = statement.getUpdateCount();
            }
        }
        return count;
    }

    /// Rows as text, columns separated by `|`.
    static List<String> rows(Connection connection, String sql) throws SQLException {
        try (java.sql.Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> all = new ArrayList<>();
            while (rows.next()) {
                List<@Nullable String> row = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.add(String.valueOf(rows.getString(i)));
                }
                all.add(String.join("|", row));
            }
            return all;
        }
    }

    static String value(Connection connection, String sql) throws SQLException {
        return rows(connection, sql).getFirst();
    }

    /// The statement is refused with Snowflake's number and SQL state.
    static AbstractThrowableAssert<?, ?> refused(Connection connection, String sql, int code, String sqlState) {
        return Assertions.assertThatThrownBy(() -> execute(connection, sql))
                .as(sql)
                .isInstanceOfSatisfying(SQLException.class, e -> {
                    Assertions.assertThat(e.getErrorCode())
                            .as(sql + ": " + e.getMessage())
                            .isEqualTo(code);
                    Assertions.assertThat(e.getSQLState()).as(sql).isEqualTo(sqlState);
                });
    }
}
