package dev.sluice.snowflake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class SnowflakeLoginTest {
    @Test
    void aUserWithAKeyPairLogsInAndOneWithAnotherKeyDoesNot() throws SQLException, NoSuchAlgorithmException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair registered = generator.generateKeyPair();
        try (SnowflakeServer server = SnowflakeServer.start()) {
            server.user("LOADER", registered.getPublic());
            try (Connection connection = withKey(server, registered)) {
                assertThat(Clients.value(connection, "SELECT current_user(), current_role()"))
                        .isEqualTo("LOADER|ACCOUNTADMIN");
            }
            assertThatThrownBy(
                            () -> withKey(server, generator.generateKeyPair()).close())
                    .hasMessageContaining("JWT token is invalid");
        }
    }

    private static Connection withKey(SnowflakeServer server, KeyPair pair) throws SQLException {
        Properties properties = Clients.properties();
        properties.put("user", "loader");
        properties.put("authenticator", "SNOWFLAKE_JWT");
        properties.put("privateKey", pair.getPrivate());
        return DriverLocale.connect(server.jdbcUrl(), properties);
    }

    @Test
    void aWrongPasswordIsRefused() {
        try (SnowflakeServer server = SnowflakeServer.start()) {
            assertThatThrownBy(() -> Clients.connect(server, "password", "no").close())
                    .hasMessageContaining("Incorrect username or password")
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo(390100));
        }
    }

    @Test
    void theSessionHasTheNamesAndParametersOfTheLogin() throws SQLException {
        try (SnowflakeServer server = SnowflakeServer.start();
                Connection connection = Clients.connect(server, "QUERY_TAG", "mine")) {
            assertThat(Clients.value(
                            connection,
                            "SELECT current_database(), current_schema(), current_warehouse(), current_account()"))
                    .isEqualTo("RETAIL|PUBLIC|LOADING_WH|ACME");
            assertThat(server.statements()).allSatisfy(s -> assertThat(s.tag()).isEqualTo("mine"));
            assertThat(Clients.rows(connection, "SHOW PARAMETERS LIKE 'TIMEZONE'"))
                    .singleElement()
                    .asString()
                    .startsWith("TIMEZONE|UTC|America/Los_Angeles|SESSION");
        }
    }

    @Test
    void anExpiredTokenIsRenewedByTheDriver() throws SQLException {
        try (SnowflakeServer server = SnowflakeServer.start()) {
            server.tokensLive(Duration.ofSeconds(-1), Duration.ofHours(1));
            try (Connection connection = Clients.connect(server)) {
                server.tokensLive(Duration.ofHours(1), Duration.ofHours(1));
                assertThat(Clients.value(connection, "SELECT 1")).isEqualTo("1");
            }
        }
    }

    @Test
    void withoutALivingMasterTokenTheSessionIsOver() throws SQLException {
        try (SnowflakeServer server = SnowflakeServer.start()) {
            server.tokensLive(Duration.ofSeconds(-1), Duration.ofSeconds(-1));
            try (Connection connection = Clients.connect(server)) {
                assertThatThrownBy(() -> Clients.value(connection, "SELECT 1"))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getErrorCode()).isEqualTo(390114));
            }
        }
    }

    @Test
    void closingTheConnectionEndsTheSession() throws SQLException {
        try (SnowflakeServer server = SnowflakeServer.start()) {
            Clients.connect(server).close();
            assertThat(server.sessions()).isZero();
        }
    }
}
