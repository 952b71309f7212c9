package dev.sluice.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What a scenario found, printed as it comes and kept as Markdown. Not thread-safe.
final class Findings {
    private record Figure(String what, Samples ratio, Goal goal, String limit) {}

    private final Map<String, List<Double>> collected = new LinkedHashMap<>();
    private final Map<String, String> units = new LinkedHashMap<>();
    private final List<Figure> figures = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();
    private final StringBuilder table = new StringBuilder();
    private final PrintStream out;

    Findings(PrintStream out) {
        this.out = out;
    }

    /// One repetition of a quantity.
    void measured(String what, String unit, double value) {
        collected.computeIfAbsent(what, w -> new ArrayList<>()).add(value);
        units.put(what, unit);
        out.printf("  %s: %s %s%n", what, Samples.number(value), unit);
    }

    /// All repetitions so far.
    Samples of(String what) {
        return new Samples(collected.getOrDefault(what, List.of()));
    }

    /// @param limit what stands in the way, said only if the goal is missed
    void figure(String what, Samples ratio, Goal goal, String limit) {
        figures.add(new Figure(what, ratio, goal, limit));
        out.printf("  => %s: %s, goal %s%s%n", what, ratio, goal, goal.met(ratio.median()) ? "" : " MISSED");
    }

    void remark(String text) {
        remarks.add(text);
        out.println("  " + text);
    }

    /// Begins a table of its own; the rows come with [#row].
    void table(String... heads) {
        table.append("| ").append(String.join(" | ", heads)).append(" |\n");
        table.append("|---".repeat(heads.length)).append("|\n");
        out.println("  " + String.join(" | ", heads));
    }

    void row(double... values) {
        String row = Arrays.stream(values)
                .mapToObj(value -> value == Math.rint(value) ? "%.0f".formatted(value) : Samples.number(value))
                .collect(Collectors.joining(" | "));
        table.append("| ").append(row).append(" |\n");
        out.println("  " + row);
    }

    String markdown() {
        StringBuilder text = new StringBuilder();
        if (!figures.isEmpty()) {
            text.append("| figure | median (least … greatest) | goal | |\n|---|---|---|---|\n");
            for (Figure figure : figures) {
                boolean met = figure.goal().met(figure.ratio().median());
                text.append("| %s | %s | %s | %s |\n"
                        .formatted(
                                figure.what(),
                                figure.ratio(),
                                figure.goal(),
                                met ? "met" : "**missed**: " + figure.limit()));
            }
            text.append('\n');
        }
        if (!collected.isEmpty()) {
            text.append("| measured | median (least … greatest) | unit |\n|---|---|---|\n");
            collected.forEach((what, values) -> text.append(
                    "| %s | %s | %s |\n".formatted(what, new Samples(values), units.getOrDefault(what, ""))));
        }
        text.append(table);
        if (!remarks.isEmpty()) {
            text.append('\n');
            remarks.forEach(remark -> text.append("* ").append(remark).append('\n'));
        }
        return text.toString();
    }
}
