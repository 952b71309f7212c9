package dev.sluice.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.Secret;
import dev.sluice.config.SecretName;
import dev.sluice.config.Secrets;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.Surroundings;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.LimitExceeded;
import dev.sluice.model.SourceUnavailable;
import dev.sluice.source.Rows;
import dev.sluice.source.Snapshot;
import dev.sluice.testing.TestPostgres;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("slow")
final class FailureTest {
    private final Shop shop = new Shop(TestPostgres.MIDDLE);

    @Test
    void aServerThatIsNotThereIsAPassingFailure() {
        PostgresSource source = PostgresSource.of("jdbc:postgresql://localhost:1/x", "u", () -> "");
        assertThatThrownBy(source::tables).isInstanceOf(SourceUnavailable.class);
    }

    @Test
    void aUrlOfAnotherDatabaseIsRefusedWithoutItsSecret() {
        assertThatThrownBy(() -> PostgresSource.of("jdbc:mysql://me:geheim@host/x", "u", () -> ""))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("jdbc:postgresql:")
                .hasMessageNotContaining("geheim");
    }

    @Test
    void aDatabaseThatDoesNotExistIsTheConfigurationsFault() {
        assertThatThrownBy(() -> PostgresSource.of(shop.database.jdbcUrl() + "_none", "postgres", () -> "")
                        .tables())
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("does not exist");
    }

    @Test
    void aUserMayBeNamedInTheUrlAlone() {
        shop.run("CREATE TABLE t (a int)");
        assertThat(PostgresSource.of(shop.database.jdbcUrl() + "?user=postgres", "", () -> "")
                        .tables())
                .hasSize(1);
    }

    @Test
    void aWrongPasswordIsTheConfigurationsFaultAndIsNotPrinted() {
        try (TestPostgres server = TestPostgres.start(TestPostgres.NEWEST)) {
            TestPostgres.Database database = server.createDatabase();
            database.execute("CREATE ROLE locked LOGIN PASSWORD 'richtig'");
            String file = database.value("SHOW hba_file").orElseThrow();
            database.execute(
                    "COPY (SELECT 'host all locked all scram-sha-256' UNION ALL SELECT 'host all all all trust' ORDER BY 1 DESC) TO '"
                            + file + "'",
                    "SELECT pg_reload_conf()");
            PostgresSource wrong = PostgresSource.of(database.jdbcUrl(), "locked", () -> "falsch-geheim");
            assertThatThrownBy(wrong::tables)
                    .isInstanceOf(InvalidRequest.class)
                    .hasMessageContaining("locked")
                    .hasMessageContaining("source.password")
                    .satisfies(e -> assertThat(printed(e)).doesNotContain("falsch-geheim"));
            assertThat(PostgresSource.of(database.jdbcUrl(), "locked", () -> "richtig")
                            .tables())
                    .isEmpty();
            assertThat(PostgresSource.of(database.jdbcUrl(), "locked", rotated("falsch", "richtig"))
                            .tables())
                    .as("changed where it is kept since it was read")
                    .isEmpty();
            PostgresSource still = PostgresSource.of(database.jdbcUrl(), "locked", rotated("falsch", "falsch"));
            assertThatThrownBy(still::tables).isInstanceOf(InvalidRequest.class);
        }
    }

    /// The password of a service in which somebody changed it meanwhile.
    private static Secret rotated(String before, String after) {
        List<String> known = new ArrayList<>(List.of(before));
        Secrets secrets = new Secrets() {
            @Override
            public String value(SecretName name) {
                return known.getFirst();
            }

            @Override
            public boolean renew(SecretName name) {
                return !known.set(0, after).equals(after);
            }
        };
        return SluiceConfig.parse("""
                        version: 1
                        source: {url: "jdbc:postgresql://h/d", user: u, password: "${secret:s}"}
                        lake: {url: "file:lake"}
                        warehouse: {type: duckdb, path: w}
                        tables: {a.b: {strategy: wholesale}}
                        """, "sluice.yaml", Path.of("/tmp"), Surroundings.functions(name -> name, secrets))
                .requiredSource()
                .password();
    }

    @Test
    void noFreeConnectionIsAPassingFailure() {
        try (TestPostgres server = TestPostgres.start(
                TestPostgres.MIDDLE, Map.of("max_connections", "4", "superuser_reserved_connections", "3"))) {
            TestPostgres.Database database = server.createDatabase();
            database.execute("CREATE ROLE plain LOGIN", "CREATE TABLE t (a int)", "GRANT SELECT ON t TO plain");
            PostgresSource source = PostgresSource.of(database.jdbcUrl(), "plain", () -> "");
            try (Snapshot snapshot = onceTheSlotIsFree(source)) {
                assertThat(snapshot.algorithm()).isNotEmpty();
                assertThatThrownBy(snapshot::sibling).isInstanceOf(SourceUnavailable.class);
            }
        }
    }

    /// The server gives the slot of a closed connection back a moment later.
    private static Snapshot onceTheSlotIsFree(PostgresSource source) {
        for (int attempt = 0; attempt < 100; attempt++) {
            try {
                return source.open(Shop.whole("public.t"), "r", Shop.TIMEOUT);
            } catch (SourceUnavailable taken) {
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            }
        }
        return source.open(Shop.whole("public.t"), "r", Shop.TIMEOUT);
    }

    @Test
    @Timeout(30)
    void aStatementThatTakesTooLongIsALimitThatIsNamed() {
        shop.run("CREATE TABLE t AS SELECT g AS a FROM generate_series(1, 3) g");
        try (Snapshot snapshot = shop.source()
                .open(Shop.byExpression("public.t", "a + pg_sleep(2)::text::int"), "r", Duration.ofMillis(500))) {
            assertThatThrownBy(() -> snapshot.fingerprints(Rows.all(), true))
                    .isInstanceOf(LimitExceeded.class)
                    .hasMessageContaining("statement_timeout")
                    .hasMessageContaining("public.t");
        }
    }

    @Test
    void anExpressionThatFailsOnARowDoesNotGiveTheRowAway() {
        shop.run("CREATE TABLE t AS SELECT 'geheim'::text AS a");
        try (Snapshot snapshot = shop.open(Shop.byExpression("public.t", "a::int"))) {
            assertThatThrownBy(() -> snapshot.fingerprints(Rows.all(), true))
                    .isInstanceOf(InvalidRequest.class)
                    .hasMessageContaining("slice_by")
                    .hasMessageContaining("22P02")
                    .satisfies(e -> assertThat(printed(e)).doesNotContain("geheim"));
        }
    }

    @Test
    void aMissingRightNamesTheGrantThatHelps() {
        shop.run("CREATE TABLE t (a int)", "DROP ROLE IF EXISTS nobody_1", "CREATE ROLE nobody_1 LOGIN");
        assertThatThrownBy(() -> shop.source("nobody_1").open(Shop.whole("public.t"), "r", Shop.TIMEOUT))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("GRANT USAGE ON SCHEMA \"public\" TO \"nobody_1\"")
                .hasMessageContaining("GRANT SELECT ON \"public\".\"t\" TO \"nobody_1\"");
        shop.run("DROP ROLE nobody_1");
    }

    @Test
    void aColumnThatDoesNotExistIsTheConfigurationsFault() {
        shop.run("CREATE TABLE t (a int)");
        assertThatThrownBy(() -> shop.open(Shop.by("public.t", "b")))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("'b'");
        try (Snapshot snapshot = shop.open(Shop.byExpression("public.t", "nothing + 1"))) {
            assertThatThrownBy(() -> snapshot.fingerprints(Rows.all(), true))
                    .isInstanceOf(InvalidRequest.class)
                    .hasMessageContaining("nothing");
        }
    }

    @Test
    void aMaterialisedViewWithoutRowsIsTheConfigurationsFault() {
        shop.run("CREATE MATERIALIZED VIEW m AS SELECT 1 AS a WITH NO DATA");
        try (Snapshot snapshot = shop.open(Shop.whole("public.m"))) {
            assertThatThrownBy(() -> snapshot.fingerprints(Rows.all(), true))
                    .isInstanceOf(InvalidRequest.class)
                    .hasMessageContaining("has not been populated");
        }
    }

    private static String printed(Throwable error) {
        StringWriter out = new StringWriter();
        error.printStackTrace(new PrintWriter(out, true));
        return out.toString();
    }
}
