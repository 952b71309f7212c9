package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Exit codes and JSON documents, which scripts rely on.
@Tag("slow")
class CommandLineTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void planSaysWhatIsToDoAndChangesNothing() {
        Bed bed = bed();
        Cli cli = Cli.of(bed);
        cli.run("plan").exits(3).says("the target table does not exist", "public.t", "public.d");
        assertThat(directory.resolve("warehouse.duckdb")).doesNotExist();
        cli.run("sync").exits(0);
        String before = Cli.holdings(bed, "public.t") + Cli.holdings(bed, "public.d");
        cli.run("plan").exits(0);
        bed.execute("UPDATE t SET a = 0 WHERE id = 1", "DELETE FROM t WHERE region = 'R2'");
        Cli.Outcome changed = cli.run("plan")
                .exits(3)
                .says("replace R1: same row count, another hash", "remove  R2: vanished at the source");
        assertThat(changed.out())
                .contains("public.t:", "tier 0 not used, PostgreSQL 14 is older than 15: public.d, public.t")
                .doesNotContain("public.d:");
        assertThat(Cli.holdings(bed, "public.t") + Cli.holdings(bed, "public.d"))
                .isEqualTo(before);
        cli.run("sync", "--select", "public.d").exits(0);
        cli.run("plan").exits(3);
        cli.run("sync", "--select", "public.t").exits(0);
        cli.run("plan").exits(0);
        cli.run("verify").exits(0);
    }

    @Test
    void jsonDocumentsHoldWhatIsPromised() {
        Bed bed = bed();
        Cli cli = Cli.of(bed);
        JsonNode plan = cli.run("plan", "-o", "json").exits(3).json();
        assertReport(plan, "SUCCEEDED");
        JsonNode action = table(plan, "public.t").path("actions").path(0);
        assertThat(names(action)).containsExactlyInAnyOrder("slice", "action", "reason", "rows", "bytes");
        assertThat(table(plan, "public.t").path("actions")).hasSize(3);
        assertThat(action.path("action").asText()).isEqualTo("replace");
        assertThat(action.path("rows").asLong()).isEqualTo(4);

        JsonNode sync = cli.run("sync", "-o", "json").exits(0).json();
        assertReport(sync, "SUCCEEDED");
        assertThat(sync.path("run_id").asText()).matches("\\d{8}T\\d{6}Z-[0-9a-f]{8}");
        JsonNode t = table(sync, "public.t");
        assertThat(t.path("slices").toString()).isEqualTo("{\"kept\":0,\"replaced\":3,\"removed\":0,\"failed\":0}");
        assertThat(t.path("strategy").asText()).isEqualTo("sliced");
        assertThat(t.path("rows_landed").asLong()).isEqualTo(12);
        assertThat(t.path("bytes_landed").asLong()).isPositive();
        assertThat(t.path("warehouse_rows").asLong()).isEqualTo(12);
        JsonNode d = table(sync, "public.d");
        assertThat(d.path("strategy").asText()).isEqualTo("time-sliced");
        assertThat(d.path("proven_to").asText()).isEqualTo("2024-01-02");
        assertThat(d.path("counted_to").asText()).isEqualTo("2024-01-02");

        bed.execute("DELETE FROM t WHERE region = 'R2'");
        JsonNode verify = cli.run("verify", "-o", "json").exits(3).json();
        assertReport(verify, "SUCCEEDED");
        assertThat(table(verify, "public.t").path("differences").toString())
                .isEqualTo("[{\"slice\":\"R2\",\"note\":\"0 rows at the source, 4 in the warehouse\"}]");
        assertThat(table(verify, "public.d").path("differences")).isEmpty();

        bed.execute("TRUNCATE t");
        JsonNode refused = cli.run("sync", "-o", "json").exits(1).json();
        assertReport(refused, "PARTIAL");
        assertThat(table(refused, "public.t").path("status").asText()).isEqualTo("FAILED");
        assertThat(table(refused, "public.t").path("error").asText()).contains("would become empty");
        assertThat(table(refused, "public.d").path("status").asText()).isEqualTo("SUCCEEDED");
    }

    @Test
    void usageErrorsExitWithTwo() throws Exception {
        Cli.bare().exits(2).says("which command?");
        Cli.bare("sink").exits(2).says("sink");
        Cli.bare("sync", "--ful").exits(2).says("--ful");
        Cli.bare("sync", "-o", "yaml").exits(2).says("yaml");
        Cli.bare("sync", "--budget", "soon").exits(2).says("soon");
        Cli.bare("sync", "--select").exits(2).says("--select");
        Cli.bare("sync", "-c", directory.resolve("none.yaml").toString())
                .exits(2)
                .says("none.yaml does not exist", "-c FILE");
        Cli.bare("verify", "-c", directory.toString()).exits(2).says(directory.toString());
        Files.writeString(directory.resolve("empty.yaml"), "");
        Cli.bare("plan", "-c", directory.resolve("empty.yaml").toString())
                .exits(2)
                .says("empty.yaml:1:1");
        Cli.bare("--help").exits(0).says("Exit codes");
        Cli.bare("--version").exits(0).says("sluice 0.1.0");
        try (var files = Files.list(directory)) {
            assertThat(files.map(f -> f.getFileName().toString())).containsExactly("empty.yaml");
        }
    }

    @Test
    void aSelectionThatMatchesNothingIsAMistakeOfUsage() {
        Cli cli = Cli.of(bed());
        cli.run("sync", "--select", "public.x").exits(2).says("'public.x'", "public.t");
        cli.run("sync", "--allow-shrink", "public.x").exits(2).says("'public.x'");
        cli.run("plan", "--select", "nothing.*", "public.t").exits(2).says("'nothing.*'");
    }

    @Test
    void aGroupIsSyncedByItsNameAndAnotherIsRefusedWithThoseThatThereAre() {
        Bed bed = bed().tables(
                        "public.t: {strategy: sliced, slice_by: region, group: hourly}",
                        "public.d: {strategy: time-sliced, slice_by: day}\n"
                                + "groups: {hourly: {schedule: rate(1 hour)}, nightly: {schedule: rate(1 day)}}");
        Cli cli = Cli.of(bed);
        cli.run("sync", "--group", "hourly").exits(0).says("public.t").doesNotSay("public.d");
        cli.run("sync", "--group", "weekly").exits(2).says("no group 'weekly'; it has hourly, nightly");
        cli.run("sync", "--group", "nightly").exits(2).says("no table of the configuration is of group nightly");
        cli.run("sync", "--group", "hourly", "--select", "public.d").exits(2).says("'public.d'");
        cli.run("sync", "--group").exits(2).says("--group");
    }

    private Bed bed() {
        return Bed.of(TestPostgres.MIDDLE, directory)
                .execute(
                        "CREATE TABLE t (id int, region text, a int)",
                        "INSERT INTO t SELECT n, 'R' || n % 3, n FROM generate_series(1, 12) n",
                        "CREATE TABLE d (id int, day date)",
                        "INSERT INTO d SELECT n, date '2024-01-01' + n FROM generate_series(1, 12) n")
                .tables(
                        "public.t: {strategy: sliced, slice_by: region}",
                        "public.d: {strategy: time-sliced, slice_by: day}");
    }

    private static void assertReport(JsonNode report, String status) {
        assertThat(names(report)).contains("run_id", "status", "seconds", "tables");
        assertThat(report.path("status").asText()).isEqualTo(status);
        assertThat(report.path("seconds").isNumber()).isTrue();
        assertThat(report.path("tables")).hasSize(2);
        for (JsonNode table : report.path("tables")) {
            assertThat(names(table))
                    .contains("table", "strategy", "status", "slices", "rows_landed", "bytes_landed", "warehouse_rows");
            assertThat(names(table.path("slices"))).containsExactly("kept", "replaced", "removed", "failed");
        }
    }

    private static JsonNode table(JsonNode report, String name) {
        for (JsonNode table : report.path("tables")) {
            if (table.path("table").asText().equals(name)) {
                return table;
            }
        }
        throw new AssertionError("no table " + name + " in " + report);
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
