package dev.sluice.drop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.ColumnType;
import dev.sluice.model.DataMismatch;
import dev.sluice.model.Feed;
import dev.sluice.model.FileFormat;
import dev.sluice.model.Grain;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.KeyPattern;
import dev.sluice.model.SliceBy;
import dev.sluice.model.TableName;
import dev.sluice.store.ObjectStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every warehouse keeps of dropped files, whatever is behind it. What it holds is read with SQL of the
/// test's own. Each test has a table of its own.
public abstract class DropWarehouseContract {
    private static final List<Feed.FeedColumn> SALES = List.of(
            column("id", new ColumnType.Int32()),
            column("store", new ColumnType.Text()),
            column("at", new ColumnType.Int32()));
    private static final Feed.Mode BY_STORE = new Feed.Mode.Replace(new SliceBy.Value("store"));
    private static final Feed.Mode BY_ID_ALONE = new Feed.Mode.Upsert(List.of("id"), Optional.empty());
    private static final Feed.Mode BY_ID = new Feed.Mode.Upsert(List.of("id"), Optional.of("at"));

    @TempDir
    protected Path directory = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private DropWarehouse warehouse;

    @SuppressWarnings("NullAway.Init")
    private TableName target;

    @SuppressWarnings("NullAway.Init")
    private DropWaves waves;

    protected abstract DropWarehouse drops();

    /// The lake that the warehouse loads from.
    protected abstract ObjectStore store();

    /// A connection of the test's own, that may do anything.
    protected abstract Connection connection() throws SQLException;

    /// An identifier as the warehouse spells it, quoted.
    protected abstract String name(String identifier);

    /// Lets whoever loads see a table.
    protected void show(String table) throws SQLException {}

    /// A table that no other test has.
    protected abstract TableName freshTable();

    @BeforeEach
    void freshTarget() {
        target = freshTable();
        warehouse = drops();
        waves = new DropWaves(store(), directory);
    }

    private static Feed.FeedColumn column(String name, ColumnType type) {
        return new Feed.FeedColumn(name, type, Optional.empty());
    }

    private Feed feed(Feed.Mode mode, List<Feed.FeedColumn> columns) {
        return new Feed(
                "feed",
                new KeyPattern("drops/**.csv"),
                new FileFormat.Csv(',', Optional.empty(), false, "UTF-8", ""),
                target,
                columns,
                mode,
                Feed.OnNewColumn.ADD,
                new Feed.BadRows(0),
                Optional.empty());
    }

    private Feed feed(Feed.Mode mode) {
        return feed(mode, SALES);
    }

    private void publish(DropWaves.Wave wave) {
        warehouse.publish(wave.publication());
    }

    private List<String> query(String sql) throws SQLException {
        try (Connection connection = connection()) {
            return DropWaves.rows(connection, sql);
        }
    }

    protected final void execute(String sql) throws SQLException {
        try (Connection connection = connection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String table() {
        return name(target.schema()) + "." + name(target.name());
    }

    /// Rows of the target, with the slice, file and line.
    private List<String> rows(String... columns) throws SQLException {
        List<String> names = new ArrayList<>(List.of(columns));
        names.addAll(List.of("_sluice_slice", "_sluice_file", "_sluice_line"));
        return query("SELECT %s FROM %s ORDER BY %s, %s"
                .formatted(
                        names.stream().map(this::name).collect(Collectors.joining(", ")),
                        table(),
                        name("_sluice_file"),
                        name("_sluice_line")));
    }

    @Test
    void anUnknownTableHasNothing() {
        assertThat(warehouse.read(target)).isEqualTo(DropWarehouse.State.EMPTY);
        assertThat(warehouse.history(target)).isEmpty();
    }

    @Test
    void appendedFilesAreThereWithTheirVersionsAndALedgerEntryEach() throws SQLException {
        Feed feed = feed(new Feed.Mode.Append());
        publish(waves.wave(feed).file("b.csv", "1, 'x', 5", "1, NULL, NULL").file("a.csv", "2, '\\\\N', 7"));
        assertThat(rows("id", "store", "at"))
                .containsExactly("2|\\\\N|7|a.csv|a.csv|1", "1|x|5|b.csv|b.csv|1", "1|null|null|b.csv|b.csv|2");
        assertThat(query("SELECT DISTINCT %s, %s FROM %s"
                        .formatted(name("_sluice_version"), name("_sluice_run"), table())))
                .containsExactly("sha-1|run-1");
        DropWarehouse.State state = warehouse.read(target);
        assertThat(state.newestEpoch()).isOne();
        assertThat(state.newest()).containsOnlyKeys("a.csv", "b.csv").isEqualTo(state.current());
        assertThat(state.newest("b.csv").orElseThrow())
                .isEqualTo(new DropEntry(
                        "b.csv",
                        "v1",
                        "etag-1",
                        100,
                        Instant.parse("2026-03-01T10:00:01.123Z"),
                        "sha-1",
                        2,
                        1,
                        FeedDefinition.hash(feed),
                        FileState.LOADED,
                        "",
                        "receipt-1",
                        "run-1",
                        1,
                        Instant.parse("2026-03-31T10:00:01.123456Z")));
        assertThat(warehouse.differences(feed, "run-1")).isEmpty();
    }

    @Test
    void aNewVersionReplacesTheRowsOfItsFileAlone() throws SQLException {
        Feed feed = feed(new Feed.Mode.Append());
        publish(waves.wave(feed).file("a.csv", "1, 'x', 1", "2, 'x', 1").file("b.csv", "3, 'x', 1"));
        publish(waves.wave(feed).file("a.csv", "9, 'y', 2"));
        assertThat(rows("id")).containsExactly("9|a.csv|a.csv|1", "3|b.csv|b.csv|1");
        publish(waves.wave(feed).empty("a.csv"));
        assertThat(rows("id")).containsExactly("3|b.csv|b.csv|1");
        assertThat(warehouse.history(target))
                .extracting(DropEntry::key)
                .containsExactly("a.csv", "b.csv", "a.csv", "a.csv");
        assertThat(warehouse.read(target).newest("a.csv").orElseThrow().rows()).isZero();
    }

    @Test
    void aSliceIsMadeAnewFromAllItsCurrentFiles() throws SQLException {
        Feed feed = feed(BY_STORE);
        publish(waves.wave(feed).file("a.csv", "1, 'x', 1", "2, NULL, 1").file("b.csv", "3, 'x', 1", "4, '\\t', 1"));
        assertThat(rows("id")).containsExactly("1|x|a.csv|1", "2|\\N|a.csv|2", "3|x|b.csv|1", "4|\\\\t|b.csv|2");
        publish(waves.wave(feed).file("a.csv", "5, 'y', 1"));
        assertThat(rows("id")).containsExactly("5|y|a.csv|1", "3|x|b.csv|1", "4|\\\\t|b.csv|2");
        assertThat(query("SELECT %s FROM %s WHERE %s = 'x'"
                        .formatted(name("_sluice_run"), table(), name("_sluice_slice"))))
                .containsExactly("run-2");
        assertThat(warehouse.differences(feed, "run-2")).isEmpty();
    }

    @Test
    void theGreatestByOrderFileAndLineWinsAndAnOlderOneComesBack() throws SQLException {
        Feed feed = feed(BY_ID);
        publish(waves.wave(feed)
                .file("a.csv", "1, 'a1', 5", "1, 'a2', 5", "2, 'a3', NULL", "NULL, 'a4', 1")
                .file("b.csv", "1, 'b1', 4", "2, 'b2', NULL", "NULL, 'b3', 1"));
        assertThat(rows("id", "store"))
                .containsExactly("1|a2|a.csv|a.csv|2", "2|b2|b.csv|b.csv|2", "null|b3|b.csv|b.csv|3");
        publish(waves.wave(feed).file("b.csv", "1, 'b1', 6"));
        assertThat(rows("id", "store"))
                .containsExactly("2|a3|a.csv|a.csv|3", "null|a4|a.csv|a.csv|4", "1|b1|b.csv|b.csv|1");
        publish(waves.wave(feed).empty("b.csv"));
        assertThat(rows("id", "store"))
                .containsExactly("1|a2|a.csv|a.csv|2", "2|a3|a.csv|a.csv|3", "null|a4|a.csv|a.csv|4");
        assertThat(warehouse.differences(feed, "run-3")).isEmpty();
    }

    /// `Z` is before `a`, and `ä` after `z`, in bytes.
    @Test
    void textsAreComparedByTheirBytes() throws SQLException {
        Feed feed = feed(new Feed.Mode.Upsert(List.of("id"), Optional.of("store")));
        publish(waves.wave(feed)
                .file("a.csv", "1, 'a', 1", "1, 'Z', 1", "2, 'z', 1", "2, 'ä', 1", "3, 'x ', 1", "3, 'x', 1"));
        assertThat(rows("id", "store")).containsExactly("1|a|a.csv|a.csv|1", "2|ä|a.csv|a.csv|4", "3|x |a.csv|a.csv|5");
        Feed byText = feed(new Feed.Mode.Upsert(List.of("store"), Optional.empty()));
        target = freshTable();
        Feed other = feed(byText.mode());
        publish(waves.wave(other)
                .file("a.csv", "1, 'x', 1", "2, 'X', 1", "3, 'x ', 1", "4, '', 1", "5, NULL, 1", "6, NULL, 1"));
        assertThat(rows("id")).extracting(row -> row.split("\\|", -1)[0]).containsExactly("1", "2", "3", "4", "6");
    }

    @Test
    void timesAreCutIntoSlicesByTheirGrainAndZone() throws SQLException {
        Feed.FeedColumn sold = column("sold", new ColumnType.TimestampTz());
        List<Feed.FeedColumn> columns = List.of(column("id", new ColumnType.Int32()), sold);
        String[] values = {
            "1, '2026-10-25 00:30:00+00'", "2, '2026-10-25 01:30:00+00'", "3, '2026-12-31 23:30:00+00'", "4, NULL"
        };
        for (Grain grain : Grain.values()) {
            target = freshTable();
            Feed feed = feed(new Feed.Mode.Replace(new SliceBy.Time("sold", grain, "Europe/Zurich")), columns);
            publish(waves.wave(feed).file("a.csv", values));
            List<String> slices =
                    query("SELECT %s FROM %s ORDER BY %s".formatted(name("_sluice_slice"), table(), name("id")));
            assertThat(slices)
                    .containsExactlyElementsOf(
                            switch (grain) {
                                case YEAR -> List.of("2026", "2026", "2027", "\\N");
                                case MONTH -> List.of("2026-10", "2026-10", "2027-01", "\\N");
                                case WEEK -> List.of("2026-10-19", "2026-10-19", "2026-12-28", "\\N");
                                case DAY -> List.of("2026-10-25", "2026-10-25", "2027-01-01", "\\N");
                                case HOUR ->
                                    List.of("2026-10-25 02+02:00", "2026-10-25 02+01:00", "2027-01-01 00+01:00", "\\N");
                            });
        }
    }

    @Test
    void aNewColumnIsTextWhicheverFileCameFirst() throws SQLException {
        Feed feed = feed(BY_ID);
        publish(waves.wave(feed).file("a.csv", "1, 'x', 1"));
        publish(waves.wave(feed)
                .file("b.csv", List.of("note"), "2, 'x', 1, 'n'")
                .file("c.csv", List.of("Other"), "3, 'x', 1, 'o'")
                .file("d.csv", "4, 'x', 1"));
        assertThat(rows("id", "note", "Other"))
                .containsExactly(
                        "1|null|null|a.csv|a.csv|1",
                        "2|n|null|b.csv|b.csv|1",
                        "3|null|o|c.csv|c.csv|1",
                        "4|null|null|d.csv|d.csv|1");
    }

    @Test
    void valuesArriveAsTheyWere() throws SQLException {
        List<Feed.FeedColumn> columns = List.of(
                column("id", new ColumnType.Int64()),
                column("price", new ColumnType.Decimal(12, 2)),
                column("day", new ColumnType.Date()),
                column("Text", new ColumnType.Text()),
                column("items", new ColumnType.Json()));
        Feed feed = feed(BY_ID_ALONE, columns);
        publish(waves.wave(feed)
                .file("a.csv", "9223372036854775807, '-1234567890.12', '2026-02-28', '\\N', '{\"a\": [1, null]}'"));
        assertThat(rows("id", "price", "Text")).containsExactly("9223372036854775807|-1234567890.12|\\N|a.csv|a.csv|1");
        assertThat(query("SELECT count(%s), count(%s) FROM %s".formatted(name("day"), name("items"), table())))
                .containsExactly("1|1");
    }

    @Test
    void aRefusalLeavesTheRowsOfTheVersionBefore() throws SQLException {
        Feed feed = feed(BY_STORE);
        publish(waves.wave(feed).refused("a.csv", "line 1: it's \"bad\" \\ ä"));
        assertThat(warehouse.read(target).current()).isEmpty();
        publish(waves.wave(feed).file("a.csv", "1, 'x', 1"));
        publish(waves.wave(feed).refused("a.csv", "line 2: bad").same("b.csv", 4));
        assertThat(rows("id")).containsExactly("1|x|a.csv|1");
        DropWarehouse.State state = warehouse.read(target);
        assertThat(state.newestEpoch()).isEqualTo(3);
        assertThat(state.newest("a.csv").orElseThrow().reason()).isEqualTo("line 2: bad");
        assertThat(state.current("a.csv").orElseThrow().epoch()).isEqualTo(2);
        assertThat(state.current("b.csv").orElseThrow().state()).isEqualTo(FileState.SAME);
        assertThat(warehouse.history(target).getFirst().reason()).isEqualTo("line 1: it's \"bad\" \\ ä");
    }

    @Test
    void publishingTheSameWaveAgainChangesNothing() throws SQLException {
        for (Feed.Mode mode : List.of(new Feed.Mode.Append(), BY_STORE, BY_ID)) {
            target = freshTable();
            Feed feed = feed(mode);
            DropWaves.Wave wave = waves.wave(feed).file("a.csv", "1, 'x', 1").refused("b.csv", "bad");
            publish(wave);
            List<String> rows = rows("id");
            List<DropEntry> history = warehouse.history(target);
            publish(wave);
            assertThat(rows("id")).isEqualTo(rows);
            assertThat(warehouse.history(target)).isEqualTo(history).hasSize(2);
        }
    }

    @Test
    void aRunWithAnOldEpochPublishesNothing() throws SQLException {
        Feed feed = feed(BY_ID);
        DropWaves.Wave old = waves.wave(feed).file("a.csv", "1, 'old', 1");
        publish(waves.wave(feed).file("a.csv", "1, 'new', 1"));
        assertThatThrownBy(() -> publish(old))
                .isInstanceOf(DataMismatch.class)
                .hasMessageContaining("another run took over");
        assertThat(rows("store")).containsExactly("new|a.csv|a.csv|1");
        assertThat(warehouse.history(target)).hasSize(1);
    }

    @Test
    void aFenceThatRefusesLeavesEverythingAsItWas() throws SQLException {
        Feed feed = feed(BY_ID);
        publish(waves.wave(feed).file("a.csv", "1, 'x', 1"));
        DropWaves.Wave wave = waves.wave(feed).file("a.csv", "1, 'y', 2", "2, 'y', 2");
        assertThatThrownBy(() -> publish(wave.fence(() -> {
                    throw new DataMismatch("the lock is gone");
                })))
                .hasMessage("the lock is gone");
        assertThat(rows("store")).containsExactly("x|a.csv|a.csv|1");
        assertThat(warehouse.read(target).newestEpoch()).isOne();
        publish(wave.fence(() -> {}));
        assertThat(rows("store")).containsExactly("y|a.csv|a.csv|1", "y|a.csv|a.csv|2");
    }

    @Test
    void rowsThatDidNotArriveAreNoticed() throws SQLException {
        Feed feed = feed(BY_STORE);
        publish(waves.wave(feed).file("a.csv", "1, 'x', 1"));
        assertThatThrownBy(() ->
                        publish(waves.wave(feed).file("b.csv", "2, 'x', 1").withARowLost()))
                .isInstanceOf(DataMismatch.class)
                .hasMessageContaining("file b.csv: 2 rows");
        assertThat(rows("id")).containsExactly("1|x|a.csv|1");
    }

    @Test
    void whatDiffersFromTheLedgerIsSaid() throws SQLException {
        Feed feed = feed(BY_STORE);
        publish(waves.wave(feed).file("a.csv", "1, 'x', 1", "2, 'x', 1"));
        execute("DELETE FROM %s WHERE %s = 1".formatted(table(), name("id")));
        assertThat(warehouse.differences(feed, "run-1"))
                .singleElement()
                .asString()
                .contains("the current files have 2 rows, the table has 1 rows");
        execute("DELETE FROM %s.%s WHERE %s = 1".formatted(name("sluice_drops"), name(target.toString()), name("id")));
        assertThat(warehouse.differences(feed, "run-1"))
                .singleElement()
                .asString()
                .contains("file a.csv: the ledger says 2 rows, the warehouse has 1");
    }

    @Test
    void rowsOfEarlierFilesThatAreGoneAreSeenByLaterRuns() throws SQLException {
        Feed feed = feed(new Feed.Mode.Append());
        publish(waves.wave(feed).file("a.csv", "1, 'x', 1", "2, 'x', 1"));
        publish(waves.wave(feed).file("b.csv", "3, 'x', 1"));
        assertThat(warehouse.differences(feed, "run-2")).isEmpty();

        execute("DELETE FROM %s WHERE %s = 1".formatted(table(), name("id")));
        assertThat(warehouse.differences(feed, "run-2"))
                .containsExactly(target + ", file a.csv: the ledger says 2 rows, the warehouse has 1");

        execute("DROP TABLE " + table());
        assertThat(warehouse.differences(feed, "run-2")).containsExactly(target + " is gone; the ledger says 3 rows");
    }

    @Test
    void aTableThatWasDerivedAndIsGoneIsMissed() throws SQLException {
        Feed feed = feed(BY_ID);
        assertThat(warehouse.differences(feed, "run-1")).isEmpty();
        publish(waves.wave(feed).file("a.csv", "1, 'x', 1"));
        execute("DROP TABLE " + table());
        assertThat(warehouse.differences(feed, "run-1")).containsExactly(target + " is gone; the ledger says 1 rows");
    }

    @Test
    void aTableOfSomebodyElseIsNotTouched() throws SQLException {
        execute("CREATE SCHEMA IF NOT EXISTS " + name(target.schema()));
        execute("CREATE TABLE %s (%s INTEGER)".formatted(table(), name("id")));
        show(table());
        for (Feed.Mode mode : List.of(new Feed.Mode.Append(), BY_STORE)) {
            assertThatThrownBy(() -> publish(waves.wave(feed(mode)).file("a.csv", "1, 'x', 1")))
                    .isInstanceOf(InvalidRequest.class)
                    .hasMessageContaining("target:");
        }
        assertThat(query("SELECT count(*) FROM " + table())).containsExactly("0");
    }

    @Test
    void aColumnOfAnotherTypeIsRefused() {
        publish(waves.wave(feed(BY_ID)).file("a.csv", "1, 'x', 1"));
        Feed other = feed(
                BY_ID,
                List.of(
                        column("id", new ColumnType.Int64()),
                        column("store", new ColumnType.Text()),
                        column("at", new ColumnType.Int32())));
        assertThatThrownBy(() -> publish(waves.wave(other).file("a.csv", "1, 'x', 1")))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("column id is ")
                .hasMessageContaining("Name another table with target:");
    }

    @Test
    void anotherModeIsRefusedWhereTheRowsStandElsewhere() {
        publish(waves.wave(feed(new Feed.Mode.Append())).file("a.csv", "1, 'x', 1"));
        assertThatThrownBy(() -> publish(waves.wave(feed(BY_ID)).file("a.csv", "1, 'x', 1")))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("Name another table with target:");
        target = freshTable();
        publish(waves.wave(feed(BY_ID)).file("a.csv", "1, 'x', 1"));
        assertThatThrownBy(
                        () -> publish(waves.wave(feed(new Feed.Mode.Append())).file("b.csv", "1, 'x', 1")))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("Name another table with target:");
    }

    @Test
    void anotherRuleDerivesTheWholeTableAnewEvenAfterARefusal() throws SQLException {
        publish(waves.wave(feed(BY_ID))
                .file("a.csv", "1, 'x', 1", "2, 'x', 1", "2, 'y', 0")
                .file("b.csv", "2, 'y', 3"));
        Feed other = feed(new Feed.Mode.Upsert(List.of("store"), Optional.of("at")));
        publish(waves.wave(other).refused("c.csv", "bad"));
        publish(waves.wave(other).file("d.csv", "7, 'z', 1"));
        assertThat(rows("id", "store")).containsExactly("2|x|a.csv|a.csv|2", "2|y|b.csv|b.csv|1", "7|z|d.csv|d.csv|1");
    }
}
