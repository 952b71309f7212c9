package dev.sluice.cli;

import static dev.sluice.cli.Mutation.Counts.KEPT;
import static dev.sluice.cli.Mutation.Counts.KEPT_IN_ALL;
import static dev.sluice.cli.Mutation.Counts.MOVED;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// One kind of change at the source, done to slices of its own, so that many can be done at once and each
/// is still seen or missed by itself.
///
/// Slice `k` of [#create] holds the rows `10 k + 1 … 10 k + 4`; slice 0 is that of NULL.
///
/// @param given  statements that prepare the slices before the first sync
/// @param counts what of the row counts moves
/// @param change statements on `{t}`; `{p}` and `{q}` are the two slices
record Mutation(String name, int p, int q, Ends ends, Counts counts, List<String> given, List<String> change) {
    /// What becomes of the slice `p`.
    enum Ends {
        STAYS,
        APPEARS,
        VANISHES
    }

    /// Which row counts stay as they are.
    enum Counts {
        /// Of each slice, and so of the table.
        KEPT,
        /// Of the table only.
        KEPT_IN_ALL,
        MOVED
    }

    /// Slices that must be read: all that the mutation touched and that still have rows.
    Set<Integer> touched() {
        return ends == Ends.VANISHES ? Set.of() : q < 0 ? Set.of(p) : Set.of(p, q);
    }

    /// Slices that exist before the mutation.
    Set<Integer> before() {
        return ends == Ends.APPEARS ? Set.of() : q < 0 ? Set.of(p) : Set.of(p, q);
    }

    List<String> given(String table) {
        return on(table, given);
    }

    List<String> change(String table) {
        return on(table, change);
    }

    private List<String> on(String table, List<String> statements) {
        return statements.stream()
                .map(sql -> sql.replace("{t}", table)
                        .replace("{p}", String.valueOf(p))
                        .replace("{q}", String.valueOf(q)))
                .toList();
    }

    /// Extensions and types that the tables need.
    static List<String> types(boolean nondeterministic) {
        return List.of(
                "CREATE EXTENSION citext",
                "CREATE TYPE mood AS ENUM ('sad', 'ok')",
                nondeterministic
                        ? "CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false)"
                        : "CREATE COLLATION loose FROM \"C\"");
    }

    /// A table of 60 columns with these slices.
    static List<String> create(String table, Set<Integer> slices) {
        StringBuilder wide = new StringBuilder();
        StringBuilder values = new StringBuilder();
        for (int i = 21; i <= 60; i++) {
            wide.append(", c").append(i).append(" int");
            values.append(", k * ").append(i);
        }
        return List.of(
                "CREATE TABLE " + table + " (id int, k int, region text, at timestamptz, a int, a2 int, b text, n text,"
                        + " big bigint, money numeric(10,2), free numeric, ci citext, co text COLLATE loose, f8 float8,"
                        + " f4 float4, j jsonb, iv interval, mood mood, ar int[], ts timestamp" + wide + ")",
                "INSERT INTO " + table + " SELECT k * 10 + i, k,"
                        + " CASE WHEN k > 0 THEN 'Region ' || lpad(k::text, 2, '0') END,"
                        + " CASE WHEN k > 0 THEN timestamptz '2024-03-01 20:00:00-05' + k * interval '24 hours'"
                        + " + i * interval '30 minutes' END,"
                        + " k + i * 7, k + i * 11, 'é', CASE i WHEN 1 THEN '' WHEN 2 THEN 'x' END,"
                        + " 1, 5, 1.0, 'Abc', 'Abc', 0, 0, '{\"v\": 1}', '1 month', 'sad', '{{1,2},{3,4}}',"
                        + " timestamp '2000-01-01' + interval '1 microsecond'" + values
                        + " FROM generate_series(0, 99) k, generate_series(1, 4) i WHERE k = ANY ('"
                        + slices.toString().replace('[', '{').replace(']', '}')
                        + "')");
    }

    /// The day of slice `k` where days are cut in Toronto, whose evenings are the next day in UTC.
    static String day(int k) {
        return java.time.LocalDate.of(2024, 3, 1).plusDays(k).toString();
    }

    static String region(int k) {
        return "Region %02d".formatted(k);
    }

    static List<Mutation> all() {
        return new Collected()
                .one("a row inserted", MOVED, "INSERT INTO {t} SELECT * FROM {t} WHERE id = {p}1")
                .one("a row deleted", MOVED, "DELETE FROM {t} WHERE id = {p}2")
                .one("a row updated in place", KEPT, "UPDATE {t} SET a = a + 1 WHERE id = {p}1")
                .one(
                        "a column permuted among the rows",
                        KEPT,
                        "UPDATE {t} SET a = {p} + (id % 10 % 4 + 1) * 7 WHERE k = {p}")
                .one("two columns swapped within a row", KEPT, "UPDATE {t} SET a = a2, a2 = a WHERE id = {p}3")
                .given("UPDATE {t} SET id = {p}1, a = 0, a2 = 0, n = NULL, at = (SELECT min(at) FROM {t} WHERE k = {p})"
                        + " WHERE k = {p}")
                .one("four equal rows changed alike", KEPT, "UPDATE {t} SET a = a + 1, a2 = -1 WHERE k = {p}")
                .two(
                        "values swapped between slices",
                        KEPT,
                        "UPDATE {t} t SET a = o.a FROM {t} o WHERE t.id IN ({p}1, {q}1) AND o.id IN ({p}1, {q}1)"
                                + " AND o.id <> t.id")
                .one("a value becomes NULL", KEPT, "UPDATE {t} SET a = NULL WHERE id = {p}1")
                .one("an empty text becomes NULL", KEPT, "UPDATE {t} SET n = NULL WHERE id = {p}1")
                .one("NULL becomes a value", KEPT, "UPDATE {t} SET n = 'y' WHERE id = {p}3")
                .one("NULL becomes an empty text", KEPT, "UPDATE {t} SET n = '' WHERE id = {p}3")
                .two(
                        "a row moves between slices",
                        KEPT_IN_ALL,
                        "UPDATE {t} SET k = {q}, region = 'Region ' || lpad('{q}', 2, '0'),"
                                + " at = at + ({q} - {p}) * interval '24 hours' WHERE id = {p}1")
                .appears(
                        "a slice appears",
                        "INSERT INTO {t} (id, k, region, at) SELECT {p}1, {p}, 'Region ' || lpad('{p}', 2, '0'),"
                                + " timestamptz '2024-03-01 20:00:00-05' + {p} * interval '24 hours'")
                .vanishes("a slice vanishes", "DELETE FROM {t} WHERE k = {p}")
                .one(
                        "an insert and a delete that balance",
                        KEPT,
                        "INSERT INTO {t} SELECT * FROM {t} WHERE id = {p}1",
                        "DELETE FROM {t} WHERE id = {p}2")
                .one("citext changes case", KEPT, "UPDATE {t} SET ci = 'ABC' WHERE id = {p}1")
                .one("text of a loose collation changes case", KEPT, "UPDATE {t} SET co = 'abc' WHERE id = {p}1")
                .one("text is normalised", KEPT, "UPDATE {t} SET b = U&'e\\0301' WHERE id = {p}1")
                .one("text gains a blank", KEPT, "UPDATE {t} SET b = b || ' ' WHERE id = {p}1")
                .one("a month becomes 30 days", KEPT, "UPDATE {t} SET iv = '30 days' WHERE id = {p}1")
                .one("0 becomes −0, float8", KEPT, "UPDATE {t} SET f8 = '-0' WHERE id = {p}1")
                .one("0 becomes −0, float4", KEPT, "UPDATE {t} SET f4 = '-0' WHERE id = {p}1")
                .one("jsonb 1 becomes 1.0", KEPT, "UPDATE {t} SET j = '{\"v\": 1.0}' WHERE id = {p}1")
                .one("numeric changes sign", KEPT, "UPDATE {t} SET money = -money WHERE id = {p}1")
                .one("numeric 1.0 becomes 1.00", KEPT, "UPDATE {t} SET free = 1.00 WHERE id = {p}1")
                .one("bigint 1 becomes 2^32", KEPT, "UPDATE {t} SET big = 4294967296 WHERE id = {p}1")
                .one(
                        "timestamp 1 µs becomes 2^32 µs",
                        KEPT,
                        "UPDATE {t} SET ts = timestamp '2000-01-01' + interval '4294.967296 seconds' WHERE id = {p}1")
                .one("an array changes shape", KEPT, "UPDATE {t} SET ar = '{{1,2,3,4}}' WHERE id = {p}1")
                .one("one column of 60 changes", KEPT, "UPDATE {t} SET c57 = c57 + 1 WHERE id = {p}4")
                .inTheSliceOfNull("a row of the slice of NULL changes", "UPDATE {t} SET a = 99 WHERE id = 4")
                .done();
    }

    /// Slice 49 of every strategy table is left alone, so that there is always something to keep.
    static final int UNTOUCHED = 49;

    private static final class Collected {
        private final List<Mutation> mutations = new ArrayList<>();
        private List<String> given = List.of();
        private int next = 1;

        /// Prepares the slices of the next mutation.
        Collected given(String... sql) {
            given = List.of(sql);
            return this;
        }

        Collected one(String name, Counts counts, String... sql) {
            return add(name, next++, -1, Ends.STAYS, counts, sql);
        }

        Collected two(String name, Counts counts, String... sql) {
            next += 2;
            return add(name, next - 2, next - 1, Ends.STAYS, counts, sql);
        }

        Collected appears(String name, String... sql) {
            return add(name, next++, -1, Ends.APPEARS, MOVED, sql);
        }

        Collected vanishes(String name, String... sql) {
            return add(name, next++, -1, Ends.VANISHES, MOVED, sql);
        }

        Collected inTheSliceOfNull(String name, String... sql) {
            return add(name, 0, -1, Ends.STAYS, KEPT, sql);
        }

        private Collected add(String name, int p, int q, Ends ends, Counts counts, String... sql) {
            mutations.add(new Mutation(name, p, q, ends, counts, given, List.of(sql)));
            given = List.of();
            return this;
        }

        List<Mutation> done() {
            if (next > UNTOUCHED) {
                throw new IllegalStateException("slice " + UNTOUCHED + " is to be left alone");
            }
            return List.copyOf(mutations);
        }
    }
}
