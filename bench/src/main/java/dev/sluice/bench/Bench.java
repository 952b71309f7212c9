package dev.sluice.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `make bench`.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures Sluice beside other tools on a PostgreSQL server of its own.")
public final class Bench implements Callable<Integer> {
    private static final List<Scenario> USUAL =
            List.of(new StagesScenario(), new FirstSync(), new Quiet(), new Changed(), new HotPath());

    private static final Logger QUIET = Logger.getLogger("io.zonky");
    private static final long USUAL_ROWS = 3_000_000;
    private static final int USUAL_STORES = 1000;
    private static final int LEAST_REPETITIONS = 3;
    private static final long USUAL_EVENTS = 10_000_000;
    private static final int EVENTS_PER_FILE = 5_000;
    private static final int USUAL_PACE_SECONDS = 60;

    @Option(
            names = "--scenario",
            split = ",",
            description = "Only these: stages, first-sync, quiet, changed, hot-path. Default: all of them.")
    private List<String> scenarios = List.of();

    @Option(names = "--rows", description = "Rows of the table (default: ${DEFAULT-VALUE}).")
    private long rows = USUAL_ROWS;

    @Option(names = "--slices", description = "Stores, which are the slices (default: ${DEFAULT-VALUE}).")
    private int stores = USUAL_STORES;

    @Option(names = "--repetitions", description = "Of everything that is compared (default: ${DEFAULT-VALUE}).")
    private int repetitions = LEAST_REPETITIONS;

    @Option(
            names = "--growth",
            description =
                    "Only the cost as the table grows, up to 10 million rows and 50 000 slices, or of the size given: takes long.")
    private boolean growth;

    @Option(
            names = "--drops",
            description =
                    "Only files that others drop, beside DuckDB's own read_json. Needs no server; --events, --files, --pace.")
    private boolean drops;

    @Option(names = "--events", description = "Events in dropped files (default: ${DEFAULT-VALUE}).")
    private long events = USUAL_EVENTS;

    @Option(names = "--files", split = ",", description = "Dropped files: plain, gzip (default: ${DEFAULT-VALUE}).")
    private List<DroppedEvents.Kind> kinds = List.of(DroppedEvents.Kind.values());

    @Option(
            names = "--pace",
            description = "Seconds for which files arrive under `sluice watch` (default: ${DEFAULT-VALUE}).")
    private int paceSeconds = USUAL_PACE_SECONDS;

    @Option(
            names = "--dry",
            description = "Leave bench/README.md alone, as with any other number of rows and slices than the usual.")
    private boolean dry;

    private Bench() {}

    public static void main(String[] arguments) {
        // Held by nobody else, so that it keeps its level.
        QUIET.setLevel(Level.WARNING);
        System.exit(new CommandLine(new Bench()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Path target = Path.of(Bench.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .resolveSibling("")
                .normalize();
        Path bench = target.resolveSibling("");
        PrintStream out = System.out;
        if (drops) {
            drops(target.resolve("work"), bench, out);
            return 0;
        }
        try (SourceServer server =
                SourceServer.start(target.resolve("server"), target.resolve("postgres/postgres.jar"))) {
            Context context = new Context(
                    server,
                    target.resolve("work"),
                    bench.resolveSibling("sluice"),
                    bench.resolve("spark/target"),
                    new SalesTable("retail.sales", rows, stores),
                    repetitions);
            Files.createDirectories(context.work());
            if (context.sales().prepare(server)) {
                out.printf("made %s with %d rows%n", context.sales().name(), rows);
            }
            run(context, new Readme(bench.resolve("README.md")), out);
        }
        return 0;
    }

    private void drops(Path work, Path bench, PrintStream out) throws Exception {
        Files.createDirectories(work);
        out.println(Drops.TITLE);
        Findings findings = new Findings(out);
        Drops compared =
                new Drops(work, bench.resolveSibling("sluice"), events, EVENTS_PER_FILE, repetitions, paceSeconds);
        compared.run(findings, kinds);
        out.println();
        out.println(findings.markdown());
        boolean usual = events == USUAL_EVENTS && kinds.size() == 2 && paceSeconds == USUAL_PACE_SECONDS && !dry;
        if (usual) {
            new Readme(bench.resolve("README.md")).write(Drops.NAME, findings.markdown());
        }
    }

    private void run(Context context, Readme readme, PrintStream out) throws Exception {
        List<Scenario> chosen = chosen();
        String machine = Machine.describe(context);
        out.println(machine);
        boolean usual = rows == USUAL_ROWS && stores == USUAL_STORES && repetitions >= LEAST_REPETITIONS && !dry;
        if (usual && chosen.containsAll(USUAL)) {
            readme.write("machine", machine);
        }
        for (Scenario scenario : chosen) {
            out.printf("%s (%s)%n", scenario.title(), scenario.name());
            Findings findings = new Findings(out);
            scenario.run(context, findings);
            out.println();
            out.println(findings.markdown());
            if (usual) {
                readme.write(scenario.name(), findings.markdown());
            }
        }
    }

    /// All sizes, or only the one that was asked for.
    private Growth growing() {
        return rows == USUAL_ROWS && stores == USUAL_STORES ? new Growth() : new Growth(List.of(rows), List.of(stores));
    }

    private List<Scenario> chosen() throws IOException {
        if (scenarios.isEmpty()) {
            return growth ? List.of(growing()) : USUAL;
        }
        for (String name : scenarios) {
            if (USUAL.stream().noneMatch(scenario -> scenario.name().equals(name))) {
                throw new IOException("no scenario '%s'; there are %s"
                        .formatted(
                                name,
                                String.join(
                                        ", ", USUAL.stream().map(Scenario::name).toList())));
            }
        }
        return USUAL.stream()
                .filter(scenario -> scenarios.contains(scenario.name()))
                .toList();
    }
}
