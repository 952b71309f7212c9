package dev.sluice.snowflake;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SnowflakeTypesTest {
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

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            99999999999999999999999999999999999999::NUMBER(38,0); 99999999999999999999999999999999999999
            -0.00000000000000000000000000000000000001::NUMBER(38,38); -0.00000000000000000000000000000000000001
            '1.005'::NUMBER(5,2); 1.01
            2.5::INT; 3
            -2.5::INT; -3
            0.1::FLOAT + 0.2::FLOAT; 0.30000000000000004
            'NaN'::FLOAT; NaN
            '-inf'::FLOAT; -inf
            1.50::NUMBER(5,2)::VARCHAR; 1.50
            0.5::NUMBER(2,2)::VARCHAR; 0.50
            'yes'::BOOLEAN; TRUE
            true::VARCHAR; true
            '0001-01-01'::DATE; 0001-01-01
            '9999-12-31'::DATE; 9999-12-31
            '23:59:59.999999'::TIME(6)::VARCHAR; 23:59:59
            TO_VARCHAR('23:59:59.999999'::TIME(6), 'HH24:MI:SS.FF6'); 23:59:59.999999
            TO_VARCHAR('2026-03-29 02:30:00.123456'::TIMESTAMP_NTZ(6), 'YYYY-MM-DD HH24:MI:SS.FF6'); 2026-03-29 02:30:00.123456
            '2026-03-29 02:30:00.123456'::TIMESTAMP_NTZ(6)::VARCHAR; 2026-03-29 02:30:00.123
            '2026-03-29 02:30:00 +05:45'::TIMESTAMP_TZ::VARCHAR; 2026-03-29 02:30:00.000 +0545
            '2026-03-29 02:30:00 +05:45'::TIMESTAMP_TZ = '2026-03-28 20:45:00 Z'::TIMESTAMP_TZ; TRUE
            TO_VARCHAR('2026-03-29 02:30:00 +05:45'::TIMESTAMP_TZ::TIMESTAMP_LTZ(6), 'YYYY-MM-DD HH24:MI:SS.FF6'); 2026-03-28 20:45:00.000000
            TO_BINARY('cafe', 'HEX'); CAFE
            'cafe'::BINARY::VARCHAR; CAFE
            TYPEOF(PARSE_JSON('{}')); OBJECT
            TYPEOF(TO_VARIANT('{}')); VARCHAR
            TYPEOF(PARSE_JSON('1.5')); DECIMAL
            TYPEOF(PARSE_JSON('null')); NULL_VALUE
            PARSE_JSON('null') IS NULL; FALSE
            PARSE_JSON('{"a":{"b":[10,20]}}'):a.b[1]::INT; 20
            PARSE_JSON('{"a":1}'):A IS NULL; TRUE
            PARSE_JSON('"x"')::VARCHAR; x
            LENGTH('a\\\\b'); 3
            $$it's$$; it's
            10 / 4; 2.500000
            7 / 3; 2.333333
            1.25 * 1.5; 1.875
            'a' || NULL; null
            NULLIF(1, 1); null
            'abc' LIKE 'A%'; FALSE
            'abc' ILIKE 'A%'; TRUE
            '1767261600000000'::TIMESTAMP_NTZ::VARCHAR; 2026-01-01 10:00:00.000
            DATEADD(day, 1, '2024-02-28'::DATE); 2024-02-29
            LISTAGG('a', ','); a
            """)
    void aValueIsWhatSnowflakeMakesOfIt(String expression, String value) throws SQLException {
        assertThat(Clients.value(connection, "SELECT " + expression)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            1000::NUMBER(5,2); 100039; 22003
            'abc'::VARCHAR(2); 100078; 22000
            'x'::INT; 100038; 22018
            'maybe'::BOOLEAN; 100037; 22018
            '2023-02-29'::DATE; 100040; 22007
            '24:00:00'::TIME; 100108; 22007
            'soon'::TIMESTAMP_NTZ; 100035; 22007
            'xyz'::BINARY; 100115; 22018
            PARSE_JSON('{'); 100069; 22P02
            PARSE_JSON('{"a":1,"a":2}'); 100069; 22P02
            PARSE_JSON('"x"')::INT; 100071; 22000
            1 / 0; 100051; 22012
            true::DATE; 1065; 22023
            """)
    void aValueThatDoesNotFitIsAnError(String expression, int code, String state) {
        Clients.refused(connection, "SELECT " + expression, code, state);
    }

    @Test
    void withoutASessionZoneTimesAreInLosAngeles() throws SQLException {
        Clients.execute(connection, "ALTER SESSION UNSET TIMEZONE");
        assertThat(Clients.value(connection, "SELECT '2026-07-01 00:00:00'::TIMESTAMP_TZ::VARCHAR"))
                .isEqualTo("2026-07-01 00:00:00.000 -0700");
    }

    @Test
    void tablesKeepTypesOffsetsAndNulls() throws SQLException {
        Clients.execute(
                connection,
                "CREATE TABLE t (n NUMBER(38,10), f FLOAT, tz TIMESTAMP_TZ(6), b BINARY, v VARIANT, t TIME(6), PRIMARY_KEY BOOLEAN)",
                "INSERT INTO t SELECT 1.5, 'NaN', '2026-01-01 10:00:00.000001 -03:30', 'FF00', PARSE_JSON('{\"b\":1,\"a\":[]}'), '10:00', TRUE",
                "INSERT INTO t (n) VALUES (NULL)");
        assertThat(
                        Clients.rows(
                                connection,
                                "SELECT n, f, TO_VARCHAR(tz, 'HH24:MI:SS.FF6'), b, TO_JSON(v), t, primary_key FROM t ORDER BY n"))
                .containsExactly(
                        "1.5000000000|NaN|10:00:00.000001|FF00|{\"a\":[],\"b\":1}|10:00:00|TRUE",
                        "null|null|null|null|null|null|null");
        assertThat(Clients.value(connection, "SELECT max(tz)::VARCHAR FROM t"))
                .isEqualTo("2026-01-01 10:00:00.000 -0330");
    }
}
