package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.store.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// `sluice receive TREE --as FEED` as whoever has years of old files sees it.
@Tag("slow")
class HistoryTest {
    private static final String COLUMNS = "columns: {id: bigint, total: \"numeric(12,2)\", year: integer, month: text}";

    private static final List<String> MODES =
            List.of("mode: append", "mode: replace, slice_by: year", "mode: upsert, key: [id], order_by: total");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private HistoryTree tree = new HistoryTree(Path.of("/"));

    @BeforeEach
    void makeRoom() {
        tree = new HistoryTree(directory.resolve("history"));
    }

    private DropsBed bed(String format, String columns, String mode) {
        return new DropsBed(directory)
                .feeds("pos: {match: \"drops/pos/*\", format: %s, target: retail.pos, %s, %s}"
                        .formatted(format, columns, mode));
    }

    /// What a command said.
    private record Said(int code, String out, String err) {
        Said is(int expected) {
            assertThat(code).as("%s%s", out, err).isEqualTo(expected);
            return this;
        }

        JsonNode json() {
            return Json.read(out, JsonNode.class, "");
        }
    }

    private Said receive(DropsBed bed, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all =
                new ArrayList<>(List.of("receive", "-c", bed.writeConfig().toString()));
        all.addAll(List.of(arguments));
        int code = Sluice.run(new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
        return new Said(code, out.toString(), err.toString());
    }

    private Said load(DropsBed bed, String... more) {
        List<String> all = new ArrayList<>(List.of(tree.folder().toString(), "--as", "pos"));
        all.addAll(List.of(more));
        return receive(bed, all.toArray(String[]::new));
    }

    static List<Arguments> everyFormatWithEveryMode() {
        List<Arguments> all = new ArrayList<>();
        List.of("csv", "jsonl", "parquet")
                .forEach(format -> MODES.forEach(mode -> all.add(Arguments.of(format, mode))));
        return all;
    }

    private void file(String format, String partition, int id, String total) {
        String name = partition + "/part-0." + format;
        switch (format) {
            case "csv" -> tree.put(name, "id,total\n%d,%s\n".formatted(id, total));
            case "jsonl" -> tree.put(name, "{\"id\": %d, \"total\": %s}\n".formatted(id, total));
            default -> tree.parquet(name, "SELECT %d::BIGINT AS id, %s::DECIMAL(12,2) AS total".formatted(id, total));
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("everyFormatWithEveryMode")
    void aTreeIsLoadedOnceComparedAndLoadedAgainWhereItChanged(String format, String mode) throws Exception {
        DropsBed bed = bed(format, COLUMNS, mode);
        file(format, "year=2023/month=12", 1, "1.10");
        file(format, "year=2024/month=01", 2, "2.20");
        file(format, "year=2024/month=__HIVE_DEFAULT_PARTITION__", 3, "9999999999.99");
        tree.put("_SUCCESS", "").put("year=2024/month=01/.part-0.crc", "x").put("_log/a.txt", "x");

        Said first = load(bed).is(0);

        List<String> rows = bed.query("SELECT id, total, year, month FROM retail.pos ORDER BY id");
        assertThat(rows).containsExactly("1|1.10|2023|12", "2|2.20|2024|01", "3|9999999999.99|2024|null");
        assertThat(first.out()).contains("year=2023/month=12", "1.10", "equal", "SUCCEEDED");
        assertThat(first.err()).contains("files in the tree: 3", "wave 1: 3 of 3 files", "compared 3 of 3 files");
        assertThat(bed.query("SELECT DISTINCT _sluice_line > 0, regexp_extract(_sluice_file, '^.*/history/') FROM"
                        + " retail.pos"))
                .containsExactly("true|" + tree.folder().toRealPath() + "/");

        JsonNode again = load(bed, "-o", "json").is(0).json();
        assertThat(again.at("/runs/0/feeds/0/found/kept").asInt()).isEqualTo(3);
        assertThat(again.at("/runs/0/feeds/0/found/pending").asInt()).isZero();
        assertThat(again.at("/partitions/1").toString())
                .contains(
                        "\"year=2024/month=01\"",
                        "\"rows\":1,\"rows_in_table\":1",
                        "{\"column\":\"total\",\"sum\":\"2.20\"}");

        file(format, "year=2024/month=01", 2, "7.00");
        assertThat(load(bed, "-o", "json")
                        .is(0)
                        .json()
                        .at("/runs/0/feeds/0/files/loaded")
                        .asInt())
                .isEqualTo(1);
        assertThat(bed.query("SELECT id, total FROM retail.pos ORDER BY id"))
                .containsExactly("1|1.10", "2|7.00", "3|9999999999.99");
        bed.assertNoOrphans();
    }

    @Test
    void aTreeIsTheSameWhicheverWayItIsSpelled() throws Exception {
        DropsBed bed = bed("csv", COLUMNS, "mode: append");
        file("csv", "year=2023/month=12", 1, "1.10");
        file("csv", "year=2024/month=01", 2, "2.20");
        load(bed).is(0);
        Path link = Files.createSymbolicLink(directory.resolve("link"), tree.folder());

        for (String spelled : List.of(
                tree.folder() + "/",
                tree.folder() + "/../history",
                link.toString(),
                // a part of the tree: its partition stands in its address
                tree.folder() + "/year=2024")) {
            JsonNode report =
                    receive(bed, spelled, "--as", "pos", "-o", "json").is(0).json();
            assertThat(report.at("/runs/0/feeds/0/found/pending").asInt())
                    .as(spelled)
                    .isZero();
        }
        assertThat(bed.query("SELECT count(*) FROM retail.pos")).containsExactly("2");
    }

    @Test
    void twoThousandFilesAreLoadedInOneTransactionOrInAsManyAsAskedFor() {
        DropsBed bed =
                bed("csv", "columns: {id: bigint, total: \"numeric(12,2)\", dt: date}", "mode: upsert, key: [id]");
        for (int i = 0; i < 2_000; i++) {
            tree.put("dt=2024-01-%02d/%04d.csv".formatted(i % 20 + 1, i), "id,total\n%d,0.01\n".formatted(i));
        }
        JsonNode report = load(bed, "-o", "json").is(0).json();

        assertThat(report.at("/runs").size()).isEqualTo(1);
        assertThat(report.at("/runs/0/feeds/0/commits").asInt()).isEqualTo(1);
        assertThat(report.at("/partitions").size()).isEqualTo(20);
        assertThat(report.at("/partitions/7/sums/1/sum").asText()).isEqualTo("1.00");
        assertThat(bed.query("SELECT count(*), count(DISTINCT loaded_at) FROM sluice.drops"))
                .containsExactly("2000|1");
    }

    @Test
    void aTreeOfManyWavesIsOneRunEachAndComparedAtTheEnd() {
        DropsBed bed = bed("csv", COLUMNS, "mode: append");
        for (int month = 1; month <= 7; month++) {
            file("csv", "year=2024/month=%02d".formatted(month), month, "1.00");
        }
        Said said = load(bed, "--wave", "3", "-o", "json").is(0);

        assertThat(said.json().at("/runs").size()).isEqualTo(3);
        assertThat(said.err())
                .contains("wave 1: 3 of 7 files", "wave 2: 6 of 7", "wave 3: 7 of 7", "7 rows were loaded");
        assertThat(said.json().at("/partitions").size()).isEqualTo(7);
        assertThat(bed.query("SELECT count(DISTINCT run_id), count(*) FROM sluice.runs"))
                .containsExactly("3|3");
    }

    static Stream<String> places() {
        return Stream.of(
                "receive.planned",
                "convert.objects-without-receipt",
                "load.rows-without-ledger",
                "load.committed",
                "verify.sweep-listed",
                "verify.result-written");
    }

    @ParameterizedTest(name = "killed at {0}")
    @MethodSource("places")
    void killedAndStartedAgainItLoadsTheRestOnce(String place) throws Exception {
        DropsBed bed = bed("csv", COLUMNS, "mode: append");
        for (int month = 1; month <= 5; month++) {
            file("csv", "year=2024/month=%02d".formatted(month), month, "1.00");
        }
        load(bed, "--wave", "2").is(0);
        for (int month = 6; month <= 9; month++) {
            file("csv", "year=2024/month=%02d".formatted(month), month, "1.00");
        }
        try (OtherProcess receive =
                bed.command(place, "receive", tree.folder().toString(), "--as", "pos", "--wave", "2")) {
            receive.awaitPause().kill();
        }

        JsonNode report = load(bed, "-o", "json").is(0).json();

        boolean committed = Stream.of("load.committed", "verify").anyMatch(place::startsWith);
        assertThat(report.at("/runs/0/feeds/0/files/loaded").asInt()).isEqualTo(committed ? 2 : 4);
        assertThat(report.at("/partitions").size()).isEqualTo(9);
        assertThat(bed.query("SELECT count(*), count(DISTINCT id) FROM retail.pos"))
                .containsExactly("9|9");
        assertThat(bed.query("SELECT count(*), count(DISTINCT key) FROM sluice.drops"))
                .containsExactly("9|9");
        bed.assertNoOrphans();
    }

    @Test
    void whatWasDroppedSinceWinsOverHistoryWhereTheOrderIsEqual() {
        DropsBed bed = bed(
                        "csv",
                        "columns: {id: bigint, total: integer, seen: date}",
                        "mode: upsert, key: [id], order_by: seen")
                .drop("drops/pos/a.csv", "id,total,seen\n1,10,2024-01-02\n2,10,2024-01-02\n3,10,2024-01-02\n");
        tree.put("seen=2024-01-01/a.csv", "id,total\n1,1\n")
                .put("seen=2024-01-02/a.csv", "id,total\n2,1\n")
                .put("seen=2024-01-03/a.csv", "id,total\n3,1\n4,1\n");

        assertThat(bed.receive().status()).isEqualTo("SUCCEEDED");
        load(bed).is(0);

        List<String> table = List.of("1|10", "2|10", "3|1", "4|1");
        assertThat(bed.query("SELECT id, total FROM retail.pos ORDER BY id")).isEqualTo(table);
        // the other order of arrival
        DropsBed other = new DropsBed(directory.resolve("other"))
                .feeds("pos: {match: \"drops/pos/*\", format: csv, target: retail.pos, columns: {id: bigint, total:"
                        + " integer, seen: date}, mode: upsert, key: [id], order_by: seen}")
                .drop("drops/pos/a.csv", "id,total,seen\n1,10,2024-01-02\n2,10,2024-01-02\n3,10,2024-01-02\n");
        load(other).is(0);
        assertThat(other.receive().status()).isEqualTo("SUCCEEDED");
        assertThat(other.query("SELECT id, total FROM retail.pos ORDER BY id")).isEqualTo(table);
        // neither looks at the other's files
        assertThat(other.receive().feeds().getFirst().found().kept()).isEqualTo(1);
        bed.assertNoOrphans();
    }

    @Test
    void namedPartsOfMatchAreGivenByPartitionsWithTheirEscapesTakenAway() {
        DropsBed bed = new DropsBed(directory)
                .feeds("pos: {match: \"drops/{store}/*.csv\", format: csv, target: retail.pos, mode: append,"
                        + " columns: {id: bigint, shop: {part: store, type: text}}}");
        tree.put("store=K1A%3A0B1%2F%25/a.csv", "id\n1\n").put("shop=M3C/store=M3C/b.csv", "id\n2\n");

        load(bed).is(0);

        assertThat(bed.query("SELECT id, shop FROM retail.pos ORDER BY id")).containsExactly("1|K1A:0B1/%", "2|M3C");
    }

    @ParameterizedTest
    @MethodSource("formats")
    void aColumnThatStandsInTheFileAsWellMustSayWhatThePathSays(String format) {
        DropsBed bed = bed(format, "columns: {id: bigint, year: integer}", "mode: append");
        both(format, "year=2023", "2023");
        both(format, "year=2024", "2023");

        Said said = load(bed).is(1);

        assertThat(said.out()).contains("column year is not what the partition year of the path says", "/year=2024/");
        assertThat(bed.query("SELECT id, year FROM retail.pos")).containsExactly("1|2023");

        load(bed, "--ignore-partition", "year").is(0);
    }

    static Stream<String> formats() {
        return Stream.of("csv", "jsonl", "parquet");
    }

    private void both(String format, String partition, String year) {
        String name = partition + "/a." + format;
        switch (format) {
            case "csv" -> tree.put(name, "id,year\n1,%s\n".formatted(year));
            case "jsonl" -> tree.put(name, "{\"id\": 1, \"year\": %s}\n".formatted(year));
            default -> tree.parquet(name, "SELECT 1::BIGINT AS id, %s::INTEGER AS year".formatted(year));
        }
    }

    @Test
    void whatIsNotThereOrDoesNotFitIsAMistakeInUseAndLoadsNothing() {
        DropsBed bed = bed("csv", COLUMNS, "mode: append");
        assertThat(load(bed).is(2).out()).contains("there is no folder");
        file("csv", "year=2024/month=01", 1, "1.00");
        assertThat(receive(bed, tree.folder().toString(), "--as", "sop").is(2).out())
                .contains("no feed is called 'sop'; drops: has pos");
        assertThat(receive(
                                bed,
                                tree.folder()
                                        .resolve("year=2024/month=01/part-0.csv")
                                        .toString(),
                                "--as",
                                "pos")
                        .is(2)
                        .out())
                .contains("is a file; name the folder");
        assertThat(receive(bed, directory.resolve("lake").toString(), "--as", "pos")
                        .is(2)
                        .out())
                .contains("overlap");
        assertThat(receive(bed, "gs://bucket/x", "--as", "pos").is(2).out()).contains("expected s3://bucket/prefix");
        assertThat(receive(bed, tree.folder().toString()).is(2).err()).contains("--as FEED");
        assertThat(receive(bed, "--as", "pos").is(2).err()).contains("name one tree");
        assertThat(receive(bed, "--no-verify").is(2).err()).contains("go with --as");

        tree.put("year=2024/month=02/week=7/a.csv", "id,total\n1,1\n");
        assertThat(load(bed).is(2).out())
                .contains("the path has the partition week, which is no column", "--ignore-partition week");
        load(bed, "--ignore-partition", "week").is(0);
        tree.put("year=2024/month=03/a.parquet", "PAR1");
        assertThat(load(bed, "--ignore-partition", "week").is(2).out())
                .contains("a.parquet: a file of another format (parquet) than the feed's");

        tree = new HistoryTree(directory.resolve("hidden"));
        tree.put("_SUCCESS", "");
        assertThat(load(bed).is(2).out()).contains("there are no files below");
    }

    @Test
    void aFeedWhosePartsNoPartitionGivesIsToldSo() {
        DropsBed bed = new DropsBed(directory)
                .feeds("pos: {match: \"drops/{store}/*.csv\", format: csv, target: retail.pos, mode: append,"
                        + " columns: {id: bigint, store: {part: store, type: text}}}");
        tree.put("year=2024/a.csv", "id\n1\n");

        assertThat(load(bed, "--ignore-partition", "year").is(2).out())
                .contains("column store comes from {store} of `match`, and the path has no partition store=");
    }

    @Test
    void rowsThatSomebodyChangedInTheTableAreFoundAndNamed() {
        DropsBed bed = bed("csv", COLUMNS, "mode: append");
        file("csv", "year=2024/month=01", 1, "1.00");
        file("csv", "year=2024/month=02", 2, "2.00");
        file("csv", "year=2024/month=03", 3, "3.00");
        load(bed).is(0);
        change(
                "UPDATE retail.pos SET total = 2.01 WHERE id = 2",
                "DELETE FROM retail.pos WHERE id = 3",
                "UPDATE retail.pos SET month = NULL WHERE id = 1");

        Said said = load(bed).is(1);

        assertThat(said.out())
                .contains(
                        "retail.pos, year=2024/month=01, column month: the files have 1 values, the table has 0",
                        "retail.pos, year=2024/month=02, column total: the files add up to 2.00, the table to 2.01",
                        "retail.pos, year=2024/month=03: the files have 1 rows, the table has 0",
                        "DIFFERS",
                        "FAILED");
        assertThat(load(bed, "--no-verify").is(1).out())
                .contains("month=03/part-0.csv: the ledger says 1 rows, the warehouse has 0")
                .doesNotContain("DIFFERS", "equal");
    }

    private void change(String... statements) {
        try (var connection =
                        java.sql.DriverManager.getConnection("jdbc:duckdb:" + directory.resolve("warehouse.duckdb"));
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
