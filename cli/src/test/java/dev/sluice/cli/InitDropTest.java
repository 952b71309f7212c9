package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.SluiceConfig;
import dev.sluice.model.Feed;
import dev.sluice.model.FileFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitDropTest {
    private static final String REST = """
            version: 1
            source: { url: "jdbc:postgresql://h/d", user: u, password: "${env:PATH}" }
            lake: { url: "file:lake" }
            warehouse: { type: duckdb, path: w.duckdb }
            """;

    @TempDir
    private Path directory;

    private Path file(String name, byte[] content) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, content);
    }

    private static Feed parsed(String drops) {
        return SluiceConfig.parse(REST + drops, "sluice.yaml", Path.of("/"), name -> "x")
                .drops()
                .getFirst();
    }

    @Test
    void jsonLinesBecomeAnEntryWithTypesAndReasons() throws IOException {
        Path file = directory.resolve("drops/pos/17/2024-03-31/pos-0001.jsonl.gz");
        Files.createDirectories(file.getParent());
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            for (int i = 0; i < 500; i++) {
                out.write(
                        "{\"id\": %d, \"sold_at\": \"2024-03-31T10:00:00Z\", \"total\": %d.%02d, \"items\": [{\"sku\": \"s3cr3t\"}], \"paid\": true, \"Kassen Nr\": \"007\"%s}\n"
                                .formatted(i, i, i % 100, i % 2 == 0 ? "" : ", \"coupon\": \"x\"")
                                .getBytes(StandardCharsets.UTF_8));
            }
        }
        String out = Cli.bare("init", "--drop", file.toString()).exits(0).out();
        assertThat(out).isEqualTo("""
                drops:
                  pos:
                    # Proposed by sluice init --drop from one file, 500 rows; docs/config.md has every key.
                    match: "drops/pos/17/{date:yyyy-MM-dd}/*.jsonl.gz" # told from the name of the first file; the key in the lake counts
                    format: jsonl
                    columns:
                      id: bigint # whole numbers
                      sold_at: timestamptz # times with Z or an offset from UTC
                      total: "numeric(18,2)" # numbers with up to 3 digits before and 2 behind the point
                      items: json # objects or arrays
                      paid: boolean # true or false
                      "Kassen Nr": text # digits with zeros in front, as identifiers have
                      coupon: text # texts; some missing
                      # the day in the key as a column: day: { part: date, type: date }
                    mode: append
                    # id has a value of its own in every row that was looked at. If later files bring rows again: mode: upsert, key: [id], order_by: …
                    on_new_column: refuse
                    bad_rows: { allow: 0, action: quarantine } # such as 0.1 %
                """);
        assertThat(parsed(out).columns()).hasSize(7);
    }

    @Test
    void aCsvOfAnotherEncodingDelimiterAndNullIsFoundOut() throws IOException {
        Path one = file(
                "lieferungen_20240331.csv",
                "Nr;Größe;Tag;Bemerkung\n1;1.5;2024-02-29;\\N\n2;12;2024-03-01;\"a;b\"\n"
                        .getBytes(Charset.forName("windows-1252")));
        Path two = file(
                "lieferungen_20240401.csv",
                "Nr;Größe;Tag;Bemerkung\n3;;2024-02-29;x\n".getBytes(Charset.forName("windows-1252")));
        String out = Cli.bare("init", "--drop", one.toString(), two.toString())
                .exits(0)
                .out();
        assertThat(out)
                .contains("  lieferungen:\n", "from 2 files, 3 rows", "match: \"drops/lieferungen/*.csv\"")
                .contains("Nr: bigint # whole numbers\n", "Größe\": \"numeric(18,1)\" # ", "; some missing");
        assertThat(parsed(out).format())
                .isEqualTo(new FileFormat.Csv(';', Optional.of('"'), true, "windows-1252", "\\N"));
    }

    @Test
    void aCsvWithoutHeaderGetsNumberedColumns() throws IOException {
        Path file = file("x.tsv", "1\ta\t2024-01-01\n2\tb\t2024-01-02\n".getBytes(StandardCharsets.UTF_8));
        String out = Cli.bare("init", "--drop", file.toString()).exits(0).out();
        assertThat(out)
                .contains("format: { type: csv, delimiter: tab, header: false }")
                .contains("c1: bigint", "c2: text", "c3: date # days");
    }

    @Test
    void aParquetFileSaysItsTypesItself() throws SQLException {
        Path file = directory.resolve("a.parquet");
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "COPY (SELECT 1 AS id, 1.50::DECIMAL(9,2) AS num, [1] AS l, 'x' AS t) TO '%s' (FORMAT parquet)"
                            .formatted(file));
        }
        assertThat(Cli.bare("init", "--drop", file.toString()).exits(0).out())
                .contains("format: parquet", "id: integer #", "num: \"numeric(9,2)\" #", "l: json #", "t: text #");
    }

    @Test
    void anEntryIsAppendedToAFileWithAndWithoutDrops() throws IOException {
        Path sample = file("a.csv", "id,t\n1,x\n".getBytes(StandardCharsets.UTF_8));
        Path other = file("b.csv", "id,t\n1,x\n".getBytes(StandardCharsets.UTF_8));
        Path config = file(
                "sluice.yaml", (REST + "tables:\n  a.b: { strategy: wholesale }\n").getBytes(StandardCharsets.UTF_8));
        Cli.bare("init", "--drop", sample.toString(), "--append", "-c", config.toString())
                .exits(0);
        Cli.bare("init", "--drop", other.toString(), "--append", "-c", config.toString())
                .exits(0);
        assertThat(SluiceConfig.load(config, name -> "x").drops())
                .extracting(Feed::name)
                .containsExactly("b", "a");
        String before = Files.readString(config);
        Cli.bare("init", "--drop", other.toString(), "--append", "-c", config.toString())
                .exits(2)
                .says("drops.b: found the key twice");
        assertThat(Files.readString(config)).isEqualTo(before);
    }

    @Test
    void aFileThatSaysNothingIsRefused() throws IOException {
        Path empty = file("a.csv", new byte[0]);
        Cli.bare("init", "--drop", empty.toString()).exits(2).says("a.csv: the file is empty");
        Cli.bare("init", "--drop", directory.resolve("none").toString())
                .exits(2)
                .says("none: no such file");
        Cli.bare("init", "--drop", empty.toString(), "--source", "x").exits(2).says("one at a time");
        Cli.bare("init").exits(2).says("--source");
    }
}
