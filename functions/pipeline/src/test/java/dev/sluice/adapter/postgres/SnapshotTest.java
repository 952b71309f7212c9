package dev.sluice.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.Fingerprint;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.Slice;
import dev.sluice.model.SourceUnavailable;
import dev.sluice.model.TableName;
import dev.sluice.source.Rows;
import dev.sluice.source.Snapshot;
import dev.sluice.testing.TestPostgres;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("slow")
final class SnapshotTest {
    private static final AtomicInteger ROLES = new AtomicInteger();

    static List<Integer> majors() {
        return TestPostgres.MAJORS;
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aSnapshotAndItsSiblingsSeeOneInstantWhateverHappens(int major) {
        Shop shop = new Shop(major).run("CREATE TABLE t AS SELECT g AS a FROM generate_series(1, 10) g");
        try (Snapshot snapshot = shop.open("public.t")) {
            Map<Slice, Fingerprint> before = snapshot.fingerprints(Rows.all(), true);
            shop.run("INSERT INTO t VALUES (11)", "DELETE FROM t WHERE a < 5", "UPDATE t SET a = -a");
            assertThat(snapshot.fingerprints(Rows.all(), true)).isEqualTo(before);
            try (Snapshot sibling = snapshot.sibling();
                    Snapshot grandchild = sibling.sibling()) {
                assertThat(sibling.fingerprints(Rows.all(), true)).isEqualTo(before);
                assertThat(Shop.rows(grandchild, Optional.empty()).get(Slice.ALL))
                        .hasSize(10);
                assertThat(sibling.definition()).isEqualTo(snapshot.definition());
                assertThat(sibling.age()).isGreaterThanOrEqualTo(Duration.ZERO);
            }
            assertThat(snapshot.age()).isPositive().isLessThan(Duration.ofMinutes(1));
        }
        assertThat(Shop.at(openFingerprints(shop), Slice.ALL).rows()).isEqualTo(7);
    }

    private static Map<Slice, Fingerprint> openFingerprints(Shop shop) {
        try (Snapshot snapshot = shop.open("public.t")) {
            return snapshot.fingerprints(Rows.all(), false);
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void truncateOfATableOrOfAPartitionWaitsForTheSnapshot(int major) {
        Shop shop = new Shop(major)
                .run(
                        "CREATE TABLE t (a int, b int) PARTITION BY LIST (a)",
                        "CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1)",
                        "CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2) PARTITION BY LIST (b)",
                        "CREATE TABLE t_2_1 PARTITION OF t_2 FOR VALUES IN (1)",
                        "INSERT INTO t VALUES (1, 1), (2, 1)");
        try (Snapshot snapshot = shop.open("public.t")) {
            for (String table : List.of("t", "t_1", "t_2_1")) {
                assertThatThrownBy(() -> shop.run("SET lock_timeout = 100", "TRUNCATE " + table))
                        .hasMessageContaining("lock timeout");
            }
            assertThat(Shop.rows(snapshot, Optional.empty()).get(Slice.ALL)).hasSize(2);
        }
        shop.run("TRUNCATE t");
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aTableThatSomebodyHoldsExclusivelyIsAPassingFailure(int major) throws SQLException {
        Shop shop = new Shop(major).run("CREATE TABLE t (a int)");
        try (Connection other = shop.database.connection();
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN");
            statement.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
            assertThatThrownBy(() -> shop.source().open(Shop.whole("public.t"), "run", Duration.ofMillis(300)))
                    .isInstanceOf(SourceUnavailable.class)
                    .hasMessageContaining("public.t");
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aRewriteBetweenSnapshotAndLockIsNoticed(int major) throws SQLException {
        Shop shop =
                new Shop(major).run("CREATE TABLE t AS SELECT 1 AS a", "CREATE MATERIALIZED VIEW m AS SELECT * FROM t");
        for (String change : List.of("TRUNCATE t", "REFRESH MATERIALIZED VIEW m")) {
            String table = change.startsWith("T") ? "public.t" : "public.m";
            try (Session session = Session.open(
                    new Session.Target(shop.database.jdbcUrl(), TestPostgres.USER, () -> ""), "x", Shop.TIMEOUT)) {
                session.beginReading(Operation.of("testing"));
                Catalog catalog = new Catalog(session);
                Relation relation = catalog.relation(TableName.parse(table)).orElseThrow();
                assertThat(catalog.rewritten(relation)).isEmpty();
                shop.run(change);
                assertThat(catalog.rewritten(relation)).isNotEmpty();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void materialisedViewsPartitionedTablesAndInheritanceAreReadThroughTheirName(int major) {
        Shop shop = new Shop(major)
                .run(
                        "CREATE TABLE p (a int)",
                        "CREATE TABLE c (b text) INHERITS (p)",
                        "INSERT INTO p VALUES (1)",
                        "INSERT INTO c VALUES (2, 'x')",
                        "CREATE MATERIALIZED VIEW m AS SELECT * FROM p");
        assertThat(shop.rows("public.p")).containsExactlyInAnyOrder(Shop.csv("1"), Shop.csv("2"));
        assertThat(shop.rows("public.m")).containsExactlyInAnyOrder(Shop.csv("1"), Shop.csv("2"));
        try (Snapshot snapshot = shop.open("public.p")) {
            assertThat(snapshot.table().partitioned()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aViewIsReadWhereItCanBeLocked(int major) {
        Shop shop = new Shop(major).run("CREATE TABLE t AS SELECT 1 AS a", "CREATE VIEW v AS SELECT a + 1 AS b FROM t");
        if (major < 11) {
            assertThatThrownBy(() -> shop.open("public.v"))
                    .isInstanceOf(InvalidRequest.class)
                    .hasMessageContaining("view");
            return;
        }
        assertThat(shop.rows("public.v")).containsExactly(Shop.csv("2"));
        try (Snapshot snapshot = shop.open("public.v")) {
            assertThatThrownBy(() -> shop.run("SET lock_timeout = 100", "TRUNCATE t"))
                    .hasMessageContaining("lock timeout");
            assertThat(Shop.rows(snapshot, Optional.empty()).get(Slice.ALL)).hasSize(1);
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void foreignTablesAreRead(int major) {
        Shop shop = new Shop(major)
                .run(
                        "CREATE EXTENSION file_fdw",
                        "CREATE SERVER files FOREIGN DATA WRAPPER file_fdw",
                        "CREATE FOREIGN TABLE f (a text NOT NULL) SERVER files OPTIONS (program 'echo hello')");
        assertThat(shop.rows("public.f")).containsExactly(Shop.csv("hello"));
        try (Snapshot snapshot = shop.open("public.f")) {
            assertThat(snapshot.table().column("a").orElseThrow().notNull()).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void selectIsAllThatARoleNeeds(int major) {
        Shop shop = new Shop(major)
                .run(
                        "CREATE TABLE t (a int, b int) PARTITION BY LIST (a)",
                        "CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1)",
                        "INSERT INTO t VALUES (1, 2)",
                        "CREATE TABLE secret (a int, b int)",
                        "INSERT INTO secret VALUES (1, 2)");
        String role = role(shop);
        shop.run("GRANT SELECT ON t TO " + role, "GRANT SELECT (a) ON secret TO " + role);
        assertThat(shop.source(role).tables())
                .containsExactly(TableName.parse("public.secret"), TableName.parse("public.t"));
        try (Snapshot snapshot = shop.source(role).open(Shop.by("public.t", "b"), "r", Shop.TIMEOUT)) {
            assertThat(Shop.rows(snapshot, Optional.empty())).containsOnlyKeys(Slice.ofText("2"));
            try (Snapshot sibling = snapshot.sibling()) {
                assertThat(sibling.fingerprints(Rows.all(), true)).hasSize(1);
            }
        }
        shop.source(role).checkSliceBy(Shop.byExpression("public.t", "a + b"));
        try (Snapshot snapshot = shop.source(role).open(Shop.whole("public.secret"), "r", Shop.TIMEOUT)) {
            assertThatThrownBy(() -> snapshot.fingerprints(Rows.all(), true))
                    .isInstanceOf(InvalidRequest.class)
                    .hasMessageContaining("GRANT SELECT ON \"public\".\"secret\" TO \"" + role + "\"");
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void rowLevelSecurityIsRefusedNotApplied(int major) {
        Shop shop = new Shop(major)
                .run(
                        "CREATE TABLE t (a int)",
                        "INSERT INTO t VALUES (1), (2)",
                        "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                        "CREATE TABLE p (a int) PARTITION BY LIST (a)",
                        "CREATE TABLE p_1 PARTITION OF p FOR VALUES IN (1)",
                        "ALTER TABLE p ENABLE ROW LEVEL SECURITY");
        String role = role(shop);
        shop.run(
                "GRANT SELECT ON t, p TO " + role,
                "CREATE POLICY one ON t USING (a = 1)",
                "CREATE VIEW v AS SELECT a FROM t",
                "ALTER VIEW v OWNER TO " + role);
        for (String table : List.of("public.t", "public.p")) {
            assertThatThrownBy(() -> shop.source(role).open(Shop.whole(table), "r", Shop.TIMEOUT))
                    .isInstanceOf(InvalidRequest.class)
                    .hasMessageContaining("row-level security would hide rows")
                    .hasMessageContaining("BYPASSRLS");
            assertThat(shop.source(role).describe(List.of(TableName.parse(table))))
                    .allMatch(t -> t.rowSecurity());
        }
        if (major >= 11) {
            // The catalogue does not say it of a view: the server does.
            assertThatThrownBy(() -> shop.source(role).open(Shop.whole("public.v"), "r", Shop.TIMEOUT))
                    .isInstanceOf(InvalidRequest.class)
                    .hasMessageContaining("row-level security would hide rows");
        }
        assertThat(shop.rows("public.t")).hasSize(2);
        shop.run("ALTER ROLE " + role + " BYPASSRLS");
        try (Snapshot snapshot = shop.source(role).open(Shop.whole("public.t"), "r", Shop.TIMEOUT)) {
            assertThat(Shop.rows(snapshot, Optional.empty()).get(Slice.ALL)).hasSize(2);
        }
    }

    private static String role(Shop shop) {
        String role = "reader_" + ROLES.incrementAndGet();
        shop.run("DROP ROLE IF EXISTS " + role, "CREATE ROLE " + role + " LOGIN");
        return role;
    }

    @ParameterizedTest
    @MethodSource("majors")
    void theConnectionNamesRunAndTableWhileItLivesAndIsGoneAfterwards(int major) throws InterruptedException {
        Shop shop =
                new Shop(major).run("CREATE TABLE \"täble with a very long name that goes on and on and on\" (a int)");
        String count = "SELECT count(*) FROM pg_stat_activity WHERE datname = '" + shop.database.name()
                + "' AND application_name LIKE 'sluice/%'";
        try (Snapshot snapshot = shop.open("public.täble with a very long name that goes on and on and on")) {
            assertThat(snapshot.algorithm()).isNotEmpty();
            assertThat(shop.database.value("SELECT application_name FROM pg_stat_activity WHERE datname = '"
                            + shop.database.name() + "' AND application_name LIKE 'sluice/%'"))
                    .hasValueSatisfying(name -> assertThat(name)
                            .startsWith("sluice/test-run/public.t")
                            .satisfies(n -> assertThat(n.getBytes(StandardCharsets.UTF_8).length)
                                    .isLessThan(64)));
            try (Snapshot sibling = snapshot.sibling()) {
                assertThat(sibling.algorithm()).isEqualTo(snapshot.algorithm());
                assertThat(shop.database.value(count)).contains("2");
            }
        }
        shop.source().tables();
        assertThatThrownBy(() -> shop.open("public.missing")).isInstanceOf(InvalidRequest.class);
        for (int i = 0; i < 50 && !shop.database.value(count).equals(Optional.of("0")); i++) {
            Thread.sleep(20);
        }
        assertThat(shop.database.value(count)).contains("0");
    }

    @ParameterizedTest
    @MethodSource("majors")
    void closingAfterTheServerEndedTheSessionIsQuietAndWorkBeforeItIsAPassingFailure(int major) {
        Shop shop = new Shop(major).run("CREATE TABLE t (a int)");
        try (Snapshot snapshot = shop.open("public.t")) {
            shop.database.value("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '"
                    + shop.database.name() + "' AND application_name LIKE 'sluice/%'");
            assertThatThrownBy(() -> snapshot.fingerprints(Rows.all(), true)).isInstanceOf(SourceUnavailable.class);
            assertThatThrownBy(() -> snapshot.copy(Rows.all(), (slice, buffer, offset, length) -> {}))
                    .isInstanceOf(SourceUnavailable.class);
        }
    }
}
