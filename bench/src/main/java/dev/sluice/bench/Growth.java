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
                "bare COPY s",
                "first sync s",
                "µs a row",
                "ms a slice",
                "first sync MB",
                "quiet sync s",
                "quiet sync MB");
        for (long some : rows) {
            for (int stores : slices) {
                SalesTable table = new SalesTable("retail.growing", some, stores);
                table.prepare(context.server());
                Bed bed = Bed.of(context, "growth", table, "strategy: sliced, slice_by: store_id");
                double copy = context.server().copy(table.copy()).seconds();
                Bed.Sync first = bed.sync();
                bed.expectRows(table);
                Bed.Sync quiet = bed.sync();
                findings.row(
                        (double) some,
                        stores,
                        copy,
                        first.wallSeconds(),
                        first.runSeconds() * 1e6 / some,
                        first.runSeconds() * 1e3 / stores,
                        first.peakBytes() / 1e6,
                        quiet.wallSeconds(),
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
                "Wall times with the start of the JVM; per row and per slice without it. Memory is the greatest resident size.");
    }
}
