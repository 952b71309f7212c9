package dev.sluice.cli;

import dev.sluice.drop.HistoryCheck;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What `sluice receive TREE --as FEED` prints for people.
final class PrintedHistory {
    /// More partitions are not shown one by one unless they differ.
    private static final int SHOWN_PARTITIONS = 400;

    /// Columns whose sums are shown; `-o json` has all.
    private static final int SHOWN_SUMS = 3;

    private PrintedHistory() {}

    static void report(HistoryReport report, PrintWriter out) {
        report.partitions().ifPresent(partitions -> partitions(partitions, out));
        report.runs().forEach(run -> PrintedDrops.report(run, out));
        if (!report.status().equals(report.runs().getLast().status())) {
            out.println(report.status());
        }
    }

    private static void partitions(List<HistoryCheck.Partition> partitions, PrintWriter out) {
        List<HistoryCheck.Partition> shown = partitions.size() <= SHOWN_PARTITIONS
                ? partitions
                : partitions.stream()
                        .filter(partition -> !partition.differences().isEmpty())
                        .toList();
        List<String> summed = partitions.stream()
                .flatMap(partition -> partition.sums().stream())
                .map(HistoryCheck.Sum::column)
                .distinct()
                .limit(SHOWN_SUMS)
                .toList();
        List<String> header = new ArrayList<>(List.of("partition", "files", "not in table", "rows", "in table"));
        summed.forEach(column -> header.add("sum of " + column));
        header.add("");
        Set<Integer> right = new HashSet<>();
        for (int i = 1; i < header.size() - 1; i++) {
            right.add(i);
        }
        TextTable table = new TextTable(header, right);
        shown.forEach(partition -> table.row(row(partition, summed)));
        table.print(out);
        if (shown.size() < partitions.size()) {
            out.printf("  … and %s partitions that are equal%n", Numbers.count(partitions.size() - shown.size()));
        }
        out.println();
    }

    private static List<String> row(HistoryCheck.Partition partition, List<String> summed) {
        List<String> row = new ArrayList<>(List.of(
                partition.partition().isEmpty() ? "(no partition)" : partition.partition(),
                Numbers.count(partition.files()),
                Numbers.count(partition.missing()),
                Numbers.count(partition.rows()),
                Numbers.count(partition.rowsInTable())));
        for (String column : summed) {
            row.add(partition.sums().stream()
                    .filter(sum -> sum.column().equals(column))
                    .map(HistoryCheck.Sum::sum)
                    .findFirst()
                    .orElse("–"));
        }
        row.add(verdict(partition));
        return row;
    }

    private static String verdict(HistoryCheck.Partition partition) {
        if (!partition.differences().isEmpty()) {
            return "DIFFERS";
        }
        return partition.quarantined() == 0
                ? "equal"
                : "equal; not added up because of rows in quarantine: %s"
                        .formatted(Numbers.count(partition.quarantined()));
    }
}
