package dev.sluice.cli;

import dev.sluice.config.SluiceConfig;
import dev.sluice.machine.Listener;
import dev.sluice.run.DropReport;
import dev.sluice.run.DropWiring;
import dev.sluice.store.Progress;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/// The end of the demo: a wholesaler drops files with deliveries, and corrects one of them.
record DemoDrops(SluiceConfig config, Path home, PrintWriter out) {
    /// The entry of the configuration.
    static final String ENTRY = """
            drops:
              deliveries:
                match: "drops/deliveries/{day:yyyy-MM-dd}/*.csv"
                format: csv
                columns:
                  delivery_id: integer
                  store_id: integer
                  pieces: integer
                  sent_at: timestamp
                  day: { part: day, type: date }
                mode: upsert
                key: [delivery_id]
                order_by: sent_at
                target: pharmacy.delivery
            """;

    private static final String HEADER = "delivery_id,store_id,pieces,sent_at\n";

    /// @return exit code
    int story() {
        try (LocalRun run = LocalRun.open(config, home, Progress.NONE)) {
            say("two files of deliveries; the second repeats delivery 2 with other numbers");
            put(run, "2026-11-20/a.csv", "1,4,100,2026-11-20 08:00:00\n2,9,40,2026-11-20 08:05:00\n");
            put(run, "2026-11-21/b.csv", "2,9,55,2026-11-21 08:00:00\n3,4,70,2026-11-21 08:10:00\n");
            int first = receive(run);
            say("the second is overwritten without delivery 2, which is again as the first file has it");
            put(run, "2026-11-21/b.csv", "3,4,75,2026-11-21 08:10:00\n");
            say("the first comes once more, unchanged");
            put(run, "2026-11-20/a.csv", "1,4,100,2026-11-20 08:00:00\n2,9,40,2026-11-20 08:05:00\n");
            return Math.max(first, receive(run));
        }
    }

    private void say(String what) {
        out.println("   · " + what);
    }

    private static void put(LocalRun run, String file, String rows) {
        run.documents().store().write("drops/deliveries/" + file, HEADER + rows);
    }

    private int receive(LocalRun run) {
        boolean goesOn = run.pause(DropWiring.USUAL_SETTLE.plusMillis(200));
        DropReport report = run.receive(LocalRun.newRunId(), List.of(), Listener.NONE);
        PrintedDrops.report(report, out);
        return goesOn ? PrintedDrops.exitCode(report) : Sluice.FAILED;
    }
}
