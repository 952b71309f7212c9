package dev.sluice.bench;

import java.io.IOException;
import java.util.List;

/// A sync when nothing has changed.
final class Quiet implements Scenario {
    private static final String COUNT = "SELECT store_id, count(*) … GROUP BY 1";
    private static final String PASS = "the fingerprint statement alone";
    private static final String WALL = ", with the start of the JVM";
    private static final String RUN = ", without";

    @Override
    public String name() {
        return "quiet";
    }

    @Override
    public String title() {
        return "Nothing has changed";
    }

    @Override
    public void run(Context context, Findings findings) throws Exception {
        SalesTable sales = context.sales();
        boolean tier = context.knows("untouched");
        String slicing = "strategy: sliced, slice_by: store_id";
        Bed bed = Bed.of(context, "quiet", sales, slicing + (tier ? ", untouched: false" : ""));
        bed.sync();
        String count = "SELECT store_id, count(*) FROM %s GROUP BY 1".formatted(sales.name());
        context.server().value(count);
        FingerprintPass watched = FingerprintPass.watched(context, bed);
        for (int repetition = 0; repetition < context.repetitions(); repetition++) {
            long began = System.nanoTime();
            context.server().value(count);
            findings.measured(COUNT, "s", (System.nanoTime() - began) / 1e9);
            findings.measured(PASS, "s", FingerprintPass.of(bed).seconds());
            quiet(context, findings, "tier 0 off", bed);
        }
        findings.figure(
                "tier 0 off" + RUN + ": time ÷ " + COUNT,
                findings.of("tier 0 off" + RUN).over(findings.of(COUNT)),
                Goal.atMost(2.5),
                "every value of every row is hashed, the count looks at one column");
        findings.figure(
                "tier 0 off" + WALL + ": time ÷ " + COUNT,
                findings.of("tier 0 off" + WALL).over(findings.of(COUNT)),
                Goal.atMost(2.5),
                "the start of the JVM does not shrink with the table");
        findings.remark("Hash %s; the fingerprint statement had %d parallel workers, the count as planned: %s."
                .formatted(watched.algorithm(), watched.workers(), workers(context, count)));
        if (tier) {
            bed = Bed.of(context, "quiet", sales, slicing + ", untouched: true");
            bed.sync();
            bed.sync();
            for (int repetition = 0; repetition < context.repetitions(); repetition++) {
                quiet(context, findings, "tier 0 on", bed);
            }
            findings.figure(
                    "tier 0 on" + RUN + ": seconds of total work",
                    findings.of("tier 0 on" + RUN),
                    Goal.atMost(0.5),
                    "opening source, lake and ledger");
        } else {
            findings.remark("Tier 0 is not in this version.");
        }
        warehouseIsLeftAlone(context, findings, tier);
    }

    private static void quiet(Context context, Findings findings, String how, Bed bed) throws Exception {
        double before = context.server().cpuSeconds();
        Bed.Sync sync = bed.sync();
        if (sync.rowsLanded() != 0) {
            throw new IOException("a quiet sync landed rows: " + sync.report());
        }
        findings.measured(how + WALL, "s", sync.wallSeconds());
        findings.measured(how + RUN, "s", sync.runSeconds());
        findings.measured(how + ": CPU of the process", "s", sync.cpuSeconds());
        findings.measured(how + ": CPU of the server", "s", context.server().cpuSeconds() - before);
        findings.measured(how + ": peak memory", "MB", sync.peakBytes() / 1e6);
    }

    private static String workers(Context context, String sql) throws Exception {
        List<String> plan = context.server().value("EXPLAIN " + sql).lines().toList();
        return plan.stream()
                .map(String::strip)
                .filter(line -> line.startsWith("Workers Planned"))
                .findFirst()
                .map(line -> line.replaceAll("[^0-9]", ""))
                .orElse("none");
    }

    /// Puts an empty table in the place of the warehouse's: a sync that asked it for anything would notice.
    private static void warehouseIsLeftAlone(Context context, Findings findings, boolean tier) throws Exception {
        String name = context.sales().name();
        Bed bed = Bed.of(
                context,
                "quiet",
                context.sales(),
                "strategy: sliced, slice_by: store_id, recheck: { warehouse: never }"
                        + (tier ? ", untouched: true" : ""));
        bed.sync();
        bed.query("CREATE TABLE empty AS SELECT * FROM %s LIMIT 0".formatted(name));
        bed.query("DROP TABLE " + name);
        bed.query("CREATE TABLE %s AS SELECT * FROM empty".formatted(name));
        String answer;
        try {
            answer = bed.sync().rowsLanded() == 0
                    ? "a quiet sync succeeds with an empty table in the place of the warehouse's and notices nothing"
                    : "**missed**: a quiet sync notices that the warehouse's table was emptied, so it reads it";
        } catch (IOException noticed) {
            answer = "**missed**: a quiet sync fails on an emptied table in the warehouse, so it reads it";
        }
        findings.remark("With `recheck: { warehouse: never }` %s. By default (`always`) its rows are counted per slice."
                .formatted(answer));
        bed.clear();
    }
}
