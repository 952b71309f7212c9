package dev.sluice.cli;

import dev.sluice.cli.demo.DemoDatabase;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.RunRequest;
import dev.sluice.run.RunReport;
import dev.sluice.store.Documents;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `sluice demo`.
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description =
                "The whole story with nothing installed but a JDK: an embedded PostgreSQL, a first sync, some days of"
                        + " business, a second sync that moves only what changed, verify.")
final class DemoCommand implements Callable<Integer> {
    private static final String MARKER = ".made-by-sluice-demo";

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            defaultValue = "sluice-demo",
            description = "Where the demo's files go (default: ./sluice-demo); made anew every time.")
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Option(
            names = "--stay",
            description = "Keep the source running until Enter is pressed, to try commands in another terminal.")
    private boolean stay;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws IOException, SQLException {
        PrintWriter out = spec.commandLine().getOut();
        makeDirectory();
        say(out, "1  An embedded PostgreSQL with a pharmacy retailer's tables …");
        Path postgres = directory.toAbsolutePath().resolve("postgres");
        try (DemoDatabase database = DemoDatabase.start(postgres)) {
            out.printf("   %s, %s rows%n", database.jdbcUrl(), Numbers.count(database.rows()));
            Path file = writeConfig(database);
            SluiceConfig config = SluiceConfig.load(file, DemoCommand::environment);
            int code = story(out, database, config);
            whatNext(out, file);
            if (stay) {
                out.println("The source is still running; press Enter to stop it.");
                out.flush();
                int ignored = System.in.read();
            }
            return code;
        }
    }

    private int story(PrintWriter out, DemoDatabase database, SluiceConfig config) throws SQLException {
        say(out, "2  First sync: everything is new");
        int first = sync(out, config);
        say(out, "3  Some days of business");
        database.someDaysOfBusiness(event -> out.println("   · " + event));
        say(out, "4  sluice plan: what a sync would move, and why");
        run(config, RunRequest.Mode.PLAN, false, (documents, report) -> {
            Map<String, dev.sluice.plan.PlanDocument> plans = new HashMap<>();
            report.tables()
                    .forEach(t -> documents
                            .find(
                                    dev.sluice.store.Keys.plan(report.runId(), t.target()),
                                    dev.sluice.plan.PlanDocument.class)
                            .ifPresent(p -> plans.put(t.target().toString(), p)));
            Printed.plan(report, plans, out);
            return 0;
        });
        say(out, "5  Second sync: only what changed moves");
        int second = sync(out, config);
        say(out, "6  sluice verify --deep: both ends, slice by slice, column by column");
        int verified = run(config, RunRequest.Mode.VERIFY, true, (documents, report) -> {
            Printed.verify(report, out);
            boolean same = report.tables().stream()
                    .allMatch(t -> t.differences().orElse(List.of()).isEmpty());
            out.println(same ? "   No differences." : "   There are differences.");
            return same ? RunCommands.exitCode(report) : Sluice.DIFFERENCES;
        });
        say(out, "7  Files that others drop: loaded once, and corrected");
        int received = new DemoDrops(config, directory.resolve(".sluice"), out).story();
        return IntStream.of(first, second, verified, received).max().orElse(Sluice.OK);
    }

    private int sync(PrintWriter out, SluiceConfig config) {
        return run(config, RunRequest.Mode.SYNC, false, (documents, report) -> {
            Printed.report(report, out);
            return RunCommands.exitCode(report);
        });
    }

    private int run(
            SluiceConfig config,
            RunRequest.Mode mode,
            boolean deep,
            java.util.function.BiFunction<Documents, RunReport, Integer> printer) {
        RunRequest request = new RunRequest(List.of(), false, Optional.empty(), List.of(), mode, deep, "demo");
        return RunCommands.here(
                config,
                directory.resolve(".sluice"),
                request,
                spec.commandLine().getErr(),
                printer);
    }

    private static void say(PrintWriter out, String line) {
        out.println();
        out.println(line);
        out.flush();
    }

    private void whatNext(PrintWriter out, Path file) {
        out.printf("""

                Where to look
                   %1$s            the configuration
                   %2$s/.sluice/lake             raw CSV, Parquet, receipts and locks, as they would lie in S3
                   %2$s/warehouse.duckdb         the tables, and the ledger in schema sluice
                What to try next
                   SLUICE_DEMO_PASSWORD=demo ./sluice status -c %1$s
                   SLUICE_DEMO_PASSWORD=demo ./sluice runs -c %1$s
                   SLUICE_DEMO_PASSWORD=demo ./sluice watch -c %1$s
                      and put a CSV file into %2$s/.sluice/lake/lake/drops/deliveries/2026-11-22/
                   ./sluice demo --stay          then plan, sync and verify in another terminal
                   docs/config.md                a configuration for your own database
                """, file, directory);
    }

    private Path writeConfig(DemoDatabase database) throws IOException {
        Path file = directory.resolve("sluice.yaml");
        Files.writeString(file, """
                version: 1
                source:
                  url: %s
                  user: postgres
                  password: ${env:SLUICE_DEMO_PASSWORD}   # the embedded server takes any
                  max_connections: 4
                lake: { url: "file:.sluice/lake", keep: 30 days }
                warehouse: { type: duckdb, path: warehouse.duckdb }
                tables:
                  pharmacy.store:        { strategy: wholesale }
                  pharmacy.product:      { strategy: wholesale, skip_unchanged: true }
                  pharmacy.prescription: { strategy: wholesale, skip_unchanged: true }
                  pharmacy.sales:        { strategy: sliced, slice_by: postal_code }
                  pharmacy.transactions: { strategy: time-sliced, slice_by: sold_at, grain: day, recheck: { recent: 200 } }
                %s""".formatted(database.jdbcUrl(), DemoDrops.ENTRY));
        return file;
    }

    private static String environment(String name) {
        return name.equals("SLUICE_DEMO_PASSWORD") ? "demo" : System.getenv(name);
    }

    private void makeDirectory() throws IOException {
        if (Files.exists(directory)) {
            if (!Files.exists(directory.resolve(MARKER))) {
                throw new InvalidRequest(directory
                        + " exists and was not made by sluice demo; name another one with --directory, or delete it");
            }
            try (Stream<Path> old = Files.walk(directory)) {
                for (Path each : old.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
        Files.createDirectories(directory);
        Files.writeString(directory.resolve(MARKER), "");
    }
}
