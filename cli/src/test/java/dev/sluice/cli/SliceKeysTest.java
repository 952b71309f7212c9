package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.run.RunReport;
import dev.sluice.testing.TestPostgres;
import dev.sluice.verify.TableResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever text a slice key may be, its rows are one slice: at the source, in the lake, in the ledger
/// and in the warehouse, from the first sync to its removal.
@Tag("slow")
class SliceKeysTest {
    /// SQL literals.
    private static final List<String> TEXTS = List.of(
            "NULL",
            "''",
            "' '",
            "'\\N'",
            "'\\\\N'",
            "'\\all'",
            "'\\'",
            "'\\\\'",
            "'\\.'",
            "'\\x41'",
            "'a\\b'",
            "'NULL'",
            "'null'",
            "repeat('a', 500)",
            "repeat('a', 499) || 'b'",
            "repeat('ü', 500)",
            "repeat('a', 150)",
            "repeat('A', 150)",
            "repeat('a', 151)",
            "repeat('😀', 13)",
            "'😀'",
            "'👩‍👩‍👧'",
            "'/'",
            "'a/b'",
            "'//'",
            "'%'",
            "'%41'",
            "'A'",
            "'a'",
            "'.'",
            "'..'",
            "'../..'",
            "'abc'",
            "'ABC'",
            "'Abc'",
            "'abc '",
            "'abc  '",
            "' abc'",
            "'abc~'",
            "'Ä'",
            "'ä'",
            "'ı'",
            "'İ'",
            "'i'",
            "'I'",
            "U&'\\00e9'",
            "U&'e\\0301'",
            "U&'\\+10FFFF'",
            "U&'\\0001'",
            "E'line\\nbreak'",
            "E'\\n'",
            "E'\\r\\n'",
            "E'\\r'",
            "E'tab\\t'",
            "'\"'",
            "'\"\"'",
            "'\"quoted\"'",
            "''''",
            "','",
            "'a,b'",
            "'slice=x'",
            "'run=1/attempt=2'",
            "'1'",
            "'1.0'",
            "'01'",
            "'{a}'",
            "':where'",
            "'$1'",
            "'?'",
            "'--'",
            "';'");

    /// The most awkward of them, for every other kind of key.
    private static final List<String> FEW = List.of(
            "NULL",
            "''",
            "'\\N'",
            "'\\\\N'",
            "'\\all'",
            "'\'",
            "repeat('ü', 500)",
            "'😀'",
            "'a/b'",
            "'%41'",
            "'..'",
            "'abc'",
            "'ABC'",
            "'abc '",
            "E'line\\nbreak'",
            "'\"'",
            "''''",
            "'a,b'",
            "'İ'");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private static String twice(List<String> texts) {
        String once = texts.stream().map(text -> "(" + text + ")").collect(Collectors.joining(", "));
        return once + ", " + once;
    }

    private static void create(Bed bed) {
        bed.execute(
                "CREATE EXTENSION citext",
                "CREATE TABLE text_key (id serial PRIMARY KEY, k text, v int NOT NULL DEFAULT 0)",
                "INSERT INTO text_key (k) VALUES " + twice(TEXTS),
                "CREATE TABLE few (id serial PRIMARY KEY, k text, v int NOT NULL DEFAULT 0)",
                "INSERT INTO few (k) VALUES " + twice(FEW),
                "CREATE TABLE citext_key AS SELECT id, k::citext AS k, v FROM few",
                "CREATE TABLE varchar_key AS SELECT id, k::varchar(500) AS k, v FROM few",
                "CREATE TABLE char_key AS SELECT id, left(k, 3)::char(5) AS k, v FROM few",
                "CREATE TABLE lower_key AS SELECT * FROM few",
                "CREATE TABLE left_key AS SELECT * FROM few",
                "CREATE TABLE concat_key AS SELECT * FROM few",
                "CREATE TABLE numeric_key (id serial PRIMARY KEY, k numeric, v int NOT NULL DEFAULT 0)",
                "INSERT INTO numeric_key (k) SELECT x FROM unnest(ARRAY[1, 1.0, 1.00, 10, 1e1, 0, -0.0, 0.10, 0.1, -1,"
                        + " 123456789012345, NULL]::numeric[]) x, generate_series(1, 2)",
                "CREATE TABLE numeric_left_out AS SELECT * FROM numeric_key",
                "INSERT INTO numeric_left_out VALUES (91, 'NaN', 0), (92, 1e200, 0), (93, 1e-200, 0)",
                "CREATE TABLE int_key AS SELECT id, (id % 5 - 2) * 500000000 AS k, v FROM few",
                "CREATE TABLE bool_key AS SELECT id, CASE id % 3 WHEN 0 THEN true WHEN 1 THEN false END AS k, v FROM few",
                "CREATE TABLE float_key AS SELECT id, (ARRAY['0', '-0', '1', '1.5', '1e300', 'Infinity'])[id % 7 + 1]::float8 AS k, v FROM few",
                "CREATE TABLE bytea_key AS SELECT id, convert_to(k, 'UTF8') AS k, v FROM few");
    }

    private static List<SlicedTable> tables(Bed bed) {
        bed.tables(
                "public.text_key: {strategy: sliced, slice_by: k}",
                "public.citext_key: {strategy: sliced, slice_by: k}",
                "public.varchar_key: {strategy: sliced, slice_by: k}",
                "public.char_key: {strategy: sliced, slice_by: k}",
                "public.lower_key: {strategy: sliced, slice_by: lower(k)}",
                "public.left_key: {strategy: sliced, slice_by: \"left(k, 2)\"}",
                "public.concat_key: {strategy: sliced, slice_by: \"k || ''\", consistency: slice}",
                "public.numeric_key: {strategy: sliced, slice_by: k, types: {k: \"numeric(20,4)\"}}",
                "public.numeric_left_out: {strategy: sliced, slice_by: k, columns: [-k]}",
                "public.int_key: {strategy: sliced, slice_by: k}",
                "public.bool_key: {strategy: sliced, slice_by: k}",
                "public.float_key: {strategy: sliced, slice_by: k}",
                "public.bytea_key: {strategy: sliced, slice_by: k}");
        List<SlicedTable> tables = new ArrayList<>();
        for (String name :
                List.of("text", "citext", "varchar", "char", "concat", "numeric", "int", "bool", "float", "bytea")) {
            tables.add(new SlicedTable(bed, "public." + name + "_key", "k"));
        }
        tables.add(new SlicedTable(bed, "public.lower_key", "lower(k)"));
        tables.add(new SlicedTable(bed, "public.left_key", "left(k, 2)"));
        tables.add(new SlicedTable(bed, "public.numeric_left_out", "k"));
        return tables;
    }

    @ParameterizedTest
    @ValueSource(ints = {TestPostgres.OLDEST, TestPostgres.NEWEST})
    void everyTextIsOneSliceEverywhereFromTheFirstSyncToItsRemoval(int major) {
        Bed bed = Bed.of(major, directory);
        create(bed);
        List<SlicedTable> tables = tables(bed);
        RunReport first = bed.sync();
        assertThat(first.status()).as("%s", first).isEqualTo("SUCCEEDED");
        assertThat(tables.getFirst().atSource()).as("slices of text").hasSize(TEXTS.size());
        for (SlicedTable table : tables) {
            table.assertSegments(first);
            table.assertMoved(first, table.atSource().keySet());
        }
        assertEqual(bed, tables);

        Map<SlicedTable, java.util.Set<String>> changed = changeEveryOther(bed, tables);
        RunReport second = bed.sync();
        assertThat(second.status()).as("%s", second).isEqualTo("SUCCEEDED");
        changed.forEach((table, slices) -> table.assertMoved(second, slices));
        assertEqual(bed, tables);

        deleteEveryThird(bed, tables);
        RunReport third = bed.sync();
        assertThat(third.status()).as("%s", third).isEqualTo("SUCCEEDED");
        tables.forEach(table -> table.assertMoved(third, List.of()));
        assertEqual(bed, tables);
        List<TableResult> verified = bed.verifyDeep().tables();
        assertThat(verified)
                .allSatisfy(t -> assertThat(t.differences().orElseThrow())
                        .as("%s", t.table())
                        .isEmpty());
        bed.assertNoOrphans();
    }

    private static void assertEqual(Bed bed, List<SlicedTable> tables) {
        for (SlicedTable table : tables) {
            table.assertSlicesEqual();
            // numeric(20,4) writes 1 as 1.0000, which the other end must not
            if (!table.table().equals("public.numeric_key")) {
                bed.assertEqualEnds(table.table());
            }
        }
    }

    /// Changes one row in every second slice.
    private static Map<SlicedTable, java.util.Set<String>> changeEveryOther(Bed bed, List<SlicedTable> tables) {
        Map<SlicedTable, java.util.Set<String>> changed = new java.util.LinkedHashMap<>();
        for (SlicedTable table : tables) {
            TreeSet<String> slices = new TreeSet<>();
            List<String> ids = new ArrayList<>();
            int number = 0;
            for (Map.Entry<String, List<String>> slice : table.atSource().entrySet()) {
                if (number++ % 2 == 0) {
                    slices.add(slice.getKey());
                    ids.add(slice.getValue().getFirst());
                }
            }
            bed.execute("UPDATE %s SET v = v + 1 WHERE id IN (%s)".formatted(table.table(), String.join(", ", ids)));
            changed.put(table, slices);
        }
        return changed;
    }

    private static void deleteEveryThird(Bed bed, List<SlicedTable> tables) {
        for (SlicedTable table : tables) {
            List<String> ids = new ArrayList<>();
            int number = 0;
            for (List<String> slice : table.atSource().values()) {
                if (number++ % 3 == 1) {
                    ids.addAll(slice);
                }
            }
            bed.execute("DELETE FROM %s WHERE id IN (%s)".formatted(table.table(), String.join(", ", ids)));
        }
    }
}
