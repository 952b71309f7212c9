package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Somebody who reads while a sync publishes sees the state before and the state after, and nothing else.
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConcurrentReaderTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path directory;

    @SuppressWarnings("NullAway.Init")
    private Shop shop;

    @BeforeAll
    void everyTableIsInStep() {
        shop = new Shop(Bed.of(TestPostgres.MIDDLE, directory));
        shop.assertRecovers();
    }

    @ParameterizedTest
    @ValueSource(strings = {Shop.WHOLESALE, Shop.SLICED})
    void seesTheStateBeforeAndTheStateAfterAndNothingElse(String table) {
        String before = state(table);
        shop.business();
        List<String> lines = read(table);
        String after = state(table);
        assertThat(after).isNotEqualTo(before);
        assertThat(lines)
                .containsExactly("saw " + before, "saw " + after, "paused " + before, "paused " + before, "exit 0");
    }

    @ParameterizedTest
    @ValueSource(strings = Shop.TIME_SLICED)
    void seesWavesOneAfterAnother(String table) {
        String before = state(table);
        shop.business();
        List<String> lines = read(table);
        String after = state(table);
        assertThat(lines).hasSize(6);
        assertThat(lines.get(0)).isEqualTo("saw " + before);
        assertThat(lines.get(2)).isEqualTo("saw " + after);
        assertThat(lines.subList(3, 6)).containsExactly("paused " + before, "paused " + before, "exit 0");
        List<String> oldOrNew = new ArrayList<>(slices("saw " + before));
        oldOrNew.addAll(slices("saw " + after));
        assertThat(oldOrNew).containsAll(slices(lines.get(1)));
    }

    private List<String> read(String table) {
        List<String> arguments = List.of(
                directory.resolve("warehouse.duckdb").toString(),
                table,
                "sync",
                "-c",
                shop.bed().writeConfig().toString(),
                "--select",
                table);
        try (OtherProcess both = OtherProcess.start(
                directory, "load.rows-without-ledger,load.before-commit", ReaderBesideSync.class, arguments)) {
            assertThat(both.await()).as(both.everything()).isZero();
            return both.output().lines().toList();
        }
    }

    private String state(String table) {
        try (Connection connection = shop.bed().warehouse()) {
            return ReaderBesideSync.state(connection, table);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> slices(String line) {
        return Arrays.asList(line.split(" "));
    }
}
