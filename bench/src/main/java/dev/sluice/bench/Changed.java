package dev.sluice.bench;

/// One percent of the slices changed, with an index on the slice column and without.
final class Changed implements Scenario {
    @Override
    public String name() {
        return "changed";
    }

    @Override
    public String title() {
        return "1 % of the slices changed";
    }

    @Override
    public void run(Context context, Findings findings) throws Exception {
        SalesTable sales = context.sales();
        boolean tier = context.knows("untouched");
        Bed bed = Bed.of(
                context, "changed", sales, "strategy: sliced, slice_by: store_id" + (tier ? ", untouched: false" : ""));
        String index = "sales_store";
        context.server().execute("DROP INDEX IF EXISTS retail." + index);
        bed.sync();
        measure(context, findings, bed, "without index");
        context.server().execute("CREATE INDEX %s ON %s (store_id)".formatted(index, sales.name()));
        context.server().execute("ANALYZE " + sales.name());
        bed.sync();
        measure(context, findings, bed, "with index");
        context.server().execute("DROP INDEX retail." + index);
        findings.remark(
                "In each changed slice one row was updated in place. Bytes are those of rows as CSV with every value quoted, on both sides.");
        bed.clear();
    }

    private static void measure(Context context, Findings findings, Bed bed, String how) throws Exception {
        SalesTable sales = context.sales();
        int slices = Math.max(1, sales.stores() / 100);
        SourceServer server = context.server();
        for (int repetition = 0; repetition < context.repetitions(); repetition++) {
            String stores = "store_id > %1$d AND store_id <= %1$d + %2$d".formatted(repetition * slices, slices);
            // Once without the index and once with it: afterwards the table is what it was.
            server.execute(
                    "UPDATE %1$s SET paid_by_card = NOT paid_by_card WHERE sale_id IN (SELECT min(sale_id) FROM %1$s WHERE %2$s GROUP BY store_id)"
                            .formatted(sales.name(), stores));
            double pass = FingerprintPass.of(bed).seconds();
            String in = "SELECT * FROM %s WHERE %s"
                    .formatted(
                            sales.name(),
                            "store_id = ANY (ARRAY(SELECT generate_series(%d, %d)))"
                                    .formatted(repetition * slices + 1, (repetition + 1) * slices));
            SourceServer.Copied rows = server.copy("COPY (%s) TO STDOUT (FORMAT csv)".formatted(in));
            long bytes = server.copy("COPY (%s) TO STDOUT (FORMAT csv, FORCE_QUOTE *)".formatted(in))
                    .bytes();
            Bed.Sync sync = bed.sync();
            findings.measured(how + ": fingerprint statement + bare COPY of those rows", "s", pass + rows.seconds());
            findings.measured(how + ": bare COPY of those rows", "s", rows.seconds());
            findings.measured(how + ": sync, with the start of the JVM", "s", sync.wallSeconds());
            findings.measured(how + ": sync, without", "s", sync.runSeconds());
            findings.measured(how + ": bytes of those slices", "MB", bytes / 1e6);
            findings.measured(how + ": bytes landed", "MB", sync.bytesLanded() / 1e6);
        }
        findings.figure(
                how + ": bytes landed ÷ bytes of those slices",
                findings.of(how + ": bytes landed").over(findings.of(how + ": bytes of those slices")),
                Goal.atMost(1.1),
                "more slices than the changed ones were landed");
        for (String clock : new String[] {"with the start of the JVM", "without"}) {
            findings.figure(
                    how + ": time ÷ (fingerprint statement + bare COPY of those rows), " + clock,
                    findings.of(how + ": sync, " + clock)
                            .over(findings.of(how + ": fingerprint statement + bare COPY of those rows")),
                    Goal.atMost(1.5),
                    "start, plan, publish and verification do not shrink with the table");
        }
    }
}
