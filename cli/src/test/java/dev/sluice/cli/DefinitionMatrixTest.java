package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.run.RunReport;
import dev.sluice.testing.TestPostgres;
import dev.sluice.verify.TableResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every change of what a slice is, or of how it arrives, replaces every slice of the tables concerned,
/// and nothing of the others; a table that was emptied is refused until that is allowed. Under every
/// strategy.
@Tag("slow")
class DefinitionMatrixTest {
    private static final String DAY = "(at AT TIME ZONE 'America/Toronto')::date::text";

    /// How the tables are configured now, and the slice of a row in SQL, by table.
    private final Map<String, String> settings = new LinkedHashMap<>();

    private final Map<String, String> keys = new LinkedHashMap<>();
    private String common = "types: {free: text, iv: text}";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private void table(String name, String strategy, String key) {
        settings.put(name, strategy);
        keys.put(name, key);
    }

    private Bed bed(int major) {
        table("always", "strategy: wholesale", "'\\all'");
        table("same", "strategy: wholesale, skip_unchanged: true", "'\\all'");
        table("texts", "strategy: sliced, slice_by: region", "region");
        table("expressed", "strategy: sliced, slice_by: lower(region)", "lower(region)");
        table("days", days("at", "day"), DAY);
        Bed bed = Bed.of(major, directory);
        List<String> sql = new ArrayList<>(Mutation.types(major >= 12));
        settings.keySet().forEach(t -> sql.addAll(Mutation.create(t, Set.of(0, 1, 2, 3, 20, 21, 40))));
        return configured(bed.execute(sql.toArray(String[]::new)));
    }

    private static String days(String column, String grain) {
        return "strategy: time-sliced, slice_by: %s, grain: %s, timezone: America/Toronto, recheck: {recent: 100000}"
                .formatted(column, grain);
    }

    private Bed configured(Bed bed) {
        return bed.tables(settings.entrySet().stream()
                .map(e -> "public.%s: {%s, %s}".formatted(e.getKey(), e.getValue(), common))
                .toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(ints = {TestPostgres.OLDEST, TestPostgres.NEWEST})
    void everyChangeOfTheDefinitionReplacesEverySlice(int major) {
        Bed bed = bed(major);
        Set<String> all = settings.keySet();
        assertReplaced(bed, bed.sync(), "first sync", all);
        assertReplaced(bed, bed.sync(), "nothing", Set.of());

        bed.execute("ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'");
        assertReplaced(bed, bed.sync(), "enum label renamed", all);

        common = "types: {free: text, iv: text}, columns: [-n, -c40]";
        assertReplaced(configured(bed), bed.sync(), "columns left out", all);
        assertThat(bed.query(
                        "SELECT DISTINCT table_name FROM information_schema.columns WHERE column_name IN ('n', 'c40')"))
                .isEmpty();
        common = "types: {free: text, iv: text}";
        assertReplaced(configured(bed), bed.sync(), "columns taken back", all);

        table("texts", "strategy: sliced, slice_by: k", "k::text");
        table("expressed", "strategy: sliced, slice_by: upper(region)", "upper(region)");
        table("days", days("ts", "day"), "ts::date::text");
        assertReplaced(configured(bed), bed.sync(), "slice_by", Set.of("texts", "expressed", "days"));

        table("days", days("at", "month"), "to_char(at AT TIME ZONE 'America/Toronto', 'YYYY-MM')");
        assertReplaced(configured(bed), bed.sync(), "grain", Set.of("days"));

        table("days", "strategy: sliced, slice_by: at", "(at AT TIME ZONE 'UTC')::text || '+00'");
        table("same", "strategy: sliced, slice_by: region", "region");
        table("texts", "strategy: wholesale, skip_unchanged: true", "'\\all'");
        assertReplaced(configured(bed), bed.sync(), "strategy", Set.of("days", "same", "texts"));

        common = "types: {free: text, iv: text, big: text}";
        configured(bed);
        List<String> before = runs(bed);
        RunReport refused = bed.sync();
        assertThat(refused.tables())
                .hasSize(all.size())
                .allSatisfy(t -> assertThat(t.error().orElse(""))
                        .contains(
                                "column big is BIGINT in the warehouse and would be VARCHAR",
                                "--full --select " + t.table()));
        assertThat(runs(bed)).isEqualTo(before);
        assertReplaced(bed, bed.syncFull(), "type policy", all);
        assertReplaced(bed, bed.sync(), "nothing", Set.of());
        bed.assertNoOrphans();
    }

    @ParameterizedTest
    @ValueSource(ints = {TestPostgres.OLDEST, TestPostgres.NEWEST})
    void anEmptiedTableIsRefusedUntilThatIsAllowed(int major) {
        Bed bed = bed(major);
        assertReplaced(bed, bed.sync(), "first sync", settings.keySet());
        List<String> before = runs(bed);
        bed.execute("TRUNCATE " + String.join(", ", settings.keySet()));
        RunReport refused = bed.sync();
        assertThat(refused.status()).isEqualTo("FAILED");
        assertThat(refused.tables())
                .allSatisfy(t -> assertThat(t.error().orElse(""))
                        .contains(t.table() + " would become empty (28 rows before)", "--allow-shrink " + t.table()));
        assertThat(runs(bed)).isEqualTo(before);

        RunReport allowed = bed.syncAllowingShrink("public.*");
        assertThat(allowed.status()).as("%s", allowed).isEqualTo("SUCCEEDED");
        for (TableResult table : allowed.tables()) {
            bed.assertEqualEnds(table.table().toString());
            assertThat(table.warehouseRows()).as("%s", table.table()).isZero();
        }
        assertReplaced(bed, bed.sync(), "nothing", Set.of());
    }

    /// Which run wrote how many rows, of every table.
    private List<String> runs(Bed bed) {
        List<String> runs = new ArrayList<>();
        settings.keySet()
                .forEach(t -> runs.addAll(bed.query(
                        "SELECT '%s ' || _sluice_run || ' ' || count(*) FROM public.%s GROUP BY _sluice_run ORDER BY 1"
                                .formatted(t, t))));
        return runs;
    }

    /// The run read and wrote every slice of these tables and none of the others; both ends are equal.
    private void assertReplaced(Bed bed, RunReport report, String what, Set<String> tables) {
        assertThat(report.status()).as("%s: %s", what, report).isEqualTo("SUCCEEDED");
        Movement.OfRun moved = Movement.of(bed, report);
        for (Map.Entry<String, String> table : keys.entrySet()) {
            String name = table.getKey();
            Movement movement = moved.table("public." + name);
            boolean always = settings.getOrDefault(name, "").equals("strategy: wholesale");
            Set<String> slices = tables.contains(name) || always ? slices(bed, name, table.getValue()) : Set.of();
            assertThat(movement.read()).as("%s: slices of %s read", what, name).isEqualTo(slices);
            assertThat(movement.written())
                    .as("%s: slices of %s written", what, name)
                    .isEqualTo(bed.query("SELECT 1 FROM public." + name).isEmpty() ? Set.of() : slices);
            bed.assertEqualEnds("public." + name);
        }
    }

    private static Set<String> slices(Bed bed, String table, String key) {
        String all = bed.source()
                .value("SELECT string_agg(DISTINCT coalesce(%s, '\\N'), '|') FROM %s".formatted(key, table))
                .orElse("\\all");
        return new TreeSet<>(List.of(all.split("\\|", -1)));
    }
}
