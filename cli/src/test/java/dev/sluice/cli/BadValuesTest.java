package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.testing.TestPostgres;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Values that the warehouse cannot hold exactly fail their slice, with table, slice, column and the ways
/// out, and without their rows' content.
@Tag("slow")
class BadValuesTest {
    private static final List<String> BAD = List.of("eternal", "midnight", "nan");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private Bed bed;

    @SuppressWarnings("NullAway.Init")
    private Cli cli;

    @BeforeEach
    void table() {
        bed = Bed.of(TestPostgres.MIDDLE, directory)
                .execute(
                        "CREATE TABLE t (id int, region text, price numeric(10,2), day date, at time, note text)",
                        "INSERT INTO t SELECT n, region, 1.5, '2024-02-29', '23:59:59.999999', 'private ' || n"
                                + " FROM generate_series(1, 4) n, unnest('{good,better,nan,eternal,midnight}'::text[]) region");
        cli = Cli.of(bed);
    }

    private void spoil() {
        bed.execute(
                "UPDATE t SET price = 'NaN' WHERE region = 'nan' AND id = 2",
                "UPDATE t SET day = 'infinity' WHERE region = 'eternal' AND id = 2",
                "UPDATE t SET at = '24:00' WHERE region = 'midnight' AND id = 2");
    }

    private void mend() {
        bed.execute(
                "UPDATE t SET price = 2 WHERE price = 'NaN'",
                "UPDATE t SET day = '2024-03-01' WHERE day = 'infinity'",
                "UPDATE t SET at = '00:00' WHERE at = '24:00'");
    }

    @Test
    void withHoldOneBadSliceKeepsTheWholeTableAsItWas() {
        bed.tables("public.t: {strategy: sliced, slice_by: region}");
        cli.run("sync").exits(0);
        String before = Cli.holdings(bed, "public.t");
        spoil();
        bed.execute("UPDATE t SET price = 3 WHERE region = 'good'");
        cli.run("sync")
                .exits(1)
                .says("FAILED", "3 of 4 slices failed", "on_failed_slice: hold", "slice eternal", "day")
                .doesNotSay("private");
        assertThat(Cli.holdings(bed, "public.t")).isEqualTo(before);
        mend();
        cli.run("sync").exits(0);
        bed.assertEqualEnds("public.t");
        bed.assertNoOrphans();
    }

    @Test
    void withPublishRestTheGoodSlicesArePublishedAndTheRunIsPartial() {
        bed.tables("public.t: {strategy: sliced, slice_by: region, on_failed_slice: publish_rest}");
        spoil();
        Cli.Outcome outcome = cli.run("sync", "-o", "json").exits(1).doesNotSay("private");
        JsonNode report = outcome.json();
        assertThat(report.path("status").asText()).isEqualTo("PARTIAL");
        JsonNode table = report.path("tables").path(0);
        assertThat(table.path("status").asText()).isEqualTo("PARTIAL");
        assertThat(table.path("slices").path("failed").asInt()).isEqualTo(3);
        Map<String, String> failures = new TreeMap<>();
        table.path("failures")
                .forEach(f ->
                        failures.put(f.path("slice").asText(), f.path("note").asText()));
        assertThat(failures.keySet()).containsExactlyElementsOf(BAD);
        assertThat(failures.get("nan")).contains("public.t", "slice nan", "price", "NaN", "types: {name: text}");
        assertThat(failures.get("eternal")).contains("public.t", "slice eternal", "day", "columns: [-name]");
        assertThat(failures.get("midnight"))
                .contains("public.t", "slice midnight", " at ", "change the rows at the source");
        assertThat(bed.query("SELECT DISTINCT region FROM public.t ORDER BY 1")).containsExactly("better", "good");

        cli.run("plan").exits(3).says("nan: new slice");
        cli.run("verify").exits(3).says("slice nan: 4 rows at the source, 0 in the warehouse");
        mend();
        cli.run("sync").exits(0);
        bed.assertEqualEnds("public.t");
        bed.assertNoOrphans();
    }

    @Test
    void aSliceThatTurnsBadKeepsItsOldRowsUntilItIsMended() {
        bed.tables("public.t: {strategy: sliced, slice_by: region, on_failed_slice: publish_rest}");
        cli.run("sync").exits(0);
        List<String> old =
                bed.query("SELECT t::VARCHAR FROM public.t t WHERE region IN ('nan', 'eternal', 'midnight')");
        spoil();
        bed.execute("UPDATE t SET price = 3 WHERE region = 'good'");
        cli.run("sync").exits(1).says("PARTIAL");
        assertThat(bed.query("SELECT DISTINCT price::VARCHAR FROM public.t WHERE region = 'good'"))
                .containsExactly("3.00");
        assertThat(bed.query("SELECT t::VARCHAR FROM public.t t WHERE region IN ('nan', 'eternal', 'midnight')"))
                .containsExactlyInAnyOrderElementsOf(old);
        cli.run("sync").exits(1).says("slice eternal");
        cli.run("verify").exits(3).says("slice nan: same row count, other contents");
        mend();
        cli.run("sync").exits(0);
        bed.assertEqualEnds("public.t");
    }

    @Test
    void theWaysOutOfTheMessageWork() {
        bed.tables("public.t: {strategy: sliced, slice_by: region}");
        spoil();
        cli.run("sync").exits(1);
        bed.tables("public.t: {strategy: sliced, slice_by: region, types: {price: text, day: text}, columns: [-at]}");
        cli.run("sync").exits(0);
        assertThat(bed.query("SELECT count(*)::VARCHAR FROM public.t")).containsExactly("20");
        assertThat(bed.query("SELECT day FROM public.t WHERE price = 'NaN' OR day = 'infinity' ORDER BY 1"))
                .containsExactly("2024-02-29", "infinity");
    }
}
