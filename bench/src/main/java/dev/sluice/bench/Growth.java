package dev.sluice.bench;

import java.util.ArrayList;
import java.util.List;

/// How time and memory grow with rows and slices. Takes long: only by `--growth`.
final class Growth implements Scenario {
    private static final List<Long> ROWS = List.of(1_000_000L, 3_000_000L, 10_000_000L);
    private static final List<Integer> SLICES = List.of(10, 1000, 50_000);
    private static final double PEAK_MEGABYTES = 512;

    private final List<Long> rows;
    private final List<Integer> slices;

    Growth() {
        this(ROWS, SLICES);
    }

    Growth(List<Long> rows, List<Integer> slices) {
        this.rows = List.copyOf(rows);
        this.slices = List.copyOf(slices);
    }

    @Override
    public String name() {
        return "growth";
    }

    @Override
    public String title() {
        return "Cost as the table grows";
    }

    /// Every size once: what is compared differs by far more than repetitions do.
    @Override
    public void run(Context context, Findings findings) throws Exception {
        List<Double> peaks = new ArrayList<>();
        findings.table(
                "rows",
                "slices",
                "first sync s",
                "CPU s",
                "CPU µs a row",
                "CPU ms a slice",
                "MB",
                "quiet sync s",
                "CPU s",
                "MB");
        for (int stores : slices) {
            for (long some : rows) {
                SalesTable table = new SalesTable("retail.growing", some, stores);
                table.prepare(context.server());
                Bed bed = Bed.of(context, "growth", table, "strategy: sliced, slice_by: store_id");
                Bed.Sync first = bed.sync();
                bed.expectRows(table);
                Bed.Sync quiet = bed.sync();
                findings.row(
                        (double) some,
                        stores,
                        first.wallSeconds(),
                        first.cpuSeconds(),
                        first.cpuSeconds() * 1e6 / some,
                        first.cpuSeconds() * 1e3 / stores,
                        first.peakBytes() / 1e6,
                        quiet.wallSeconds(),
                        quiet.cpuSeconds(),
                        quiet.peakBytes() / 1e6);
                peaks.add(first.peakBytes() / 1e6);
                bed.clear();
            }
        }
        context.server().execute("DROP TABLE retail.growing");
        findings.figure(
                "peak memory of the process, MB, greatest of all sizes",
                new Samples(List.of(new Samples(peaks).max())),
                Goal.atMost(PEAK_MEGABYTES),
                "the heap may grow to 256 MiB and DuckDB to 192 MiB beside code and libraries; in one transaction DuckDB also holds some 11 kB for each of many tiny files");
        findings.remark(
                "CPU seconds are those of Sluice's process, start of the JVM included, without the server's; they hold on a machine that has other work, wall times do not. Memory is the greatest resident size.");
    }
}
