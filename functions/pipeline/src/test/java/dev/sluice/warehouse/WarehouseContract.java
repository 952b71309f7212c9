package dev.sluice.warehouse;

import static dev.sluice.warehouse.Waves.column;
import static dev.sluice.warehouse.Waves.required;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.model.Action;
import dev.sluice.model.Column;
import dev.sluice.model.ColumnAggregate;
import dev.sluice.model.ColumnType;
import dev.sluice.model.DataMismatch;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.LedgerEntry;
import dev.sluice.model.LimitExceeded;
import dev.sluice.model.Slice;
import dev.sluice.model.TableName;
import dev.sluice.model.WarehouseUnavailable;
import dev.sluice.plan.TableFacts;
import dev.sluice.store.ObjectStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every warehouse keeps, whatever is behind it. What it holds is read with SQL of the test's own.
/// Each test has a table of its own.
public abstract class WarehouseContract {
    private static final String NONE = "(none)";
    private static final int LOADERS = 40;
    private static final Column ID = column("id", new ColumnType.Int32());
    private static final Column REGION = column("region", new ColumnType.Text());
    private static final Column NOTE = column("note", new ColumnType.Text());

    @TempDir
    protected Path directory = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private Warehouse warehouse;

    @SuppressWarnings("NullAway.Init")
    private TableName target;

    @SuppressWarnings("NullAway.Init")
    private Waves waves;

    protected abstract Warehouse warehouse();

    /// The lake that the warehouse loads from.
    protected abstract ObjectStore store();

    /// A connection of the test's own.
    protected abstract Connection connection() throws SQLException;

    /// An identifier as the warehouse spells it, quoted.
    protected abstract String name(String identifier);

    /// SQL that spells a value as the source does.
    protected abstract String spelled(ColumnType type, String value);

    /// The source's spelling of what [#spelled] gave.
    protected String respelled(ColumnType type, String text) {
        return text;
    }

    /// A table that no other test has.
    protected abstract TableName freshTable();

    /// Whether a reader may be connected while a wave is published.
    protected boolean hasReadersBeside() {
        return true;
    }

    @BeforeEach
    void freshTarget() {
        target = freshTable();
        warehouse = warehouse();
        waves = new Waves(store(), directory, target, List.of(ID, REGION, NOTE));
    }

    private static String rows(String... values) {
        return "SELECT id::INTEGER AS id, region::VARCHAR AS region, note::VARCHAR AS note FROM (VALUES "
                + String.join(", ", values) + ") t(id, region, note)";
    }

    private String table() {
        return name(target.schema()) + "." + name(target.name());
    }

    /// First column of a query, NULL as `(none)`.
    private List<String> query(String sql) {
        try (Connection connection = connection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(Optional.ofNullable(rows.getString(1)).orElse(NONE));
            }
            return texts;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private void execute(String sql) {
        try (Connection connection = connection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /// `slice:id`, sorted.
    private List<String> held() {
        return query("SELECT %s || ':' || CAST(%s AS VARCHAR) FROM %s ORDER BY 1"
                .formatted(name("_sluice_slice"), name("id"), table()));
    }

    private Map<Slice, LedgerEntry> ledger() {
        return warehouse.read(target, false).ledger();
    }

    private LedgerEntry entry(Slice slice) {
        return Optional.ofNullable(ledger().get(slice)).orElseThrow();
    }

    private String everything() {
        Warehouse.State state = warehouse.read(target, true);
        return Stream.of(
                        state.exists() ? held() : List.of("absent"),
                        state.ledger().values(),
                        warehouse.history(target),
                        List.of(state.newestEpoch()))
                .flatMap(Collection::stream)
                .map(Object::toString)
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    private void publishTwoSlices() {
        warehouse.publish(waves.wave("run-1")
                .slice("A", rows("(1, 'A', 'one')", "(2, 'A', NULL)"))
                .slice("B", rows("(3, 'B', 'three')"))
                .publication());
    }

    @Test
    void anUnknownTableHasNothing() {
        Warehouse.State state = warehouse.read(target, true);
        assertThat(state.exists()).isFalse();
        assertThat(state.ledger()).isEmpty();
        assertThat(state.counted()).isEmpty();
        assertThat(state.newestEpoch()).isZero();
        assertThat(warehouse.history(target)).isEmpty();
    }

    @Test
    void aFirstWaveMakesTheTableItsRowsAndTheirLedgerEntries() {
        Publication publication = waves.wave("run-1")
                .slice("A", rows("(1, 'A', 'one')", "(2, 'A', NULL)"))
                .slice(Slice.NULL, rows("(3, NULL, 'three')"), rows("(4, NULL, 'four')"))
                .slice("\\it's \"x\"\n🧀 \\\\", rows("(5, 'odd', '\\N')"))
                .publication();
        warehouse.publish(publication);
        Warehouse.State state = warehouse.read(target, true);
        assertThat(state.exists()).isTrue();
        assertThat(state.ours()).isTrue();
        assertThat(state.newestEpoch()).isEqualTo(1);
        String odd = "\\\\it's \"x\"\n🧀 \\\\";
        assertThat(held()).containsExactlyInAnyOrder("A:1", "A:2", "\\N:3", "\\N:4", odd + ":5");
        assertThat(state.counted().orElseThrow())
                .isEqualTo(Map.of(
                        Slice.ofText("A"),
                        new TableFacts.WarehouseSlice(2, "run-1", 1),
                        Slice.NULL,
                        new TableFacts.WarehouseSlice(2, "run-1", 1),
                        new Slice(odd),
                        new TableFacts.WarehouseSlice(1, "run-1", 1)));
        assertThat(state.ledger().get(Slice.ofText("A")))
                .isEqualTo(new LedgerEntry(
                        Slice.ofText("A"),
                        1,
                        "run-1",
                        Action.REPLACE,
                        "hash-of-3",
                        new Fingerprint(2, -7, "record-pg16"),
                        2,
                        100,
                        10,
                        "raw",
                        "lake",
                        publication.publishedAt()));
        assertThat(state.ledger().keySet()).containsExactlyInAnyOrder(Slice.ofText("A"), Slice.NULL, new Slice(odd));
        assertThat(query("SELECT %s FROM %s WHERE %s = 5".formatted(name("note"), table(), name("id"))))
                .as("backslash N is a text like any other")
                .containsExactly("\\N");
        assertThat(query("SELECT CAST(%s AS VARCHAR) FROM %s WHERE %s IS NULL"
                        .formatted(name("id"), table(), name("region"))))
                .containsExactlyInAnyOrder("3", "4");
    }

    @Test
    void slicesAreReplacedAndRemovedAndTheOthersStay() {
        publishTwoSlices();
        warehouse.publish(waves.wave("run-2")
                .slice("B", rows("(30, 'B', 'x')", "(31, 'B', 'x')"))
                .slice("C", rows("(40, 'C', 'x')"))
                .rowsBefore(3)
                .publication());
        assertThat(held()).containsExactly("A:1", "A:2", "B:30", "B:31", "C:40");
        warehouse.publish(waves.wave("run-3").remove("A").rowsBefore(5).publication());
        assertThat(held()).containsExactly("B:30", "B:31", "C:40");
        assertThat(ledger().keySet()).containsExactlyInAnyOrder(Slice.ofText("B"), Slice.ofText("C"));
        assertThat(entry(Slice.ofText("B")).runId()).isEqualTo("run-2");
        assertThat(warehouse.read(target, false).newestEpoch()).isEqualTo(3);
    }

    @Test
    void aWaveThatReplacesAllLeavesNoOldRowAndNoOldEntry() {
        publishTwoSlices();
        execute("INSERT INTO %s (%s, %s, %s, %s) SELECT 9, 'stray', 'x', %s FROM %s LIMIT 1"
                .formatted(
                        table(),
                        name("id"),
                        name("_sluice_slice"),
                        name("_sluice_run"),
                        name("_sluice_synced_at"),
                        name("_sluice_synced_at"),
                        table()));
        warehouse.publish(waves.wave("run-2")
                .replaceAll()
                .slice("A", rows("(7, 'A', 'x')", "(8, 'A', 'x')"))
                .rowsBefore(4)
                .publication());
        assertThat(held()).containsExactly("A:7", "A:8");
        assertThat(ledger().keySet()).containsExactly(Slice.ofText("A"));
    }

    @Test
    void aWholeTableMayBecomeEmptyOnlyIfItWas() {
        warehouse.publish(waves.wave("run-1")
                .replaceAll()
                .slice(Slice.ALL, rows("(1, 'A', 'x')") + " WHERE false")
                .publication());
        assertThat(held()).isEmpty();
        assertThat(entry(Slice.ALL).warehouseRows()).isZero();
    }

    @Test
    void publishingTheSameWaveAgainChangesNothing() {
        Publication publication = waves.wave("run-1")
                .slice("A", rows("(1, 'A', 'x')"))
                .remove("gone")
                .publication();
        warehouse.publish(publication);
        String once = everything();
        warehouse.publish(publication);
        assertThat(everything()).isEqualTo(once);
    }

    @Test
    void anotherWaveOfTheSameRunIsPublishedToo() {
        Waves.Wave first = waves.wave("run-1").slice("A", rows("(1, 'A', 'x')"));
        warehouse.publish(first.publication());
        Waves.Wave second = waves.wave("run-1").number(1).slice("B", rows("(2, 'B', 'x')"));
        warehouse.publish(second.publication(1));
        assertThat(held()).containsExactly("A:1", "B:2");
    }

    @Test
    void aFenceThatRefusesLeavesEverythingAsItWas() {
        publishTwoSlices();
        String before = everything();
        assertThatThrownBy(() -> warehouse.publish(waves.wave("run-2")
                        .slice("A", rows("(9, 'A', 'x')"))
                        .remove("B")
                        .fence(() -> {
                            throw new DataMismatch("another run took over");
                        })
                        .publication()))
                .isInstanceOf(DataMismatch.class)
                .hasMessage("another run took over");
        assertThat(everything()).isEqualTo(before);
        warehouse.publish(waves.wave("run-3").remove("B").rowsBefore(3).publication());
        assertThat(held()).as("the table is free again").containsExactly("A:1", "A:2");
    }

    @Test
    void aRunWithAnOldEpochPublishesNothing() {
        Waves.Wave late = waves.wave("run-0").slice("A", rows("(9, 'A', 'x')"));
        publishTwoSlices();
        String before = everything();
        assertThatThrownBy(() -> warehouse.publish(late.publication()))
                .isInstanceOf(DataMismatch.class)
                .hasMessageContaining("the ledger has epoch 2, this run took the lock at epoch 1");
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void theGuardRefusesATableThatWouldShrink() {
        publishTwoSlices();
        String before = everything();
        assertThatThrownBy(() -> warehouse.publish(
                        waves.wave("run-2").remove("A").rowsBefore(3).publication()))
                .isInstanceOf(LimitExceeded.class)
                .hasMessageContaining("would shrink from 3 to 1 rows");
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void rowsThatDidNotArriveAreNoticed() {
        publishTwoSlices();
        String before = everything();
        assertThatThrownBy(() -> warehouse.publish(waves.wave("run-2")
                        .slice("A", rows("(9, 'A', 'x')"))
                        .withARowLost()
                        .rowsBefore(3)
                        .publication()))
                .isInstanceOf(DataMismatch.class)
                .hasMessageContaining("slice A");
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void aTableOfSomebodyElseIsNotTouched() {
        publishTwoSlices();
        TableName theirs = new TableName(target.schema(), target.name() + "_theirs");
        execute("CREATE TABLE %s.%s (%s INTEGER)".formatted(name(theirs.schema()), name(theirs.name()), name("id")));
        Warehouse.State state = warehouse.read(theirs, true);
        assertThat(state.exists()).isTrue();
        assertThat(state.ours()).isFalse();
        Waves others = new Waves(store(), directory, theirs, List.of(ID, REGION, NOTE));
        assertThatThrownBy(() -> warehouse.publish(
                        others.wave("run-1").slice("A", rows("(1, 'A', 'x')")).publication()))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("that Sluice did not make");
    }

    @Test
    void aNewColumnIsAddedAndOneThatIsLeftOutGoes() {
        publishTwoSlices();
        Column amount = column("amount", new ColumnType.Decimal(10, 2));
        waves.columns(ID, REGION, NOTE, amount);
        warehouse.publish(waves.wave("run-2")
                .slice("B", "SELECT 4::INTEGER AS id, 'B' AS region, 'x' AS note, 1.50::DECIMAL(10,2) AS amount")
                .rowsBefore(3)
                .publication());
        assertThat(query("SELECT CAST(%s AS VARCHAR) FROM %s ORDER BY %s"
                        .formatted(name("amount"), table(), name("id"))))
                .containsExactly(NONE, NONE, "1.50");
        waves.columns(ID, REGION, amount);
        warehouse.publish(waves.wave("run-3")
                .replaceAll()
                .leftOut("note")
                .slice("B", "SELECT 5::INTEGER AS id, 'B' AS region, 2.5::DECIMAL(10,2) AS amount")
                .rowsBefore(1)
                .publication());
        assertThat(columnNames())
                .containsExactlyInAnyOrder(
                        name("id"),
                        name("region"),
                        name("amount"),
                        name("_sluice_slice"),
                        name("_sluice_run"),
                        name("_sluice_synced_at"));
        assertThat(held()).containsExactly("B:5");
    }

    private Set<String> columnNames() {
        try (Connection connection = connection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT * FROM " + table() + " LIMIT 0")) {
            Set<String> names = new TreeSet<>();
            for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                names.add('"' + rows.getMetaData().getColumnName(i) + '"');
            }
            return names;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aColumnThatDoesNotFitIsRefusedUntilTheTargetMayBeRecreated() {
        publishTwoSlices();
        String before = everything();
        waves.columns(column("id", new ColumnType.Text()), REGION);
        String texts = "SELECT 'seven' AS id, 'A' AS region";
        assertThatThrownBy(() -> warehouse.publish(
                        waves.wave("run-2").slice("A", texts).rowsBefore(3).publication()))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("column id is ")
                .hasMessageContaining("column note was dropped or renamed at the source")
                .hasMessageContaining("sluice sync --full --select " + target);
        waves.columns(ID, REGION, NOTE, required("must", new ColumnType.Int32()));
        assertThatThrownBy(() -> warehouse.publish(waves.wave("run-3")
                        .slice("A", "SELECT 1::INTEGER AS id, 'A' AS region, 'x' AS note, 1::INTEGER AS must")
                        .rowsBefore(3)
                        .publication()))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("column must is new and NOT NULL");
        assertThat(everything()).isEqualTo(before);
        waves.columns(column("id", new ColumnType.Text()), REGION);
        warehouse.publish(waves.wave("run-4")
                .full()
                .slice("A", texts, texts.replace("seven", "eight"))
                .rowsBefore(3)
                .publication());
        assertThat(held()).containsExactly("A:eight", "A:seven");
        assertThat(ledger().keySet()).containsExactly(Slice.ofText("A"));
    }

    @Test
    void everyTypeArrivesAsItWas() {
        List<TypeSample> samples = TypeSample.all();
        List<Column> columns = new ArrayList<>(List.of(ID));
        StringBuilder select = new StringBuilder();
        for (TypeSample sample : samples) {
            columns.add(column(sample.column(), sample.type()));
        }
        waves.columns(columns.toArray(Column[]::new));
        int most = samples.stream().mapToInt(s -> s.values().size()).max().orElseThrow();
        List<String> selects = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            select.setLength(0);
            select.append("SELECT ").append(i).append("::INTEGER AS id");
            for (TypeSample sample : samples) {
                String value = i < sample.values().size() ? sample.sql(i) : "NULL::" + sample.duckType();
                select.append(", ")
                        .append(value)
                        .append(" AS \"")
                        .append(sample.column())
                        .append('"');
            }
            selects.add(select.toString());
        }
        warehouse.publish(waves.wave("run-1")
                .slice("A", String.join(" UNION ALL ", selects))
                .publication());
        for (TypeSample sample : samples) {
            List<String> expected = new ArrayList<>(sample.values());
            while (expected.size() < most) {
                expected.add(NONE);
            }
            List<String> found = query("SELECT %s FROM %s ORDER BY %s"
                    .formatted(spelled(sample.type(), name(sample.column())), table(), name("id")));
            assertThat(found.stream()
                            .map(text -> text.equals(NONE) ? text : sample.canonical(respelled(sample.type(), text))))
                    .as("%s", sample.type())
                    .containsExactlyElementsOf(expected);
        }
        Warehouse.Counted counted = Optional.ofNullable(warehouse
                        .written(
                                target,
                                "run-1",
                                columns.stream().map(Column::name).toList())
                        .get(Slice.ofText("A")))
                .orElseThrow();
        assertThat(counted.rows()).isEqualTo(most);
        for (TypeSample sample : samples) {
            assertThat(counted.nulls().get(sample.column()))
                    .as("NULLs of %s", sample.column())
                    .isEqualTo(most - sample.values().size());
        }
    }

    @Test
    void columnsAreAggregatedInTheSpellingOfTheModel() {
        List<TypeSample> samples = TypeSample.all();
        waves.columns(samples.stream().map(s -> column(s.column(), s.type())).toArray(Column[]::new));
        List<String> selects = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            List<String> values = new ArrayList<>();
            for (TypeSample sample : samples) {
                String value = i < 2 && i < sample.values().size() ? sample.sql(i) : "NULL::" + sample.duckType();
                values.add(value + " AS \"" + sample.column() + '"');
            }
            selects.add("SELECT " + String.join(", ", values));
        }
        warehouse.publish(waves.wave("run-1")
                .slice("A", String.join(" UNION ALL ", selects))
                .publication());
        List<ColumnAggregate> found =
                warehouse.aggregates(waves.definition()).getOrDefault(Slice.ofText("A"), List.of());
        assertThat(found).hasSize(samples.size());
        for (int i = 0; i < samples.size(); i++) {
            ColumnAggregate expected = samples.get(i).ofFirstTwoAndANull();
            assertThat(found.get(i).agreesWith(expected))
                    .as("%s, expected %s", found.get(i), expected)
                    .isTrue();
        }
    }

    @Test
    void whatARunWroteIsCountedWithItsNulls() {
        publishTwoSlices();
        warehouse.publish(waves.wave("run-2")
                .slice("B", rows("(3, 'B', NULL)", "(4, NULL, NULL)"))
                .rowsBefore(3)
                .publication());
        assertThat(warehouse.written(target, "run-2", List.of("id", "region", "note")))
                .isEqualTo(Map.of(
                        Slice.ofText("B"), new Warehouse.Counted(2, Map.of("id", 0L, "region", 1L, "note", 2L))));
        assertThat(warehouse.written(target, "run-1", List.of()).keySet()).containsExactly(Slice.ofText("A"));
    }

    @Test
    void historyTellsEveryEntryAndWhenItWasSuperseded() {
        publishTwoSlices();
        Publication second = waves.wave("run-2")
                .slice("A", rows("(9, 'A', 'x')"))
                .rowsBefore(2)
                .publication();
        warehouse.publish(second);
        List<Warehouse.History> ofA = warehouse.history(target).stream()
                .filter(h -> h.slice().equals(Slice.ofText("A")))
                .sorted(java.util.Comparator.comparingLong(Warehouse.History::epoch))
                .toList();
        assertThat(ofA).hasSize(2);
        assertThat(ofA.get(0).runId()).isEqualTo("run-1");
        assertThat(ofA.get(0).supersededAt()).contains(second.publishedAt());
        assertThat(ofA.get(1).supersededAt()).isEmpty();
        assertThat(ofA.get(1).loadedAt()).isEqualTo(second.publishedAt());
        assertThat(ofA.get(1).action()).isEqualTo(Action.REPLACE);
        assertThat(ofA.get(1).rawReceipt()).isEqualTo("raw");
    }

    @Test
    void aReplayPinsASliceAndAReleaseEndsThePin() {
        publishTwoSlices();
        warehouse.publish(waves.wave("run-2")
                .replay()
                .slice("A", rows("(9, 'A', 'old')"))
                .rowsBefore(3)
                .publication());
        assertThat(held()).containsExactly("A:9", "B:3");
        assertThat(entry(Slice.ofText("A")).pinned()).isTrue();
        Publication release = waves.wave("run-3").release("A").publication();
        warehouse.publish(release);
        warehouse.publish(release);
        LedgerEntry entry = entry(Slice.ofText("A"));
        assertThat(entry.action()).isEqualTo(Action.RELEASE);
        assertThat(entry.runId()).as("the run that its rows carry").isEqualTo("run-2");
        assertThat(entry.epoch()).isEqualTo(3);
        assertThat(held()).containsExactly("A:9", "B:3");
        assertThat(warehouse.history(target)).hasSize(4);
    }

    @Test
    void runsAreEnteredOnceAndReadNewestFirst() {
        Instant at = Instant.parse("2999-01-01T00:00:00.123456Z");
        String name = target.name();
        RunRecord one =
                new RunRecord(name + "-1", at, at.plusSeconds(1), "SUCCEEDED", 1, 2, 3, 4, 5, 6, 7, Optional.empty());
        RunRecord two = new RunRecord(
                name + "-2",
                at.plusSeconds(2),
                at.plusSeconds(3),
                "FAILED",
                1,
                2,
                3,
                4,
                5,
                6,
                7,
                Optional.of("it's \\"));
        warehouse.recordRuns(List.of(one));
        warehouse.recordRuns(List.of(one, two));
        warehouse.recordRuns(List.of());
        assertThat(warehouse.runs(Integer.MAX_VALUE).stream()
                        .filter(r -> r.runId().startsWith(name + "-")))
                .containsExactly(two, one);
        assertThat(warehouse.runs(1)).hasSize(1);
    }

    @Test
    void aDeadRunLeavesNothingBesideTheTable() {
        List<String> before = beside();
        assertThatThrownBy(() -> warehouse.publish(waves.wave("run-1")
                        .slice("A", rows("(1, 'A', 'x')"))
                        .withARowLost()
                        .publication()))
                .isInstanceOf(DataMismatch.class);
        warehouse.sweep(target, 2);
        assertThat(beside()).isEqualTo(before);
    }

    /// Names of tables that publishes made beside their targets, sorted.
    protected abstract List<String> beside();

    @Test
    void aReaderNeverFindsAWaveHalf() throws Exception {
        assumeTrue(hasReadersBeside(), "its readers wait while a wave is published");
        warehouse.publish(waves.wave("run-0")
                .slice("A", numbers(0))
                .slice("B", numbers(0))
                .publication());
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService reader = Executors.newSingleThreadExecutor()) {
            Future<Set<String>> seen = reader.submit(() -> {
                Set<String> states = new TreeSet<>();
                while (!done.get()) {
                    states.addAll(
                            query("SELECT CAST(COUNT(*) AS VARCHAR) || ' ' || MIN(%1$s) || ' ' || MAX(%1$s) FROM %2$s"
                                    .formatted(name("note"), table())));
                }
                return states;
            });
            for (int i = 1; i <= 4; i++) {
                warehouse.publish(waves.wave("run-" + i)
                        .slice("A", numbers(i))
                        .slice("B", numbers(i))
                        .rowsBefore(200)
                        .publication());
            }
            done.set(true);
            assertThat(seen.get()).isSubsetOf("200 0 0", "200 1 1", "200 2 2", "200 3 3", "200 4 4");
        }
    }

    @Test
    @Tag("slow")
    void loadersOfFortyTablesRunSideBySide() throws Exception {
        List<TableName> targets =
                Stream.generate(this::freshTable).limit(LOADERS).toList();
        List<Publication> publications = targets.stream()
                .map(each -> new Waves(store(), directory, each, List.of(ID, REGION, NOTE))
                        .wave("run-1")
                        .slice("A", numbers(1))
                        .publication())
                .toList();
        assertThat(atOnce(publications)).containsOnly("published");
        assertThat(targets)
                .allSatisfy(
                        each -> assertThat(warehouse.read(each, true).counted().orElseThrow())
                                .containsKey(Slice.ofText("A")));
    }

    /// More than Snowflake lets wait for one table.
    @Test
    @Tag("slow")
    void loadersOfOneTableTakeTurnsAndTheNewestEpochStays() throws Exception {
        publishTwoSlices();
        List<Publication> publications = new ArrayList<>();
        for (int i = 1; i <= LOADERS; i++) {
            publications.add(waves.wave("run-1" + i)
                    .slice("A", numbers(i))
                    .slice("B", numbers(i))
                    .publication());
        }
        assertThat(atOnce(publications)).contains("published").isSubsetOf("published", "fenced");
        assertThat(query("SELECT DISTINCT %s FROM %s".formatted(name("note"), table())))
                .containsExactly(String.valueOf(LOADERS));
        assertThat(ledger().values())
                .allSatisfy(entry -> assertThat(entry.epoch())
                        .isEqualTo(publications.getLast().epoch()));
        assertThat(query("SELECT COUNT(*) FROM " + table())).containsExactly("200");
    }

    /// Publishes all of them at once, each again while the warehouse asks for it, as the state machine does.
    private List<String> atOnce(List<Publication> publications) throws Exception {
        try (ExecutorService loaders = Executors.newFixedThreadPool(publications.size())) {
            List<Future<String>> ends = new ArrayList<>();
            for (Publication publication : publications) {
                ends.add(loaders.submit(() -> untilItEnds(publication)));
            }
            List<String> texts = new ArrayList<>();
            for (Future<String> end : ends) {
                texts.add(end.get());
            }
            return texts;
        }
    }

    private String untilItEnds(Publication publication) {
        for (int attempt = 1; true; attempt++) {
            try {
                warehouse.publish(publication);
                return "published";
            } catch (DataMismatch fenced) {
                return "fenced";
            } catch (WarehouseUnavailable later) {
                if (attempt == LOADERS) {
                    throw later;
                }
            }
        }
    }

    private static String numbers(int note) {
        return "SELECT n::INTEGER AS id, 'x' AS region, '%d' AS note FROM generate_series(1, 100) t(n)".formatted(note);
    }
}
