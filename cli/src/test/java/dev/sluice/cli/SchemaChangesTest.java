package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.TestPostgres;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of a target when the columns of its source change.
@Tag("slow")
class SchemaChangesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private Bed bed;

    @SuppressWarnings("NullAway.Init")
    private Cli cli;

    @BeforeEach
    void tables() {
        bed = Bed.of(TestPostgres.MIDDLE, directory)
                .execute(
                        "CREATE TABLE t (id int, region text, day date, a int)",
                        "INSERT INTO t SELECT n, 'R' || n % 3, date '2024-01-01' + n % 12, n FROM generate_series(1, 30) n")
                .execute("CREATE TABLE u AS TABLE t", "CREATE TABLE w AS TABLE t")
                .tables(
                        "public.t: {strategy: sliced, slice_by: region}",
                        "public.u: {strategy: time-sliced, slice_by: day}",
                        "public.w: {strategy: wholesale, skip_unchanged: true}");
        cli = Cli.of(bed);
        cli.run("sync").exits(0);
    }

    private void everywhere(String alteration) {
        bed.execute("ALTER TABLE t " + alteration, "ALTER TABLE u " + alteration, "ALTER TABLE w " + alteration);
    }

    private void assertInStep() {
        bed.assertEqualEnds("public.t");
        bed.assertEqualEnds("public.u");
        bed.assertEqualEnds("public.w");
        cli.run("verify", "--deep").exits(0);
        cli.run("plan").exits(0);
        bed.assertNoOrphans();
    }

    private String holdings() {
        return Cli.holdings(bed, "public.t") + Cli.holdings(bed, "public.u") + Cli.holdings(bed, "public.w");
    }

    @Test
    void aColumnOfAnotherTypeIsRefusedUntilTheTargetMayBeRecreated() {
        String before = holdings();
        everywhere("ALTER COLUMN a TYPE bigint");
        bed.execute("UPDATE t SET a = 4294967296 WHERE id = 1");
        cli.run("sync")
                .exits(1)
                .says(
                        "public.t: column a is INTEGER in the warehouse and would be BIGINT",
                        "sluice sync --full --select public.t",
                        "sluice sync --full --select public.u",
                        "sluice sync --full --select public.w");
        assertThat(holdings()).isEqualTo(before);
        cli.run("sync", "--full", "--select", "public.t").exits(0);
        bed.assertEqualEnds("public.t");
        cli.run("sync").exits(1).doesNotSay("public.t: column");
        cli.run("sync", "--full").exits(0);
        assertInStep();
    }

    @Test
    void aColumnDroppedAtTheSourceIsRefusedUntilTheTargetMayBeRecreated() {
        String before = holdings();
        everywhere("DROP COLUMN a");
        cli.run("sync").exits(1).says("column a was dropped or renamed at the source", "--full --select public.w");
        assertThat(holdings()).isEqualTo(before);
        cli.run("sync", "--full").exits(0);
        assertThat(bed.query("SELECT * FROM public.t LIMIT 0")).isEmpty();
        assertInStep();
    }

    @Test
    void aRenamedColumnIsRefusedUntilTheTargetMayBeRecreated() {
        String before = holdings();
        everywhere("RENAME COLUMN a TO b");
        cli.run("sync").exits(1).says("column a was dropped or renamed at the source");
        assertThat(holdings()).isEqualTo(before);
        cli.run("sync", "--full").exits(0);
        assertInStep();
    }

    @Test
    void newColumnsArriveWithTheNextSync() {
        everywhere("ADD COLUMN empty text");
        cli.run("sync").exits(0);
        assertInStep();
        everywhere("ADD COLUMN filled int NOT NULL DEFAULT 7");
        cli.run("sync").exits(0);
        assertInStep();
        assertThat(bed.query("SELECT DISTINCT filled::VARCHAR FROM public.u")).containsExactly("7");
    }

    @Test
    void aColumnDroppedAndAddedAgainUnderItsNameIsAnotherColumn() {
        everywhere("DROP COLUMN a");
        everywhere("ADD COLUMN a int");
        cli.run("sync").exits(0);
        assertInStep();
        assertThat(bed.query("SELECT count(a)::VARCHAR FROM public.t")).containsExactly("0");
    }

    @Test
    void aColumnThatTheConfigurationLeavesOutLeavesNoOldValuesBehind() {
        bed.tables(
                "public.t: {strategy: sliced, slice_by: region, columns: [-a]}",
                "public.u: {strategy: time-sliced, slice_by: day, columns: [-a]}",
                "public.w: {strategy: wholesale, skip_unchanged: true, columns: [id, region, day]}");
        cli.run("sync").exits(0);
        assertThat(
                        bed.query(
                                "SELECT table_name FROM information_schema.columns WHERE column_name = 'a' AND table_schema = 'public'"))
                .isEmpty();
        assertInStep();
    }
}
