package dev.sluice.adapter.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.drop.DropReader.Outcome;
import dev.sluice.drop.DropReader.Outcome.Refused;
import dev.sluice.drop.DropReader.Outcome.Taken;
import dev.sluice.model.Column;
import dev.sluice.model.Feed;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DroppedParquetTest {
    @TempDir
    private Path directory;

    private Dropped dropped;

    @BeforeEach
    void open() {
        dropped = new Dropped(directory);
    }

    @AfterEach
    void close() {
        dropped.close();
    }

    private static List<@Nullable Object> values(@Nullable Object... values) {
        return new ArrayList<>(Arrays.asList(values));
    }

    private byte[] parquet(String select) throws SQLException, IOException {
        Path file = directory.resolve("made.parquet");
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
            statement.execute("COPY (%s) TO '%s' (FORMAT parquet)".formatted(select, file));
        }
        return Files.readAllBytes(file);
    }

    private static Feed feed(String columns) {
        return Dropped.feed("format: parquet, columns: {%s}, bad_rows: {allow: 0.5}".formatted(columns));
    }

    @Test
    void aFileOfTheSameTypesGoesStraightThroughWithItsRowsInOrder() throws SQLException, IOException {
        byte[] file = parquet("SELECT range::INTEGER AS id, 'ü' || range AS t, (range / 4)::DECIMAL(12,2) AS n,"
                + " DATE '2024-02-29' + range::INTEGER AS d FROM range(300000)");
        Taken taken = dropped.taken(
                feed("id: bigint, t: text, n: \"numeric(14,3)\", d: date, store: {part: store, type: int}"), file);
        List<List<@Nullable Object>> rows = Dropped.rows(taken);
        assertThat(rows).hasSize(300_000);
        for (int i = 0; i < rows.size(); i += 50_000) {
            assertThat(rows.get(i))
                    .isEqualTo(values(
                            i + 1L,
                            (long) i,
                            "ü" + i,
                            new BigDecimal(i).divide(new BigDecimal(4)).setScale(3),
                            LocalDate.of(2024, 2, 29).plusDays(i),
                            17));
        }
        assertThat(taken.columns()).extracting(Column::name).containsExactly("id", "t", "n", "d", "store");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "42::BIGINT ~ smallint ~ 42",
                "42::UBIGINT ~ bigint ~ 42",
                "42::BIGINT ~ \"numeric(12,2)\" ~ 42.00",
                "4.20::DECIMAL(9,2) ~ \"numeric(5,1)\" ~ 4.2",
                "42.00::DECIMAL(9,2) ~ int ~ 42",
                "1.5::FLOAT ~ double precision ~ 1.5",
                "'-0.0'::DOUBLE ~ double precision ~ -0.0",
                "0.1::DOUBLE ~ text ~ 0.1",
                "7 ~ text ~ 7",
                "'2024-02-29T01:00:00+01:00' ~ timestamptz ~ 2024-02-29T00:00:00Z",
                "TIMESTAMPTZ '2024-02-29 00:00:00+00' ~ timestamptz ~ 2024-02-29T00:00:00Z",
                "TIMESTAMP_NS '2024-02-29 00:00:00.000001' ~ timestamp ~ 2024-02-29T00:00:00.000001",
                "TIMESTAMP_MS '2024-02-29 00:00:00.5' ~ timestamp ~ 2024-02-29T00:00:00.500",
                "'\\xab'::BLOB ~ text ~ never",
                "encode('ü') ~ text ~ ü",
                "'\\xab'::BLOB ~ bytea ~ \\xab",
                "{'a': [1, 2]} ~ json ~ {\"a\":[1,2]}",
                "'{\"a\": 1.0}' ~ json ~ {\"a\": 1.0}",
                "NULL::BIGINT ~ smallint ~ null",
                "'' ~ text ~ ``",
                "uuid '00000000-0000-0000-0000-000000000001' ~ uuid ~ 00000000-0000-0000-0000-000000000001",
                "true ~ boolean ~ true"
            })
    void anotherTypeArrivesWhereTheValueFits(String value, String type, String expected)
            throws SQLException, IOException {
        Outcome outcome = dropped.read(feed("v: " + type), parquet("SELECT %s AS v".formatted(value)));
        if (expected.equals("never")) {
            assertThat(((Refused) outcome).why()).contains("a text that is not UTF-8");
            return;
        }
        assertThat(outcome).isInstanceOf(Taken.class);
        assertThat(String.valueOf(Dropped.rows((Taken) outcome).getFirst().get(1)))
                .isEqualTo(expected);
    }

    @Test
    void aValueThatDoesNotFitPutsItsRowIntoTheQuarantineByItsNumber() throws SQLException, IOException {
        byte[] file = parquet(
                "SELECT v::BIGINT AS v, 'two\nlines' AS t FROM (VALUES (1), (70000), (2), (3), (4), (5)) AS x(v)");
        Taken taken = dropped.taken(feed("v: smallint, t: text"), file);
        assertThat(Dropped.rows(taken).stream().map(row -> row.subList(0, 2)).toList())
                .containsExactly(values(1L, 1), values(3L, 2), values(4L, 3), values(5L, 4), values(6L, 5));
        assertThat(taken.badRows()).isEqualTo(1);
        assertThat(Files.readString(taken.quarantine().orElseThrow()))
                .isEqualTo(
                        "line,column,reason,text\r\n"
                                + "2,\"v\",\"a number outside the range of smallint\",\"\"\"70000\"\",\"\"two\nlines\"\"\"\r\n");
    }

    @Test
    void anInfiniteDateOrANulInATextIsABadRow() throws SQLException, IOException {
        byte[] file = parquet("SELECT d::DATE AS d, t FROM (VALUES ('infinity', 'a'), ('2024-01-01', 'b'),"
                + " ('2024-01-02', 'c' || chr(0)), ('2024-01-03', 'd')) AS x(d, t)");
        Taken taken = dropped.taken(feed("d: date, t: text"), file);
        assertThat(Dropped.rows(taken).stream().map(List::getFirst).toList()).containsExactly(2L, 4L);
        assertThat(Files.readString(taken.quarantine().orElseThrow()))
                .contains("1,\"d\",\"no date of the form yyyy-MM-dd\"")
                .contains("3,\"t\",\"a NUL character");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "1.5::DOUBLE ~ bigint ~ column v is DOUBLE in the file, which does not become BIGINT",
                "1.5::DOUBLE ~ \"numeric(12,2)\" ~ column v is DOUBLE",
                "TIMESTAMP '2024-01-01 00:00:00' ~ timestamptz ~ column v is TIMESTAMP in the file",
                "TIMESTAMPTZ '2024-01-01 00:00:00Z' ~ timestamp ~ column v is TIMESTAMP WITH TIME ZONE",
                "[1, 2] ~ text ~ column v is INTEGER[] in the file",
                "true ~ int ~ column v is BOOLEAN",
                "1 ~ date ~ column v is INTEGER",
                "1::DOUBLE ~ real ~ column v is DOUBLE"
            })
    void aTypeThatFitsOnlyBentIsRefused(String value, String type, String why) throws SQLException, IOException {
        Outcome outcome = dropped.read(feed("v: " + type), parquet("SELECT %s AS v".formatted(value)));
        assertThat(((Refused) outcome).why()).startsWith("drops/x: ").contains(why);
    }

    @Test
    void columnsThatAreMissingUnknownOrNewAreTreatedAsInACsv() throws SQLException, IOException {
        byte[] file = parquet("SELECT 1 AS id, 'a' AS x, {'k': 1} AS s");
        assertThat(((Refused) dropped.read(feed("id: int"), file)).why())
                .isEqualTo(
                        "drops/x: the schema: it has `x`, `s`, which `columns` does not name; name it there, or take new columns with on_new_column: add");
        assertThat(((Refused) dropped.read(feed("id: int, y: int, x: text, s: json"), file)).why())
                .isEqualTo("drops/x: the schema: it lacks `y`");
        assertThat(((Refused) dropped.read(feed("z: int"), file)).why())
                .isEqualTo("drops/x: the schema names none of the columns `z`");
        Feed adds = Dropped.feed("format: parquet, columns: {id: int}, on_new_column: add");
        Taken taken = dropped.taken(adds, file);
        assertThat(Dropped.rows(taken)).containsExactly(values(1L, 1, "a", "{\"k\":1}"));
        assertThat(taken.columns()).extracting(Column::sourceType).containsExactly("int4", "text", "json");
    }

    @Test
    void aFileThatIsCutOffDamagedOrNoParquetIsRefused() throws SQLException, IOException {
        byte[] file = parquet("SELECT range AS id FROM range(100000)");
        Feed feed = feed("id: bigint");
        assertThat(((Refused) dropped.read(feed, Arrays.copyOf(file, file.length / 2))).why())
                .startsWith("drops/x: the Parquet file is cut off: it does not end with PAR1 at byte ");
        assertThat(((Refused) dropped.read(feed, "id\n1\n2\n3\n4\n5\n".getBytes(StandardCharsets.UTF_8))).why())
                .isEqualTo("drops/x: the file is no Parquet: it does not begin with PAR1 at byte 0");
        assertThat(((Refused) dropped.read(feed, new byte[0])).why()).contains("empty (0 bytes)");
        byte[] damaged = file.clone();
        Arrays.fill(damaged, file.length - 150, file.length - 8, (byte) 0x55);
        assertThat(((Refused) dropped.read(feed, damaged)).why()).contains("damaged");
        byte[] pages = file.clone();
        Arrays.fill(pages, 4, 200, (byte) 0x55);
        assertThat(((Refused) dropped.read(feed, pages)).why()).contains("damaged");
        assertThat(dropped.read(feed, file, Map.of())).isInstanceOf(Taken.class);
    }
}
