package dev.sluice.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Fingerprint;
import dev.sluice.model.Slice;
import dev.sluice.source.Rows;
import dev.sluice.source.Snapshot;
import dev.sluice.testing.TestPostgres;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("slow")
final class RowHashTest {
    static List<Integer> majors() {
        return TestPostgres.MAJORS;
    }

    /// A type and values of it whose carried texts all differ.
    private record Distinct(String type, String policy, List<String> values) {
        static Distinct of(String type, String... values) {
            return new Distinct(type, "", List.of(values));
        }

        static Distinct asText(String type, String... values) {
            return new Distinct(type, "text", List.of(values));
        }
    }

    private static final String[] TEXTS = {
        "''",
        "'a'",
        "'A'",
        "'a '",
        "' a'",
        "'ä'",
        "'a\u0308'",
        "'NULL'",
        "'\\N'",
        "'1'",
        "'()'",
        "'\"'",
        "'i'",
        "'ı'",
        "'İ'"
    };

    static Stream<Distinct> types() {
        return Stream.of(
                Distinct.of("int2", "0", "1", "-1", "32767", "-32768"),
                Distinct.of("int4", "0", "1", "-1", "2147483647", "-2147483648"),
                Distinct.of(
                        "int8",
                        "0",
                        "1",
                        "-1",
                        "4294967296",
                        "4294967297",
                        "-4294967297",
                        "9223372036854775807",
                        "-9223372036854775808"),
                Distinct.of("numeric(12,2)", "0", "5", "-5", "5.01", "50", "500", "0.05", "'NaN'", "1e9", "-1e9"),
                Distinct.of("numeric(38,0)", "1e37", "1e37 + 1", "-1e37", "0"),
                Distinct.of("float4", "'0'", "'-0'", "'NaN'", "'Infinity'", "'-Infinity'", "0.1", "1.5", "16777217"),
                Distinct.of(
                        "float8",
                        "'0'",
                        "'-0'",
                        "'NaN'",
                        "'Infinity'",
                        "'-Infinity'",
                        "0.1",
                        "0.1::float8 + 0.2::float8",
                        "0.3",
                        "1e300",
                        "9007199254740993"),
                Distinct.of("bool", "true", "false"),
                Distinct.of("text", TEXTS),
                Distinct.of("varchar", TEXTS),
                Distinct.of("varchar(5)", TEXTS),
                Distinct.of("name", TEXTS),
                Distinct.of("citext", TEXTS),
                Distinct.of("text COLLATE \"tr-x-icu\"", TEXTS),
                Distinct.of("char(3)", "'a'", "'b'", "' a'", "'ab'"),
                Distinct.of("bpchar", "'a'::bpchar", "'a '::bpchar", "'a  '::bpchar"),
                Distinct.of("\"char\"", "'a'", "'b'", "''"),
                Distinct.of("mood", "'sad'", "'ok'", "'Sad'"),
                Distinct.of("date", "'2024-02-29'", "'2024-03-01'", "'0044-03-15 BC'", "'infinity'", "'-infinity'"),
                Distinct.of(
                        "time", "'00:00'", "'00:00:00.000001'", "'24:00'", "'01:11:34.967296'", "'01:11:34.967297'"),
                Distinct.of(
                        "timestamp",
                        "'2000-01-01'",
                        "'2000-01-01 00:00:00.000001'",
                        "'2000-01-01 01:11:34.967296'",
                        "'2000-01-01 01:11:34.967297'",
                        "'1999-12-31 22:48:25.032704'",
                        "'infinity'",
                        "'-infinity'",
                        "'0001-01-01 BC'",
                        "'0001-01-01'"),
                Distinct.of(
                        "timestamptz",
                        "'2000-01-01 00:00+00'",
                        "'2000-01-01 00:00:00.000001+00'",
                        "'2000-01-01 01:11:34.967296+00'",
                        "'2000-01-01 00:00+01'",
                        "'infinity'",
                        "'-infinity'"),
                Distinct.of("uuid", "'00000000-0000-0000-0000-000000000000'", "'00000000-0000-0000-0000-000000000001'"),
                Distinct.of("bytea", "''", "'\\x00'", "'\\x0000'", "'\\xff'", "'\\x5c'"),
                Distinct.of("json", "'{}'", "'{ }'", "'{\"a\":1}'", "'{\"a\":1.0}'", "'null'", "'[]'", "'\"\"'"),
                Distinct.of("jsonb", "'{}'", "'{\"a\":1}'", "'{\"a\":1.0}'", "'{\"a\":-1}'", "'null'", "'[]'"),
                Distinct.of(
                        "int4[]",
                        "'{}'",
                        "'{1}'",
                        "'{1,2}'",
                        "'{2,1}'",
                        "'[2:3]={1,2}'",
                        "'{{1},{2}}'",
                        "'{{1,2}}'",
                        "'{NULL}'",
                        "'{NULL,NULL}'",
                        "'{0}'"),
                Distinct.of("text[]", "'{}'", "'{\"\"}'", "'{NULL}'", "'{\"NULL\"}'", "'{a,b}'", "'{\"a,b\"}'"),
                Distinct.of("float8[]", "'{0}'", "'{-0}'", "'{NaN}'", "'{0.1}'", "'{0.10000000000000002}'"),
                Distinct.of("char(3)[]", "'{a}'", "'{b}'"),
                Distinct.of("mood[]", "'{sad}'", "'{ok}'", "'{sad,ok}'"),
                Distinct.of("whole_number", "1", "4294967296", "4294967297"),
                Distinct.of("short_text", "'a'", "'A'", "''"),
                Distinct.of("stamp", "'2000-01-01 00:00:00.000001'", "'2000-01-01 01:11:34.967297'"),
                Distinct.asText(
                        "interval", "'1 month'", "'30 days'", "'720 hours'", "'1 day'", "'24 hours'", "'-1 day'"),
                Distinct.asText("numeric", "1", "1.0", "1.00", "-1", "10", "0", "1e40"),
                Distinct.asText("timetz", "'10:00+00'", "'11:00+01'"),
                Distinct.asText("inet", "'1.2.3.4'", "'1.2.3.0/24'", "'::1'"),
                Distinct.asText("bool", "true", "false"),
                Distinct.asText("xml", "'<a/>'", "'<a></a>'"),
                Distinct.asText("point", "'(0,0)'", "'(0,1)'", "'(0,-0)'"),
                Distinct.asText("bit varying", "B'1'", "B'10'", "B''"),
                Distinct.asText("int4range", "'empty'", "'[1,2)'", "'[1,3)'"),
                Distinct.asText("hstore", "''", "'a=>1'", "'a=>NULL'"),
                Distinct.asText(
                        "pair", "ROW(1,'a')::pair", "ROW(1,NULL)::pair", "ROW(NULL,'')::pair", "ROW(1,'A')::pair"),
                Distinct.asText("money", "1", "-1", "1.01"),
                Distinct.asText("oid", "1", "4294967295"),
                Distinct.asText("tsvector", "'a b'", "'a:1 b:2'"));
    }

    private static Shop prepared(int major) {
        Shop shop = new Shop(major)
                .run(
                        "CREATE EXTENSION citext",
                        "CREATE EXTENSION hstore",
                        "CREATE TYPE mood AS ENUM ('sad', 'ok', 'Sad')",
                        "CREATE TYPE pair AS (a int, b text)",
                        "CREATE DOMAIN whole_number AS int8",
                        "CREATE DOMAIN text_1 AS varchar(5)",
                        "CREATE DOMAIN short_text AS text_1",
                        "CREATE DOMAIN stamp AS timestamp");
        return shop;
    }

    @ParameterizedTest
    @MethodSource("majors")
    void everyValueOfEveryTypeHasAHashOfItsOwn(int major) {
        Shop shop = prepared(major);
        for (Distinct type : types().toList()) {
            shop.run("DROP TABLE IF EXISTS t", "CREATE TABLE t (k int, v " + type.type() + ")");
            List<String> values = new ArrayList<>(type.values());
            values.add("NULL");
            for (int i = 0; i < values.size(); i++) {
                shop.run("INSERT INTO t VALUES (" + i + ", " + values.get(i) + ")");
            }
            // Only v enters the hash: k is excluded by slicing on it and comparing slices.
            Set<Long> hashes = hashesOfV(shop, type);
            assertThat(hashes).as("%s on %d", type, major).hasSize(values.size());
        }
    }

    private static Set<Long> hashesOfV(Shop shop, Distinct type) {
        dev.sluice.model.TableSync all = Shop.by("public.t", "k");
        dev.sluice.model.TableSync onlyV = new dev.sluice.model.TableSync(
                all.source(),
                all.target(),
                all.strategy(),
                all.sliceBy(),
                all.detect(),
                all.consistency(),
                all.onFailedSlice(),
                List.of(),
                List.of("k"),
                type.policy().isEmpty() ? Map.of() : Map.of("v", type.policy()),
                all.maxRows(),
                all.skipUnchanged(),
                all.maxShrink(),
                all.recentGrains(),
                all.auditDays(),
                all.warehouseRecheck(),
                true,
                all.budgetTime(),
                all.budgetBytes(),
                all.chunkBytes());
        try (Snapshot snapshot = shop.open(onlyV)) {
            Set<Long> hashes = new HashSet<>();
            snapshot.fingerprints(Rows.all(), true).values().forEach(f -> hashes.add(f.hash()));
            return hashes;
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void nondeterministicCollationsDoNotMakeTwoTextsOne(int major) {
        if (major < 12) {
            return;
        }
        Shop shop = new Shop(major)
                .run(
                        "CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
                        "CREATE DOMAIN loose_text AS text COLLATE loose",
                        "CREATE TABLE t (a text COLLATE loose, b loose_text)",
                        "INSERT INTO t VALUES ('x', 'x')");
        Fingerprint before = shop.whole("public.t", Map.of());
        shop.run("UPDATE t SET a = 'X'");
        Fingerprint between = shop.whole("public.t", Map.of());
        shop.run("UPDATE t SET a = 'x', b = 'X'");
        Fingerprint after = shop.whole("public.t", Map.of());
        assertThat(Set.of(before.hash(), between.hash(), after.hash())).hasSize(3);
        try (Snapshot snapshot = shop.open("public.t")) {
            assertThat(snapshot.definition().columns()).noneMatch(c -> c.bytewise());
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void valuesThatMoveBetweenRowsOrColumnsChangeTheSum(int major) {
        Shop shop = new Shop(major)
                .run(
                        "CREATE TABLE t (a int, b int, c text, d text)",
                        "INSERT INTO t VALUES (1, 2, 'x', 'y'), (3, 4, 'u', 'v')");
        Set<Long> hashes = new HashSet<>();
        hashes.add(shop.whole("public.t", Map.of()).hash());
        for (String rows : List.of(
                "(3, 2, 'x', 'y'), (1, 4, 'u', 'v')",
                "(1, 4, 'x', 'y'), (3, 2, 'u', 'v')",
                "(1, 2, 'u', 'y'), (3, 4, 'x', 'v')",
                "(2, 1, 'x', 'y'), (3, 4, 'u', 'v')",
                "(1, 2, 'y', 'x'), (3, 4, 'u', 'v')",
                "(3, 4, 'x', 'y'), (1, 2, 'u', 'v')",
                "(1, NULL, 'x', 'y'), (3, 4, 'u', 'v')",
                "(NULL, 1, 'x', 'y'), (3, 4, 'u', 'v')",
                "(1, 2, NULL, 'y'), (3, 4, 'u', 'v')",
                "(1, 2, '', 'y'), (3, 4, 'u', 'v')",
                "(1, 2, 'xy', ''), (3, 4, 'u', 'v')",
                "(1, 2, 'x,y', NULL), (3, 4, 'u', 'v')",
                "(1, 2, 'x', 'y'), (1, 2, 'x', 'y')",
                "(3, 4, 'u', 'v'), (3, 4, 'u', 'v')")) {
            shop.run("TRUNCATE t", "INSERT INTO t VALUES " + rows);
            hashes.add(shop.whole("public.t", Map.of()).hash());
        }
        assertThat(hashes).hasSize(15);
        shop.run("TRUNCATE t", "INSERT INTO t VALUES (3, 4, 'u', 'v'), (1, 2, 'x', 'y')");
        assertThat(hashes).contains(shop.whole("public.t", Map.of()).hash());
    }

    @ParameterizedTest
    @MethodSource("majors")
    void fingerprintsOfSlicesAddUpToTheFingerprintOfTheTable(int major) {
        Shop shop = new Shop(major)
                .run("CREATE TABLE t AS SELECT g AS id, g % 7 AS k, md5(g::text) AS v FROM generate_series(1, 5000) g");
        Fingerprint whole = shop.whole("public.t", Map.of());
        try (Snapshot snapshot = shop.open(Shop.by("public.t", "k"))) {
            Fingerprint sum = Fingerprint.empty(snapshot.algorithm());
            for (Fingerprint part : snapshot.fingerprints(Rows.all(), true).values()) {
                sum = sum.plus(part);
            }
            assertThat(sum).isEqualTo(whole);
            assertThat(sum.rows()).isEqualTo(5000);
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void theAlgorithmNamesHashAndMajorVersion(int major) {
        Shop shop = new Shop(major).run("CREATE TABLE t (a int)");
        String name = major >= 14 ? "record" : major >= 11 ? "text" : "md5";
        try (Snapshot snapshot = shop.open("public.t")) {
            assertThat(snapshot.algorithm()).isEqualTo(name + "-pg" + major);
            assertThat(snapshot.fingerprints(Rows.all(), true))
                    .containsExactly(Map.entry(Slice.ALL, new Fingerprint(0, 0, name + "-pg" + major)));
            assertThat(snapshot.fingerprints(Rows.all(), false))
                    .containsExactly(Map.entry(Slice.ALL, new Fingerprint(0, 0, "count")));
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void settingsOfRoleAndDatabaseDoNotReachTheHashOrTheRows(int major) {
        Shop shop = new Shop(major)
                .run(
                        "CREATE TABLE t AS SELECT timestamptz '2024-03-31 01:30+00' AS a, 0.1::float8 AS b, '\\xff'::bytea AS c, date '2024-03-04' AS d, ARRAY[0.1::float4] AS e, interval '1 day 2 hours' AS f");
        Fingerprint before = shop.whole("public.t", Map.of("f", "text"));
        for (String setting : List.of(
                "TimeZone = 'Asia/Kolkata'",
                "DateStyle = 'German'",
                "extra_float_digits = -5",
                "bytea_output = 'escape'",
                "IntervalStyle = 'iso_8601'",
                "standard_conforming_strings = off",
                "search_path = 'public'",
                "quote_all_identifiers = on")) {
            shop.run("ALTER DATABASE " + shop.database.name() + " SET " + setting);
        }
        assertThat(shop.whole("public.t", Map.of("f", "text"))).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aTableOfManyColumnsIsHashedAndAggregated(int major) {
        StringBuilder columns = new StringBuilder();
        for (int i = 0; i < 1500; i++) {
            columns.append(i == 0 ? "" : ", ").append("c").append(i).append(" bool");
        }
        Shop shop = new Shop(major)
                .run("CREATE TABLE t (" + columns + ")", "INSERT INTO t (c0, c1499) VALUES (true, false)");
        try (Snapshot snapshot = shop.open("public.t")) {
            assertThat(Shop.at(snapshot.fingerprints(Rows.all(), true), Slice.ALL)
                            .rows())
                    .isEqualTo(1);
            assertThat(Shop.at(snapshot.aggregates(Rows.all()), Slice.ALL)).hasSize(1500);
            assertThat(Shop.at(snapshot.aggregates(Rows.all()), Slice.ALL)
                            .get(1499)
                            .count())
                    .isEqualTo(1);
        }
    }
}
