package dev.sluice.bench;

import com.github.luben.zstd.ZstdInputStream;
import dev.sluice.run.Stages;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Land beside a bare copy, convert beside DuckDB, and how long each stage of a first sync takes.
final class StagesScenario implements Scenario {
    private static final String COPY = "bare COPY, read and thrown away";
    private static final String DUCKDB_CSV = "DuckDB: read_csv → Parquet, from plain CSV";
    private static final String DUCKDB_ZSTD = "DuckDB: read_csv → Parquet, from the raw file as landed";

    @Override
    public String name() {
        return "stages";
    }

    @Override
    public String title() {
        return "Land and convert, stage by stage";
    }

    @Override
    public void run(Context context, Findings findings) throws Exception {
        SalesTable sales = context.sales();
        Bed wholesale = Bed.of(context, "stages-wholesale", sales, "strategy: wholesale, max_rows: 1000000000");
        Bed sliced = Bed.of(context, "stages-sliced", sales, "strategy: sliced, slice_by: store_id");
        Path raw = context.work().resolve("raw");
        context.server().copy(sales.copy());
        StageRun.of(wholesale, raw);
        for (int repetition = 0; repetition < context.repetitions(); repetition++) {
            findings.measured(COPY, "s", context.server().copy(sales.copy()).seconds());
            StageRun whole = StageRun.of(wholesale, raw);
            stages(findings, "wholesale", whole);
            findings.measured(DUCKDB_ZSTD, "s", duckDb(whole.raw(), raw));
            List<Path> plain = new ArrayList<>();
            for (Path file : whole.raw()) {
                plain.add(plain(file));
            }
            findings.measured(DUCKDB_CSV, "s", duckDb(plain, raw));
            for (Path file : plain) {
                Files.delete(file);
            }
            stages(findings, sales.stores() + " slices", StageRun.of(sliced, raw));
        }
        land(findings, "wholesale");
        land(findings, sales.stores() + " slices");
        Samples converter = findings.of("wholesale: converter alone");
        findings.figure(
                "convert: speed ÷ DuckDB's own from plain CSV",
                findings.of(DUCKDB_CSV).over(converter),
                Goal.atLeast(0.9),
                "the converter proves every value exact and reads zstd, which DuckDB does on one thread per file");
        findings.figure(
                "convert: speed ÷ DuckDB's own from the same raw file",
                findings.of(DUCKDB_ZSTD).over(converter),
                Goal.atLeast(0.9),
                "the converter proves every value exact");
        findings.remark("DuckDB on both sides with %d threads; its own with default memory, ours with 192 MiB."
                .formatted(StageRun.CORES));
        findings.remark("Stages one after another in this process; the command overlaps them.");
        Bed.delete(raw);
        wholesale.clear();
        sliced.clear();
    }

    private static void stages(Findings findings, String how, StageRun run) {
        for (String stage : Stages.NAMES) {
            findings.measured(how + ": " + stage, "s", run.seconds().getOrDefault(stage, 0.0));
        }
        findings.measured(how + ": converter alone", "s", run.converterSeconds());
    }

    private static void land(Findings findings, String how) {
        findings.figure(
                "land, " + how + ": rows/s ÷ bare COPY's",
                findings.of(COPY).over(findings.of(how + ": land")),
                Goal.atLeast(0.85),
                "the server needs longer for quoted values and the slice's key; splitting and compressing wait for it on the same thread");
    }

    private static Path plain(Path zstd) throws java.io.IOException {
        Path plain = zstd.resolveSibling(zstd.getFileName() + ".plain");
        try (InputStream in = new ZstdInputStream(Files.newInputStream(zstd)).setContinuous(true);
                OutputStream out = Files.newOutputStream(plain)) {
            in.transferTo(out);
        }
        return plain;
    }

    /// The same types as the converter writes, so that both do the same work.
    private static double duckDb(List<Path> csv, Path directory) throws Exception {
        List<String> columns = List.of(
                "sale_id BIGINT",
                "store_id INTEGER",
                "product_id INTEGER",
                "postal_code VARCHAR",
                "customer_id UUID",
                "sold_at TIMESTAMPTZ",
                "sold_on DATE",
                "quantity INTEGER",
                "unit_price DECIMAL(10,2)",
                "discount DECIMAL(5,2)",
                "total DECIMAL(12,2)",
                "paid_by_card BOOLEAN",
                "channel VARCHAR",
                "cashier VARCHAR",
                "note VARCHAR");
        String types = String.join(
                ", ",
                columns.stream()
                        .map(column -> "'%s': '%s'".formatted((Object[]) column.split(" ", 2)))
                        .toList());
        String files = csv.stream().map(file -> "'" + file + "'").collect(Collectors.joining(", "));
        Path out = directory.resolve("duckdb.parquet");
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("SET threads = " + StageRun.CORES);
            statement.execute("SET TimeZone = 'UTC'");
            statement.execute("SET preserve_insertion_order = false");
            long began = System.nanoTime();
            statement.execute(
                    "COPY (SELECT * FROM read_csv([%s], header = true, columns = {%s})) TO '%s' (FORMAT parquet, COMPRESSION zstd)"
                            .formatted(files, types, out));
            double seconds = (System.nanoTime() - began) / 1e9;
            Files.delete(out);
            return seconds;
        }
    }
}
