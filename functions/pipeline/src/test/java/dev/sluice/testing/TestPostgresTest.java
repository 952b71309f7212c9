package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class TestPostgresTest {
    static java.util.List<Integer> majors() {
        return TestPostgres.MAJORS;
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aServerOfEveryVersionStartsAndKeepsTextInUtf8(int major) {
        TestPostgres.Database database = TestPostgres.shared(major).createDatabase();
        assertThat(database.value("SHOW server_version").orElseThrow()).startsWith(major + ".");
        assertThat(database.value("SHOW server_encoding")).contains("UTF8");
        assertThat(database.value("SELECT count(*) > 100 FROM pg_collation WHERE collprovider = 'i'"))
                .contains("t");
    }
}
