package dev.sluice.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/// The first sync of the whole table, until it can be queried in DuckDB: beside Spark to Parquet, and beside
/// the bare copy.
final class FirstSync implements Scenario {
    private static final String COPY = "bare COPY, read and thrown away";
    private static final String SPARK = "Spark to Parquet";
    private static final String WALL = ", with the start of the JVM";
    private static final String RUN = ", without";

    @Override
    public String name() {
        return "first-sync";
    }

    @Override
    public String title() {
        return "First sync of the whole table, until it can be queried";
    }

    @Override
    public void run(Context context, Findings findings) throws Exception {
        SalesTable sales = context.sales();
        Map<String, Bed> beds = new LinkedHashMap<>();
        beds.put("wholesale", Bed.of(context, "first-wholesale", sales, "strategy: wholesale, max_rows: 1000000000"));
        beds.put(
                "sliced by store, %d slices".formatted(sales.stores()),
                Bed.of(context, "first-sliced", sales, "strategy: sliced, slice_by: store_id"));
        beds.put(
                "time-sliced by day",
                Bed.of(context, "first-days", sales, "strategy: time-sliced, slice_by: sold_at, grain: day"));
        beds.values().iterator().next().sync();
        context.server().copy(sales.copy());
        String version = "";
        for (int repetition = 0; repetition < context.repetitions(); repetition++) {
            double before = context.server().cpuSeconds();
            findings.measured(COPY, "s", context.server().copy(sales.copy()).seconds());
            findings.measured(
                    COPY + ": CPU of the server", "s", context.server().cpuSeconds() - before);
            for (Map.Entry<String, Bed> bed : beds.entrySet()) {
                sync(context, findings, bed.getKey(), bed.getValue());
            }
            SparkProcess spark = SparkProcess.run(context);
            findings.measured(SPARK + WALL, "s", spark.wallSeconds());
            findings.measured(SPARK + RUN, "s", spark.jobSeconds());
            findings.measured(SPARK + ": peak memory", "MB", spark.peakBytes() / 1e6);
            version = spark.version();
        }
        for (String how : beds.keySet()) {
            findings.figure(
                    how + ": rows/s ÷ Spark's" + WALL,
                    findings.of(SPARK + WALL).over(findings.of(how + WALL)),
                    Goal.atLeast(3),
                    "see where the time goes");
            findings.figure(
                    how + ": rows/s ÷ Spark's" + RUN,
                    findings.of(SPARK + RUN).over(findings.of(how + RUN)),
                    Goal.atLeast(3),
                    "see where the time goes");
            findings.figure(
                    how + ": wall time ÷ bare COPY's",
                    findings.of(how + WALL).over(findings.of(COPY)),
                    Goal.atMost(2),
                    "see where the time goes");
        }
        findings.remark(
                "Spark %s, local[2], two JDBC partitions by primary key, fetch size 10000, zstd; same Java. It stops at Parquet, Sluice goes on to the DuckDB table and its ledger."
                        .formatted(version));
        for (Bed bed : beds.values()) {
            bed.clear();
        }
    }

    private static void sync(Context context, Findings findings, String how, Bed bed) throws Exception {
        bed.clear();
        double before = context.server().cpuSeconds();
        Bed.Sync sync = bed.sync();
        findings.measured(how + WALL, "s", sync.wallSeconds());
        findings.measured(how + RUN, "s", sync.runSeconds());
        findings.measured(how + ": CPU of the process", "s", sync.cpuSeconds());
        findings.measured(how + ": CPU of the server", "s", context.server().cpuSeconds() - before);
        findings.measured(how + ": peak memory", "MB", sync.peakBytes() / 1e6);
        bed.expectRows(context.sales());
    }
}
