package dev.sluice.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.Slice;
import dev.sluice.model.SliceBy;
import dev.sluice.model.Strategy;
import dev.sluice.source.Rows;
import dev.sluice.source.Snapshot;
import dev.sluice.testing.TestPostgres;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("slow")
final class CopyTest {
    static List<Integer> majors() {
        return TestPostgres.MAJORS;
    }

    @ParameterizedTest
    @MethodSource("majors")
    void nullEmptyTextAndTextsThatNeedQuotesStayApart(int major) {
        Shop shop = new Shop(major)
                .run(
                        "CREATE TABLE t (a text, b text)",
                        "INSERT INTO t VALUES (NULL, NULL), ('', NULL), (NULL, ''), ('NULL', '\\N'), ('a,b', 'a\"b'), (E'a\\nb', E'\\r'), ('a ', ' a')");
        assertThat(shop.rows("public.t"))
                .containsExactlyInAnyOrder(
                        ",\n",
                        "\"\",\n",
                        ",\"\"\n",
                        "\"NULL\",\"\\N\"\n",
                        "\"a,b\",\"a\"\"b\"\n",
                        "\"a\nb\",\"\r\"\n",
                        "\"a \",\" a\"\n");
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aSingleColumnSendsAnEmptyLineForNull(int major) {
        Shop shop = new Shop(major)
                .run("CREATE TABLE t (a text)", "INSERT INTO t VALUES (NULL), (''), ('\\.'), ('x'), (E'\\\\.\\n')");
        assertThat(shop.rows("public.t"))
                .containsExactlyInAnyOrder("\n", "\"\"\n", "\"\\.\"\n", "\"x\"\n", "\"\\.\n\"\n");
        try (Snapshot snapshot = shop.open(Shop.by("public.t", "a"))) {
            Map<Slice, List<String>> rows = Shop.rows(snapshot, Optional.empty());
            assertThat(rows)
                    .containsEntry(Slice.NULL, List.of("\n"))
                    .containsEntry(Slice.ofText(""), List.of("\"\"\n"))
                    .containsEntry(Slice.ofText("x"), List.of("\"x\"\n"));
            assertThat(rows).containsEntry(Slice.ofText("\\."), List.of("\"\\.\"\n"));
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void valuesArriveExactly(int major) {
        Shop shop = new Shop(major)
                .run(
                        "CREATE EXTENSION citext",
                        "CREATE TYPE mood AS ENUM ('sad', 'ok')",
                        "CREATE DOMAIN price AS numeric(20,4)",
                        "CREATE TABLE t (i int8, n price, f8 float8, f4 float4, b bool, c char(4), ci citext, m mood, d date, ti time, ts timestamp, tz timestamptz, u uuid, y bytea, j json, jb jsonb)",
                        "INSERT INTO t VALUES (-9223372036854775808, -1.5, 1e300, 1.5, true, 'ab', 'Ab', 'ok', '2024-02-29', '23:59:59.999999', '2024-02-29 23:59:59.000001', '2024-02-29 23:59:59+05:30', '123E4567-e89b-12d3-a456-426614174000', '\\x00ff', '{\"a\" : 1}', '{\"a\" : 1}')");
        String f8 = major < 12 ? "1.00000000000000005e+300" : "1e+300";
        assertThat(shop.rows("public.t"))
                .containsExactly(Shop.csv(
                        "-9223372036854775808",
                        "-1.5000",
                        f8,
                        "1.5",
                        "t",
                        "ab  ",
                        "Ab",
                        "ok",
                        "2024-02-29",
                        "23:59:59.999999",
                        "2024-02-29 23:59:59.000001",
                        "2024-02-29 18:29:59+00",
                        "123e4567-e89b-12d3-a456-426614174000",
                        "\\x00ff",
                        "{\"a\" : 1}",
                        "{\"a\": 1}"));
    }

    @ParameterizedTest
    @MethodSource("majors")
    void arraysAreSentAsJsonUnlessJsonCannotSayWhereTheyBegin(int major) {
        Shop shop = new Shop(major)
                .run(
                        "CREATE TABLE t (id int, a int[], x text[])",
                        "INSERT INTO t VALUES (1, '{1,NULL}', '{\"a\\\"b\",NULL,\"\"}'), (2, '{}', NULL), (3, '{{1,2},{3,4}}', '{NULL}'), (4, '[0:1]={1,2}', '{}'), (5, '[1:1][3:4]={{1,2}}', '{[}')");
        assertThat(shop.rows("public.t"))
                .containsExactlyInAnyOrder(
                        Shop.csv("1", "[1,null]", "[\"a\\\"b\",null,\"\"]"),
                        Shop.csv("2", "[]", null),
                        Shop.csv("3", "[[1,2],[3,4]]", "[null]"),
                        Shop.csv("4", "[0:1]={1,2}", "[]"),
                        Shop.csv("5", "[1:1][3:4]={{1,2}}", "[\"[\"]"));
    }

    @ParameterizedTest
    @MethodSource("majors")
    void policiesSendTextOrNumbersAsTheyAre(int major) {
        Shop shop = new Shop(major)
                .run(
                        "CREATE TABLE t (i interval, n numeric, b bool, p inet)",
                        "INSERT INTO t VALUES ('1 mon 2 days 03:00', 1.50, true, '1.2.3.4')");
        try (Snapshot snapshot = shop.open(Shop.sync(
                "public.t",
                Strategy.WHOLESALE,
                new SliceBy.Whole(),
                Map.of("i", "text", "n", "numeric(10,3)", "b", "text", "p", "text")))) {
            assertThat(Shop.rows(snapshot, Optional.empty()).get(Slice.ALL))
                    .containsExactly(Shop.csv("1 mon 2 days 03:00:00", "1.50", "true", "1.2.3.4/32"));
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aSinkThatGivesUpEndsTheCopyWithItsOwnFailure(int major) {
        Shop shop = new Shop(major).run("CREATE TABLE t AS SELECT g AS a FROM generate_series(1, 200000) g");
        try (Snapshot snapshot = shop.open("public.t")) {
            assertThatThrownBy(() -> snapshot.copy(Rows.all(), (slice, buffer, offset, length) -> {
                        throw new IllegalStateException("disk full");
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("disk full");
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aServerInAnotherEncodingSendsUtf8(int major) {
        Shop shop = new Shop(TestPostgres.shared(major)
                .createDatabase("ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"));
        shop.run("CREATE TABLE t (k text, c char(3))", "INSERT INTO t VALUES ('é', 'é')");
        try (Snapshot snapshot = shop.open(Shop.by("public.t", "k"))) {
            assertThat(Shop.rows(snapshot, Optional.empty()))
                    .containsExactly(Map.entry(Slice.ofText("é"), List.of(Shop.csv("é", "é  "))));
            assertThat(snapshot.fingerprints(Rows.of(List.of(Slice.ofText("é"))), true))
                    .hasSize(1);
            assertThat(Shop.at(snapshot.aggregates(Rows.all()), Slice.ofText("é")))
                    .extracting(a -> a.sum())
                    .containsExactly("2", "4");
        }
    }
}
