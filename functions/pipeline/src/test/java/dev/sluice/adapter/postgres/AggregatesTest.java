package dev.sluice.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.ColumnAggregate;
import dev.sluice.model.Slice;
import dev.sluice.model.SliceBy;
import dev.sluice.model.Strategy;
import dev.sluice.source.Rows;
import dev.sluice.source.Snapshot;
import dev.sluice.testing.TestPostgres;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class AggregatesTest {
    static List<Integer> majors() {
        return TestPostgres.MAJORS;
    }

    private static ColumnAggregate of(
            String column, long count, long nulls, @Nullable String min, @Nullable String max, @Nullable String sum) {
        return new ColumnAggregate(column, count, nulls, min, max, sum);
    }

    @ParameterizedTest
    @MethodSource("majors")
    void everyTypeIsSpelledInTheCommonWay(int major) {
        Shop shop = new Shop(major)
                .run(
                        "CREATE TABLE t (i int8, n numeric(38,2), f8 float8, f4 float4, b bool, x text, c char(4), d date, ti time, ts timestamp, tz timestamptz, u uuid, y bytea, j jsonb, a int[], p numeric, iv interval)",
                        "INSERT INTO t VALUES (9223372036854775807, 1.5, 0.1, 0.1, true, 'ä', 'a', '2024-02-29', '00:00', '2024-02-29 01:02:03', '2024-02-29 01:02:03.000001+00', '00000000-0000-0000-0000-00000000000a', '\\x00ff', '{}', '{1}', 1.5, '1 day')",
                        "INSERT INTO t VALUES (9223372036854775807, -2, 1e300, 'NaN', false, 'z', 'b', '0044-03-15 BC', '23:59:59.5', '0044-03-15 00:00 BC', '12024-01-01 00:00+00', '00000000-0000-0000-0000-0000000000b0', '', '[]', '{}', 2, '1 mon')",
                        "INSERT INTO t VALUES (-1, 0, '-0', '-Infinity', NULL, '', 'c', '0001-01-01', '12:00', '0001-01-01', 'infinity', NULL, NULL, NULL, NULL, 0, NULL)",
                        "INSERT INTO t (i) VALUES (NULL)");
        try (Snapshot snapshot = shop.open(Shop.sync(
                "public.t", Strategy.WHOLESALE, new SliceBy.Whole(), Map.of("p", "numeric(20,3)", "iv", "text")))) {
            assertThat(Shop.at(snapshot.aggregates(Rows.all()), Slice.ALL))
                    .containsExactly(
                            of("i", 3, 1, "-1", "9223372036854775807", "18446744073709551613"),
                            of("n", 3, 1, "-2.00", "1.50", "-0.50"),
                            of("f8", 3, 1, "0.0", "1.0E300", null),
                            of("f4", 3, 1, "-Infinity", "0.1", null),
                            of("b", 2, 2, null, null, null),
                            of("x", 3, 1, "", "ä", "3"),
                            of("c", 3, 1, "a   ", "c   ", "12"),
                            of("d", 3, 1, "0044-03-15 BC", "2024-02-29", null),
                            of("ti", 3, 1, "00:00:00.000000", "23:59:59.500000", null),
                            of("ts", 3, 1, "0044-03-15 00:00:00.000000 BC", "2024-02-29 01:02:03.000000", null),
                            of("tz", 3, 1, "2024-02-29 01:02:03.000001Z", "infinity", null),
                            of(
                                    "u",
                                    2,
                                    2,
                                    "00000000-0000-0000-0000-00000000000a",
                                    "00000000-0000-0000-0000-0000000000b0",
                                    null),
                            of("y", 2, 2, null, null, "2"),
                            of("j", 2, 2, null, null, null),
                            of("a", 2, 2, null, null, null),
                            of("p", 3, 1, "0.000", "2.000", "3.500"),
                            of("iv", 2, 2, "1 day", "1 mon", "10"));
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aSliceWithoutValuesHasCountsAndSumsOfNothing(int major) {
        Shop shop = new Shop(major).run("CREATE TABLE t (k int, i int, x text)", "INSERT INTO t (k) VALUES (1)");
        try (Snapshot snapshot = shop.open(Shop.by("public.t", "k"))) {
            assertThat(snapshot.aggregates(Rows.all()))
                    .containsExactly(Map.entry(
                            Slice.ofText("1"),
                            List.of(
                                    of("k", 1, 0, "1", "1", "1"),
                                    of("i", 0, 1, null, null, "0"),
                                    of("x", 0, 1, null, null, "0"))));
        }
    }
}
