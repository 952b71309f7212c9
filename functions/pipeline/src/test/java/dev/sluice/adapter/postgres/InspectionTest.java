package dev.sluice.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.model.TableName;
import dev.sluice.source.Pooling;
import dev.sluice.source.ServerFacts;
import dev.sluice.source.TableProfile;
import dev.sluice.source.TableRights;
import dev.sluice.testing.TestPostgres;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class InspectionTest {
    static List<Integer> majors() {
        return TestPostgres.MAJORS;
    }

    private static PostgresInspection inspection(TestPostgres.Database database, String user) {
        return PostgresInspection.of(database.jdbcUrl(), user, () -> "");
    }

    private static TableProfile profile(TestPostgres.Database database, String table) {
        return inspection(database, TestPostgres.USER)
                .profiles(List.of(TableName.parse(table)))
                .getFirst();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void statisticsAreInOurWords(int major) {
        TestPostgres.Database database = TestPostgres.shared(major)
                .createDatabase()
                .execute(
                        "CREATE TABLE store (id int PRIMARY KEY)",
                        "INSERT INTO store SELECT n FROM generate_series(0, 49) n",
                        "CREATE TABLE t (id bigint PRIMARY KEY, store int REFERENCES store, at timestamptz, day date,"
                                + " \"Odd \"\"Name\" text, never timestamptz)",
                        "INSERT INTO t SELECT n, n % 50, timestamptz '2024-01-01 00:00Z' + n * interval '1 minute',"
                                + " CASE WHEN n % 2 = 0 THEN date '2024-01-01' END, 'x', 'infinity'"
                                + " FROM generate_series(0, 9999) n",
                        "CREATE INDEX ON t (store, id)",
                        "CREATE INDEX ON t (lower(\"Odd \"\"Name\"))",
                        "CREATE INDEX ON t (at) WHERE id > 5",
                        "ANALYZE");

        TableProfile profile = profile(database, "public.t");

        TableProfile.ColumnProfile id = profile.column("id").orElseThrow();
        assertThat(id.distinct()).isEqualTo(10_000);
        assertThat(id.correlation().orElseThrow()).isEqualTo(1);
        assertThat(id.range()).contains(new TableProfile.Range(0, 9_999));
        TableProfile.ColumnProfile store = profile.column("store").orElseThrow();
        assertThat(store.distinct()).isEqualTo(50);
        assertThat(store.greatest()).isCloseTo(0.02, within(0.001));
        TableProfile.Range at = profile.column("at").orElseThrow().range().orElseThrow();
        assertThat(at.low())
                .isEqualTo((double) Instant.parse("2024-01-01T00:00:00Z").getEpochSecond());
        assertThat(at.span()).isEqualTo(9_999 * 60);
        assertThat(profile.column("day").orElseThrow().nulls()).isCloseTo(0.5, within(0.01));
        assertThat(profile.column("day").orElseThrow().range().orElseThrow().span())
                .isZero();
        assertThat(profile.column("Odd \"Name").orElseThrow().distinct()).isEqualTo(1);
        assertThat(profile.column("never").orElseThrow().range()).isEmpty();
        assertThat(profile.references()).containsExactly("store");
        assertThat(profile.unique("id")).isTrue();
        assertThat(profile.unique("store")).isFalse();
        assertThat(profile.indexed("store")).isTrue();
        assertThat(profile.indexed("at")).isFalse();
        assertThat(profile.indexes()).hasSize(3);
        assertThat(profile.partitioned()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void theStatisticsOfPartitionsArePutTogether(int major) {
        TestPostgres.Database database = TestPostgres.shared(major)
                .createDatabase()
                .execute(
                        "CREATE TABLE p (id int, at date) PARTITION BY RANGE (at)",
                        "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')",
                        "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM ('2024-02-01') TO ('2024-03-01')",
                        "CREATE TABLE p3 PARTITION OF p FOR VALUES FROM ('2024-03-01') TO (MAXVALUE)",
                        "INSERT INTO p SELECT n, date '2024-01-01' + n % 60 FROM generate_series(0, 5999) n",
                        "CREATE TABLE l (id int, region text) PARTITION BY LIST (region)",
                        "CREATE TABLE l1 PARTITION OF l FOR VALUES IN ('a')",
                        "CREATE TABLE e (id int, at date) PARTITION BY RANGE ((id + 1), at)");
        database.execute("ANALYZE p1", "ANALYZE p2");
        TableProfile byMembers = profile(database, "public.p");
        database.execute("ANALYZE p");
        TableProfile asAWhole = profile(database, "public.p");

        for (TableProfile profile : List.of(byMembers, asAWhole)) {
            TableProfile.ColumnProfile at = profile.column("at").orElseThrow();
            assertThat(at.nulls()).isZero();
            assertThat(at.range().orElseThrow().span()).isEqualTo(59 * 86_400);
            assertThat(at.greatest()).isLessThan(0.05);
        }
        assertThat(asAWhole.column("at").orElseThrow().distinct()).isEqualTo(60);
        TableProfile.Partitioning p = byMembers.partitioned().orElseThrow();
        assertThat(p.method()).isEqualTo(TableProfile.Method.RANGE);
        assertThat(p.columns()).containsExactly("at");
        assertThat(p.count()).isEqualTo(3);
        assertThat(p.step()).contains(Duration.ofDays(31));
        TableProfile.Partitioning l =
                profile(database, "public.l").partitioned().orElseThrow();
        assertThat(l.method()).isEqualTo(TableProfile.Method.LIST);
        assertThat(l.step()).isEmpty();
        assertThat(profile(database, "public.e").partitioned().orElseThrow().columns())
                .containsExactly("", "at");
    }

    @Test
    void aTableThatWasNeverAnalysedHasNoStatisticsButItsIndexesHaveEnds() {
        TestPostgres.Database database = TestPostgres.shared(TestPostgres.MIDDLE)
                .createDatabase()
                .execute(
                        "CREATE TABLE t (id int PRIMARY KEY, at timestamp, empty int)",
                        "INSERT INTO t SELECT n, timestamp '2024-01-01' + n * interval '1 s' FROM generate_series(5, 9) n",
                        "INSERT INTO t VALUES (-3, '-infinity')");

        assertThat(profile(database, "public.t").columns()).isEmpty();

        PostgresInspection inspection = inspection(database, TestPostgres.USER);
        TableName t = TableName.parse("public.t");
        assertThat(inspection.range(t, "id")).contains(new TableProfile.Range(-3, 9));
        assertThat(inspection.range(t, "at").orElseThrow().span()).isEqualTo(4);
        assertThat(inspection.range(t, "empty")).isEmpty();
    }

    @Test
    void rightsAreToldForTablesThatTheRoleMayNotRead() {
        TestPostgres.Database database =
                TestPostgres.shared(TestPostgres.MIDDLE).createDatabase();
        String role = "r_" + database.name();
        database.execute(
                "DROP ROLE IF EXISTS " + role,
                "CREATE ROLE " + role + " LOGIN",
                "CREATE SCHEMA closed",
                "CREATE TABLE closed.a (id int)",
                "GRANT SELECT ON closed.a TO " + role,
                "CREATE TABLE b (id int, v int)",
                "GRANT SELECT (id) ON b TO " + role,
                "CREATE TABLE c (id int)",
                "GRANT SELECT ON c TO " + role,
                "CREATE VIEW v AS SELECT 1 AS one");

        assertThat(inspection(database, role).everyTable())
                .containsExactly(
                        new TableRights(new TableName("closed", "a"), false, true, true),
                        new TableRights(new TableName("public", "b"), true, false, true),
                        new TableRights(new TableName("public", "c"), true, true, true));
    }

    @ParameterizedTest
    @MethodSource("majors")
    void theServerTellsItsLimitsAndSettings(int major) {
        TestPostgres.Database database = TestPostgres.shared(major).createDatabase();
        String role = "r_" + database.name();
        database.execute(
                "DROP ROLE IF EXISTS " + role,
                "CREATE ROLE " + role + " LOGIN CONNECTION LIMIT 7",
                "ALTER ROLE " + role + " SET statement_timeout = '5s'",
                "ALTER ROLE " + role + " SET idle_in_transaction_session_timeout = '2min'");

        ServerFacts facts = inspection(database, role).server();

        assertThat(facts.version()).startsWith(major + ".");
        assertThat(facts.greenplum()).isEqualTo(Optional.empty());
        assertThat(facts.role()).isEqualTo(role);
        assertThat(facts.superuser()).isFalse();
        assertThat(facts.standby()).isFalse();
        assertThat(facts.maxConnections()).isGreaterThan(10);
        assertThat(facts.reserved()).isEqualTo(3);
        assertThat(facts.roleLimit()).isEqualTo(7);
        assertThat(facts.roleConnections()).isZero();
        assertThat(facts.databaseLimit()).isEqualTo(-1);
        assertThat(facts.statementTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(facts.idleTimeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(facts.countsChanges()).isTrue();
        assertThat(facts.exportsSnapshots()).isTrue();
        assertThat(facts.clockAhead().abs()).isLessThan(Duration.ofSeconds(2));
        assertThat(facts.connecting()).isPositive();
        assertThat(inspection(database, TestPostgres.USER).server().superuser()).isTrue();
        assertThat(inspection(database, role).pooling()).isEqualTo(new Pooling(false, false, true));
    }
}
