package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever somebody breaks by hand or loses, `verify` says so and the next sync repairs it.
@Tag("slow")
class LostPiecesTest {
    private static final List<String> TABLES = List.of("public.t", "public.u", "public.w");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private Bed bed;

    @SuppressWarnings("NullAway.Init")
    private Cli cli;

    /// More days than the first wave of a time-sliced table takes.
    @BeforeEach
    void tables() {
        bed = Bed.of(TestPostgres.MIDDLE, directory)
                .execute(
                        "CREATE TABLE t (id int, region text, day date, a int)",
                        "INSERT INTO t SELECT n, 'R' || n % 3, date '2024-01-01' + n % 12, n FROM generate_series(1, 30) n",
                        "CREATE TABLE u AS TABLE t",
                        "CREATE TABLE w AS TABLE t")
                .tables(
                        "public.t: {strategy: sliced, slice_by: region}",
                        "public.u: {strategy: time-sliced, slice_by: day}",
                        "public.w: {strategy: wholesale, skip_unchanged: true}");
        cli = Cli.of(bed);
        cli.run("sync").exits(0);
        // A second epoch, and slices that are older than the newest run.
        bed.execute("UPDATE t SET a = 0 WHERE id = 3", "UPDATE u SET a = 0 WHERE id = 3");
        bed.execute("INSERT INTO u VALUES (3, 'R0', '2024-01-04', 3)");
        cli.run("sync").exits(0);
    }

    private void warehouse(String... statements) {
        try (Connection connection = bed.warehouse();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void delete(String name) {
        try (Stream<Path> files = Files.walk(directory.resolve(name))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// One sync repairs, a second one finds nothing to do.
    private void assertRepaired() {
        cli.run("sync").exits(0);
        TABLES.forEach(bed::assertEqualEnds);
        cli.run("plan").exits(0);
        cli.run("verify", "--deep").exits(0);
    }

    @Test
    void rowsDeletedInTheWarehouseAreFoundAndComeBack() {
        warehouse(
                "DELETE FROM public.t WHERE id = 4",
                "DELETE FROM public.u WHERE day = '2024-01-09'",
                "DELETE FROM public.w WHERE id > 20");
        cli.run("verify")
                .exits(3)
                .says(
                        "public.t, slice R1: 10 rows at the source, 9 in the warehouse",
                        "public.u, slice 2024-01-09: 2 rows at the source, 0 in the warehouse",
                        "public.w, slice (whole table): 30 rows at the source, 20 in the warehouse");
        cli.run("plan").exits(3).says("R1: the warehouse holds 9 rows, the ledger says 10");
        assertRepaired();
        bed.assertNoOrphans();
    }

    @Test
    void rowsMovedAndAddedInTheWarehouseAreFoundAndGo() {
        warehouse(
                "UPDATE public.t SET _sluice_slice = 'elsewhere' WHERE id = 4",
                "INSERT INTO public.u SELECT * FROM public.u WHERE id = 5",
                "INSERT INTO public.u SELECT * REPLACE ('2031-01-01' AS _sluice_slice) FROM public.u WHERE id = 6",
                "UPDATE public.w SET _sluice_run = 'mine' WHERE id = 7");
        cli.run("verify").exits(3).says("slice elsewhere: 0 rows at the source, 1 in the warehouse", "2031-01-01");
        cli.run("plan")
                .exits(3)
                .says(
                        "remove  elsewhere: in the warehouse, but neither at the source nor in the ledger",
                        "public.w:",
                        "the warehouse holds rows of another run than the ledger says");
        assertRepaired();
    }

    @Test
    void valuesChangedInTheWarehouseAreFoundByTheDeepVerifyAndAFullSyncRepairsThem() {
        warehouse("UPDATE public.t SET a = a + 1 WHERE id = 4", "UPDATE public.u SET region = NULL WHERE id = 4");
        cli.run("verify", "--deep").exits(3).says("slice R1", " a", "slice 2024-01-05", " region");
        cli.run("sync", "--full").exits(0);
        assertRepaired();
    }

    @Test
    void aLostLedgerIsWrittenAnew() {
        warehouse("DELETE FROM sluice.slice_log");
        cli.run("verify").exits(3).says("not in the ledger");
        assertRepaired();
    }

    @Test
    void aLostSchemaOfTheLedgerIsWrittenAnew() {
        warehouse("DROP SCHEMA sluice CASCADE");
        assertRepaired();
    }

    @Test
    void aDroppedTargetComesBack() {
        warehouse("DROP TABLE public.t", "DROP TABLE public.u", "DROP TABLE public.w");
        cli.run("verify").exits(3).says("the target table does not exist");
        cli.run("plan").exits(3).says("the target table does not exist");
        assertRepaired();
        bed.assertNoOrphans();
    }

    @Test
    void anEmptiedTargetIsFilledAgain() {
        warehouse("DELETE FROM public.t", "DELETE FROM public.u", "DELETE FROM public.w");
        assertRepaired();
    }

    @Test
    void aLostWarehouseIsFilledAgainFromTheSource() {
        delete("warehouse.duckdb");
        cli.run("plan").exits(3);
        assertRepaired();
    }

    @Test
    void aLostLakeDoesNotStopTheNextSyncs() {
        delete("lake");
        assertRepaired();
        bed.execute(
                "UPDATE t SET a = -1 WHERE id = 1",
                "UPDATE u SET a = -1 WHERE day > '2024-01-08'",
                "UPDATE w SET a = -1");
        bed.execute("INSERT INTO u SELECT * FROM u WHERE day > '2024-01-08'");
        assertRepaired();
        assertThat(bed.query("SELECT count(*)::VARCHAR FROM sluice.runs WHERE status <> 'SUCCEEDED'"))
                .containsExactly("0");
    }
}
