package dev.sluice.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.Fingerprint;
import dev.sluice.model.Grain;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.Slice;
import dev.sluice.model.SliceBy;
import dev.sluice.model.Strategy;
import dev.sluice.model.TableSync;
import dev.sluice.model.TimeSlice;
import dev.sluice.source.Rows;
import dev.sluice.source.Snapshot;
import dev.sluice.testing.TestPostgres;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("slow")
final class SliceTest {
    static List<Integer> majors() {
        return TestPostgres.MAJORS;
    }

    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "a",
            "A",
            "a ",
            " a",
            "\\",
            "\\N",
            "\\\\N",
            "\\all",
            "\\x",
            "NULL",
            "null",
            "x".repeat(500),
            "😀",
            "a/b",
            "%2F",
            "'",
            "''",
            "\"",
            "\"\"",
            "\",",
            "a\",\"b",
            ",",
            "{}",
            "{a,b}",
            "$1",
            "?",
            "{d '2024-01-01'}",
            "line\nbreak",
            "\r\n",
            "\t",
            "i",
            "I",
            "ı",
            "İ",
            "ß",
            "ss",
            "a\u0308",
            "ä",
            "\\.");

    @ParameterizedTest
    @MethodSource("majors")
    void everyTextIsASliceOfItsOwnByColumnAndByExpression(int major) {
        Shop shop =
                new Shop(major).run("CREATE TABLE t (id serial, k text)", "INSERT INTO t (k) VALUES (NULL), (NULL)");
        for (String text : TEXTS) {
            shop.run("INSERT INTO t (k) VALUES (" + Sql.literal(text) + "), (" + Sql.literal(text) + ")");
        }
        Set<Slice> expected = TEXTS.stream().map(Slice::ofText).collect(Collectors.toCollection(TreeSet::new));
        expected.add(Slice.NULL);
        assertThat(agreed(shop, Shop.by("public.t", "k"))).isEqualTo(expected);
        assertThat(agreed(shop, Shop.byExpression("public.t", "k"))).isEqualTo(expected);
        assertThat(agreed(shop, Shop.byExpression("public.t", "CASE WHEN id > 0 THEN k END")))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("majors")
    void valuesThatTheirTypeTakesForEqualAreSlicesByText(int major) {
        Shop shop = new Shop(major)
                .run(
                        "CREATE EXTENSION citext",
                        "CREATE TYPE mood AS ENUM ('ok', 'sad')",
                        "CREATE DOMAIN code AS int",
                        "CREATE TABLE t (id serial, n numeric, c citext, e mood, p char(4), f float8, b bool, i int, l bigint, s smallint, u uuid, d date, x code, v varchar(9), a int[], ts timestamptz, \"Ö \"\"q\" text)",
                        "INSERT INTO t (n, c, e, p, f, b, i, l, s, u, d, x, v, a, ts, \"Ö \"\"q\") VALUES (1, 'a', 'ok', 'a', '0', true, 1, 1, 1, '00000000-0000-0000-0000-000000000001', '2024-02-29', 1, 'a', '{1}', '2024-03-31 01:30+00', 'z')",
                        "INSERT INTO t (n, c, e, p, f, b, i, l, s, u, d, x, v, a, ts) VALUES (1.0, 'A', 'sad', 'a  ', '-0', false, -2147483648, 9223372036854775807, -32768, '00000000-0000-0000-0000-000000000002', '0044-03-15 BC', 1, 'A', '[2:2]={1}', 'infinity')",
                        "INSERT INTO t (n, d, f) VALUES ('NaN', 'infinity', 'NaN')",
                        "INSERT INTO t (n, d) VALUES (-1.50, '2024-03-01')");
        Map<String, Integer> slices = Map.ofEntries(
                Map.entry("n", 4),
                Map.entry("c", 3),
                Map.entry("e", 3),
                Map.entry("p", 2),
                Map.entry("f", 4),
                Map.entry("b", 3),
                Map.entry("i", 3),
                Map.entry("l", 3),
                Map.entry("s", 3),
                Map.entry("u", 3),
                Map.entry("d", 4),
                Map.entry("x", 2),
                Map.entry("v", 3),
                Map.entry("a", 3),
                Map.entry("ts", 3),
                Map.entry("Ö \"q", 2));
        slices.forEach((column, count) -> {
            TableSync sync = Shop.sync("public.t", Strategy.SLICED, new SliceBy.Value(column), Map.of("n", "text"));
            assertThat(agreed(shop, sync)).as(column).hasSize(count);
        });
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aPredicateFindsASliceThroughAnIndexAlsoAmongMany(int major) {
        Shop shop = new Shop(major)
                .run(
                        "CREATE TABLE t AS SELECT g AS k, g AS v FROM generate_series(1, 200) g",
                        "INSERT INTO t VALUES (NULL, 0)",
                        "CREATE INDEX ON t (k)");
        try (Snapshot snapshot = shop.open(Shop.by("public.t", "k"))) {
            List<Slice> wanted = new ArrayList<>();
            for (int i = 1; i <= 150; i++) {
                wanted.add(Slice.ofText(String.valueOf(i)));
            }
            wanted.add(Slice.NULL);
            wanted.add(Slice.ofText("not a number"));
            assertThat(Shop.rows(snapshot, Optional.of(wanted))).hasSize(151);
            assertThat(snapshot.fingerprints(Rows.of(wanted), true)).hasSize(151);
            assertThat(snapshot.fingerprints(Rows.of(List.of()), true)).isEmpty();
            assertThat(Shop.rows(snapshot, Optional.of(List.of()))).isEmpty();
            assertThat(Shop.rows(snapshot, Optional.of(List.of(Slice.NULL)))).containsOnlyKeys(Slice.NULL);
            assertThatThrownBy(() -> snapshot.fingerprints(Rows.of(List.of(Slice.ALL)), true))
                    .isInstanceOf(InvalidRequest.class);
        }
        assertThat(plan(shop, Shop.by("public.t", "k"), "7")).contains("Index");
    }

    @ParameterizedTest
    @MethodSource("majors")
    void timeSlicesAreReadThroughAnIndexToo(int major) {
        Shop shop = new Shop(major)
                .run(
                        "CREATE TABLE t AS SELECT timestamptz '2020-01-01 00:00+00' + g * interval '7 hours' AS k FROM generate_series(1, 2000) g",
                        "CREATE INDEX ON t (k)",
                        "ANALYZE t");
        assertThat(plan(shop, time("k", Grain.DAY, "Asia/Kolkata"), "2020-06-01"))
                .contains("Index");
        assertThat(plan(shop, time("k", Grain.HOUR, "Asia/Kolkata"), "2020-06-01 05+05:30"))
                .contains("Index");
    }

    @ParameterizedTest
    @MethodSource("majors")
    void moreRangesOfTimeThanAnIndexShouldBeAskedForBecomeOne(int major) {
        Shop shop = new Shop(major)
                .run(
                        "CREATE TABLE t AS SELECT timestamp '2020-01-01' + g * interval '5 days' AS k FROM generate_series(1, 200) g");
        try (Snapshot snapshot = shop.open(time("k", Grain.DAY, "UTC"))) {
            List<Slice> every =
                    List.copyOf(snapshot.fingerprints(Rows.all(), false).keySet());
            List<Slice> wanted = new ArrayList<>();
            for (int i = 0; i < every.size(); i += 2) {
                wanted.add(every.get(i));
            }
            assertThat(wanted).hasSize(100);
            assertThat(Shop.rows(snapshot, Optional.of(wanted)).keySet()).isEqualTo(Set.copyOf(wanted));
        }
    }

    private static String plan(Shop shop, TableSync sync, String slice) {
        SliceKey key;
        try (Snapshot snapshot = shop.open(sync)) {
            key = SliceKey.of(sync.sliceBy(), snapshot.table(), new ServerVersion(140_000));
        }
        try (java.sql.Connection connection = shop.database.connection();
                java.sql.Statement statement = connection.createStatement()) {
            statement.execute("SET enable_seqscan = off");
            StringBuilder plan = new StringBuilder();
            try (java.sql.ResultSet rows = statement.executeQuery(
                    "EXPLAIN SELECT * FROM public.t WHERE " + key.where(Optional.of(List.of(Slice.ofText(slice)))))) {
                while (rows.next()) {
                    plan.append(rows.getString(1)).append('\n');
                }
            }
            return plan.toString();
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static TableSync time(String column, Grain grain, String timezone) {
        return Shop.sync("public.t", Strategy.TIME_SLICED, new SliceBy.Time(column, grain, timezone), Map.of());
    }

    @ParameterizedTest
    @MethodSource("majors")
    void hoursThatAClockShowsTwiceAreTwoSlicesAndThoseItSkipsAreNone(int major) {
        Shop shop = new Shop(major)
                .run(
                        "CREATE TABLE t (k timestamptz)",
                        "INSERT INTO t SELECT timestamptz '2024-10-26 23:30+00' + g * interval '30 minutes' FROM generate_series(0, 4) g",
                        "INSERT INTO t SELECT timestamptz '2024-03-31 00:30+00' + g * interval '30 minutes' FROM generate_series(0, 2) g");
        assertThat(encoded(agreed(shop, time("k", Grain.HOUR, "Europe/Berlin"))))
                .containsExactly(
                        "2024-03-31 01+01:00",
                        "2024-03-31 03+02:00",
                        "2024-10-27 01+02:00",
                        "2024-10-27 02+01:00",
                        "2024-10-27 02+02:00");
        assertThat(encoded(agreed(shop, time("k", Grain.DAY, "Europe/Berlin"))))
                .containsExactly("2024-03-31", "2024-10-27");
        assertThat(encoded(agreed(shop, time("k", Grain.HOUR, "America/St_Johns"))))
                .contains("2024-10-26 21-02:30");
    }

    @ParameterizedTest
    @MethodSource("majors")
    void everyTimeOfEveryTypeAndGrainIsInASliceThatCanBeParsedAndReadAlone(int major) {
        Shop shop = new Shop(major)
                .run(
                        "CREATE TABLE t (d date, ts timestamp, tz timestamptz)",
                        "INSERT INTO t VALUES (NULL, NULL, NULL), ('infinity', 'infinity', 'infinity'), ('-infinity', '-infinity', '-infinity')");
        for (String time : List.of(
                "2024-12-31 23:59:59.999999",
                "2025-01-01 00:00:00",
                "2024-02-29 12:00:00",
                "0001-01-01 00:00:00",
                "0001-12-31 23:00:00 BC",
                "0044-03-15 13:14:15 BC",
                "4712-01-02 00:00:00 BC",
                "9999-12-31 23:59:59",
                "12024-03-31 02:30:00",
                "294275-12-31 00:00:00",
                "1800-06-01 10:00:00")) {
            String tz = time.endsWith(" BC") ? time.replace(" BC", "+00 BC") : time + "+00";
            shop.run("INSERT INTO t VALUES ('" + time + "', '" + time + "', '" + tz + "')");
        }
        for (String column : List.of("d", "ts", "tz")) {
            for (Grain grain : Grain.values()) {
                Set<Slice> slices = agreed(shop, time(column, grain, "Europe/Berlin"));
                assertThat(slices).hasSizeBetween(13, 14);
                for (Slice slice : slices) {
                    assertThat(TimeSlice.parse(slice, grain).isPresent())
                            .as("%s %s %s", column, grain, slice)
                            .isEqualTo(!slice.equals(Slice.NULL));
                }
            }
        }
        assertThat(encoded(agreed(shop, time("ts", Grain.MONTH, "UTC"))))
                .contains("0044-03 BC", "12024-03", "2024-12", "infinity", "-infinity", "\\N", "0001-12 BC", "0001-01");
        assertThat(encoded(agreed(shop, time("ts", Grain.YEAR, "UTC")))).contains("0044 BC", "12024", "2024", "2025");
        assertThat(encoded(agreed(shop, time("d", Grain.WEEK, "UTC")))).contains("2024-12-30", "2024-02-26");
        assertThat(encoded(agreed(shop, time("ts", Grain.HOUR, "Europe/Berlin"))))
                .contains("0044-03-15 13 BC", "2024-12-31 23");
        assertThat(encoded(agreed(shop, time("tz", Grain.HOUR, "Europe/Berlin"))))
                .contains("1800-06-01 10+00:53:28", "0044-03-15 14+00:53:28 BC");
    }

    private static List<String> encoded(Set<Slice> slices) {
        return slices.stream().map(Slice::encoded).sorted().toList();
    }

    /// The slices, after checking that fingerprints, COPY and every single read agree on them.
    private static Set<Slice> agreed(Shop shop, TableSync sync) {
        try (Snapshot snapshot = shop.open(sync)) {
            Map<Slice, Fingerprint> all = snapshot.fingerprints(Rows.all(), true);
            Map<Slice, List<String>> rows = Shop.rows(snapshot, Optional.empty());
            assertThat(sizes(rows)).isEqualTo(counts(all));
            assertThat(counts(snapshot.fingerprints(Rows.all(), false))).isEqualTo(counts(all));
            assertThat(snapshot.aggregates(Rows.all())).containsOnlyKeys(all.keySet());
            for (Slice slice : all.keySet()) {
                Optional<Collection<Slice>> only = Optional.of(List.of(slice));
                assertThat(snapshot.fingerprints(Rows.of(only.get()), true))
                        .as(slice.encoded())
                        .isEqualTo(Map.of(slice, Shop.at(all, slice)));
                Map<Slice, List<String>> single = Shop.rows(snapshot, only);
                assertThat(single).as(slice.encoded()).containsOnlyKeys(slice);
                assertThat(Shop.at(single, slice)).containsExactlyInAnyOrderElementsOf(Shop.at(rows, slice));
            }
            for (List<Slice> many :
                    Stream.of(List.copyOf(all.keySet()), half(all.keySet())).toList()) {
                assertThat(snapshot.fingerprints(Rows.of(many), true).keySet()).isEqualTo(Set.copyOf(many));
                assertThat(Shop.rows(snapshot, Optional.of(many)).keySet()).isEqualTo(Set.copyOf(many));
            }
            return all.keySet();
        }
    }

    private static List<Slice> half(Set<Slice> slices) {
        List<Slice> half = new ArrayList<>();
        slices.forEach(slice -> {
            if (slice.encoded().hashCode() % 2 == 0) {
                half.add(slice);
            }
        });
        return half;
    }

    private static Map<Slice, Long> counts(Map<Slice, Fingerprint> fingerprints) {
        Map<Slice, Long> counts = new TreeMap<>();
        fingerprints.forEach((slice, fingerprint) -> counts.put(slice, fingerprint.rows()));
        return counts;
    }

    private static Map<Slice, Long> sizes(Map<Slice, List<String>> rows) {
        Map<Slice, Long> sizes = new TreeMap<>();
        rows.forEach((slice, of) -> sizes.put(slice, (long) of.size()));
        return sizes;
    }
}
