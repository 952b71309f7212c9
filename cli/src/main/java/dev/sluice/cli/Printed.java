package dev.sluice.cli;

import dev.sluice.model.Action;
import dev.sluice.model.Strategy;
import dev.sluice.plan.PlanDocument;
import dev.sluice.plan.PlannedSlice;
import dev.sluice.run.RunReport;
import dev.sluice.verify.TableResult;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What commands print for people.
final class Printed {
    /// Slices listed one by one; beyond that they are counted by reason.
    private static final int LISTED_SLICES = 20;

    private Printed() {}

    static void report(RunReport report, PrintWriter out) {
        TextTable table = new TextTable(
                List.of(
                        "table",
                        "strategy",
                        "status",
                        "kept",
                        "replaced",
                        "removed",
                        "failed",
                        "rows",
                        "moved",
                        "of table",
                        "seconds",
                        "proven to"),
                Set.of(3, 4, 5, 6, 7, 8, 9, 10));
        for (TableResult t : report.tables()) {
            table.row(List.of(
                    t.target().toString(),
                    t.strategy().word(),
                    t.status().name(),
                    Numbers.count(t.slices().kept()),
                    Numbers.count(t.slices().replaced()),
                    Numbers.count(t.slices().removed()),
                    Numbers.count(t.slices().failed()),
                    Numbers.count(t.rowsLanded()),
                    Numbers.bytes(t.bytesLanded()),
                    Numbers.percent(t.bytesLanded(), t.bytesTable()),
                    Numbers.seconds(t.seconds()),
                    t.provenTo().orElse(t.strategy() == Strategy.TIME_SLICED ? "–" : "")));
        }
        table.print(out);
        notes(report, out);
        out.printf("%s: run %s in %s%n", report.status(), report.runId(), Numbers.seconds(report.seconds()));
    }

    /// Only where something was moved: the look at the source is not worth a line.
    private static void forecast(TableResult t, PrintWriter out) {
        t.forecast()
                .filter(f -> f.actualBytes().orElse(0L) > 0)
                .ifPresent(f -> out.printf(
                        "· %s: predicted %s%s, moved %s in %s%n",
                        t.target(),
                        Numbers.bytes(f.predictedBytes()),
                        f.predictedSeconds()
                                .map(s -> " in " + Numbers.seconds(s))
                                .orElse(""),
                        Numbers.bytes(f.actualBytes().orElse(0L)),
                        Numbers.seconds(f.actualSeconds().orElse(0.0))));
    }

    /// @param slices how many of the table are pinned
    static void pinned(String table, int slices, PrintWriter out) {
        if (slices > 0) {
            out.printf(
                    "· %s: %s %s pinned by a replay and stay%s as it left them until released: sluice replay %s --release%n",
                    table,
                    Numbers.count(slices),
                    slices == 1 ? "slice is" : "slices are",
                    slices == 1 ? "s" : "",
                    table);
        }
    }

    private static void notes(RunReport report, PrintWriter out) {
        for (TableResult t : report.tables()) {
            forecast(t, out);
            pinned(t.target().toString(), t.pinned(), out);
            t.error().ifPresent(error -> out.println("! " + t.target() + ": " + error));
            if (t.status() == TableResult.Status.SUCCEEDED && t.stale() > 0) {
                out.printf(
                        "· %s: the budget ended this run with %d slices to go; the next one continues%n",
                        t.target(), t.stale());
            }
            if (t.moving() > 0) {
                out.printf(
                        "· %s: %d slices were still changing; rows that moved between them may show twice or not at"
                                + " all until the next run%n",
                        t.target(), t.moving());
            }
        }
        report.error().ifPresent(error -> out.println("! " + error));
    }

    static void plan(RunReport report, Map<String, PlanDocument> plans, PrintWriter out) {
        TextTable table = new TextTable(
                List.of("table", "strategy", "replace", "remove", "keep", "rows", "about", "of table", "in about"),
                Set.of(2, 3, 4, 5, 6, 7, 8));
        for (TableResult t : report.tables()) {
            table.row(List.of(
                    t.target().toString(),
                    t.strategy().word(),
                    Numbers.count(t.slices().replaced()),
                    Numbers.count(t.slices().removed()),
                    Numbers.count(t.slices().kept()),
                    Numbers.count(t.rowsLanded()),
                    Numbers.bytes(t.bytesLanded()),
                    Numbers.percent(t.bytesLanded(), t.bytesTable()),
                    t.forecast()
                            .flatMap(TableResult.Forecast::predictedSeconds)
                            .map(Numbers::seconds)
                            .orElse("–")));
        }
        table.print(out);
        for (TableResult t : report.tables()) {
            PlanDocument plan = plans.get(t.target().toString());
            if (plan != null) {
                actions(plan, out);
                plan.plan()
                        .pins()
                        .forEach(pin -> pin.damage()
                                .ifPresent(what ->
                                        out.printf("! %s, slice %s: pinned, but %s%n", t.target(), pin.slice(), what)));
            }
            pinned(t.target().toString(), t.pinned(), out);
            t.error().ifPresent(error -> out.println("! " + t.target() + ": " + error));
        }
        untouched(plans, out);
        report.error().ifPresent(error -> out.println("! " + error));
    }

    /// What the source's counters said, one line for all tables of which they said the same.
    private static void untouched(Map<String, PlanDocument> plans, PrintWriter out) {
        Map<String, List<String>> tables = new TreeMap<>();
        plans.forEach((table, plan) -> plan.untouched().ifPresent(u -> {
            String said = u.holds() ? "tier 0, not read because nobody wrote to it" : "tier 0 not used, " + u.why();
            tables.computeIfAbsent(said, key -> new ArrayList<>()).add(table);
        }));
        tables.forEach((said, names) -> out.printf(
                "· %s: %s%n", said, String.join(", ", names.stream().sorted().toList())));
    }

    private static void actions(PlanDocument plan, PrintWriter out) {
        List<PlannedSlice> changes = plan.plan().actions().stream()
                .filter(p -> p.action() != Action.KEEP)
                .toList();
        if (changes.isEmpty()) {
            return;
        }
        out.println();
        out.println(plan.sync().target() + ":");
        for (PlannedSlice change : changes.subList(0, Math.min(LISTED_SLICES, changes.size()))) {
            out.printf("  %-7s %s: %s%n", change.action().word(), change.slice(), change.reason());
        }
        if (changes.size() > LISTED_SLICES) {
            Map<String, Integer> reasons = new LinkedHashMap<>();
            for (PlannedSlice change : changes.subList(LISTED_SLICES, changes.size())) {
                String reason = change.reason().replaceAll("\\d+", "N");
                reasons.merge(change.action().word() + ": " + reason, 1, Integer::sum);
            }
            List<String> more = new ArrayList<>();
            reasons.forEach((reason, count) -> more.add(Numbers.count(count) + " × " + reason));
            out.println("  … and " + String.join("; ", more) + " (all of them: sluice plan -o json)");
        }
        if (!plan.readings().isEmpty()) {
            out.println("  read: " + String.join("; then ", plan.readings()));
        }
        if (plan.sync().detect() == dev.sluice.model.Detect.CARDINALITY) {
            out.println("  detect: cardinality compares row counts only: it does not see updates in place, nor inserts"
                    + " and deletes that balance");
        }
    }

    static void verify(RunReport report, PrintWriter out) {
        TextTable table = new TextTable(
                List.of("table", "strategy", "slices equal", "different", "warehouse rows", "seconds"),
                Set.of(2, 3, 4, 5));
        for (TableResult t : report.tables()) {
            table.row(List.of(
                    t.target().toString(),
                    t.strategy().word(),
                    Numbers.count(t.slices().kept()),
                    Numbers.count(t.stale()),
                    Numbers.count(t.warehouseRows()),
                    Numbers.seconds(t.seconds())));
        }
        table.print(out);
        for (TableResult t : report.tables()) {
            List<TableResult.SliceNote> differences = t.differences().orElse(List.of());
            for (TableResult.SliceNote note : differences.subList(0, Math.min(LISTED_SLICES, differences.size()))) {
                out.printf("  %s, slice %s: %s%n", t.target(), note.slice(), note.note());
            }
            if (differences.size() > LISTED_SLICES) {
                out.printf(
                        "  … and %d more (all of them: sluice verify -o json)%n", differences.size() - LISTED_SLICES);
            }
            pinned(t.target().toString(), t.pinned(), out);
            t.error().ifPresent(error -> out.println("! " + t.target() + ": " + error));
        }
        report.error().ifPresent(error -> out.println("! " + error));
    }
}
