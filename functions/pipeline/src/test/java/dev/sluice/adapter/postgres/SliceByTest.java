package dev.sluice.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.Grain;
import dev.sluice.model.InvalidRequest;
import dev.sluice.testing.TestPostgres;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SliceByTest {
    static List<Integer> majors() {
        return TestPostgres.MAJORS;
    }

    private static final Map<String, String> REFUSED = Map.ofEntries(
            Map.entry("", "empty"),
            Map.entry("a; DROP TABLE t", "';'"),
            Map.entry("a) FROM t --", "comment"),
            Map.entry("a /* x */", "comment"),
            Map.entry("a)", "')'"),
            Map.entry("(a", "'('"),
            Map.entry("a, b", "','"),
            Map.entry("'unclosed", "'unclosed"),
            Map.entry("$$x$$", "plain quotes"),
            Map.entry("U&'\\006e'", "plain quotes"),
            Map.entry("(SELECT 1)", "select"),
            Map.entry("EXISTS (TABLE t)", "exists"),
            Map.entry("rank() OVER ()", "over"),
            Map.entry("count(*)", "aggregate"),
            Map.entry("now()", "now() is stable"),
            Map.entry("random()", "random() is volatile"),
            Map.entry("date_trunc('day', now())", "now() is stable"),
            Map.entry("age(ts)", "age() is stable"),
            Map.entry("current_date", "current_date"),
            Map.entry("CURRENT_TIMESTAMP > tz", "current_timestamp"),
            Map.entry("localtime", "localtime"),
            Map.entry("current_user", "current_user"),
            Map.entry("ts < 'today'::date", "'today'"),
            Map.entry("ts > timestamp 'now'", "'now'"),
            Map.entry("ts > E'Yesterday 10:00'", "Yesterday"),
            Map.entry("to_char(ts, 'YYYY')", "to_char"),
            Map.entry("generate_series(1, b)", "set-returning"),
            Map.entry("missing", "missing"),
            Map.entry("lower(a) || nofunction(a)", "nofunction"),
            Map.entry("volatile_one(b)", "does not exist"),
            Map.entry("public.volatile_one(b)", "volatile_one() is volatile"),
            Map.entry("public.\"Volatile Two\"(b)", "Volatile Two() is volatile"));

    private static final List<String> ACCEPTED = List.of(
            "a",
            "\"Üser\"",
            "\"user\"",
            "t.a",
            "lower(a)",
            "b % 10",
            "left(a, 2)",
            "CASE WHEN b > 0 THEN a ELSE 'none' END",
            "coalesce(a, '?')",
            "a || ';--/*'",
            "substr(a, 1, 3) || ' (' || b || ')'",
            "public.region_of(a)",
            "md5(a)",
            "(b / 100)::numeric(10,2)",
            "j ->> 'x'",
            "arr[1]",
            "a IN ('x', 'y')",
            "nullif(a, '')");

    private static Shop shop(int major) {
        return new Shop(major)
                .run(
                        "CREATE TABLE t (a text, b int, \"Üser\" text, \"user\" text, ts timestamp, tz timestamptz, j jsonb, arr int[])",
                        "CREATE FUNCTION volatile_one(int) RETURNS int LANGUAGE plpgsql VOLATILE AS 'BEGIN RETURN 1; END'",
                        "CREATE FUNCTION \"Volatile Two\"(int) RETURNS int LANGUAGE plpgsql VOLATILE AS 'BEGIN RETURN 1; END'",
                        "CREATE FUNCTION region_of(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT pg_catalog.left($1, 1)'");
    }

    @ParameterizedTest
    @MethodSource("majors")
    void anExpressionThatIsNotOneImmutableExpressionIsRefusedWithWhatIsToBlame(int major) {
        Shop shop = shop(major);
        REFUSED.forEach((sql, blame) -> assertThatThrownBy(
                        () -> shop.source().checkSliceBy(Shop.byExpression("public.t", sql)), sql)
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining(blame)
                .hasMessageContaining("public.t"));
        for (String sql : List.of("tz::date", "ts::text", "extract(hour FROM tz)")) {
            assertThatThrownBy(() -> shop.source().checkSliceBy(Shop.byExpression("public.t", sql)), sql)
                    .isInstanceOf(InvalidRequest.class)
                    .hasMessageContaining("IMMUTABLE");
        }
        assertThat(shop.database.value("SELECT count(*) FROM pg_class WHERE relpersistence = 't'"))
                .contains("0");
    }

    @ParameterizedTest
    @MethodSource("majors")
    void anImmutableExpressionIsAccepted(int major) {
        Shop shop = shop(major);
        for (String sql : ACCEPTED) {
            assertThatCode(() -> shop.source().checkSliceBy(Shop.byExpression("public.t", sql)))
                    .doesNotThrowAnyException();
        }
        for (String sql : List.of("date_trunc('day', ts)::date", "(tz AT TIME ZONE 'UTC')::date")) {
            shop.source().checkSliceBy(Shop.byExpression("public.t", sql));
        }
        shop.source().checkSliceBy(Shop.by("public.t", "user"));
        shop.source().checkSliceBy(Shop.whole("public.t"));
    }

    @ParameterizedTest
    @MethodSource("majors")
    void withoutTheRightToCreateTemporaryTablesFunctionsAreJudgedByName(int major) {
        Shop shop = shop(major);
        shop.run(
                "REVOKE TEMPORARY ON DATABASE " + shop.database.name() + " FROM PUBLIC",
                "DROP ROLE IF EXISTS strict_reader",
                "CREATE ROLE strict_reader LOGIN",
                "GRANT SELECT ON t TO strict_reader");
        PostgresSource source = shop.source("strict_reader");
        REFUSED.forEach((sql, blame) -> assertThatThrownBy(
                        () -> source.checkSliceBy(Shop.byExpression("public.t", sql)), sql)
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining(blame));
        for (String sql : ACCEPTED) {
            assertThatCode(() -> source.checkSliceBy(Shop.byExpression("public.t", sql)))
                    .doesNotThrowAnyException();
        }
        for (String sql : List.of("date_trunc('day', ts)", "extract(hour FROM ts)")) {
            assertThatThrownBy(() -> source.checkSliceBy(Shop.byExpression("public.t", sql)), sql)
                    .isInstanceOf(InvalidRequest.class)
                    .hasMessageContaining("judged by name");
        }
        shop.run("DROP OWNED BY strict_reader", "DROP ROLE strict_reader");
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aTimeZoneThatTheServerDoesNotKnowIsRefused(int major) {
        Shop shop = shop(major);
        shop.source().checkSliceBy(SliceTest.time("tz", Grain.HOUR, "Europe/Berlin"));
        assertThatThrownBy(() -> shop.source().checkSliceBy(SliceTest.time("tz", Grain.HOUR, "Europe/Bonn'")))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("Europe/Bonn");
    }
}
